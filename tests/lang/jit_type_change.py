# Variables that change type late in a hot loop.
def accumulate(items):
    total = 0
    for x in items:
        total = total + x
    return total


print(accumulate([1] * 3000 + [0.5] * 3000 + [1] * 10))
print(accumulate([1.5] * 3000 + [2 ** 70] + [1] * 3000))
print(accumulate([True] * 5000 + [2] * 3))
print(accumulate([1] * 3000 + [1j] + [0.5] * 2000))


def double(x):
    return x + x


out = []
for i in range(6000):
    if i < 3000:
        v = i
    elif i < 4000:
        v = i * 0.5
    elif i < 5000:
        v = "s%d" % i
    else:
        v = [i]
    r = double(v)
    if i % 997 == 0:
        out.append(r)
print(out)


def loop(n, flip):
    x = 0
    for i in range(n):
        if i == flip:
            x = float(x)
        x = x + 1
    return x


print(loop(5000, 4000), loop(5000, -1), loop(5000, 0), loop(5000, 4999))


def maybe_none(n):
    v = None
    hits = 0
    for i in range(n):
        if v is None:
            v = i
        elif v > 50:
            v = None
            hits += 1
        else:
            v += 7
    return v, hits


print(maybe_none(5000))


def int_then_error(n):
    x = 1
    try:
        for i in range(n):
            if i == n - 5:
                x = "text"
            x = x + 1
    except TypeError as e:
        return i, str(e)


print(int_then_error(4000))


def division(n):
    x = 10 ** 6
    kinds = []
    for i in range(n):
        x = x // 2 if i % 2 else x / 2
        if x == 0 or x < 1e-9:
            x = 10 ** 6
        k = type(x).__name__
        if not kinds or kinds[-1] != k:
            if len(kinds) < 6:
                kinds.append(k)
    return x, kinds


print(division(3000))
values = [1, 2.5, True, 3, 4.0] * 1000
t = 0
for v in values:
    t = t * 0.5 + v if isinstance(v, float) else t + v
print(t)
