"""Closures and higher-order functions: compose, curry, counters, memo, fold."""

from harness import main


def compose(f, g):
    return lambda x: f(g(x))


def adder(n):
    def add(x):
        return x + n
    return add


def scaler(n):
    return lambda x: x * n % 1000003


def counter():
    count = 0

    def bump(by=1):
        nonlocal count
        count += by
        return count
    return bump


def fold(f, items, start):
    result = start
    for item in items:
        result = f(result, item)
    return result


def memoize(f):
    known = {}

    def wrapper(x):
        if x not in known:
            known[x] = f(x)
        return known[x]
    return wrapper


@memoize
def partitions_step(x):
    return x * x % 97


def curry(f):
    return lambda a: lambda b: lambda c: f(a, b, c)


def run(n):
    pipeline = adder(1)
    for k in range(2, 6):
        pipeline = compose(scaler(k) if k % 2 else adder(k), pipeline)
    # The same pipeline, by hand: +1, +2, *3, +4, *5.
    bump = counter()
    total = 0
    for i in range(n):
        value = pipeline(i)
        total = (total + value) % 1000003
        bump(value & 1)
    expected = 0
    for i in range(n):
        expected = (expected + ((i + 3) * 3 % 1000003 + 4) * 5 % 1000003) % 1000003
    assert total == expected

    evens = list(filter(lambda x: x % 2 == 0, map(lambda x: x * 3, range(n))))
    assert len(evens) == (n + 1) // 2
    summed = fold(lambda a, b: a + b, evens, 0)
    assert summed == sum(evens)
    mixed = curry(lambda a, b, c: a * b + c)
    curried = sum(mixed(i)(2)(1) for i in range(n))
    assert curried == n * (n - 1) + n
    squares = sum(partitions_step(i % 500) for i in range(n))
    return "%d %d %d %d" % (total, bump(0), summed, squares)


if __name__ == "__main__":
    main(run, 100000)
