# Calls of native functions and builtin classes in hot loops: kinds of arguments that change, errors, what user classes
# answer, builtins that are hidden by globals meanwhile.
def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


class Sized:
    def __init__(self, n):
        self.n = n
        self.asked = 0

    def __len__(self):
        self.asked += 1
        return self.n


class LoudList(list):
    calls = 0

    def __len__(self):
        LoudList.calls += 1
        return 100 + list.__len__(self)

    def append(self, item):
        LoudList.calls += 1
        list.append(self, item)

    def pop(self):
        LoudList.calls += 1
        return list.pop(self)


def lengths(things):
    total = 0
    for _ in range(20):
        for thing in things:
            total += len(thing)
    return total


sized = Sized(3)
print(lengths([[1, 2], (1,), "abc", {1: 2}, {1, 2}, range(7), b"xy", bytearray(5), frozenset([1])]))
print(lengths([[1], [2], LoudList([1, 2]), sized, {}.keys(), {1: 1}.items()]), LoudList.calls, sized.asked)
print(attempt(lengths, [[1], 5]))
print(attempt(lengths, [Sized(-1)]))


def pushes(make):
    stack = make()
    out = []
    for i in range(60):
        stack.append(i)
        if i % 3 == 2:
            out.append(stack.pop())
    return sum(out), len(stack)


print(pushes(list), pushes(LoudList), LoudList.calls)


def drain(stack, n):
    got = []
    for _ in range(n):
        got.append(stack.pop())
    return got


print(drain(list(range(50)), 50)[-3:])
print(attempt(drain, list(range(40)), 41))
print(attempt(drain, [], 1))


def numbers(values):
    out = []
    for _ in range(10):
        for v in values:
            out.append((abs(v), int(v), float(v), bool(v), min(v, 2), max(v, 2), str(v)))
    return out[-len(values):]


print(numbers([1, -5, 0]))
print(numbers([1.5, -2.25, 0.0]))
print(numbers([1, -2.5, True, 1 << 70, -(1 << 70), 1e300, False]))
print(attempt(numbers, [1, float("nan")]))
print(attempt(numbers, [1, float("inf")]))
print(attempt(numbers, [1, "1"]))
print(attempt(numbers, [2, None]))


class Odd:
    def __init__(self):
        self.log = []

    def __abs__(self):
        self.log.append("abs")
        return 7

    def __int__(self):
        self.log.append("int")
        return 8

    def __float__(self):
        self.log.append("float")
        return 9.0

    def __bool__(self):
        self.log.append("bool")
        return False

    def __lt__(self, other):
        self.log.append("lt")
        return True

    def __gt__(self, other):
        self.log.append("gt")
        return False

    def __str__(self):
        self.log.append("str")
        return "odd"

    __repr__ = __str__


odd = Odd()
print(numbers([3, 4.0, odd])[-1], len(odd.log), odd.log[:7])


def characters(text):
    total = 0
    out = []
    for _ in range(8):
        for c in text:
            total += ord(c)
            out.append(chr(ord(c) + 1))
    return total, "".join(out[-len(text):])


print(characters("hello"), characters("hél\u0142o\U0001f600"))
print(attempt(characters, ["a", "b", "cd"]))
print(attempt(characters, ["a", b"b", bytearray(b"c"), ""]))
print(attempt(characters, ["a", 5]))


def codes(values):
    out = []
    for _ in range(8):
        for v in values:
            out.append(chr(v))
    return "".join(out[-len(values):])


print(codes([65, 0x142, 0x1F600, True, 0]).encode("utf-8"))
print(attempt(codes, [65, 66, -1]))
print(attempt(codes, [65, 66, 0x110000]))
print(attempt(codes, [65, 66.0]))


class A:
    pass


class B(A):
    pass


class Liar:
    @property
    def __class__(self):
        return int


class Meta(type):
    asked = 0

    def __instancecheck__(cls, instance):
        Meta.asked += 1
        return instance == 3


