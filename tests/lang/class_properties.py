# Properties, descriptors, __slots__, __set_name__.
class Temp:
    def __init__(self):
        self._c = 0

    @property
    def c(self):
        "celsius"
        return self._c

    @c.setter
    def c(self, v):
        if v < -273:
            raise ValueError("too cold")
        self._c = v

    @c.deleter
    def c(self):
        print("deleted")
        self._c = None

    @property
    def f(self):
        return self._c * 9 / 5 + 32

    both = property(lambda self: "g", lambda self, v: print("set", v))


t = Temp()
t.c = 100
print(t.c, t.f, Temp.c.__doc__, isinstance(Temp.c, property))
t.c += 1
print(t.c)
del t.c
print(t.c, t.both)
t.both = 5
for action in (lambda: setattr(t, "c", -500), lambda: setattr(t, "f", 1), lambda: delattr(t, "f"), lambda: delattr(t, "both")):
    try:
        action()
    except (AttributeError, ValueError) as e:
        print(type(e).__name__ + ":", e)


class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, obj, owner):
        if obj is None:
            return "class access " + owner.__name__
        return obj.__dict__.get(self.name, "unset")

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value * 2

    def __delete__(self, obj):
        obj.__dict__.pop(self.name, None)


class Rec:
    a = Field()
    b = Field()


r = Rec()
r.a = 5
print(r.a, r.b, Rec.a, r.__dict__)
r.__dict__["b"] = "direct"
print(r.b)
del r.a
print(r.a)


class NonData:
    def __get__(self, obj, owner):
        return "computed"


class N:
    x = NonData()


n = N()
print(n.x)
n.x = "instance wins"
print(n.x, N.x)


class Cached:
    def __init__(self, f):
        self.f = f

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner):
        value = obj.__dict__[self.name] = self.f(obj)
        return value


class U:
    @Cached
    def slow(self):
        print("computing")
        return 42


u = U()
print(u.slow, u.slow)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


s = Slots(1)
s.b = 2
print(s.a, s.b, Slots.__slots__, hasattr(s, "__dict__"))
for action in (lambda: setattr(s, "c", 1), lambda: (delattr(s, "b"), s.b), lambda: delattr(s, "b")):
    try:
        action()
    except AttributeError as e:
        print("AttributeError:", e)


class SubSlots(Slots):
    __slots__ = ("c",)


class SubDict(Slots):
    pass


x = SubSlots(5)
x.c = 6
y = SubDict(7)
y.anything = 8
print(x.a, x.c, y.a, y.__dict__, hasattr(x, "__dict__"))
try:
    class Conflict:
        __slots__ = ("v",)
        v = 1
except ValueError as e:
    print("ValueError:", e)


class F:
    def method(self):
        return "bound"


f = F.__dict__["method"]
print(f.__get__(F(), F)(), type(F.__dict__["method"]).__name__, type(F().method).__name__)


class Meth:
    cm = classmethod(lambda cls: cls.__name__)
    sm = staticmethod(lambda: "static")


print(Meth.cm(), Meth().cm(), Meth.sm(), Meth().sm(), type(Meth.__dict__["cm"]).__name__)


class PropInherit(Temp):
    @Temp.c.getter
    def c(self):
        return "sub " + str(self._c)


z = PropInherit()
z.c = 3
print(z.c)


class Raises:
    @property
    def broken(self):
        raise AttributeError("inside")

    def __getattr__(self, name):
        return "fallback " + name


print(Raises().broken)
