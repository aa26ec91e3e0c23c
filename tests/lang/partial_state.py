# State of partial objects, deques and their iterators, class methods as containers of attributes.
import copy
import functools
import pickle
import warnings
from collections import defaultdict, deque

p = functools.partial(max, 1, key=abs)
p.x = 5
q = pickle.loads(pickle.dumps(p))
print(q(-3), q.x, repr(q), functools.partial[int])
p.__setstate__((min, (2,), None, None))
print(p(1), p.keywords, p.__dict__)
for state in [(min, (), {}), (None, (), {}, None), (min, [], {}, None)]:
    try:
        p.__setstate__(state)
    except TypeError as e:
        print(e)
try:
    functools.partial(max, key=functools.Placeholder)
except TypeError as e:
    print(e)
print(functools.reduce(lambda a, b: a + b, "bc", initial="a"))

d = deque("abcd", 7)
it = iter(d)
next(it)
print(list(pickle.loads(pickle.dumps(it))), list(type(reversed(d))(d, 1)), deque[int])


class D(deque):
    pass


e = D("ab")
e.x = 1
print(copy.copy(e), e.__reduce__()[:3])


class Eq:
    def __eq__(self, other):
        d.clear()
        return False


d.append(Eq())
try:
    d.remove(9)
except IndexError as e:
    print(e)


def factory():
    global calls
    calls += 1
    n = calls
    if n == 1:
        dd["k"]
    return n


calls = 0
dd = defaultdict(factory)
print(dd["k"], calls)


class C:
    @classmethod
    def f(cls, a: int):
        "doc"


m = C.__dict__["f"]
try:
    del m.__annotations__
except AttributeError:
    print("none of its own")
print(m.__annotations__, {k: v for k, v in m.__dict__.items() if k not in ("__annotate__",)})
m.__annotations__ = {}
print(m.__annotations__, m.__wrapped__.__annotations__)


class Index(int):
    def __index__(self):
        return self


class Bad:
    def __index__(self):
        return True


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    print([1, 2, 3][Bad()], ~bool(calls), [5, 6][Index(1)])
    for w in seen:
        print(w.category.__name__, w.message)
