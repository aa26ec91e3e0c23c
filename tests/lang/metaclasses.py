# Metaclasses: __new__, __init__, __call__, __prepare__, attributes, inheritance.
class Meta(type):
    def __new__(mcls, name, bases, ns, **kw):
        cls = super().__new__(mcls, name, bases, ns)
        cls.tag = kw.get("tag", "default")
        return cls

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.inited = True

    @property
    def upper_name(cls):
        return cls.__name__.upper()

    def hello(cls):
        return "hello from " + cls.__name__

    def __len__(cls):
        return 7

    def __getitem__(cls, k):
        return (cls.__name__, k)

    def __iter__(cls):
        return iter("xyz")

    def __contains__(cls, x):
        return x == 3

    def __repr__(cls):
        return "<Meta %s>" % cls.__name__

    def __add__(cls, o):
        return "class add"


class A(metaclass=Meta):
    pass


class B(A, tag="b"):
    pass


print(A.tag, B.tag, A.inited, A.upper_name, B.hello(), len(A), A[5], list(A), 3 in A, A, [B], A + 1, type(A).__name__, isinstance(A, Meta), isinstance(A(), A))
try:
    A().hello()
except AttributeError as e:
    print(e)


class Singleton(type):
    instances = {}

    def __call__(cls, *a, **k):
        if cls not in Singleton.instances:
            Singleton.instances[cls] = super().__call__(*a, **k)
        return Singleton.instances[cls]


class S(metaclass=Singleton):
    def __init__(self, v=0):
        self.v = v


print(S(1) is S(2), S().v)


class Ordered(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        return {"prepared": name}

    def __new__(mcls, name, bases, ns):
        cls = super().__new__(mcls, name, bases, dict(ns))
        cls.order = [k for k in ns if not k.startswith("__")]
        return cls


class O(metaclass=Ordered):
    z = 1
    a = 2

    def m(self):
        pass


print(O.order, O.prepared)


class M2(type):
    pass


class C2(metaclass=M2):
    pass


try:
    class Conflict(A, C2):
        pass
except TypeError as e:
    print("TypeError:", str(e)[:18])


class InstanceCheck(type):
    def __instancecheck__(cls, o):
        return o == "magic"

    def __subclasscheck__(cls, c):
        return c is int


class IC(metaclass=InstanceCheck):
    pass


print(isinstance("magic", IC), isinstance(5, IC), issubclass(int, IC), issubclass(str, IC))


def func_meta(name, bases, ns):
    return (name, bases, sorted(k for k in ns if not k.startswith("__")))


class F(metaclass=func_meta):
    x = 1


print(F)
print(type(type), type.__mro__ == (type, object), isinstance(type, object), isinstance(object, type), type(5) is int)
