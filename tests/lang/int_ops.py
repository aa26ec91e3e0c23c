# Integer operators with all sign combinations.
values = [7, -7, 2, -2, 3, -3, 1, -1, 10, 0]
for a in (7, -7, 10, 0):
    for b in (2, -2, 3, -3, 1, -1):
        assert (a // b) * b + a % b == a
        print(a, b, a // b, a % b, divmod(a, b), a / b)
print("shifts:", 1 << 10, 1024 >> 3, -1 >> 1, -5 >> 1, -1 << 4, 5 >> 100, -5 >> 100, 0 << 1000)
for a in (0b1100, -0b1100, 0, -1):
    for b in (0b1010, -0b1010):
        print("bits:", a, b, a & b, a | b, a ^ b, ~a)
print("pow:", 3 ** 5, (-3) ** 3, 0 ** 0, 2 ** 0, pow(3, 100, 7), pow(-3, 3, 7), pow(3, -1, 7), pow(2, 10, -7))
print("neg pow:", 2 ** -2, (-2) ** -3)
print("bool arith:", True + True, True * 5, False - 1, True & False, True | False, True ^ True, ~True if False else -2)
print("bool types:", type(True & 1).__name__, type(True & False).__name__, type(+True).__name__)
print("compare:", 1 < 2, 2 <= 2, 3 > 4, 1 == True, 0 == False, 2 == True, 1 != 1.0, hash(1) == hash(1.0) == hash(True))
print("methods:", (255).bit_length(), (0).bit_length(), (-8).bit_length(), (255).bit_count(), (-3).bit_count())
print("bytes:", (1024).to_bytes(2, "big"), (1024).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True))
print("from bytes:", int.from_bytes(b"\x04\x00", "big"), int.from_bytes(b"\xff\xfe", "big", signed=True))
print("ratio:", (6).as_integer_ratio(), (5).numerator, (5).denominator, (5).real, (5).imag, (5).conjugate())
print("is_integer:", (5).is_integer())
print("float div:", 1 / 3, 10 / 5, -1 / 3, 2 ** 60 / 3)
print("augmented:")
n = 10
n += 5; print(n)
n -= 3; print(n)
n *= 4; print(n)
n //= 5; print(n)
n **= 2; print(n)
n %= 7; print(n)
n <<= 5; print(n)
n >>= 2; print(n)
n |= 3; print(n)
n &= 6; print(n)
n ^= 5; print(n)
n /= 2; print(n)
for op in ("1 / 0", "5 / 0", "True / False"):
    try:
        eval(op)
    except ZeroDivisionError as e:
        print(op, "->", e)
for f in (lambda: 1 << -1, lambda: 1 >> -1):
    try:
        f()
    except ValueError as e:
        print("ValueError:", e)
print("round:", round(15, -1), round(25, -1), round(-15, -1), round(1234, -2), round(7), round(5, 3))
print("abs:", abs(-5), abs(5), abs(0), abs(True))
