# Recursion of many shapes, and its limit.
import sys


def fact(n):
    return 1 if n == 0 else n * fact(n - 1)


def ack(m, n):
    return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))


def perms(s):
    return [s] if len(s) <= 1 else [c + p for i, c in enumerate(s) for p in perms(s[:i] + s[i + 1:])]


def power_set(l):
    return [[]] if not l else (lambda r: r + [[l[0]] + x for x in r])(power_set(l[1:]))


def qs(l):
    return [] if not l else qs([x for x in l[1:] if x < l[0]]) + [l[0]] + qs([x for x in l[1:] if x >= l[0]])


def is_even(n):
    return n == 0 or is_odd(n - 1)


def is_odd(n):
    return n != 0 and is_even(n - 1)


print(fact(50), ack(2, 3), perms("abc"), power_set([1, 2, 3]), qs([3, 1, 4, 1, 5, 9, 2, 6]), is_even(500))


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(900))


def forever(n):
    return forever(n + 1) + 1


for _ in range(3):
    try:
        forever(0)
    except RecursionError as e:
        print("RecursionError:", e)


class Loop:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __eq__(self, o):
        return self == o

    @property
    def p(self):
        return self.p


for f in (lambda: Loop().p, lambda: Loop() == 1, lambda: (lambda f: f(f))(lambda f: f(f))):
    try:
        f()
    except RecursionError as e:
        print("RecursionError", str(e).startswith("maximum recursion depth exceeded"))


def finally_depth(n, log):
    try:
        finally_depth(n + 1, log)
    finally:
        log[0] += 1


log = [0]
try:
    finally_depth(0, log)
except RecursionError:
    print("unwound", log[0] > 500)


def mutual_a(n):
    return mutual_b(n + 1)


def mutual_b(n):
    return mutual_a(n + 1)


try:
    mutual_a(0)
except RecursionError:
    print("mutual")
old = sys.getrecursionlimit()
sys.setrecursionlimit(5000)
print(old, depth(4000))
sys.setrecursionlimit(old)
try:
    depth(2000)
except RecursionError:
    print("limit back")
print(depth(500))


def deep_gen(n):
    if n:
        yield from deep_gen(n - 1)
    yield n


print(sum(deep_gen(150)))
nested = []
for _ in range(50):
    nested = [nested]
print(str(nested).count("["))


def hanoi(n, a, b, c):
    return [] if n == 0 else hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)


print(hanoi(3, "A", "B", "C"), len(hanoi(10, 1, 2, 3)))


def collatz(n):
    return [n] if n == 1 else [n] + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


print(len(collatz(27)), collatz(6))
