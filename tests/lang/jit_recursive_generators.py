# Generators that step generators of their own kind, in compiled loops.
import sys


def place(n, row, columns, rising, falling):
    if row == n:
        yield ()
        return
    for column in range(n):
        if not (columns[column] or rising[row + column] or falling[row - column]):
            columns[column] = rising[row + column] = falling[row - column] = True
            for rest in place(n, row + 1, columns, rising, falling):
                yield (column,) + rest
            columns[column] = rising[row + column] = falling[row - column] = False


def queens(n):
    yield from place(n, 0, [False] * n, [False] * (2 * n), [False] * (2 * n))


for n in (4, 5, 6, 7):
    solutions = list(queens(n))
    print(n, len(solutions), solutions[0], sum(sum(s[::2]) for s in solutions))


class Node:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(build(low, middle), middle, build(middle + 1, high))


def walk(node):
    if node is not None:
        yield from walk(node.left)
        yield node.value
        yield from walk(node.right)


tree = build(0, 2000)
for _ in range(3):
    print(sum(v for v in walk(tree)), [v for v in walk(tree)] == list(range(2000)))


def permutations(items):
    if len(items) <= 1:
        yield items
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield items[i : i + 1] + rest


print(len(list(permutations([1, 2, 3, 4, 5, 6]))), sum(p[0] * p[-1] for p in permutations([1, 2, 3, 4, 5])))


# What comes back from below: results, exceptions, what was sent.
def count_down(n):
    if n == 0:
        return 1
    got = yield n
    below = yield from count_down(n - 1)
    return below + (got or 0)


def sends(times):
    total = 0
    for k in range(times):
        g = count_down(8)
        value = next(g)
        try:
            while True:
                value = g.send(value * k)
        except StopIteration as stop:
            total += stop.value
    return total


print(sends(300))


def failing(n, at):
    if n == at:
        raise ValueError(n)
    yield n
    try:
        for x in failing(n + 1, at):
            yield x
    finally:
        log[0] += 1


log = [0]


def catches(times):
    seen = {}
    for k in range(times):
        try:
            for x in failing(0, k % 6):
                pass
        except ValueError as e:
            tb, depth = e.__traceback__, 0
            while tb:
                depth += 1
                tb = tb.tb_next
            key = (e.args[0], depth)
            seen[key] = seen.get(key, 0) + 1
    return seen


print(catches(300), log)


def thrown(times):
    texts = []
    for k in range(times):
        g = failing(0, 9)
        for _ in range(k % 5 + 1):
            next(g)
        try:
            g.throw(KeyError(k))
        except KeyError as e:
            texts.append(e.args[0])
    return len(texts), sum(texts), log


print(thrown(200))


def closing(times):
    for k in range(times):
        for x in failing(0, 9):
            if x == k % 5:
                break
    return log


print(closing(200))


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(200)), sum(sum(deep(20)) for _ in range(100)))
limit = sys.getrecursionlimit()


def too_deep(times):
    caught = 0
    for _ in range(times):
        try:
            for x in deep(100000):
                pass
        except RecursionError:
            caught += 1
    return caught


print(too_deep(3))


def itself():
    yield 1
    for x in loop[0]:
        yield x


loop = [None]


def running(times):
    messages = set()
    for _ in range(times):
        loop[0] = itself()
        try:
            for x in loop[0]:
                pass
        except ValueError as e:
            messages.add(str(e))
    return messages


print(running(100))


def contexts(n):
    try:
        if n == 0:
            raise IndexError
        for x in contexts(n - 1):
            yield x
        yield n
    except IndexError as e:
        yield type(e.__context__).__name__
        try:
            raise KeyError(n)
        except KeyError as k:
            yield type(k.__context__).__name__


def all_contexts(times):
    out = {}
    for k in range(times):
        try:
            raise TypeError
        except TypeError:
            for x in contexts(3):
                out[x] = out.get(x, 0) + 1
    for x in contexts(2):
        out[x] = out.get(x, 0) + 1
    return out


print(all_contexts(200))


def ackermann(m, n):
    if m == 0:
        yield n + 1
    elif n == 0:
        for v in ackermann(m - 1, 1):
            yield v
    else:
        for inner in ackermann(m, n - 1):
            for v in ackermann(m - 1, inner):
                yield v


print([next(ackermann(2, n)) for n in range(6)], sum(next(ackermann(2, 3)) for _ in range(50)))


def flatten(x):
    if isinstance(x, list):
        for y in x:
            yield from flatten(y)
    else:
        yield x


nested = [1, [2, [3, [4, [5]]], 6], [[[7]]], "ab", [8.5, None]] * 40
for _ in range(5):
    print(len(list(flatten(nested))), [type(v).__name__ for v in flatten(nested[:5])])
