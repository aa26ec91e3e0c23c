# int() and friends.
def show(label, f):
    try:
        print(label, "->", repr(f()))
    except Exception as e:
        print(label, "->", type(e).__name__ + ":", e)


for text in ("0", "12", "-12", "+7", "  42\n", "1_000", "007", "0b11", "", " ", "1.5", "abc", "1__0", "_1", "1_", "--1", "+ 1", "\u0663", "1e3"):
    show("int(%r)" % text, lambda: int(text))
for text, base in (("ff", 16), ("0xff", 16), ("0xff", 0), ("0b101", 0), ("0o17", 0), ("017", 0), ("z", 36), ("Z", 36), ("12", 3), ("12", 2), ("101", 2), ("0b101", 2), ("10", 1), ("10", 37)):
    show("int(%r, %d)" % (text, base), lambda: int(text, base))
for value in (1.9, -1.9, 0.0, -0.0, 1e20, float("inf"), float("nan"), True, None, [], b"12", "12"):
    show("int(%r)" % (value,), lambda: int(value))
show("int()", lambda: int())
print(hex(0), hex(255), hex(-255), oct(8), oct(-8), bin(5), bin(-5), bin(True))
print(chr(65), chr(0x1F600), ord("A"), ord("é"))
show("chr(-1)", lambda: chr(-1))
show("chr(0x110000)", lambda: chr(0x110000))
show("ord('ab')", lambda: ord("ab"))


class Index:
    def __index__(self):
        return 11


class Trunc:
    def __int__(self):
        return 5


show("__index__", lambda: (int(Index()), hex(Index()), [0] * 12 and list(range(20))[Index()], "x" * Index(), range(Index())))
show("__int__", lambda: int(Trunc()))
show("hex(__int__)", lambda: hex(Trunc()))
show("hex(1.0)", lambda: hex(1.0))
show("bool()", lambda: (bool(), bool(2), bool("False")))


class MyInt(int):
    def __repr__(self):
        return "MyInt(%d)" % int(self)


m = MyInt(5)
show("subclass", lambda: (m, m + 1, type(m + 1).__name__, isinstance(m, int), [1, 2, 3, 4, 5, 6][m], m == 5, {5: "a"}[m]))
