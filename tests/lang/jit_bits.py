# Integer arithmetic, bit twiddling and division in hot loops, against slow definitions.
def popcount(x):
    c = 0
    while x:
        x &= x - 1
        c += 1
    return c


print(sum(popcount(i) for i in range(4000)), popcount(2 ** 64 - 1), popcount(2 ** 200 - 1))


def divs(n):
    t = 0
    for i in range(-n, n):
        for d in (3, -3, 7, -1, 2 ** 33):
            q, r = i // d, i % d
            assert q * d + r == i and (0 <= r < d or d < r <= 0)
            t += q * 31 + r
    return t


print(divs(600))


def shifts(n):
    t = 0
    for i in range(n):
        s = i % 70
        t ^= (1 << s) + (-5 << s >> s) + ((2 ** 63 - 1) >> s) + (-(2 ** 63) >> s) + (i << 3)
    return t


print(shifts(3000))


def xorshift(n):
    x = 88172645463325252
    for _ in range(n):
        x ^= x << 13 & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= x << 17 & 0xFFFFFFFFFFFFFFFF
    return x


print(xorshift(3000))


def masks(n):
    t = 0
    for i in range(n):
        v = i * 2654435761
        t += (v & 0xFF) | (v >> 8 & 0xFF) ^ (~v & 0xF0) - (-v & 0x7)
    return t


print(masks(4000))


def gcds(n):
    t = 0
    for i in range(1, n):
        a, b = i * 12, n * 18
        while b:
            a, b = b, a % b
        t += a
    return t


print(gcds(2000))


def modpow(n):
    t = 0
    for i in range(n):
        t += pow(i, i + 3, 1000003) + pow(3, i, 7) + i ** 3 % 101
    return t


print(modpow(2000))


def neg(n):
    x = 1
    t = 0
    for i in range(n):
        x = -x
        t += x * i - (x ^ i) + (x | 5) - (x & 6) + ~x
    return t


print(neg(4000))


def bools(n):
    t = 0
    for i in range(n):
        a = i % 3 == 0
        b = i & 1
        t += a + b + (a and 2) + (b or 3) + (a == b) + (not a) + (a ^ True) + (a | False) + int(a) * 2
    return t


print(bools(4000))


def lcg(n):
    s = 42
    out = []
    for i in range(n):
        s = (s * 6364136223846793005 + 1) % 2 ** 64
        if i % 1000 == 0:
            out.append(s >> 33)
    return out


print(lcg(4000))


def min_int(n):
    m = -(2 ** 63)
    t = 0
    for i in range(n):
        k = -1 if i == n - 1 else 1
        t += m // k == m
        t += m % k
        t += m * k == -m
        t += abs(m) > 0
    return t


print(min_int(3000))


def compare_chain(n):
    c = 0
    for i in range(n):
        if 10 < i < 100 or n - 100 <= i != n - 50 <= n:
            c += 1
        if not i < 5 <= i + 1:
            c += 1
        c += 1 < i == i > 2
    return c


print(compare_chain(3000))


def digits(n):
    t = 0
    for i in range(n):
        k = i * i
        while k > 0:
            k, d = divmod(k, 10)
            t += d
    return t


print(digits(3000))


def zero_div(n):
    c = 0
    for i in range(n):
        try:
            c += 100 % (n - 2 - i)
        except ZeroDivisionError:
            c += 100000
    return c


print(zero_div(2000))


def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


print(sum(isqrt(i) for i in range(2000)), isqrt(10 ** 40), isqrt(2 ** 127))
