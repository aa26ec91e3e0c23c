# Generators in hot loops.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(it):
    for x in it:
        yield x * x


def odds(it):
    for x in it:
        if x % 2:
            yield x


print(sum(squares(odds(count(6000)))))
t = 0
for a in count(50):
    for b in count(a):
        t += a * b
print(t)


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(sum(tree(11)), list(tree(3)))


def averager():
    total = 0.0
    n = 0
    mean = None
    while True:
        x = yield mean
        total += x
        n += 1
        mean = total / n


a = averager()
next(a)
for i in range(4000):
    m = a.send(i)
print(m)


def fibs():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


g = fibs()
print([next(g) for _ in range(10)], sum(next(g) % 1000 for _ in range(500)))


def cleanup(log):
    try:
        for i in range(1000000):
            yield i
    finally:
        log.append("closed")


log = []
for i in range(200):
    for x in cleanup(log):
        if x == 20:
            break
print(len(log))
print(sum(x * y for x in range(60) for y in range(60) if x > y), max(len(str(i)) for i in range(3000)), any(i == 2500 for i in range(5000)), all(i < 5000 for i in range(5000)))


def late_type(n):
    for i in range(n):
        yield i if i < n - 100 else i + 0.5


print(sum(late_type(4000)))


def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None or y is not None:
        if y is None or x is not None and x <= y:
            yield x
            x = next(a, None)
        else:
            yield y
            y = next(b, None)


m = list(merge(range(0, 3000, 3), range(0, 3000, 2)))
print(len(m), m[:10], m == sorted(m))


def errors(n):
    for i in range(n):
        try:
            yield i
        except ValueError:
            yield -i


g = errors(3000)
t = 0
for x in g:
    t += x
    if x % 10 == 5:
        t += g.throw(ValueError())
print(t)


def perms(items):
    if len(items) < 2:
        yield items
        return
    for i in range(len(items)):
        for rest in perms(items[:i] + items[i + 1:]):
            yield items[i:i + 1] + rest


print(sum(int(p) for p in perms("12345")), len(list(perms("abcdef"))))
