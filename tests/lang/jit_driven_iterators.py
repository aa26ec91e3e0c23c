# Iterators whose steps run Python functions, in hot loops: map, filter, classes with __next__; what they raise, where
# they end, and that they end for good.


class Count:
    def __init__(self, n):
        self.i = 0
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Done(StopIteration):
    pass


class Custom(Count):
    def __next__(self):
        if self.i == 7:
            raise Done("seven")
        return super().__next__()


def classes():
    total = ends = 0
    for k in range(30):
        for x in Count(k):
            total += x
        else:
            ends += 1
        for x in Custom(20):
            total += x * 100
        c = Count(k)
        for x in c:
            if x == 5:
                break
        for x in c:
            total += x * 10000
        for x in c:
            total = None
    return total, ends


print(classes())


def square(x):
    return x * x


def fails_at_9(x):
    if x == 9:
        raise ValueError("nine")
    if x == 19:
        raise StopIteration
    return x + 1


def maps():
    total = 0
    out = []
    for k in range(40):
        for x in map(square, range(k)):
            total += x
        for x in map(lambda a, b=1: a + b, [k, 2]):
            total += x
        for x in map(lambda a, b: a * b, range(k), [1, 2, 3]):
            total += x
        it = map(fails_at_9, [k, 1])
        try:
            for x in it:
                total += x
            total += sum(it)
        except ValueError as e:
            out.append((k, str(e), list(it)))
    return total, out


print(maps())


def filters():
    total = 0
    words = 0
    calls = []
    for k in range(40):
        for x in filter(lambda v: v % 3, range(k)):
            total += x
        for x in filter(None, [0, k, "", None, 2.0, [], [1], k % 2]):
            words += 1
        for x in filter(lambda v: [0] if v > 5 else "", range(10)):
            total += x * 1000
        for x in filter(square, [0, 0, 0]):
            total = None
        it = filter(lambda v: calls.append(v) or v == 3, [1, 2, 3, 4])
        for x in it:
            for y in it:
                total = None
    return total, words, len(calls), calls[:5]


print(filters())


def failing_predicate(v):
    return 1 // (v - 5) > -2


def predicates():
    errors = total = 0
    for k in range(40):
        it = filter(failing_predicate, range(10))
        while True:
            try:
                for x in it:
                    total += x
                break
            except ZeroDivisionError:
                errors += 1
    return errors, total


print(predicates())


def nested():
    total = 0
    for k in range(30):
        for x in map(square, filter(lambda v: v & 1, range(k))):
            total += x
        for i, x in enumerate(map(square, range(k))):
            total += i * x
        total += sum(map(square, range(k))) + max(map(square, range(k + 1)))
        total += len(list(filter(lambda v: v & 1, range(k))))
        total += any(map(lambda v: v > 20, range(k))) + all(filter(None, range(k)))
    return total


print(nested())


def keys():
    out = []
    for k in range(30):
        xs = [(i * 7 + k) % 11 for i in range(8)]
        out.append(sorted(xs, key=lambda x: -x))
        out.append(sorted(xs, key=lambda x: x % 3, reverse=True))
        out.append((min(xs, key=lambda x: (x - 4) ** 2), max(xs, key=lambda x: x % 5)))
        ys = list(xs)
        ys.sort(key=lambda x: (x % 2, x))
        ys.sort(reverse=k & 1, key=lambda x: len(ys) + x)
        out.append(ys)
        out.append(max(iter(xs), key=lambda x: -x))
    return out[-5:]


print(keys())


def bad_keys():
    out = []
    xs = [3, 1, 2]

    def grow(x):
        xs.append(x)
        return x

    for k in range(30):
        for f in (
            lambda: sorted([1, 2], key=lambda x: 1 // (x - k)),
            lambda: min([], key=square),
            lambda: max(5, key=square),
            lambda: xs.sort(key=grow),
            lambda: xs.sort(key=lambda x: 1 // (x - 2)),
            lambda: sorted([1, "a"], key=lambda x: x),
            lambda: sorted([1], key=lambda x, y: x),
        ):
            try:
                out.append(f())
            except Exception as e:
                out.append(f"{type(e).__name__}: {e}")
    return out[-7:], xs


print(bad_keys())
