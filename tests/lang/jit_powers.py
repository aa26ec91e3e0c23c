# Roots and squares written as powers: compiled code computes them itself where that is sure to be the same.
def walk(n, power):
    x, total = 0.37, 0.0
    for i in range(n):
        x = x * 3.99 * (1.0 - x)
        total += (x * i) ** power
    return total


def roots(n):
    x, total = 0.37, 0.0
    for i in range(n):
        x = x * 3.99 * (1.0 - x)
        total += (x * i) ** 0.5
    return total


def squares(n):
    x, total = 0.37, 0.0
    for i in range(n):
        x = x * 3.99 * (1.0 - x)
        total += (x * i) ** 2 + (x - 0.5) ** 2.0
    return total


def edges(values, power):
    out = []
    for v in values:
        try:
            out.append(repr(v ** power))
        except (OverflowError, ZeroDivisionError) as e:
            out.append(type(e).__name__)
    return out


print(walk(3000, 0.5), walk(3000, 2.0), walk(3000, 1.5))
print(roots(5000))
print(squares(5000))
inf = float("inf")
values = [0.0, -0.0, 1.0, 4.0, 2.0, 1e300, 1e-300, 5e-324, 2.3e-308, inf, 1.7976931348623157e308, 1e154, 1.5e-154, -2.0]
half, two = 0.5, 2.0
for _ in range(30):
    rooted = [v ** 0.5 for v in values[:-1]]
    squared = edges(values, 2.0)
print(rooted)
print(squared)
print(edges(values[:-1], -0.5))


def constants(values):
    out = []
    for v in values:
        out.append(v ** 0.5)
    for v in values:
        if abs(v) < 1e150:
            out.append((-v) ** 2.0)
    return out


for _ in range(30):
    out = constants(values[:-1])
print(out)
