# Complex numbers.
z = 3 + 4j
print(z, -z, +z, z.real, z.imag, abs(z), z.conjugate(), bool(z), bool(0j))
print("repr:", 1j, -1j, 0j, 1 + 0j, complex(1, -1), complex(0, 2.5), complex(-0.5, 1e20), complex(1e-7, 1), [2j])
print("arith:", z + 1, 1 + z, z - 2j, z * z, z * 2, z / 2, z / (1 + 1j), z ** 2, 2 * z, 1 - z)
print("compare:", z == 3 + 4j, z != 3, 1 + 0j == 1, 0j == 0.0, hash(1 + 0j) == hash(1), hash(3 + 4j) == hash(complex(3, 4)))
print("construct:", complex(), complex(2), complex(2.5), complex("1+2j"), complex("-j"), complex(" 3 "), complex("2.5e1-1j"), complex(True))
for f in (lambda: z < 1j, lambda: int(z), lambda: float(z), lambda: z // 2, lambda: z % 2):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)
for text in ("1 + 2j", "", "j1", "1+2"):
    try:
        print(complex(text))
    except ValueError as e:
        print("ValueError:", e)
try:
    1j / 0
except ZeroDivisionError:
    print("ZeroDivisionError")
print("in containers:", {1j: "i"}[1j], 1j in [0, 1j], sum([1j, 2, 3.5]))
print("format:", f"{z}", f"{z:.2f}", "%s" % z, str(z), format(1 + 2j, ".1e"))
print("sqrt of -1:", (-1) ** 0.5 == complex((-1) ** 0.5), round(((-1) ** 0.5).imag, 12))
w = 0j
for k in range(5):
    w = w * w + (0.1 + 0.2j)
print("iterate: %.10f %.10f" % (w.real, w.imag))
z += 1; z *= 1j
print("augmented:", z)
print("type:", type(1j + 1).__name__, isinstance(1j, complex), isinstance(1, complex))
