# bytes.
b = b"hello\x00\xff"
print(b, len(b), b[0], b[-1], b[1:3], b[::-1], list(b[:3]), b + b"x", b"ab" * 2, b"" or "empty")
print("repr:", b"'", b'"', b"'\"", b"\n\t\r\\", bytes(range(0, 256, 17)), repr(b"abc"), str(b"abc"))
print("construct:", bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(3)), bytes.fromhex("00 ff 4A"))
print("compare:", b"a" < b"b", b"a" == b"a", b"a" == "a", b"ab" < b"abc", hash(b"a") == hash(b"a"))
print("in:", 104 in b, b"ell" in b, b"z" in b, 0 in b)
print("methods:", b"a,b".split(b","), b",".join([b"x", b"y"]), b"abc".find(b"c"), b"abc".upper(), b"aXb".replace(b"X", b"--"), b" a ".strip(), b"abc".startswith(b"ab"), b"aba".count(b"a"), b"ab".hex(), b"abc".hex("-"), b"a b".split(), b"x".center(5, b"-"), b"1".isdigit(), b"7".zfill(3), b"k=v".partition(b"="))
print("decode:", b"\xc3\xa9".decode(), b"abc".decode("ascii"), b"\xe9".decode("latin-1"), "é€😀".encode(), "é".encode("latin-1"), b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("ascii", "ignore"), "é".encode("ascii", "replace"), "é".encode("ascii", "ignore"), "é".encode("ascii", "backslashreplace"))
print("iterate:", [c for c in b"az"], sorted(b"cab"), max(b"az"), sum(b"\x01\x02"))
print("format:", b"%d-%s-%x" % (5, b"z", 255), b"%c%c" % (65, b"B"))
print("dict:", {b"k": 1}[b"k"], {b"a", b"a"} == {b"a"})
for f in (lambda: b[100], lambda: b + "x", lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("x"), lambda: b"\xff".decode(), lambda: "é".encode("ascii"), lambda: b"a" < "a", lambda: b.join(["x"]), lambda: bytes.fromhex("0g"), lambda: "x" in b):
    try:
        print(f())
    except (IndexError, TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)
try:
    b[0] = 1
except TypeError as e:
    print("TypeError:", e)
