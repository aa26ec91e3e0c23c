# Hot integer loops that leave the small, then the machine integers, and come back.
def grow(n):
    x = 1
    for i in range(n):
        x = x * 3 + i
    return x


def power_of_two(n):
    x = 1
    seen = []
    for i in range(n):
        x += x
        if 58 <= i <= 66:
            seen.append(x)
    return x, seen


def down(n):
    x = -1
    for i in range(n):
        x = x * 2 - 1
    return x


def across(start, step, n):
    total = start
    crossed = 0
    for _ in range(n):
        before = total
        total += step
        if before < 2 ** 63 <= total or before >= 2 ** 63 > total:
            crossed += 1
    return total, crossed


def up_and_down(limit):
    x = 1
    while x < limit:
        x = x * 7 + 3
    peak = x
    while x > 10:
        x //= 7
    return peak, x


def mul_edge(n):
    hits = 0
    for i in range(n):
        a = 3037000499 + i
        p = a * a
        if p > 2 ** 63 - 1:
            hits += 1
        if p // a != a:
            hits += 100000
    return hits


def sub_edge(n):
    x = -(2 ** 61) + n // 2
    log = []
    for i in range(n):
        x -= 1
        if x in (-(2 ** 61), -(2 ** 61) - 1):
            log.append((i, x))
    return x, log


def neg_abs(n):
    t = 0
    for i in range(n):
        v = -(2 ** 63) + (i & 1)
        t += abs(v) - -v
        t += -(-(2 ** 61) - (i & 1))
    return t


print(hash(grow(200)), grow(60))
print(power_of_two(2000)[1], power_of_two(2000)[0].bit_length())
print(down(300))
print(across(2 ** 63 - 5000, 1, 10000), across(2 ** 63 + 5000, -1, 10000), across(2 ** 61 - 5000, 1, 10000), across(-(2 ** 61) - 5000, 1, 10000))
print(up_and_down(10 ** 40), mul_edge(3000), sub_edge(4000), neg_abs(3000))
for bits in (31, 32, 60, 61, 62, 63, 64):
    x = (1 << bits) - 2000
    for _ in range(4000):
        x += 1
    y = -(1 << bits) + 2000
    for _ in range(4000):
        y -= 1
    print(bits, x, y)
s = 1
for i in range(5000):
    s = s << 1 if s < 2 ** 70 else s >> 65
print(s)
h = 0
for i in range(20000):
    h = (h * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    h ^= h >> 33
print(h)
