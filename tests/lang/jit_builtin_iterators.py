# Iterators of builtin types in hot loops: sharing, growing, exhaustion, containers that change meanwhile.
def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


def enumerated(things, start=None):
    total = []
    for _ in range(6):
        for i, v in enumerate(things) if start is None else enumerate(things, start):
            total.append((i, v))
    return total[-4:]


print(enumerated([5, 6, 7]), enumerated("ab"), enumerated((1,)), enumerated(range(3)), enumerated({"a": 1, "b": 2}))
print(enumerated([5, 6], 10), enumerated([5, 6], (1 << 61) - 2), enumerated([], 1), enumerated({1}), enumerated(b"ab"))
print(enumerated(enumerate([1, 2])), enumerated(zip([1], [2])))


def zipped(*things):
    rows = []
    for _ in range(6):
        for row in zip(*things):
            rows.append(row)
    return rows[-3:]


print(zipped([1, 2, 3], "ab"), zipped("ab", [1, 2, 3]), zipped([1], (2,), range(3), "x"), zipped([]), zipped([1, 2]))
print(zipped([1, 2], {3: 4, 5: 6}), zipped({1: 2}.items(), [3]), zipped([1] * 3, [2] * 3, [3] * 3, [4] * 3, [5] * 3))


def pairs(n):
    out = []
    for _ in range(12):
        it = iter(range(n))
        out.append(list(zip(it, it)))
        it = iter([1, 2, 3, 4, 5])
        for a, b in zip(it, it):
            out.append((a, b))
        out.append(next(it, "end"))
        it = iter([1, 2, 3])
        for a, b in zip(enumerate(it), it):
            out.append((a, b))
        one, two = iter([1, 2, 3]), iter([4])
        for a, b in zip(one, two):
            out.append((a, b))
        out.append(list(one))
        one, two = iter([4]), iter([1, 2, 3])
        for a, b in zip(one, two):
            out.append((a, b))
        out.append(list(two))
    return out[-9:]


print(pairs(5), len(pairs(6)))


def strict(n):
    rows = 0
    for i in range(n):
        try:
            for a, b in zip([1, 2], [1, 2] if i % 9 else [1], strict=True):
                rows += 1
        except ValueError as e:
            last = str(e)
    return rows, last


print(strict(30))


def growing(n):
    x = [0]
    for v in x:
        if len(x) < n:
            x.append(v + 1)
    total = 0
    y = list(range(n))
    for i, v in enumerate(y):
        if v % 3 == 0:
            y.pop()
        total += v
    z = [1, 2, 3]
    it = iter(z)
    seen = [v for v in it]
    z.append(4)
    return len(x), total, len(y), seen, list(it)


print(growing(80))


def backwards(n):
    total = 0
    for i in range(n):
        for v in reversed([1, 2, 3, i]):
            total = total * 3 % 1000003 + v
        for v in reversed((4, 5)):
            total += v
        for v in reversed(range(i % 4)):
            total += v
        for c in reversed("ab"):
            total += ord(c)
        for k in reversed({"x": 1, "yy": 2}):
            total += len(k)
    x = list(range(10))
    seen = []
    for v in reversed(x):
        seen.append(v)
        if v % 2:
            x.pop()
    return total, seen


print(backwards(40))


def keyed(n):
    d = {i: i * 2 for i in range(5)}
    total = 0
    for i in range(n):
        for k in d:
            total += k
        for v in d.values():
            total += v
        for k, v in d.items():
            total += k * v
        for item in d.items():
            total += len(item)
        for k in d.keys():
            d[k] = (d[k] + 1) % 50
        for e in {1, 2, 3}:
            total += e
    return total, d


print(keyed(30))


def resized(n, change):
    log = []
    for i in range(n):
        d = {1: 1, 2: 2, 3: 3}
        try:
            for k in d:
                if i % 11 == 5:
                    change(d)
            for k, v in d.items():
                if i % 11 == 7:
                    change(d)
            for v in d.values():
                if i % 11 == 9:
                    change(d)
            log.append(len(d))
        except RuntimeError as e:
            log.append(str(e))
    return sorted(set(map(str, log)))


print(resized(40, lambda d: d.update({4: 4})))
print(resized(40, lambda d: d.pop(1)))
print(resized(40, lambda d: (d.pop(1, 0), d.update({len(d) + 9: 9}))))
print(resized(40, lambda d: d.clear()))


def resized_set(n):
    log = set()
    for i in range(n):
        s = {1, 2, 3}
        try:
            for v in s:
                if i % 7 == 3:
                    s.add(i + 10)
        except RuntimeError as e:
            log.add(str(e))
    return log


print(resized_set(30))
text = "h\u00e9llo \u0142\U0001f600" * 3
print([sum(ord(c) for _ in range(4) for c in text), sum(b for _ in range(4) for b in text.encode())])


def letters(words):
    count = {}
    for _ in range(5):
        for word in words:
            for c in word:
                if c == "l" or c != "o" and c in "he":
                    count[c] = count.get(c, 0) + 1
                elif c == "\u0142":
                    count["L"] = count.get("L", 0) + 1
    return count


print(letters(["hello", "w\u0142rld", "".join(["h", "l"]), str(b"l", "ascii"), "yellow"[1:4]]))


class Steps:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise StopIteration
        return self.n


def kinds(things):
    total = 0
    for _ in range(4):
        for thing in things:
            for v in thing():
                total += v
    return total


print(kinds([lambda: [1, 2], lambda: (3,), lambda: range(3), lambda: Steps(4), lambda: {5: 6}, lambda: iter([7, 8]),
             lambda: map(abs, [-1, -2]), lambda: filter(None, [0, 3]), lambda: (x for x in (1, 2)), lambda: b"\x01\x02",
             lambda: {9}, lambda: (a + b for a, b in zip([1], [2])), lambda: reversed([1, 2])]))
print(attempt(kinds, [lambda: [1], lambda: 5]))


def unpacked(rows):
    total = 0
    for _ in range(10):
        for row in rows:
            a, b = row
            total += a * 10 + b
    return total


print(unpacked([(1, 2), [3, 4], range(2), {5: 0, 6: 0}]))
print(attempt(unpacked, [(1, 2), (1, 2, 3)]))
print(attempt(unpacked, [(1, 2), [1]]))
print(attempt(unpacked, [(1, 2), 5]))
