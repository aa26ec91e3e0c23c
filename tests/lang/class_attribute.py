# `o.__class__` and fields of named tuples, at sites that see one class or several, and that change.
from collections import namedtuple
from dataclasses import dataclass


@dataclass(order=True)
class Item:
    price: int
    name: str


items = [Item(k * 7 % 50, "n%d" % (k % 3)) for k in range(200)]
print(min(items), max(items), sorted(items)[100], sum(a <= b for a, b in zip(items, items[1:])))


class A:
    pass


class B(A):
    pass


class Proxy:
    @property
    def __class__(self):
        return A


def classes(objects):
    return [o.__class__.__name__ for o in objects]


print(set(classes([A()] * 100)), classes([A(), B(), Proxy(), 1, "", None, A, type, Exception()]))
print(isinstance(Proxy(), A), type(Proxy()) is Proxy)
a = A()
for k in range(100):
    a.__class__ = B if k % 2 else A
    a.x = k
    assert a.__class__ is (B, A)[k % 2 == 0]
print(a.__class__.__name__)

P = namedtuple("P", "x y")
Q = namedtuple("Q", "y x")


def total(points):
    return sum(p.x - 2 * p.y for p in points)


print(total([P(k, 1) for k in range(100)]), total([P(1, 2), Q(1, 2)] * 50))
short = tuple.__new__(P, (5,))
for p in [P(1, 2)] * 50 + [short]:
    try:
        last = p.x, p.y
    except IndexError as e:
        print("IndexError", e, last)


class R(P):
    @property
    def x(self):
        return 100


print([p.x for p in [P(1, 2), R(1, 2)] * 3], P.x.__doc__)
P.x = property(lambda self: -1)
print([p.x for p in [P(1, 2), R(1, 2)] * 3])
try:
    P(1, 2).y = 3
except AttributeError as e:
    print("AttributeError", e)
