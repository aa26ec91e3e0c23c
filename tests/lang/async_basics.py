# Coroutines driven by hand: values, exceptions, delegation, state, with, for, comprehensions.
import types, sys

def run(coro):
    # A loop without a loop: what is yielded up is sent back.
    sent = None
    while True:
        try:
            sent = coro.send(sent)
        except StopIteration as e:
            return e.value

@types.coroutine
def up(v):
    return (yield v)

async def add(a, b):
    x = await up(a)
    y = await up(b)
    return x + y

async def nested():
    total = 0
    for i in range(3):
        total += await add(i, 10)
    return total
print(run(nested()))

c = add(1, 2)
print(type(c), c.__name__, c.__qualname__, c.cr_running, c.cr_suspended, c.cr_await, c.cr_code.co_name, c.cr_frame is not None,
      c.cr_origin)
print(c.send(None), c.cr_suspended, type(c.cr_await).__name__)
print(c.send(5))
try: c.send(6)
except StopIteration as e: print("value", e.value)
print(c.cr_frame, c.cr_suspended)
try: c.send(None)
except RuntimeError as e: print(e)
c.close()
try: c.throw(ValueError("x"))
except RuntimeError as e: print(e)

def error(f, *args):
    try: print("fine", f(*args))
    except BaseException as e: print(type(e).__name__, e)

c = add(1, 2)
error(c.send, 1)
error(next, c)
error(iter, c)
c.close()
error(run, c)

async def failing():
    raise StopIteration(3)
error(run, failing())

async def catching():
    try:
        await up("in try")
    except ValueError as e:
        return f"caught {e}"
    finally:
        print("finally")
c = catching(); print(c.send(None))
error(c.throw, ValueError("thrown"))
c = catching(); c.send(None); c.close(); print("closed")

async def stubborn():
    try: await up(1)
    except GeneratorExit: await up(2)
c = stubborn(); c.send(None)
error(c.close)

# The protocol.
class Aw:
    def __init__(self, *steps): self.steps = steps
    def __await__(self):
        for s in self.steps:
            got = yield s
            print("got", got)
        return "awaited"
async def wait(x): return await x
c = wait(Aw(1, 2)); print(c.send(None), c.send("a"))
error(c.send, "b")
class Bad1:
    def __await__(self): return 5
class Bad2:
    def __await__(self): return wait(1)
class It:
    def __await__(self): return iter([7, 8])
c = wait(It()); print(c.send(None), c.send(None)); error(c.send, None)
import warnings
warnings.simplefilter("ignore")
for bad in Bad1(), Bad2():
    error(run, wait(bad))
c = add(1, 2); c.send(None)
w = wait(c); error(w.send, None)
w = c.__await__(); print(type(w).__name__, iter(w) is w); print(w.send(3)); error(next, w)

def plain_generator():
    yield from add(1, 2)
error(list, plain_generator())
@types.coroutine
def marked():
    return (yield from add(1, 2))
print(run(marked()))
async def awaits_marked(): return await marked()
print(run(awaits_marked()))

# async with, async for.
class Ctx:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    async def __aenter__(self):
        await up(f"enter {self.name}"); return self
    async def __aexit__(self, t, e, tb):
        await up(f"exit {self.name} {t and t.__name__}"); return self.swallow
def show(coro):
    sent = None
    while True:
        try: v = coro.send(sent); print("  up:", v)
        except StopIteration as e: print("  result:", e.value); return
        except Exception as e: print("  raised:", type(e).__name__, e); return
async def withs(fail, swallow):
    async with Ctx("a") as a, Ctx("b", swallow) as b:
        if fail: raise KeyError(a.name + b.name)
        return "returned"
    return "after"
show(withs(False, False)); show(withs(True, True)); show(withs(True, False))
async def loop_with():
    for i in range(5):
        async with Ctx(i):
            if i == 1: continue
            if i == 2: break
    else: return "else"
    return i
show(loop_with())

class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): self.i = 0; return self
    async def __anext__(self):
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        await up(f"next {self.i}")
        return self.i
async def loops():
    out = []
    async for x in Count(3): out.append(x)
    else: out.append("else")
    async for x in Count(9):
        if x == 2: continue
        if x == 4: break
        out.append(x)
    else: out.append("no else")
    async for a, b in agen_pairs():
        out.append(a * b)
    return out
async def agen_pairs():
    for i in range(3):
        await up(f"pair {i}")
        yield i, i + 1
show(loops())

async def comprehensions():
    async def g(n):
        for i in range(n): yield i
    a = [x async for x in g(4) if x % 2]
    b = {x: y async for x in g(2) async for y in g(2)}
    c = {await add(x, 1) async for x in g(3)}
    d = [await add(i, i) for i in range(3)]
    e = (x * 2 async for x in g(3))
    f = [z async for z in e]
    h = [[j async for j in g(i)] for i in range(3)]
    i = [await z for z in [add(1, 1), add(2, 2)]]
    return a, b, c, d, type(e).__name__, f, h, i
print(run(comprehensions()))

class NoAnext:
    def __aiter__(self): return 5
class BadAnext:
    def __aiter__(self): return self
    def __anext__(self): return 5
async def afor(x):
    async for _ in x: pass
async def awith(x):
    async with x: pass
for x in 1, NoAnext(), BadAnext(): error(run, afor(x))
class OnlyEnter:
    async def __aenter__(self): pass
class NotAwaitable:
    def __aenter__(self): return 1
    def __aexit__(self, *a): return 2
class NotAwaitableExit:
    async def __aenter__(self): pass
    def __aexit__(self, *a): return 2
for x in 1, OnlyEnter(), NotAwaitable(), NotAwaitableExit(): error(run, awith(x))

# Warnings for what is never awaited are tested elsewhere.
for src in ["await x", "async def f():\n yield from x", "def f():\n await x", "async def f():\n yield\n return 1", "def f():\n async with x: pass",
            "def f():\n async for x in y: pass", "def f():\n [x async for x in y]", "[x async for x in y]", "async with x: pass",
            "async for x in y: pass", "async def f():\n def g(): await x", "async def f():\n lambda: await x", "async def f():\n class C: await x"]:
    try: compile(src, "<a>", "exec"); print("fine", repr(src))
    except SyntaxError as e: print(repr(src), e.msg, (e.lineno, e.offset))

# Recursion of coroutines.
async def depth(n):
    if n == 0: return await up("bottom")
    return 1 + await depth(n - 1)
c = depth(300); print(c.send(None)); error(c.send, 7)

# Hot.
async def leaf(x): return x + 1
async def middle(n):
    t = 0
    for i in range(n): t += await leaf(i)
    return t
async def hot_gen(n):
    for i in range(n):
        if i % 50 == 0: await up(i)
        yield i
async def hot_main():
    t = await middle(3000)
    async for x in hot_gen(3000): t += x
    return t + sum([x async for x in hot_gen(500)])
print(run(hot_main()))
