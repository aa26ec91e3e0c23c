# Class attributes and methods that change under a hot loop.
class A:
    k = 1

    def m(self):
        return self.k


class B(A):
    pass


def run(o, n, at, action):
    t = 0
    for i in range(n):
        if i == at:
            action()
        t += o.m() + o.k
    return t


print(run(A(), 3000, 2000, lambda: setattr(A, "k", 5)))
print(run(B(), 3000, 1500, lambda: setattr(A, "k", 6)))
print(run(B(), 3000, 1500, lambda: setattr(B, "k", 7)))
print(run(B(), 3000, 1500, lambda: delattr(B, "k")))
print(run(B(), 3000, 1500, lambda: setattr(A, "m", lambda self: 1000)))
print(run(B(), 3000, 1500, lambda: setattr(B, "m", lambda self: self.k * 2)))
b = B()
print(run(b, 3000, 1500, lambda: setattr(b, "k", 0.5)))
print(run(b, 3000, 1500, lambda: setattr(b, "m", lambda: 9)))


class P:
    v = 3


p = P()
t = 0
for i in range(4000):
    if i == 1000:
        P.v = property(lambda self: 10)
    if i == 2000:
        P.v = 4
    if i == 3000:
        p.v = 100
    t += p.v
print(t)


class X:
    def go(self):
        return 1


class Y:
    def go(self):
        return 2


x = X()
t = 0
for i in range(3000):
    if i == 1500:
        x.__class__ = Y
    t += x.go()
print(t, type(x).__name__)


class Op:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return Op(self.v + o.v)


acc = Op(0)
one = Op(1)
for i in range(4000):
    if i == 2000:
        Op.__add__ = lambda self, o: Op(self.v + o.v * 10)
    acc = acc + one
print(acc.v)


class Late:
    pass


o = Late()
t = miss = 0
for i in range(3000):
    if i == 1000:
        Late.attr = 5
    if i == 2000:
        Late.__getattr__ = lambda self, name: len(name)
        del Late.attr
    try:
        t += o.attr
    except AttributeError:
        miss += 1
print(t, miss)


class Base1:
    def w(self):
        return 1


class Base2:
    def w(self):
        return 2


class Multi(Base1, Base2):
    pass


m = Multi()
t = 0
for i in range(3000):
    if i == 1500:
        Multi.__bases__ = (Base2, Base1)
    t += m.w()
print(t)


class Counter:
    made = 0

    def __init__(self):
        Counter.made += 1


for _ in range(3000):
    Counter()
print(Counter.made)
