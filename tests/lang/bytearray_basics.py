# bytearray.
a = bytearray(b"hello")
print(a, len(a), a[0], a[1:3], a == b"hello", bytes(a), bytearray(3), bytearray([1, 2]), bytearray("é", "utf-8"))
a[0] = 72
a.append(33)
a.extend(b"!?")
a += b"end"
print(a, a.pop(), a.pop(0), a)
a.insert(0, 74)
a.remove(33)
a[1:3] = b"EL--"
print(a)
del a[-2:]
del a[0]
print(a, a.find(b"o"), a.count(b"-"), a.upper(), a.decode())
a.reverse()
print(a, list(a), a * 2, a + b"x", type(a + b"x").__name__, type(b"x" + a).__name__)
a.clear()
print(a, bool(a), a.copy() is a)
c = bytearray(b"abcdef")
c[::2] = b"XYZ"
print(c, c[::-1], c.replace(b"X", b"__"), c.split(b"d"), c.hex())
for f in (lambda: c.append(256), lambda: c.append("a"), lambda: bytearray(b"").pop(), lambda: c[10], lambda: hash(c), lambda: c.remove(0)):
    try:
        print(f())
    except (ValueError, TypeError, IndexError) as e:
        print(type(e).__name__ + ":", e)
d = c
d += b"!"
print("in place:", c is d, c)
sieve = bytearray([1]) * 30
for i in range(2, 6):
    sieve[i * i::i] = bytes(len(range(i * i, 30, i)))
print("sieve:", [i for i in range(2, 30) if sieve[i]])
