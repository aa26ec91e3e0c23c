# Pickling hooks of range iterators, the reentrant lru_cache, methods of memoryview.
import functools
import pickle

it = iter(range(10, 20, 2))
next(it)
print(it.__reduce__())
it = iter(range(-2**65, 20, 2))
it.__setstate__(2**64 + 7)
print(it.__reduce__(), list(pickle.loads(pickle.dumps(it))), list(it), it.__reduce__())


class Key:
    def __init__(self, x):
        self.x = x

    def __hash__(self):
        return self.x

    def __eq__(self, other):
        if self.x == 2:
            cached(Key(1))
        return self.x == other.x


@functools.lru_cache(maxsize=10)
def cached(x):
    return x.x


cached(Key(1))
cached(Key(2))
print(cached(Key(2)), cached.cache_info())


@functools.lru_cache(maxsize=2)
def square(x):
    return x * x


print([square(x) for x in (1, 2, 1, 3, 1, 2)], square.cache_info())
square.cache_clear()
print([square(x) for x in (1, 2, 3)], square.cache_info())

m = memoryview(b"abcabc")
print(m.count(97), m.index(98), m.index(98, 2), list(m[::2]), list(iter(m))[:2])
for f in (lambda: m.index(5), lambda: m[0, 0], lambda: m[0:1, 0:1], lambda: m[(0,)], lambda: memoryview(bytearray(3)).__delitem__(0)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)
h = hash(m)
m.release()
print(h == hash(m) == hash(b"abcabc"))


class Released:
    def __index__(self):
        w.release()
        return 0


w = memoryview(bytearray(3))
try:
    w[Released()] = 1
except ValueError as e:
    print(e)
deep = int
for i in range(100000):
    deep = (deep,)
try:
    isinstance("", deep)
except RecursionError:
    pass
exec(compile("1 + 1; None; 'x'", "x", "single"), {"__builtins__": {}})
