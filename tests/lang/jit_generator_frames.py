# Generators whose frames are part of a compiled loop: every way in and out of them.


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def doubled(it):
    for x in it:
        yield x * 2


def evens(it):
    for x in it:
        if x % 2 == 0:
            yield x


def chain(n):
    total = 0
    for x in doubled(evens(count(n))):
        total += x
    return total


print(chain(3000))


def alternate(n):
    i = 0
    while i < n:
        yield i
        yield -i
        yield "s"
        i += 1


def mixed(n):
    total = strings = 0
    for x in alternate(n):
        if x == "s":
            strings += 1
        else:
            total += x
    return total, strings


print(mixed(2000))


# Short generators made in the loop.
def pair(a, b):
    yield a
    yield b


def short(n):
    total = 0
    for i in range(n):
        for x in pair(i, 3):
            total += x
    return total


print(short(2000))


# What is sent and what is returned.
def accumulate():
    total = 0
    while True:
        x = yield total
        if x is None:
            return total
        total += x


def delegate(log):
    result = yield from accumulate()
    log.append(result)
    yield "done"


def sends(n):
    log = []
    for i in range(n):
        g = delegate(log)
        next(g)
        for k in range(5):
            last = g.send(k + i)
        assert next(g) == "done"
    return last, len(log), sum(log)


print(sends(500))


# Recursive generators.
class Node:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            for v in self.right:
                yield v


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(build(low, middle), middle, build(middle + 1, high))


tree = build(0, 500)
for _ in range(4):
    print(sum(v * v for v in tree), [v for v in tree] == list(range(500)))


# Exceptions out of a generator, thrown into it, and handled across a yield.
def fails(n, at):
    for i in range(n):
        if i == at:
            raise KeyError(i)
        yield i


def failing(n):
    caught = total = 0
    for k in range(n):
        try:
            for x in fails(20, k % 25):
                total += x
        except KeyError as e:
            caught += 1
            total += e.args[0]
    return caught, total


print(failing(600))


def patient():
    got = 0
    while True:
        try:
            yield got
        except ValueError as e:
            got += e.args[0]
            yield "handled %d" % got


def throwing(n):
    g = patient()
    next(g)
    texts = 0
    for i in range(n):
        if i % 3 == 0:
            texts += len(g.throw(ValueError(1)))
        else:
            v = next(g)
    return texts, v


print(throwing(600))


def inside_handler(n):
    for i in range(n):
        try:
            raise IndexError(i)
        except IndexError as e:
            yield e
            try:
                raise
            except IndexError as again:
                assert again is e


def contexts(n):
    ok = 0
    for e in inside_handler(n):
        try:
            raise ValueError
        except ValueError as v:
            ok += v.__context__ is None
    for i in range(n // 2):
        try:
            raise TypeError
        except TypeError as t:
            for e in inside_handler(2):
                try:
                    raise ValueError
                except ValueError as v:
                    ok += v.__context__ is t
    return ok


print(contexts(400))


# Left half-way, closed, exhausted, running.
def with_finally(log):
    try:
        for i in range(10):
            yield i
    finally:
        log.append(i)


def leaving(n):
    log = []
    for k in range(n):
        for x in with_finally(log):
            if x == k % 12:
                break
    return len(log), sum(log)


print(leaving(400))


def plain_leaving(n):
    total = 0
    for k in range(n):
        for x in count(10):
            if x == k % 12:
                break
        else:
            total += 100
        total += x
    return total


print(plain_leaving(2000))


def exhausted_twice(n):
    g = count(5)
    total = 0
    for k in range(n):
        for x in g:
            total += x
        if k % 7 == 0:
            g = count(k % 11)
    return total


print(exhausted_twice(1500))


def reenter():
    yield 1
    try:
        next(me[0])
    except ValueError as e:
        yield str(e)
    yield 3


me = [None]


def running(n):
    seen = set()
    for _ in range(n):
        me[0] = reenter()
        for x in me[0]:
            seen.add(x)
    return sorted(seen, key=str)


print(running(200))


def stops(n):
    for i in range(n):
        if i == 30:
            raise StopIteration
        yield i


def pep479(n):
    messages = set()
    for _ in range(n):
        try:
            for x in stops(40):
                pass
        except RuntimeError as e:
            messages.add((str(e), type(e.__cause__).__name__))
    return messages


print(pep479(50))


# A generator with another inside its own loop, and loops that go on for long before they yield.
def sparse(n):
    for i in range(n):
        j = 0
        while j < 50:
            j += 1
        yield i + j


def slowly(n):
    total = 0
    for x in sparse(n):
        total += x
    return total


print(slowly(800))
print([slowly(k) for k in range(3)])


# State that the generator changes while its consumer looks.
def watched(n, box):
    for i in range(n):
        box[0] = i
        yield
        assert box[0] == -i


def watching(n):
    box = [None]
    total = 0
    for _ in watched(n, box):
        total += box[0]
        box[0] = -box[0]
    return total


print(watching(2000))


def attributes(n):
    g = count(n)
    states = set()
    for x in g:
        states.add((g.gi_running, g.gi_suspended, g.gi_yieldfrom, g.gi_frame.f_lineno > 0))
    return states, g.gi_frame


print(attributes(500))
