# Inheritance, MRO, super, multiple inheritance, cooperative calls.
class A:
    def who(self):
        return "A"

    def call(self):
        return self.who()


class B(A):
    def who(self):
        return "B>" + super().who()


class C(A):
    def who(self):
        return "C>" + super().who()


class D(B, C):
    def who(self):
        return "D>" + super().who()


print(D().who(), D().call(), B().who(), [k.__name__ for k in D.__mro__], [k.__name__ for k in D.mro()])
print(issubclass(D, A), issubclass(A, D), isinstance(D(), (int, C)), issubclass(bool, int), isinstance(True, int), isinstance(1, object), [b.__name__ for b in D.__bases__], A.__base__.__name__)
try:
    class Bad(A, B):
        pass
except TypeError as e:
    print("TypeError:", str(e).split("\n")[0])
try:
    class Dup(A, A):
        pass
except TypeError as e:
    print("TypeError:", e)
try:
    class FromInt(bool):
        pass
except TypeError as e:
    print("TypeError:", e)


class Base:
    def __init__(self, **kw):
        self.rest = kw


class Left(Base):
    def __init__(self, left=0, **kw):
        super().__init__(**kw)
        self.left = left


class Right(Base):
    def __init__(self, right=0, **kw):
        super().__init__(**kw)
        self.right = right


class Both(Left, Right):
    def __init__(self, **kw):
        super().__init__(**kw)


b = Both(left=1, right=2, other=3)
print(b.left, b.right, b.rest)


class X:
    @classmethod
    def make(cls):
        return cls.__name__

    @staticmethod
    def st():
        return "X.st"

    @property
    def prop(self):
        return "X.prop"

    value = "X.value"


class Y(X):
    @classmethod
    def make(cls):
        return "Y:" + super().make()

    @staticmethod
    def st():
        return "Y:" + super(Y, Y).st()

    @property
    def prop(self):
        return "Y:" + super().prop

    value = "Y.value"

    def up(self):
        return super().value, super(Y, self).prop


y = Y()
print(y.make(), Y.make(), y.st(), y.prop, y.up())
try:
    super(Y, y).nothing
except AttributeError as e:
    print(e)
try:
    super(Y, 5).make
except TypeError as e:
    print(e)


class Override(A):
    who = "not a method"


try:
    Override().call()
except TypeError as e:
    print(e)


class Mixin:
    def describe(self):
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in sorted(vars(self).items()))})"


class Car(Mixin, Base):
    pass


print(Car(a=1).describe())


class Deep0:
    def f(self):
        return 0


K = Deep0
for i in range(10):
    K = type("Deep%d" % (i + 1), (K,), {"f": (lambda K: lambda self: K.f(self) + 1)(K)} if i % 2 else {})
print(K().f(), len(K.__mro__))


class ListSub(list):
    def __init__(self, *a):
        super().__init__(a)

    def append(self, x):
        super().append(x * 2)

    def __getitem__(self, i):
        return ("got", super().__getitem__(i))


l = ListSub(1, 2)
l.append(5)
print(l, l[2], len(l), sum(l), list(l))


class IntSub(int):
    def __add__(self, o):
        return IntSub(int(self) + o + 1)


print(IntSub(3) + 4, IntSub(3) * 2, 4 + IntSub(3), type(IntSub(1) + 1).__name__, {IntSub(1): "k"}[1])


class DictSub(dict):
    def __setitem__(self, k, v):
        super().__setitem__(k, v * 10)


d = DictSub(a=1)
d["b"] = 2
d.update(c=3)
print(d, d == {"a": 1, "b": 20, "c": 3})


class ExcSub(Exception):
    def __str__(self):
        return "custom " + super().__str__()


print(str(ExcSub("x")), repr(ExcSub("x", 1)))


def dynamic_super():
    class P:
        def f(self):
            return "P"

    class Q(P):
        def f(self):
            g = lambda: super(Q, self).f()
            return g() + "".join(c for c in [super().f()])
    return Q().f()


print(dynamic_super())
