# Arithmetic, rounding, comparison, special values.
import math
inf = float("inf")
nan = float("nan")
print("arith:", 1.5 + 2.25, 1.5 - 3, 2.5 * 4, 7.0 / 2, 2 ** 0.5, 2.0 ** 10, 4 ** 0.5, (-8.0) ** 3, 0.0 ** 0)
for a in (7.5, -7.5):
    for b in (2.0, -2.0, 0.7):
        print("floor/mod:", a, b, a // b, a % b, divmod(a, b))
print("mod signs:", 0.0 % 3.0, -0.0 % 3.0, 0.0 % -3.0, 5.0 % inf, -5.0 % inf, 5 % -inf)
print("zeros:", -0.0, 0.0 == -0.0, math.copysign(1, -0.0), -0.0 + 0.0, -0.0 - 0.0, 0.0 * -1, -0.0 * -1, str(-0.0), 0 * -1.0)
print("inf:", inf + 1, inf - inf, inf * 0, inf * -1, 1 / inf, -1 / inf, inf // 1, inf == inf, inf > 1e308, -inf < 0)
print("nan:", nan == nan, nan != nan, nan < 1, nan > 1, nan <= nan, nan is nan, nan in [nan], [nan] == [nan], max(1, nan), max(nan, 1) != max(nan, 1), min(nan, 1) != 1)
print("round:", round(0.5), round(1.5), round(2.5), round(-0.5), round(-1.5), round(2.675, 2), round(1234.5678, -2), round(1.25, 1), round(1.35, 1), round(5e15 + 0.5))
print("round types:", type(round(1.5)).__name__, type(round(1.5, 0)).__name__, round(1.7, 0), round(-0.4, 0), round(1e300, -299), round(nan, 2), round(inf, 1))
print("trunc:", int(2.9), int(-2.9), math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5))
print("compare mixed:", 1 == 1.0, 1 < 1.5, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 400 > 1e308, -10 ** 400 < -inf, 10 ** 400 < inf, 3 > nan)
print("sum:", sum([0.1] * 10), 0.1 + 0.1 + 0.1, sum([1e100, 1.0, -1e100]), math.fsum([0.1] * 10))
print("overflow:", 1e308 * 10, -1e308 * 10, 1e308 + 1e308, 1e-320 / 1e10, 5e-324 / 2)
for f in (lambda: 10.0 ** 400, lambda: round(inf), lambda: round(nan), lambda: int(nan)):
    try:
        print(f())
    except (OverflowError, ValueError) as e:
        print(type(e).__name__)
for f in (lambda: 1.0 / 0, lambda: 1 // 0.0, lambda: 1.0 % 0, lambda: divmod(1.0, 0), lambda: 0.0 ** -1):
    try:
        print(f())
    except ZeroDivisionError:
        print("ZeroDivisionError")
print("neg base:", (-8) ** (1 / 3) == complex(-8) ** (1 / 3), type((-8.0) ** 0.5).__name__)
print("abs/neg:", abs(-1.5), abs(-0.0), -nan != -nan, +1.5, abs(-inf))
print("in dict:", {1: "int", 2.5: "f"}[1.0], {1.0: "a", 1: "b", True: "c"})
x = 1.0
x += 1; x *= 2.5; x -= 0.5; x /= 3; x //= 0.4; x **= 2; x %= 5
print("augmented:", x)
print("accumulate:", sum(i * 0.1 for i in range(1000)))
print("mixed types:", type(1 + 1.0).__name__, type(True + 0.5).__name__, type(2 // 1.0).__name__, 3 * 0.5, True + 0.5)
print("truth:", bool(0.0), bool(-0.0), bool(nan), bool(1e-320))
print("sort:", sorted([2.5, 1, -inf, 3, inf, -0.5]))
