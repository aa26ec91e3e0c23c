"""Lone surrogates in string literals and what is done with them."""
s = "\ud800"
print(repr(s), len(s), ascii(s), s == "\ud800", s == "\ufffd", [hex(ord(c)) for c in "a\ud83d\ude00\U0000dfff"])
print(repr("x\udc80" "y" '\udc81'), len("x\udc80" "y" '\udc81'), len(r"\ud800"), "\N{REPLACEMENT CHARACTER}\ud800" == "\ufffd" + s)
v = 5
print(ascii(f"{{\ud800}} {v} \udfff"), ascii(f"{v}\ud801" "\ud802" f"{{{v}}}"), ascii(f"""\
\ud803{v!r}"""))
print({"\ud800": 1}, ("\ud800" * 2 + "b",), "\ud800" in "a\ud800b", "a\ud800b".find("\ud800"), "a\ud800b".replace("\ud800", "-"))
print("a\udc80b".encode("utf-8", "surrogateescape"), "\ud800x".encode("utf-8", "surrogatepass"), "\ud800".encode("utf-16-le", "surrogatepass"))
print("\ud800".encode("utf-8", "replace"), "\ud800".encode("ascii", "backslashreplace"), "\ud800".encode("ascii", "xmlcharrefreplace"), "\ud800".encode("utf-8", "ignore"))
print(b"a\x80\xffb".decode("utf-8", "surrogateescape") == "a\udc80\udcffb", b"\xed\xa0\x80".decode("utf-8", "surrogatepass") == s)
for f in (lambda: s.encode(), lambda: "ab\ud800\ud801c".encode("utf-8"), lambda: s.encode("utf-16"), lambda: s.encode("utf-32"), lambda: s.encode("latin-1"), lambda: s.encode("ascii"), lambda: b"\xed\xa0\x80".decode(), lambda: print(s), lambda: "\ud800".encode("utf-8", "surrogateescape"), lambda: int(s), lambda: float(s), lambda: {}[s], lambda: eval(s), lambda: compile(s, "f", "eval")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, ascii(str(e)), getattr(e, "object", None) == s, getattr(e, "start", None), getattr(e, "end", None), getattr(e, "reason", None))
print(sorted(["\ud800", "\U00010000", "\uffff", "a"]) == ["a", "\ud800", "\uffff", "\U00010000"], "\ud800" < "\ue000")

print("\ud800".isprintable(), "\ud800".isalpha(), "\ud800".upper() == s, ascii("%s|%r" % (s, s)), ascii("{!r:>10}".format(s)))