class Three(metaclass=Meta):
    pass


def instances(values, which):
    return [isinstance(v, which) for _ in range(9) for v in values][-len(values):]


values = [1, True, 1.5, "s", None, A(), B(), Liar(), int, [1]]
print(instances(values, int))
print(instances(values, (str, A, float)))
print(instances(values, A))
print(instances(values, ((int,), (list, (B,)))))
print(instances(values, int | str))
print(instances([1, 3, A()], Three), Meta.asked)
print(attempt(instances, [1, 2], 5))
print(attempt(instances, [1, 2], (str, 5)))
switch = A()
seen = []
for i in range(40):
    if i == 25:
        switch.__class__ = B
    seen.append(isinstance(switch, B))
print(seen.count(True))
types = []
for i in range(40):
    if i == 30:
        switch.__class__ = A
    types.append(type(switch).__name__ + type(i).__name__)
print(types[29], types[30], len(set(types)))


def ranges(bounds):
    out = []
    for _ in range(6):
        for b in bounds:
            out.append(list(range(*b)))
    return out[-len(bounds):]


print(ranges([(3,), (0,), (-2,), (1, 4), (4, 1), (0, 10, 3), (10, 0, -3), (0, 10, -1), (5, 5, 2)]))
print(ranges([(3,), (1 << 70, (1 << 70) + 2), (True,), (2, 0, -1)]))
print(attempt(ranges, [(3,), (1, 2, 0)]))
print(attempt(ranges, [(3,), (1.0,)]))
print(attempt(ranges, [(3,), ("a",)]))


def counts(n):
    total = 0
    for i in range(n):
        for j in range(i % 4):
            total += j
        for j in range(2, 10, i % 3 + 1):
            total += j
        for j in range(i % 5, 0, -2):
            total -= j
    return total


print(counts(100))


def conversions(values):
    out = []
    for _ in range(8):
        for v in values:
            out.append(int(v))
    return out[-len(values):]


print(conversions(["12", " -7 ", "1_0", b"5", 3.99, -3.99, True]))
print(attempt(conversions, ["1", "x"]))
print(attempt(conversions, [1.0, float("inf")]))
print(attempt(conversions, [1.0, float("nan")]))
print(attempt(conversions, [2, None]))


def hidden(n):
    total = 0
    for i in range(n):
        total += len("abc")
        if i == 30:
            globals()["len"] = lambda s: 1000
        if i == 35:
            del globals()["len"]
    return total


print(hidden(50), hidden(20))


def bound(n):
    out = []
    push, size = out.append, out.__len__
    pop = out.pop
    total = 0
    for i in range(n):
        push(i)
        total += size()
        if i % 4 == 3:
            total += pop()
        if i == 40:
            push = print
    return total, len(out)


print(bound(45))


def optional(n):
    d = {"a": 1}
    got = []
    for i in range(n):
        got.append(d.get("a"))
        got.append(d.get("b"))
        got.append(d.get("b", i))
        got.append("x,y".split(","))
        got.append("a-b".replace("-", "+"))
        got[3].append(i)
    return got[-5:], len(got[3])


print(optional(30))


def splits(n):
    out = []
    for i in range(n):
        out.append("a b".split())
        out[-1].append(i)
    return out[0], out[-1], out[0] is out[1]


print(splits(30))


def failing(values):
    log = []
    for v in values:
        try:
            log.append(len(v) + ord(v))
        except TypeError as e:
            log.append(str(e))
    return log


print(failing(["a"] * 20 + ["ab", 5, "b"] + ["c"] * 20 + [b"d", None])[19:24])
for i in range(30):
    try:
        int("12" if i % 4 else "zz")
    except ValueError as e:
        last = (i, str(e))
print(last)
print([next(it, "end") for it in [iter([1, 2])] for _ in range(4)])


def steps(n):
    it = iter(range(n))
    total = 0
    while True:
        try:
            total += next(it)
        except StopIteration:
            return total


print(steps(60), attempt(lambda: next(5)))
