# Lambdas.
print((lambda: 1)(), (lambda x: x * 2)(3), (lambda x, y=2: x + y)(1), (lambda *a: a)(1, 2), (lambda **k: k)(a=1), (lambda x, /, y, *, z: (x, y, z))(1, 2, z=3))
print((lambda x: lambda y: x - y)(5)(3), (lambda f, n: f(f, n))(lambda f, n: 1 if n < 2 else n * f(f, n - 1), 6), (lambda x: x if x else "empty")(""), (lambda: (yield))().__class__.__name__)
fs = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b}
print(fs["add"](1, 2), fs["sub"](1, 2), [f(10) for f in (lambda v: v, lambda v: -v)], sorted(["bb", "a", "ccc"], key=lambda s: -len(s)))
g = lambda: 0
print(g.__name__, g.__qualname__, (lambda: None).__name__)
print(list(map(lambda a, b: a * b, [1, 2], [3, 4])), list(filter(lambda v: v % 2, range(6))), max([3, -5, 2], key=lambda v: v * v))


class C:
    double = lambda self: self.v * 2
    v = 21


print(C().double(), (lambda s: s.v)(C))
print((lambda x=[]: x.append(1) or x)(), (lambda: (1, 2))(), (lambda: [i for i in range(3)])(), (lambda a: a[0] and a[1])((1, 5)))
try:
    (lambda x: x)()
except TypeError as e:
    print(e)
x = 10
print((lambda: x)(), (lambda x: x)(1), x, (lambda y=x: y)())
