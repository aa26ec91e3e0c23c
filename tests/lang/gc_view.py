# What module gc says of objects; shared weak references; the order of their callbacks.
import gc
import weakref


class C:
    pass


class Slots:
    __slots__ = ()


print([gc.is_tracked(v) for v in (None, 1, "a", b"a", 1.0, int, object(), [], {}, C, C(), Slots(), gc)])
print(sorted(gc.get_referents([1, 2], {3: 4}, (0, 0, 0))), gc.get_referents(1, "a", 4j))
a, b = C(), C()
a.b = b
held = [a]
print(any(o is held for o in gc.get_objects()), any(o is held for o in gc.get_referrers(a)), b in gc.get_referents(a))
print(len(gc.get_stats()), sorted(gc.get_stats()[0]))
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
for n in (-2, 3):
    try:
        gc.get_objects(generation=n)
    except ValueError as e:
        print(e)
old = gc.get_threshold()
gc.set_threshold(5, 6)
print(gc.get_threshold()[:2])
gc.set_threshold(*old)
seen = []
gc.callbacks.append(lambda phase, info: seen.append((phase, info["generation"], sorted(info))))
gc.collect()
gc.callbacks.clear()
print(seen)


class D:
    def __del__(self):
        global kept
        kept = self


d = D()
print(gc.is_finalized(d))
del d
gc.collect()
print(gc.is_finalized(kept))

print(weakref.ref(a) is weakref.ref(a), weakref.proxy(a) is weakref.proxy(a), weakref.ref(a) is weakref.ref(b))


class Ref(weakref.ref):
    def __init__(self, o, callback=None, value=0):
        super().__init__(o, callback)
        self.value = value


r = Ref(a, value=5)
print(r.value, weakref.getweakrefcount(a) >= 1, weakref.getweakrefs(a)[-1] is r)
order = []
c = C()
refs = [weakref.ref(c, lambda _, n=n: order.append(n)) for n in range(3)]
del c
gc.collect()
print(order)


class Named(dict):
    def __getattr__(self, name):
        return self[name]


print(repr(weakref.ref(n := Named())).split(" at")[0])


class Number:
    def __pow__(self, e, m=None):
        return ("pow", e, m)

    def __divmod__(self, o):
        return ("divmod", o)


p = weakref.proxy(number := Number())
print(pow(p, 2, 3), p**2, divmod(p, 7))
