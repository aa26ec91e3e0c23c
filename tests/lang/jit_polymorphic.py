# Attribute access and method calls over several classes at one place.
class A:
    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v


class B:
    def __init__(self, v):
        self.other = 0
        self.v = v

    def get(self):
        return self.v * 2


class C(A):
    def get(self):
        return super().get() + 1


class D:
    __slots__ = ("v",)

    def __init__(self, v):
        self.v = v

    def get(self):
        return -self.v


class E:
    v = 100

    def get(self):
        return self.v


class F:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v + 0.5

    def get(self):
        return self.v


class G:
    def __getattr__(self, name):
        if name == "get":
            return lambda: 7
        if name == "v":
            return 3
        raise AttributeError(name)


def run(objects, rounds):
    total = 0
    for _ in range(rounds):
        for o in objects:
            total += o.get() + o.v
    return total


print(run([A(1)], 3000))
print(run([A(1), B(2)], 2000))
print(run([A(1), B(2), C(3), D(4), E(), F(6), G()], 1000))
print(run([A(1)] * 3000 + [D(2)] * 1000 + [A(3.5)] * 5, 1))


class Shape:
    def area(self):
        raise NotImplementedError


class Square(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s * self.s


class Rect(Shape):
    def __init__(self, w, h):
        self.w, self.h = w, h

    def area(self):
        return self.w * self.h


shapes = [Square(i) if i % 3 else Rect(i, 2) for i in range(300)]
total = 0
for _ in range(20):
    for s in shapes:
        total += s.area()
print(total)
late = A(5)
total = 0
for i in range(4000):
    if i == 2000:
        late.extra = 1
    if i == 3000:
        late.get = lambda: 1000
    if i == 3500:
        del late.get
    total += late.get()
print(total)


def writes(objects):
    for i in range(2000):
        for o in objects:
            o.v = o.v + i
    return [o.v for o in objects]


print(writes([A(0), B(1), D(2)]))
o = A(0)
for i in range(2000):
    setattr(o, "f%d" % (i % 50), i)
print(len(o.__dict__), o.f49, sum(getattr(o, "f%d" % i) for i in range(50)))
