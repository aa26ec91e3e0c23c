# Unbound super objects as descriptors, slots in the order of names, None as a comparison, powers of three operands.
import warnings


class Auto(type):
    def __init__(cls, name, bases, namespace):
        setattr(cls, f"_{name}__super", super(cls))


class A(metaclass=Auto):
    def f(self):
        return "A"


class B(A):
    def f(self):
        return "B" + self.__super.f()


print([B().f() for _ in range(5)])


class G:
    __slots__ = ["a", "b"]


class H:
    __slots__ = ["b", "a"]


g = G()
g.a = 1
g.__class__ = H
print(g.a, [k for k in H.__dict__ if k in "ab"])
try:
    g.b
except AttributeError as e:
    print(e, e.name)


class NoEq:
    __eq__ = None


class Eq:
    def __eq__(self, other):
        return NotImplemented


for x, y in [(NoEq(), 1), (1, NoEq()), (Eq(), NoEq())]:
    try:
        print(x == y)
    except TypeError as e:
        print(e)


class I(int):
    def __rpow__(self, other, mod=None):
        return "I.__rpow__", int(other), mod


print(pow(2, I(3), 5), 2 ** I(3))
for args in [(), (1, 2, 3)]:
    try:
        (1).__pow__(*args)
    except TypeError as e:
        print(e)


def f():
    pass


def gen():
    yield


try:
    del f.__dict__
except TypeError as e:
    print(e)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    f.__code__ = gen.__code__
    print(seen[0].message)
try:
    del G.__doc__
    del int.__doc__
except TypeError as e:
    print(e)
for view in ({}.keys(), {}.values(), {}.items()):
    try:
        type(view)()
    except TypeError as e:
        print(e)
items = [3, 1, 2]


def key(x):
    items.append(x)
    items.pop()
    return x


try:
    items.sort(key=key)
except ValueError as e:
    print(e)


def again():
    global calls
    calls += 1
    if calls == 1:
        list(it)
        return 1
    return 2


calls = 0
it = iter(again, 2)
print(list(it))
from collections import OrderedDict
from collections.abc import Buffer

od = OrderedDict(a=1, b=2)
print(od.pop("c", default=3), od.setdefault("d", default=4), od, isinstance(b"", Buffer))


class SetOnly:
    def __set__(self, instance, value):
        pass


class Meta(type):
    a = SetOnly()


class WithMeta(metaclass=Meta):
    a = 42


print(WithMeta.a)


class ItemsBySetattr(dict):
    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__


x = ItemsBySetattr()
x.y = 42
print(x)
del x.y
print(x)


class Filter(filter):
    def __init__(self, *args, newarg=None):
        self.newarg = newarg


print(list(Filter(None, [0, 1], newarg=3)))
from itertools import tee

t1, t2 = tee("abc")
next(t1)
print(list(type(t1)(t1)), list(t1), list(t2))


def source():
    yield next(again)


again, _ = tee(source())
try:
    next(again)
except (RuntimeError, ValueError) as e:
    print("refused")
from bisect import bisect_left

n = 2**63 - 1
print(bisect_left(range(n - 1), n - 3) == n - 3)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    type("MyClass", (), {1: 2})
    print(seen[0].category.__name__, seen[0].message)
