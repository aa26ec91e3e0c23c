# Generators: next, send, throw, close, return values, yield from, state.
def g():
    x = yield 1
    print("got", x)
    y = yield 2
    print("got", y)
    return "result"


it = g()
print(next(it), it.send("a"))
try:
    it.send("b")
except StopIteration as e:
    print("StopIteration", e.value)
try:
    next(it)
except StopIteration as e:
    print("again", e.value)
try:
    g().send(5)
except TypeError as e:
    print(e)


def handler():
    while True:
        try:
            v = yield "ready"
            print("value", v)
        except ValueError as e:
            print("caught", e)
            yield "handled"
        except GeneratorExit:
            print("closing")
            raise
        finally:
            print("finally")


h = handler()
print(next(h), h.send(1), h.throw(ValueError("boom")), next(h))
h.close()
h.close()
try:
    next(h)
except StopIteration:
    print("closed")


def throws_out():
    yield 1


t = throws_out()
next(t)
try:
    t.throw(KeyError("k"))
except KeyError as e:
    print("KeyError", e)
t = throws_out()
try:
    t.throw(RuntimeError("before start"))
except RuntimeError as e:
    print(e, list(t))


def ignores_close():
    try:
        yield 1
    except GeneratorExit:
        yield 2


i = ignores_close()
next(i)
try:
    i.close()
except RuntimeError as e:
    print("RuntimeError:", e)


def raises_stop():
    yield 1
    raise StopIteration("inside")


try:
    list(raises_stop())
except RuntimeError as e:
    print("RuntimeError:", e, "|", type(e.__cause__).__name__)


def recursive():
    yield next(me)


me = recursive()
try:
    next(me)
except ValueError as e:
    print("ValueError:", e)


def inner():
    x = yield "i1"
    print("inner got", x)
    try:
        yield "i2"
    except KeyError:
        yield "i-caught"
    return "inner result"


def outer():
    r = yield from inner()
    print("r =", r)
    r2 = yield from [10, 20]
    print("r2 =", r2)
    return "outer result"


o = outer()
print(next(o), o.send("S"), o.throw(KeyError), next(o), next(o))
try:
    next(o)
except StopIteration as e:
    print(e.value)


def delegating_close():
    try:
        yield from inner()
    finally:
        print("outer finally")


dc = delegating_close()
next(dc)
dc.close()


def returns_early(flag):
    if flag:
        return
    yield 1


print(list(returns_early(True)), list(returns_early(False)))


def infinite():
    n = 0
    while True:
        yield n
        n += 1


def take(n, it):
    for _, x in zip(range(n), it):
        yield x


print(list(take(5, infinite())), sum(take(100, infinite())))


def flatten(x):
    for i in x:
        if isinstance(i, list):
            yield from flatten(i)
        else:
            yield i


print(list(flatten([1, [2, [3, [4, []]], 5]])))
ge = (x * 2 for x in range(3))
print(next(ge), ge.send(None), list(ge), type(ge).__name__, iter(ge) is ge)


def locals_kept(a, *args, **kw):
    b = a
    for v in args:
        b += v
        yield b, sorted(kw)


print(list(locals_kept(1, 2, 3, z=4)))


def with_finally():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup")


for v in with_finally():
    print(v)
    break
for v in with_finally():
    print(v)


def yield_expr():
    a = (yield) or "none"
    b = [(yield 1), (yield 2)]
    return a, b


y = yield_expr()
next(y)
print(y.send("A"), y.send("x"))
try:
    y.send("y")
except StopIteration as e:
    print(e.value)


def gen_in_try():
    try:
        raise ValueError("v")
    except ValueError:
        yield "in handler"
        try:
            raise
        except ValueError as e:
            yield "re-raised " + str(e)


print(list(gen_in_try()))


class Tree:
    def __init__(self, v, l=None, r=None):
        self.v, self.l, self.r = v, l, r

    def __iter__(self):
        if self.l:
            yield from self.l
        yield self.v
        if self.r:
            yield from self.r


print(list(Tree(2, Tree(1), Tree(4, Tree(3)))))


def chain_gens(n):
    g = range(10)
    for k in range(n):
        g = (lambda g, k: (x + k for x in g))(g, k)
    return list(g)


print(chain_gens(20))
print(max((len(w), w) for w in "the longest word here".split()), g.__name__, g().__name__, outer().gi_running, it.gi_frame)
