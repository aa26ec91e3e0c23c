# Properties, slots, descriptors, class attributes and __getattr__ in hot loops.
class P:
    count = 0

    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        P.count += 1
        if new > 10 ** 6:
            raise OverflowError(new)
        self._v = new

    @property
    def twice(self):
        return self.v * 2


p = P(0)
for i in range(4000):
    p.v += i % 7
    p.v = p.twice - p.v
print(p.v, P.count)
try:
    while True:
        p.v = p.v * 2 + 1
except OverflowError as e:
    print("overflow", e, p.v)


class S:
    __slots__ = ("a", "b", "c")

    def __init__(self):
        self.a = 0
        self.b = 0.5


s = S()
miss = 0
for i in range(4000):
    s.a += 1
    s.b = s.b * 0.99 + s.a
    if i == 2000:
        s.c = 5
    if i == 3000:
        del s.c
    try:
        s.c += 1
    except AttributeError:
        miss += 1
print(s.a, "%.6f" % s.b, miss)


class Desc:
    def __init__(self):
        self.gets = 0

    def __get__(self, obj, owner):
        self.gets += 1
        return obj._d + self.gets

    def __set__(self, obj, v):
        obj._d = v


class D:
    d = Desc()

    def __init__(self):
        self._d = 1


d = D()
t = 0
for i in range(3000):
    t += d.d
    if i % 100 == 0:
        d.d = i
print(t, D.__dict__["d"].gets)


class G:
    def __init__(self):
        self.real = 1
        self.asked = 0

    def __getattr__(self, name):
        self.asked += 1
        if name == "gone":
            raise AttributeError(name)
        return len(name)


g = G()
t = 0
for i in range(3000):
    t += g.real + g.virtual
    t += getattr(g, "gone", 7) + hasattr(g, "real")
    if i == 1500:
        g.virtual = 100
print(t, g.asked)


class Base:
    kind = "base"
    n = 1

    def describe(self):
        return self.kind, self.n


class Sub(Base):
    kind = "sub"


o, q = Base(), Sub()
t = 0
for i in range(3000):
    x = o if i % 3 else q
    if i == 1000:
        q.kind = "own"
    if i == 2000:
        Base.n = 10
    k, n = x.describe()
    t += len(k) * n
print(t)


class Many:
    pass


objs = []
for i in range(40):
    m = Many()
    for j in range(i % 8):
        setattr(m, "a%d" % j, j)
    m.x = i
    objs.append(m)
t = 0
for _ in range(100):
    for m in objs:
        t += m.x
        m.x += 1
print(t)
for i in range(2000):
    p.fresh = i
    assert p.fresh == i
    del p.fresh
print(hasattr(p, "fresh"))
c = 0
for i in range(3000):
    class Local:
        v = i
    c += Local.v if i % 500 == 0 else 0
print(c)
