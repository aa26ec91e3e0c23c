# Hot float loops: -0.0, nan, inf, mixing with ints, comparisons.
import math


def mixed(n):
    x = 0
    for i in range(n):
        x = x + (i if i % 2 else i * 0.25)
    return x


print(mixed(4000))


def zeros(n):
    z = 0.0
    signs = 0
    for i in range(n):
        z = -z
        if math.copysign(1.0, z) < 0:
            signs += 1
    return z, signs


print(zeros(3001), zeros(3000))


def neg_zero_products(n):
    out = 0
    for i in range(n):
        p = (i % 3 - 1) * 0.0
        if str(p) == "-0.0":
            out += 1
        q = -0.0 + p
        if str(q) == "-0.0":
            out += 10000
    return out


print(neg_zero_products(3000))


def nans(n):
    lt = eq = ne = 0
    for i in range(n):
        v = float("nan") if i % 5 == 0 else float(i)
        lt += v < 1000
        eq += v == v
        ne += not v >= 1000
    return lt, eq, ne


print(nans(3000))


def infinity(n):
    x = 1.0
    at = None
    for i in range(n):
        x *= 1.5
        if x == float("inf") and at is None:
            at = i
    return x, at, x - x


print(infinity(3000))


def underflow(n):
    x = 1.0
    steps = 0
    while x > 0 and steps < n:
        x /= 2
        steps += 1
    return x, steps


print(underflow(5000))


def floor_mod(n):
    t = 0.0
    for i in range(-n, n):
        t += (i * 0.5) // 3.0 + (i * 0.5) % 3.0 + i // 7.0 - i % -7.0
    return t


print(floor_mod(2000))


def logistic(n):
    x = 0.3
    for _ in range(n):
        x = 3.7 * x * (1 - x)
    return x


print(logistic(5000))


def to_int(n):
    t = 0
    for i in range(n):
        t += int(i * 0.7) - int(-i * 0.3) + round(i * 0.5)
    return t


print(to_int(4000))


def integrate(n):
    h = 1.0 / n
    s = 0.0
    for i in range(n):
        x = (i + 0.5) * h
        s += 4.0 / (1.0 + x * x)
    return s * h


print("%.12f" % integrate(5000))


def compare_mixed(n):
    c = 0
    for i in range(n):
        c += (i == float(i)) + (i < i + 0.5) + (2 ** 53 + i > float(2 ** 53)) + (i <= 1e3)
    return c


print(compare_mixed(3000))


def powers(n):
    t = 0.0
    for i in range(1, n):
        t += i ** 0.5 + i ** -1 + (1.0 + 1.0 / i) ** 2
    return "%.9f" % t


print(powers(3000))


def int_then_overflow_to_float(n):
    x = 1
    for i in range(n):
        x = x * 2 if i < 100 else x / 2
    return x


print(int_then_overflow_to_float(300))
m = [min(i * 0.5, 100), max(-i, -50.5)] if (i := 300) else 0
print(m, sum(min(j * 0.5, 100) for j in range(1000)), sum(abs(-j * 0.5) for j in range(1000)))
