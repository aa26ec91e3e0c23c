# User-defined operators in hot loops; reflected, in-place, results of other types.
class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)

    def __sub__(self, o):
        return Vec(self.x - o.x, self.y - o.y)

    def __mul__(self, k):
        if isinstance(k, Vec):
            return self.x * k.x + self.y * k.y
        return Vec(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def __eq__(self, o):
        return isinstance(o, Vec) and self.x == o.x and self.y == o.y

    def __abs__(self):
        return (self.x * self.x + self.y * self.y) ** 0.5

    def __bool__(self):
        return self.x != 0 or self.y != 0

    def __getitem__(self, i):
        return self.y if i else self.x

    def __iter__(self):
        yield self.x
        yield self.y

    def __len__(self):
        return 2

    def __contains__(self, v):
        return v == self.x or v == self.y

    def __lt__(self, o):
        return abs(self) < abs(o)

    def __call__(self, k):
        return self.x * k + self.y

    def __repr__(self):
        return f"Vec({self.x}, {self.y})"


def run(n, v, w):
    acc = Vec(0, 0)
    hits = 0
    for i in range(n):
        acc = acc + v * 2 - w + -v + 1 * w
        if acc:
            hits += 1
        if acc == v:
            hits += 1000
        if v < acc:
            hits += 1
        hits += acc[0] > acc[1]
        hits += len(acc) + (i in acc)
        acc += v
        d = acc * v
        hits += d > 100
    return acc, hits


print(run(2000, Vec(1, 2), Vec(3, 4)))
print(run(2000, Vec(0.5, -0.25), Vec(1, 2)))
print(run(3, Vec(1j, 2), Vec(3, 4)) if False else "skip")


class Mod:
    def __init__(self, v):
        self.v = v % 97

    def __add__(self, o):
        return Mod(self.v + (o.v if isinstance(o, Mod) else o))

    __radd__ = __add__

    def __mul__(self, o):
        return Mod(self.v * (o.v if isinstance(o, Mod) else o))

    def __pow__(self, e):
        r = Mod(1)
        b = self
        while e:
            if e & 1:
                r = r * b
            b = b * b
            e >>= 1
        return r

    def __int__(self):
        return self.v


t = Mod(0)
for i in range(2000):
    t = i + t * 3 + Mod(i) ** 5
print(int(t), sum(Mod(i) for i in range(500)).v)


class InPlace:
    def __init__(self):
        self.n = 0

    def __iadd__(self, o):
        self.n += o
        return self


a = b = InPlace()
for i in range(3000):
    a += i
print(a is b, b.n)


class Weird:
    def __add__(self, o):
        return NotImplemented if o % 3 == 0 else o


class Helper(int):
    def __radd__(self, o):
        return 1000 + int(self)


w = Weird()
t = errors = 0
for i in range(3000):
    try:
        t += w + i
    except TypeError:
        errors += 1
    t += w + Helper(i)
print(t, errors)
x, y = Vec(3, 4)
print(x, y, [sum(v) for v in [Vec(i, i) for i in range(5)]], max([Vec(1, 1), Vec(5, 0), Vec(0, 2)]), Vec(2, 3)(10), sorted([Vec(3, 0), Vec(0, 1)]))


class Cmp:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v

    def __eq__(self, o):
        return self.v == o.v


items = [Cmp(i * 37 % 101) for i in range(300)]
for i in range(1, len(items)):
    j = i
    while j and items[j] < items[j - 1]:
        items[j], items[j - 1] = items[j - 1], items[j]
        j -= 1
print([c.v for c in items[:10]], all(not b < a for a, b in zip(items, items[1:])))
