# Small functions in hot loops: defaults, keywords, *args, nesting, recursion, closures.
def add(a, b=1):
    return a + b


def twice(f, x):
    return f(f(x))


def kw(a, *, scale=2, offset=0):
    return a * scale + offset


def varargs(*args):
    return len(args) + (args[0] if args else 0)


def kwargs(**kw):
    return kw.get("x", 0) + len(kw)


def clamp(x, lo, hi):
    if x < lo:
        return lo
    if x > hi:
        return hi
    return x


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def run(n):
    t = 0
    for i in range(n):
        t = add(t)
        t = add(t, i)
        t += add(b=i, a=2)
        t += twice(add, i)
        t += kw(i) + kw(i, offset=1) + kw(i, scale=3, offset=i)
        t += varargs() + varargs(i) + varargs(i, 2, 3) + varargs(*(1, 2))
        t += kwargs() + kwargs(x=i) + kwargs(y=1, **{"x": 5})
        t += clamp(i, 100, 2000)
        t += (lambda q: q * 2)(i)
    return t


print(run(4000))
print(sum(fact(i % 25) for i in range(2000)), even(200), odd(301), ack(2, 40))


class V:
    def __init__(self, x):
        self.x = x

    def plus(self, o):
        return V(self.x + o.x)

    @staticmethod
    def s(a):
        return a + 1

    @classmethod
    def c(cls, a):
        return cls(a).x

    @property
    def p(self):
        return self.x * 2

    def __call__(self, y):
        return self.x + y

    def __getitem__(self, k):
        return self.x * k

    def __len__(self):
        return 3


v = V(1)
one = V(1)
t = 0
for i in range(4000):
    v = v.plus(one)
    t += V.s(i) + v.s(i) + V.c(i) + v.p + v(i) + v[i] + len(v)
print(v.x, t)


def make(k):
    def inner(x):
        return x * k
    return inner


fs = [make(k) for k in range(5)]
print(sum(fs[i % 5](i) for i in range(5000)))
m = v.plus
print(sum(m(one).x for _ in range(3000)))


def outer(n):
    total = 0

    def bump(by):
        nonlocal total
        total += by
        return total
    for i in range(n):
        bump(i)
    return total


print(outer(5000))


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(20))


def hanoi(n, a, b, c, log):
    if n:
        hanoi(n - 1, a, c, b, log)
        log[a] -= 1
        log[b] += 1
        hanoi(n - 1, c, b, a, log)


log = [12, 0, 0]
hanoi(12, 0, 1, 2, log)
print(log)
