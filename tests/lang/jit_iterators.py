# zip, enumerate, range, reversed, map, filter, unpacking and user iterators in hot loops.
a = list(range(3000))
b = [x * 0.5 for x in a]
t = 0
for x, y in zip(a, b):
    t += x * y
print(t)
t = 0
for i, x in enumerate(a, 10):
    t += i - x
print(t)
t = 0
for x in reversed(a):
    t = (t * 3 + x) % 1000003
print(t)
print(sum(map(lambda v: v * 2, a)), sum(filter(lambda v: v % 3 == 0, a)), sum(x for x in a if x & 1))


def ranges(n):
    t = 0
    for i in range(n):
        for j in range(i % 5, 20, 3):
            t += j
        for j in range(10, i % 7, -2):
            t -= j
        for j in range(-3, 3):
            t += j * i
    return t


print(ranges(1000))


def big_range():
    t = 0
    for i in range(2 ** 62 - 1000, 2 ** 62 + 1000):
        t ^= i
    for i in range(2 ** 63 - 1000, 2 ** 63 + 1000):
        t ^= i
    for i in range(-2 ** 63 + 1000, -2 ** 63 - 1000, -1):
        t ^= i
    for i in range(2 ** 70, 2 ** 70 + 2000, 7):
        t += i & 3
    return t


print(big_range())


def rebind():
    t = 0
    for i in range(3000):
        t += i
        i = "changed"
    return t, i


print(rebind())


class It:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


print(sum(It(4000)), sum(x for x in It(2000)))
t = 0
for x in It(3000):
    if x == 2500:
        break
    t += x
print(t)
pairs = [(i, (i * 2, [i * 3])) for i in range(2000)]
t = 0
for p, (q, [r]) in pairs:
    t += p + q - r + 1
print(t)
t = 0
for first, *rest in [(i, i + 1, i + 2) for i in range(2000)]:
    t += first + len(rest) + rest[-1]
print(t)
kinds = [[1, 2], (3, 4), "56", {7: 0, 8: 0}, range(9, 11), It(2), {1}, b"ab", (x for x in (1, 2))]
t = 0
for _ in range(300):
    for k in kinds:
        for x in k:
            t += int(x)
print(t)
it = iter(a)
t = 0
for x in it:
    t += x * next(it)
print(t)
nxt = iter(range(3000))
t = 0
try:
    while True:
        t += next(nxt)
except StopIteration:
    print(t)
x = y = 0
for i in range(4000):
    x, y = y + 1, x
    (x, y), z = (y, x), i
print(x, y, z)
t = 0
for i in range(3000):
    u = (i, i + 1)
    v = u + (i,)
    t += len(v) + v[-1] + (v > u) + max(u) - min(v)
print(t)
m = [[r * 10 + c for c in range(5)] for r in range(5)]
t = 0
for _ in range(200):
    for col in zip(*m):
        t += sum(col)
    for row in m:
        t += row[0:3][-1] + row[-2:][0] + row[::2][1]
print(t)
