# Closures, cells, nonlocal.
def counter(start=0):
    count = start

    def bump(by=1):
        nonlocal count
        count += by
        return count

    def peek():
        return count
    return bump, peek


b1, p1 = counter()
b2, p2 = counter(100)
b1(); b1(5); b2()
print(p1(), p2())


def late():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return [f() for f in fs]


def early():
    return [(lambda i: lambda: i)(i) for i in range(3)]


print(late(), [f() for f in early()])


def deep():
    a = 1

    def l1():
        b = 2

        def l2():
            nonlocal a
            a += b

            def l3():
                nonlocal b
                b += a
                return a, b
            return l3
        return l2
    return l1()()


f = deep()
print(f(), f(), f())


def after():
    def g():
        return value
    value = 1
    first = g()
    value = 2
    return first, g()


print(after())


def unbound():
    def g():
        return value
    try:
        g()
    except NameError as e:
        print(type(e).__name__, e)
    value = 1
    del value
    try:
        g()
    except NameError as e:
        print(type(e).__name__, e)


unbound()


def parameters(x, *args, k=0, **kw):
    def inner():
        nonlocal x
        x += 1
        return x, args, k, kw
    return inner


g = parameters(1, 2, 3, k=4, z=5)
print(g(), g())
print(g.__closure__ is not None, sorted(type(c.cell_contents).__name__ for c in g.__closure__), g.__code__.co_freevars)


def mutual():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)
    return even(10), odd(7), even(3)


print(mutual())


class Holder:
    def make(self):
        def get():
            return self
        return get


h = Holder()
print(h.make()() is h)


def class_in_function(v):
    class C:
        w = v

        def get(self):
            return v

        def who(self):
            return __class__.__name__
    return C


K = class_in_function(7)
print(K.w, K().get(), K().who(), K.__qualname__)


def compose(*fs):
    def run(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return run


print(compose(str, lambda x: x + 1, lambda x: x * 2)(5))


def gen_closure(n):
    def gen():
        nonlocal n
        while n:
            yield n
            n -= 1
    return list(gen()), n


print(gen_closure(3))


def exec_order():
    x = "outer"

    def f():
        x = "inner"
        return x
    return f(), x


print(exec_order())


def memo(f):
    cache = {}

    def wrapped(n):
        if n not in cache:
            cache[n] = f(n)
        return cache[n]
    wrapped.cache = cache
    return wrapped


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(50), len(fib.cache))


def exception_variable():
    def f():
        return e
    try:
        1 / 0
    except ZeroDivisionError as e:
        inside = type(f()).__name__
    try:
        f()
    except NameError as err:
        return inside, str(err)


print(exception_variable())
