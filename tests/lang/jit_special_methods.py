# Special methods in Python that ops call in hot loops: truth, in, comparisons, subscripts; what they return when they
# should not; attributes of functions; subclasses of tuple.
from collections import namedtuple


class Plain:
    pass


class Sometimes:
    def __init__(self, n):
        self.n = n

    def __bool__(self):
        return self.n % 3 == 0 if self.n < 90 else self.n

    def __contains__(self, x):
        if x == 13:
            return [0]
        return x % 2 if x % 4 else ""


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n % 2


def truths():
    a = b = c = d = e = 0
    plain = Plain()
    for i in range(60):
        s = Sometimes(i)
        if s:
            a += 1
        if not s:
            b += 1
        x = not s
        c += x
        while plain:
            d += 1
            break
        if Sized(i):
            e += 1
        d += (plain and 1) + (10 if s or None else 100)
    return a, b, c, d, e


print(truths())


def wrong_truth():
    errors = []
    for i in range(80, 95):
        try:
            if Sometimes(i):
                pass
            x = not Sometimes(i)
        except TypeError as e:
            errors.append((i, str(e)))
    return errors


print(wrong_truth())


def later_bool():
    n = 0
    o = Plain()
    for i in range(60):
        if i == 40:
            Plain.__bool__ = lambda self: False
        if o:
            n += 1
        if i == 50:
            del Plain.__bool__
            Plain.__len__ = lambda self: 0
        if i == 55:
            del Plain.__len__
    return n


print(later_bool())


def memberships():
    s = Sometimes(0)
    out = [0, 0, 0, 0]
    for i in range(40):
        out[0] += i in s
        out[1] += i not in s
        if i in s:
            out[2] += 1
        if i not in s:
            out[3] += 1
    return out


print(memberships())


class Version:
    def __init__(self, *parts):
        self.parts = parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __le__(self, other):
        return self.parts <= other.parts

    def __eq__(self, other):
        if isinstance(other, Version):
            return self.parts == other.parts
        return NotImplemented

    def __ne__(self, other):
        return [] if self == other else [1]


class Loud(Version):
    def __lt__(self, other):
        return "loud"

    def __gt__(self, other):
        return True


def comparisons():
    n = [0] * 8
    last = None
    for i in range(60):
        a, b = Version(i % 3, 1), Version(1, i % 2)
        n[0] += a < b
        if a <= b:
            n[1] += 1
        if a == b:
            n[2] += 1
        if a != b:
            n[3] += 1
        last = a != b
        if a == 3:
            n[4] += 1
        if a != None:
            n[5] += 1
        if a > b:
            n[6] += 1
        c = Loud(0)
        n[7] += (a < c) is True
        if not (c < a):
            n[7] += 1000
    return n, last


print(comparisons())


def counted(x):
    counted.calls += 1
    counted.last = x
    return counted.calls


def function_attributes():
    counted.calls = 0
    for i in range(50):
        counted(i)
        if i == 30:
            counted.calls += 100
    del counted.last
    try:
        counted.last
    except AttributeError as e:
        print(e)
    return counted.calls, counted.__dict__


print(function_attributes())

Point = namedtuple("Point", "x y")


class Odd(tuple):
    def __getitem__(self, i):
        return "item"

    def __iter__(self):
        return iter("ab")


def tuples():
    n = 0
    last = None
    for i in range(50):
        p = Point(i, i + 1)
        x, y = p
        n += x * y + p[0] + p[1] + p[-1]
        o = Odd((i, i)) if i > 25 else p
        x, y = o
        last = x, y, o[1]
        try:
            x, y, z = p
        except ValueError as e:
            last += (str(e),)
        try:
            p[2]
        except IndexError as e:
            last += (str(e),)
    return n, last


print(tuples())
