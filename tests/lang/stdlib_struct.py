# struct: layouts, byte orders, errors, buffers, iteration.
import struct

for f in ("<bBhHiIlLqQ", ">bBhHiIlLqQ", "@bhilq?c", "=4sx2p", "3s0i", "@ci", "efd", "!e", "n N P"):
    print(f, struct.calcsize(f))
print(struct.pack("<bBhHiI", -1, 255, -2, 65535, -3, 4294967295), struct.pack(">hlq", 1, 2, 3))
print(struct.unpack("<bBhHiI", bytes(range(14))), struct.unpack(">Q", b"\xff" * 8), struct.unpack("<q", b"\xff" * 8))
print(struct.pack("5s3sc?", b"ab", b"abcdef", b"x", []), struct.unpack("5s3sc?", b"ab\0\0\0abcx\1"), struct.pack("4p", b"abcdef"))
print(struct.pack("<efd", 1.5, -2.25, 3.125), struct.unpack("<efd", struct.pack("<efd", 1e-7, 0.1, 0.1)), struct.unpack(">e", b"\x7c\x00"))
print(struct.pack("@bhiq", 1, 2, 3, 4), struct.unpack_from("<h", b"\0\1\2\3", 1), list(struct.iter_unpack("<h", b"\0\1\2\3")))
s = struct.Struct("<hh")
target = bytearray(6)
print(s.format, s.size, s.pack(1, 2), s.unpack(b"\1\0\2\0"), s.pack_into(target, 1, 5, 6), target, s.unpack_from(memoryview(target), offset=-5))


class Index:
    def __index__(self):
        return 7


print(struct.pack("<i", Index()), struct.pack("<i", True), struct.pack("<d", Index()), struct.pack(" < i ".strip(), 3))


def tried(f, *args):
    try:
        print(f(*args))
    except (struct.error, OverflowError, TypeError, ValueError) as e:
        print(type(e).__name__, e)


tried(struct.pack, "<b", 128)
tried(struct.pack, "<B", -1)
tried(struct.pack, "<H", 1 << 16)
tried(struct.pack, "<q", 1 << 63)
tried(struct.pack, "<i", 1.5)
tried(struct.pack, "<f", "x")
tried(struct.pack, "<f", 1e300)
tried(struct.pack, "<e", 1e6)
tried(struct.pack, "<c", b"xx")
tried(struct.pack, "<s", "x")
tried(struct.pack, "<ii", 1)
tried(struct.pack, "<n", 1)
tried(struct.pack, "12")
tried(struct.calcsize, "z")
tried(struct.unpack, "<i", b"abc")
tried(struct.unpack_from, "<i", b"abc")
tried(struct.unpack_from, "<i", b"abcdef", 4)
tried(struct.unpack_from, "<i", b"abcdef", -10)
tried(struct.iter_unpack, "<h", b"abc")
tried(struct.iter_unpack, "", b"abc")
tried(struct.pack_into, "<i", bytearray(3), 0, 1)
tried(struct.pack_into, "<i", b"abcd", 0, 1)
tried(struct.Struct, 3)
