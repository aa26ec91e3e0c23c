# Integers beyond the machine word.
a = 2 ** 64
b = 10 ** 30
c = -3 ** 50
print("literals:", 123456789012345678901234567890, 0xffffffffffffffffffff, -99999999999999999999)
print("add:", a + b, b + c, a + 1, a - a, b - b + 1)
print("mul:", a * b, c * c, b * -1, a * 0)
print("div:", b // a, b % a, c // a, c % a, b // -7, b % -7, divmod(c, 10 ** 10))
print("shift:", 1 << 100, (1 << 100) >> 98, c >> 3, c << 3, -1 << 70, -(1 << 70) >> 69)
print("bits:", a & b, a | b, a ^ b, ~a, c & a, c | a, c ^ b, c & -1, (1 << 80) - 1 & (1 << 40))
print("pow:", 7 ** 77, (-7) ** 33, pow(7, 10 ** 20, 10 ** 9 + 7), pow(3, -1, 10 ** 20 + 39))
print("compare:", a < b, a == 2 ** 64, a != b, c < 0, a > 1.5, 2 ** 53 == float(2 ** 53), 2 ** 53 + 1 == float(2 ** 53))
print("to float:", float(b), b / a, b / 3, 10 ** 400 / 10 ** 399, int(1e30), int(-1e25))
print("hash:", hash(2 ** 61 - 1), hash(2 ** 61), hash(2 ** 64), hash(-1), hash(-2), hash(10 ** 30), hash(-10 ** 30))
print("str:", str(3 ** 200), repr(-(5 ** 60)), len(str(2 ** 3000)))
print("parse:", int("123456789" * 5), int("-" + "f" * 20, 16), int("z" * 15, 36))
print("formats:", hex(b), oct(a), bin(2 ** 70), "%d" % b, "%x" % b, f"{b:,}", f"{b:_}", f"{b:e}", f"{-b:#x}")
for k in (30, 31, 32, 60, 61, 62, 63, 64, 65, 127, 128):
    n = 1 << k
    print("edge", k, n - 1, n, n + 1, -n - 1, (n - 1) + 1 == n, (-n) - 1, n.bit_length(), (n - 1) * (n + 1))
n = 2 ** 62
print("round trip:", n * 2 // 2 == n, (n * n) // n == n, n + n - n is not None)
f = 1
for i in range(1, 41):
    f *= i
print("40!:", f)
for i in range(40, 0, -1):
    f //= i
print("back:", f, type(f).__name__)
x, y = 0, 1
for _ in range(300):
    x, y = y, x + y
print("fib 300:", x)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


print("gcd:", gcd(2 ** 100 * 3 ** 50, 6 ** 60), gcd(10 ** 40, 15 ** 30))
try:
    float(10 ** 400)
except OverflowError as e:
    print("OverflowError:", e)
try:
    10 ** 400 / 3
except OverflowError as e:
    print("OverflowError:", e)
print("bytes:", (2 ** 70).to_bytes(10, "big"), int.from_bytes(b"\x01" * 12, "little"), (-(2 ** 70)).to_bytes(10, "little", signed=True))
print("bool of big:", bool(a), bool(a - a), not b)
print("neg/abs:", -a, abs(c), +b, abs(-(2 ** 63)), -(-(2 ** 63)))
print("round:", round(123456789012345678901234567890, -25), round(10 ** 30 + 5 * 10 ** 9, -10))
print("digit sums:", sum(map(int, str(2 ** 1000))))
print("isqrt:", __import__("math").isqrt(10 ** 60 + 1), __import__("math").isqrt(2 ** 127))
print("dict key:", {2 ** 70: "x"}[2 ** 70], 2 ** 70 in {2 ** 70}, {float(2 ** 70): 1}[2 ** 70])
print("range:", list(range(2 ** 64, 2 ** 64 + 3)), len(range(-2 ** 62, 2 ** 62, 2 ** 60)), 2 ** 64 in range(2 ** 65))
