# Recursive functions call their compiled selves: results, exceptions at every depth, redefinition.


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def floats(n, x):
    if n == 0:
        return x
    return floats(n - 1, x * 1.5) + floats(n - 1, x + 0.25)


def power(base, n):
    # Beyond small ints half-way.
    if n == 0:
        return 1
    half = power(base, n // 2)
    return half * half * base if n % 2 else half * half


print(fib(20), tak(12, 8, 4), ack(2, 30), even(300), odd(301), even(301))
print(floats(12, 1.0), power(3, 200) % 10**9, power(3, 200) == 3**200)


# Values of other types on the way.
def total(t):
    if isinstance(t, list):
        s = 0
        for x in t:
            s += total(x)
        return s
    return t


tree = [1, [2, 3, [4, 5.5]], [[[[6]]]], [7] * 5]
for _ in range(8):
    tree = [tree, tree]
print(total(tree), total([True, [2.5, 10**30]]))


# Exceptions through many levels, caught at different depths.
def dive(n, at, mode):
    if n == 0:
        if mode == "raise":
            raise ValueError(at)
        return mode
    try:
        return dive(n - 1, at, mode)
    except ValueError as e:
        if n == at:
            return "caught %d at %d" % (e.args[0], n)
        raise
    finally:
        counts[n % 3] += 1


counts = [0, 0, 0]
for at in range(1, 40):
    for mode in ("raise", "fine", "raise"):
        r = dive(40, at, mode)
    if at % 8 == 0:
        print(r, counts)


def leaf_raises(n):
    if n == 0:
        return {}["missing"]
    return leaf_raises(n - 1) + leaf_raises(n - 2)


def swallow(n):
    try:
        return leaf_raises(n)
    except (KeyError, RecursionError) as e:
        return type(e).__name__


print([swallow(n % 7 + 1) for n in range(60)][-8:])


# The traceback names every level.
def lines(n):
    if n == 0:
        1 / 0
    lines(n - 1)


for k in range(30):
    try:
        lines(30)
    except ZeroDivisionError as e:
        tb, seen = e.__traceback__, []
        while tb:
            seen.append(tb.tb_lineno - lines.__code__.co_firstlineno)
            tb = tb.tb_next
        if k % 10 == 9:
            print(len(seen), seen[1:4], seen[-2:])


# Other names for the function while it runs.
def walk(n):
    if n == 0:
        return 0
    if n == 50 and switch[0]:
        swap()
    return 1 + walk(n - 1)


def swap():
    global walk

    def walk(n):
        return 1000 if n == 0 else 10 + walk(n - 1)


switch = [False]
first = walk
for _ in range(200):
    walk(100)
switch[0] = True
print(first(100), walk(10))


class Node:
    def __init__(self, depth):
        self.left = Node(depth - 1) if depth else None
        self.right = Node(depth - 1) if depth else None

    def count(self):
        if self.left is None:
            return 1
        return 1 + self.left.count() + self.right.count()

    def __add__(self, other):
        if self.left is None:
            return other
        return (self.left + other) + self.right.count()


n = Node(9)
print(n.count(), [n + k for k in range(3)])


# The class changes during a deep call.
class Shape:
    def area(self, n):
        if n == 0:
            return 1
        if n == 20 and change[0] == 1:
            change[0] = 2
            Shape.area = lambda self, n: 7000 + n
        return self.area(n - 1) + 1


change = [0]
s = Shape()
for _ in range(100):
    s.area(40)
change[0] = 1
print(s.area(40), s.area(40))


# Generators in between.
def leaves(t):
    if isinstance(t, tuple):
        for x in t:
            yield from leaves(x)
    else:
        yield t


def count_leaves(t, n):
    if n == 0:
        return sum(1 for _ in leaves(t))
    return count_leaves(t, n - 1) + 1


t = ((1, 2), (3, (4, 5)), 6)
print([count_leaves(t, n) for n in range(20)], sum(count_leaves(t, 30) for _ in range(50)))


def hanoi(n, a, b, c):
    if n == 0:
        return
    yield from hanoi(n - 1, a, c, b)
    yield a, b
    yield from hanoi(n - 1, c, b, a)


print(sum(1 for _ in hanoi(9, 1, 2, 3)))


# Closures, defaults, keywords and star-arguments.
def make(k):
    def inner(n, acc=0, *rest, step=1):
        if n <= 0:
            return acc + k + len(rest)
        return inner(n - step, acc + n, *rest, step=step)

    return inner


f, g = make(1), make(1000)
print([f(30), g(30), f(30, 1, 2, 3), g(40, step=2)] + [f(20) + g(21) for _ in range(50)][-1:])


def sort(a):
    if len(a) < 2:
        return a
    p = a[len(a) // 2]
    return sort([x for x in a if x < p]) + [x for x in a if x == p] + sort([x for x in a if x > p])


x, data = 12345, []
for _ in range(600):
    x = x * 1103515245 + 12345 & 0x7FFFFFFF
    data.append(x % 1000)
print(sort(data) == sorted(data), sort([str(d) for d in data])[:5])
