# functools.
import functools


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info().hits > 0, fib.cache_info().misses)


@functools.lru_cache(maxsize=2)
def f(x):
    print("computing", x)
    return x * 2


print(f(1), f(2), f(1), f(3), f(2), f.cache_info())
f.cache_clear()
print(f.cache_info())


@functools.cache
def g(a, b=1):
    return a + b


print(g(1), g(1, b=2), g(1))
p = functools.partial(int, base=2)
print(p("101"), p.func is int, p.args, p.keywords, functools.partial(max, 5)(3, 9), functools.partial(functools.partial(pow, 2), 3)())
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.reduce(lambda a, b: a + b, [], "init"), functools.reduce(max, [3, 9, 2]))
try:
    functools.reduce(lambda a, b: a, [])
except TypeError:
    print("TypeError on empty reduce")


def deco(fn):
    @functools.wraps(fn)
    def wrapper(*a):
        "wrapper doc"
        return fn(*a)
    return wrapper


@deco
def named(x):
    "named doc"
    return x


print(named.__name__, named.__doc__, named.__wrapped__(5), named(6))
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), sorted(["bb", "a"], key=functools.cmp_to_key(lambda a, b: len(a) - len(b))))


@functools.total_ordering
class V:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __lt__(self, o):
        return self.v < o.v


print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2), V(1) != V(2))


class C:
    @functools.cached_property
    def slow(self):
        print("once")
        return 5


c = C()
print(c.slow, c.slow)
