# Async generators: asend, athrow, aclose, their states and errors, hooks, aiter and anext.
import types, sys, gc

@types.coroutine
def up(v):
    return (yield v)

def steps(aw):
    # What awaiting it does, as text.
    out = []
    it = aw.__await__()
    sent = None
    while True:
        try: v = it.send(sent)
        except StopIteration as e: out.append(("item", e.value)); break
        except BaseException as e: out.append((type(e).__name__, str(e))); break
        out.append(("up", v)); sent = "reply"
    return out

def error(f, *args):
    try: print("fine", f(*args))
    except BaseException as e: print(type(e).__name__, e)

async def gen():
    try:
        got = yield 1
        print("got", got)
        r = await up("wait")
        print("r", r)
        got = yield 2
        print("got", got)
    except ValueError as e:
        print("caught", e)
        yield 3
    finally:
        await up("cleanup")
        print("finally")

g = gen()
print(type(g), g.__name__, g.__qualname__, g.ag_running, g.ag_await, g.ag_code.co_name, g.ag_frame is not None, aiter(g) is g)
print(steps(g.__anext__())); print(steps(g.asend("x"))); print(steps(g.athrow(ValueError("v"))))
print(steps(g.__anext__())); print(steps(g.__anext__()), g.ag_frame)
print(steps(g.aclose()), steps(g.athrow(ValueError)))

g = gen(); steps(g.__anext__()); print(steps(g.aclose())); print(steps(g.__anext__()))
g = gen(); print(steps(g.aclose())); print(steps(g.__anext__()))
g = gen(); print(steps(g.athrow(KeyError("k")))); print(steps(g.__anext__()))
g = gen(); print(steps(g.asend(5)))
error(lambda: iter(gen())); error(lambda: next(gen()))

# One step at a time.
g = gen(); a = g.__anext__(); b = g.__anext__()
print(steps(a)); print(steps(a)); print(steps(b))
g = gen(); steps(g.__anext__())
a = g.asend(None); print(a.send(None), g.ag_running)
b = g.__anext__(); error(b.send, None); error(b.send, None)
c = g.aclose(); error(c.send, None); error(c.send, None)
d = g.athrow(ValueError); error(d.send, None)
error(a.throw, KeyError("into"))
print(steps(g.__anext__()))
e = gen().__anext__(); e.close(); error(e.send, None)
g = gen(); a = g.asend(None); error(a.throw, ValueError("before")); print(steps(g.__anext__()))

async def ignores():
    try: yield 1
    except GeneratorExit: yield 2
g = ignores(); steps(g.__anext__()); print(steps(g.aclose()))
async def awaits_on_close():
    try: yield 1
    finally: await up("a"); await up("b")
g = awaits_on_close(); steps(g.__anext__()); print(steps(g.aclose()))
async def stops(exc):
    yield 1
    raise exc
for exc in StopIteration(1), StopAsyncIteration(2), GeneratorExit(3), KeyError(4):
    g = stops(exc); steps(g.__anext__()); print(steps(g.__anext__()), steps(g.__anext__()))

# anext
async def three():
    for i in range(3): yield i
g = three()
print(steps(anext(g)), steps(anext(g, "d")), steps(anext(g, "d")), steps(anext(g, "d")), steps(anext(g)))
class It:
    def __aiter__(self): return self
    async def __anext__(self): raise StopAsyncIteration
print(steps(anext(It(), 9))); error(anext, 5); error(aiter, 5); error(anext, three().__aiter__)
class NoNext:
    def __aiter__(self): return 1
error(aiter, NoNext())

# Hooks.
def first(g): print("first", g.__name__)
finals = []
def final(g): finals.append(g.__name__)
print(sys.get_asyncgen_hooks())
error(sys.set_asyncgen_hooks, 5)
sys.set_asyncgen_hooks(first, final)
print(sys.get_asyncgen_hooks().firstiter is first)
def dropped():
    g = three(); a = g.__anext__(); steps(a); steps(g.__anext__())
def clobber(*args):
    return clobber(*args[1:]) if args else [0] * 100
for _ in range(9): dropped()
clobber(*range(60)); gc.collect(); clobber(*range(60)); gc.collect()
print(set(finals))
sys.set_asyncgen_hooks(firstiter=None, finalizer=None)
print(tuple(sys.get_asyncgen_hooks()))

# Exceptions pass through with their tracebacks; frames of steps are in between.
async def deep():
    yield 1
    raise ZeroDivisionError("deep")
async def outer():
    out = []
    try:
        async for x in deep(): out.append(x)
    except ZeroDivisionError as e:
        tb = e.__traceback__; names = []
        while tb: names.append(tb.tb_frame.f_code.co_name); tb = tb.tb_next
        out.append(names)
    return out
print(steps(outer()))

# Delegation through awaits inside async generators, and throwing into the chain.
async def inner_wait():
    try: return await up("inner")
    except OSError as e: return f"oserror {e}"
async def chain():
    while True: yield await inner_wait()
async def consume():
    out = []
    async for x in chain():
        out.append(x)
        if len(out) == 3: return out
c = consume()
print(c.send(None), c.send(1), c.throw(OSError("thrown")))
error(c.send, 3)

# Hot, with exceptions and with items of several types.
async def hot(n):
    for i in range(n):
        try:
            if i % 7 == 0: raise ValueError
            yield i
        except ValueError:
            yield -i
async def main():
    total = 0
    for k in range(20):
        async for x in hot(200):
            total += x
            if x == 190: break
    agen = hot(300)
    while (v := await anext(agen, None)) is not None: total += v
    return total
print(steps(main()))
