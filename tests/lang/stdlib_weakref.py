# weakref: proxies and the containers of the library.
import gc
import weakref


class Box:
    def __init__(self, v):
        self.v = v

    def __call__(self, x):
        return self.v + x

    def __add__(self, other):
        return Box(self.v + getattr(other, "v", other))

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return i * self.v

    def __eq__(self, other):
        return isinstance(other, Box) and self.v == other.v

    def __hash__(self):
        return hash(self.v)


def collect():
    for _ in range(3):
        gc.collect()


b = Box(4)
p = weakref.proxy(b)
print(p.v, (p + 1).v, (p + p).v, p(2), len(p), p[3], p == b, bool(p), type(p).__name__, str(p)[:5])
p.v = 7
p.extra = 1
del p.extra
print(b.v, hasattr(b, "extra"), weakref.getweakrefcount(b), isinstance(p, Box))
gone = []
r = weakref.ref(b, gone.append)
q = weakref.proxy(b, lambda x: gone.append("proxy"))
print(r() is b, weakref.getweakrefcount(b), r in weakref.getweakrefs(b))
values = weakref.WeakValueDictionary(one=b)
keys = weakref.WeakKeyDictionary({b: "b"})
members = weakref.WeakSet([b])
print(list(values.items()) == [("one", b)], keys[b], b in members, len(values), len(keys), len(members))
f = weakref.finalize(b, int)
method = weakref.WeakMethod(b.__call__)
print(f.alive, method()(1), f.detach() is not None, f.alive)


def fill(n):
    boxes = [Box(i) for i in range(n)]
    for i, box in enumerate(boxes):
        values[i] = box
        keys[box] = i
        members.add(box)
        weakref.finalize(box, done.append, i)
    return [weakref.proxy(box, lambda x: gone.append(1)) for box in boxes], [weakref.WeakMethod(x.__call__) for x in boxes]


done = []
proxies, methods = fill(100)
collect()
# The collector is conservative: one or the other may still be held by a stale word.
print(len(values) < 20, len(keys) < 20, len(members) < 20, len(done) > 80, len(gone) > 80)
print(sum(m() is None for m in methods) > 80)


def dead(proxy):
    try:
        return proxy.v is None
    except ReferenceError as e:
        return str(e)


print({dead(p) for p in proxies} - {False})
for call in [lambda: weakref.proxy(3), lambda: p.nothing, lambda: next(p)]:
    try:
        call()
    except (ReferenceError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
