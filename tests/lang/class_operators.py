# Operator methods: binary, reflected, in-place, unary, conversions.
NAMES = "add sub mul truediv floordiv mod pow lshift rshift and or xor matmul divmod".split()


def make(name, **only):
    def method(prefix, op):
        return lambda self, *o: "%s.%s%s(%s)" % (name, prefix, op, ", ".join(map(str, o)))
    body = {"__str__": lambda self: name}
    for op in NAMES:
        if only.get("normal", True):
            body["__%s__" % op] = method("", op)
        if only.get("reflected", True):
            body["__r%s__" % op] = method("r", op)
    return type(name, (), body)


L = make("L")()
R = make("R", normal=False)()
O = make("O", reflected=False)()
for a, b in ((L, 1), (1, L), (L, R), (O, R), (R, L)):
    print(a + b, a - b, a * b, a / b, a // b, a % b, a ** b, a << b, a >> b, a & b, a | b, a ^ b, a @ b, divmod(a, b))
print(pow(L, 2, 5))
for f in (lambda: 1 + O, lambda: R + 1, lambda: O @ "x" and R @ 1, lambda: "s" - O, lambda: R ** 2, lambda: divmod(R, 1), lambda: -L, lambda: ~L, lambda: +L, lambda: abs(L), lambda: [] @ []):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)


class Num:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return "Num(%r)" % self.v

    def __add__(self, o):
        if isinstance(o, Num):
            return Num(self.v + o.v)
        if isinstance(o, int):
            return Num(self.v + o)
        return NotImplemented

    __radd__ = __add__

    def __iadd__(self, o):
        self.v += o if isinstance(o, int) else o.v
        return self

    def __neg__(self):
        return Num(-self.v)

    def __pos__(self):
        return Num(+self.v)

    def __invert__(self):
        return Num(~self.v)

    def __abs__(self):
        return Num(abs(self.v))

    def __int__(self):
        return int(self.v)

    def __float__(self):
        return self.v + 0.5

    def __complex__(self):
        return complex(self.v, 1)

    def __index__(self):
        return self.v

    def __round__(self, n=None):
        return ("round", n)

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __bool__(self):
        return self.v != 0


import math
n = Num(5)
m = n
m += 3
print(n, m is n, n + 1, 1 + n, n + Num(2), sum([Num(1), Num(2)]), -n, +n, ~n, abs(Num(-3)), int(n), float(n), complex(n), [0] * 9 and range(20)[n], round(n), round(n, 2), math.trunc(n), math.floor(n), math.ceil(n), bool(Num(0)), hex(n))
for f in (lambda: n + "x", lambda: "x" + n, lambda: n - 1, lambda: 1.5 + n):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)


class InPlace:
    def __init__(self):
        self.log = []

    def _log(op):
        def f(self, o):
            self.log.append(op)
            return self
        return f
    for _op in "add sub mul truediv floordiv mod pow lshift rshift and or xor matmul".split():
        locals()["__i%s__" % _op] = _log(_op)


i = InPlace()
i += 1; i -= 1; i *= 1; i /= 1; i //= 1; i %= 1; i **= 1; i <<= 1; i >>= 1; i &= 1; i |= 1; i ^= 1; i @= 1
print(i.log)


class Base:
    def __add__(self, o):
        return "Base.add"

    def __radd__(self, o):
        return "Base.radd"


class Derived(Base):
    def __radd__(self, o):
        return "Derived.radd"


class Same(Base):
    pass


print(Base() + Derived(), Derived() + Base(), Base() + Same(), Derived() + Derived(), 1 + Derived())


class Falls:
    def __iadd__(self, o):
        return NotImplemented

    def __add__(self, o):
        return "add used"


f = Falls()
f += 1
print(f)
o = Num(1)
o.__add__ = lambda other: "instance"
print(o + 1, o.__add__(1))
