# Functions made in compiled loops: called there, kept, looked at.


def called(n):
    total = 0
    for i in range(n):
        def add(x, y=i, *, z=3):
            return x + y + z + i

        total += add(1) + add(1, 2) + add(1, z=0)
        total += (lambda a: lambda b: a * b + i)(2)(3)
    return total


print(called(2000))


def kept(n):
    out = []
    for i in range(n):
        def f():
            return i

        out.append(f)
        if i % 500 == 0:
            out.append(lambda k=i: k)
    return out


functions = kept(1500)
print(len(functions), {f() for f in functions if f.__name__ == "f"})
print([f() for f in functions if f.__name__ != "f"], len({id(f) for f in functions}))


def looked_at(n):
    seen = set()
    for i in range(n):
        def inner(a: int, b: "text" = 1, *rest, c=2) -> float:
            "Doc."
            return a

        seen.add(
            (
                inner.__name__,
                inner.__qualname__,
                inner.__module__,
                inner.__doc__,
                inner.__defaults__,
                tuple(inner.__kwdefaults__.items()),
                inner.__code__.co_name,
                inner.__closure__,
                inner.__globals__ is globals(),
                tuple(sorted(inner.__annotations__)),
            )
        )
    return seen


for row in looked_at(600):
    print(row)


def cells(n):
    total = 0
    for i in range(n):
        count = i

        def bump(by):
            nonlocal count
            count += by
            return count

        def read():
            return count

        bump(2)
        bump(3)
        total += read() - i
        if i % 700 == 699:
            saved = (bump, read)
    saved[0](1000)
    return total, saved[1]()


print(cells(2100))


def compose(f, g):
    return lambda x: f(g(x))


def pipelines(n):
    total = 0
    for i in range(n):
        p = compose(lambda x: x + i, compose(lambda x: x * 2, lambda x: x - 1))
        total += p(i)
    return total


print(pipelines(2000))


def in_generators(n):
    total = 0

    def numbers(k):
        def step(x):
            return x + k

        for j in range(3):
            yield step(j)

    for i in range(n):
        for x in numbers(i):
            total += x
    return total


print(in_generators(1000))


def unbound(n):
    messages = set()
    for i in range(n):
        def get():
            return late

        try:
            get()
        except NameError as e:
            messages.add(str(e))
        late = i
        assert get() == i
        del late
    return messages


print(unbound(300))


def renamed(n):
    names = []
    for i in range(n):
        def f():
            return f.__name__

        if i % 2:
            f.__name__ = "other"
        names.append(f())
    return names.count("f"), names.count("other")


print(renamed(800))


def replaced(n):
    def one():
        return 1

    def two():
        return 2

    total = 0
    for i in range(n):
        def f():
            return 0

        if i > n // 2:
            f.__code__ = one.__code__ if i % 2 else two.__code__
        total += f()
    return total


print(replaced(1000))


class Holder:
    def __init__(self, k):
        self.k = k

    def method(self):
        return lambda x: x + self.k


def methods(n):
    total = 0
    for i in range(n):
        total += Holder(i).method()(1)
    return total


print(methods(1500))
