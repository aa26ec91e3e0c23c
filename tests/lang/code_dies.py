# Code that nothing refers to any more dies, and other code may take its place.
import gc
import weakref

SOURCE = """
def f(a, b=2):
    return [a + b + i for i in range(3)]

def g(n):
    a, b, c = {first}, {second}, {third}
    for i in range(n):
        x = yield a + b + c + i
        if x:
            {name} = x
            a += {name}
    return a

total = sum(x * 2 for x in g(4)) + f({first})[2]
walk = g(3)
"""


def source(k):
    return SOURCE.format(first=k, second=k * k, third=k + 1, name="uvwxyz"[k % 6])


def expected(k):
    s = k + k * k + k + 1
    return sum((s + i) * 2 for i in range(4)) + k + 4


def run(k):
    code = compile(source(k), "<made>", "exec")
    namespace = {}
    exec(code, namespace)
    assert namespace["total"] == expected(k), k
    walk = namespace["walk"]
    first = next(walk)
    if k % 3 == 0:
        # The generator alone keeps its code alive.
        del code, namespace
        gc.collect()
    second = walk.send(k)
    assert second - first in (1, 1 + k), (k, first, second)
    return walk.gi_code if k % 2 else None


PLAIN = """
def f(a, b=2):
    return lambda: a + b

def g():
    yield %d

f(1)()
next(g())
"""


def made(n):
    refs = []
    for k in range(n):
        code = compile(PLAIN % k, "<made>", "exec")
        namespace = {}
        exec(code, namespace)
        refs += [weakref.ref(code), weakref.ref(namespace["f"].__code__), weakref.ref(namespace["g"].__code__)]
        del code, namespace
    return refs


for k in range(60):
    kept = run(k)
print(kept.co_name, kept.co_firstlineno)

refs = made(60)
gc.collect()
gc.collect()
# The native stack is scanned conservatively: a few words may look like references.
print(len(refs), sum(r() is not None for r in refs) < 30)


# Code that runs while its function gets another.
def changes():
    def other():
        return "other"

    changes.__code__ = other.__code__
    del other
    for k in range(20):
        compile(source(k), "<made>", "exec")
    gc.collect()
    return ["first", [k for k in range(3)]]


print(changes(), changes())


def counts(n):
    for k in range(n):
        yield k, len(str(k))


def nothing(n):
    yield n


walk = counts(3)
print(next(walk))
counts.__code__ = nothing.__code__
gc.collect()
print(list(walk), list(counts(7)))


# What a traceback refers to.
def fails(k):
    exec("\n" * k + "def h():\n    raise KeyError(%d)\nh()" % k, {})


errors = []
for k in range(30):
    try:
        fails(k)
    except KeyError as e:
        errors.append(e)
gc.collect()
lines = []
for e in errors:
    t = e.__traceback__
    while t.tb_next:
        t = t.tb_next
    lines.append(t.tb_lineno - e.args[0])
print(set(lines))
