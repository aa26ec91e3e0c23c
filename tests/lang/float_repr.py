# Shortest representation and conversions.
for x in (0.0, -0.0, 1.0, -1.5, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 1e15, 1e16, 1e17, 123456789012345680.0, 1e22, 1e23, 1e100, 1e-4, 1e-5, 0.0001234, 1.5e-7, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740992.0, 9007199254740993.0, 4.35, 100.0, 1234.5678, 3.141592653589793, 2.718281828459045, 1e21, 123e-20, float("inf"), float("-inf"), float("nan")):
    print(repr(x), str(x), [x])
for text in ("1", "1.5", " 2.5 ", "-3", "+4.25", "1e5", "1E-5", ".5", "5.", "inf", "-Infinity", "nan", "1_000.5", "0x10", "", "abc", "1e", "1e400", "-1e400", "1e-400", "infinit"):
    try:
        print(repr(text), float(text))
    except ValueError as e:
        print(repr(text), "ValueError:", e)
print(float(), float(3), float(True), float(10 ** 20))
for x in (0.5, -0.75, 1.0, 1e10, 0.1, -0.0, float("inf")):
    print("hex", x.hex())
print(float.fromhex("0x1.8p1"), float.fromhex("-0x.1p4"), float.fromhex("inf"))
for x in (0.5, 0.1, -2.25, 1e20):
    print("ratio", x.as_integer_ratio())
print((2.0).is_integer(), (2.5).is_integer(), (1e300).is_integer(), float("inf").is_integer())
for f in (lambda: float("inf").as_integer_ratio(), lambda: float("nan").as_integer_ratio(), lambda: int(float("-inf"))):
    try:
        print(f())
    except (OverflowError, ValueError) as e:
        print(type(e).__name__, e)
print("hash:", hash(0.5), hash(1.5), hash(0.0) == hash(-0.0) == 0, hash(2.0 ** 70), hash(float("inf")), hash(float("-inf")), hash(1e300))
