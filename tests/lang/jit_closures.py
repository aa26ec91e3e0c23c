# Closures, cells, higher-order functions and nonlocal in hot loops.
def counter():
    n = 0

    def inc(k=1):
        nonlocal n
        n += k
        return n
    return inc


c1, c2 = counter(), counter()
for i in range(4000):
    c1()
    c2(i)
print(c1(0), c2(0))


def make_adders(n):
    return [lambda x, k=k: x + k for k in range(n)]


adders = make_adders(10)
t = 0
for i in range(5000):
    t = adders[i % 10](t)
print(t)


def compose(f, g):
    return lambda x: f(g(x))


f = lambda x: x + 1
for _ in range(6):
    f = compose(f, f)
print(f(0), sum(f(i) for i in range(100)))


def apply_n(f, n, x):
    for _ in range(n):
        x = f(x)
    return x


print(apply_n(lambda v: v + 2, 3000, 0), apply_n(lambda v: v * 1.001, 3000, 1.0), apply_n(lambda v: v + "a", 50, ""), apply_n(lambda v: [v], 3, 0))


def type_changing_cell(n):
    cell = 0

    def step(i):
        nonlocal cell
        if i == n - 100:
            cell = float(cell)
        if i == n - 50:
            cell = str(cell)
        cell = cell + (1 if not isinstance(cell, str) else "x")
    for i in range(n):
        step(i)
    return cell


print(type_changing_cell(3000))


def late_binding(n):
    fs = []
    for i in range(n):
        fs.append(lambda: i)
    return sum(f() for f in fs), fs[0]()


print(late_binding(1000))


def loop_in_closure(n):
    total = 0

    def outer():
        def inner():
            nonlocal total
            for i in range(n):
                total += i
        inner()
    for _ in range(5):
        outer()
    return total


print(loop_in_closure(1000))


def fold(f, xs, a):
    for x in xs:
        a = f(a, x)
    return a


print(fold(lambda a, x: a + x, range(3000), 0), fold(lambda a, x: a * 2 + x, range(100), 1), fold(lambda a, x: a + [x] if x % 500 == 0 else a, range(2000), []), fold(max, range(2000), 0), fold(lambda a, x: a + x, [0.5] * 1000, 0))
swap = [lambda x: x + 1, lambda x: x * 2, lambda x: -x, abs, int, float, str, len]
v = 1
for i in range(400):
    for g in swap:
        v = g(v)
print(v)


def switching(n):
    f = lambda x: x + 1
    t = 0
    for i in range(n):
        if i == n // 2:
            f = lambda x: x + 100
        if i == n - 5:
            f = len
            t = "seven77"
        if i == n - 4:
            f = lambda x: x - 1
        t = f(t)
    return t


print(switching(3000))


class Acc:
    def __init__(self):
        self.items = []

    def method(self):
        push = self.items.append
        for i in range(2000):
            push(i)
        return len(self.items)


print(Acc().method())


def y_combinator(n):
    fact = (lambda g: g(g))(lambda g: lambda k: 1 if k < 2 else k * g(g)(k - 1))
    return sum(fact(i % 12) for i in range(n))


print(y_combinator(500))


def recursive_closure(n):
    def fib(k):
        return k if k < 2 else fib(k - 1) + fib(k - 2)
    return fib(n)


print(recursive_closure(18))


def deleted_cell(n):
    x = 1
    errors = 0

    def read():
        return x
    for i in range(n):
        if i == n // 2:
            del x
        if i == n - 10:
            x = 5
        try:
            read()
        except NameError:
            errors += 1
    return errors


print(deleted_cell(2000))
