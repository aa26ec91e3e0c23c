# Context managers.
class CM:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise ValueError("in enter")
        return self.name.upper()

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        if self.fail == "exit":
            raise KeyError("in exit")
        return self.swallow


with CM("a") as a:
    print("body", a)
with CM("b"), CM("c") as c:
    print("body", c)
with (
    CM("d") as d,
    CM("e") as e,
):
    print(d, e)
with CM("swallow", True):
    raise ValueError("gone")
print("after")
try:
    with CM("pass on"):
        raise ValueError("kept")
except ValueError as err:
    print("caught", err)
try:
    with CM("outer"), CM("bad", fail="enter"):
        print("never")
except ValueError as err:
    print("caught", err)
try:
    with CM("x", fail="exit"):
        raise ValueError("first")
except KeyError as err:
    print(repr(err), repr(err.__context__))


def returns():
    with CM("r"):
        return "value"


def loops():
    for i in range(3):
        with CM("loop%d" % i):
            if i == 0:
                continue
            break
    return i


print(returns(), loops())
with CM("t") as (x, *y):
    print(x, y)


class O:
    pass


o = O()
with CM("attr") as o.attr, CM("idx") as [*o.lst]:
    pass
print(o.attr, o.lst)


def nested_swallow():
    out = []
    with CM("1", True):
        with CM("2"):
            raise IndexError("deep")
        out.append("not reached")
    out.append("reached")
    return out


print(nested_swallow())


def gen():
    with CM("gen"):
        yield 1
        yield 2


for v in gen():
    print(v)
    break
g = gen()
print(next(g))
g.close()
try:
    with 5:
        pass
except TypeError:
    print("TypeError for int")
try:
    with O():
        pass
except TypeError:
    print("TypeError without methods")
o.__enter__ = lambda: 1
o.__exit__ = lambda *a: None
try:
    with o:
        pass
except TypeError:
    print("looked up on the type")


def hot(n):
    class Count:
        depth = 0

        def __enter__(self):
            Count.depth += 1
            return self

        def __exit__(self, *a):
            Count.depth -= 1
            return a[0] is ValueError
    total = 0
    cm = Count()
    for i in range(n):
        with cm as m:
            total += m.depth
            if i % 5 == 0:
                raise ValueError
            total += 1
    return total, Count.depth


print(hot(3000))
