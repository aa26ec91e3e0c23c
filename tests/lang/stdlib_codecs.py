# Codecs beyond the core's: the registry, tables, escapes, error handlers, incremental decoding.
import codecs

print("a\u20ac\xe9".encode("cp1252"), b"\x80\xe9".decode("cp1252"), "\u043f\u0440".encode("koi8-r"), b"\x81".decode("cp437"))
print("\u20acx".encode("latin-1", "xmlcharrefreplace"), "\u20ac".encode("ascii", "namereplace"), b"\xff".decode("ascii", "backslashreplace"))
print(codecs.encode("Hello", "rot13"))
print("\u20ac\n\x00\U0001f600".encode("unicode_escape"), rb"\u20ac\x41\n\N{BULLET}\101".decode("unicode_escape"))
print("\u20ac\xe9".encode("raw_unicode_escape"), rb"\u20ac\n".decode("raw_unicode_escape"))
print(codecs.escape_decode(rb"a\n\x41\101\q"), codecs.escape_encode(b"a'\n\xff"))
print("x\u20ac".encode("utf-16"), "x".encode("utf-32-be"), codecs.utf_16_ex_decode(b"\xff\xfea\x00b"), codecs.utf_8_decode(b"a\xe2\x82"))
print(codecs.lookup("UTF8").name, codecs.lookup("Latin-1").name, codecs.lookup("ascii").encode("x"))
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([b])) for b in "\u20aca".encode()], decoder.decode(b"", True))
encoder = codecs.getincrementalencoder("utf-16")()
print(encoder.encode("a"), encoder.encode("b"))


def stars(e):
    return "*" * (e.end - e.start), e.end


codecs.register_error("stars", stars)
print("a\u20ac\u20acb".encode("ascii", "stars"), b"a\xff\xfeb".decode("ascii", "stars"), "\u20ac".encode("cp1252", "stars"))
print("\u0100\u0101x".encode("cp1252", "stars"), b"\x81x".decode("cp1252", "stars"))
codecs.register_error("back", lambda e: ("", e.start - 1))
for call in [lambda: "x".encode("nope"), lambda: "\u20ac".encode("ascii", "nope"), lambda: "\u0100".encode("cp1252"),
             lambda: b"\x81".decode("cp1252"), lambda: b"abc".decode("rot13"), lambda: codecs.lookup_error("nope"),
             lambda: codecs.decode(b"\\x4", "unicode_escape"), lambda: codecs.register(1)]:
    try:
        call()
    except (LookupError, UnicodeError, TypeError) as e:
        print(type(e).__name__, e)
print([codecs.lookup_error(n).__name__ for n in ("strict", "ignore", "replace")])
e = UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "bad")
print(codecs.replace_errors(e), codecs.backslashreplace_errors(e), codecs.ignore_errors(e), codecs.lookup_error("surrogateescape")(e))
e = UnicodeEncodeError("utf-8", "a\udcff", 1, 2, "bad")
print(codecs.replace_errors(e), codecs.xmlcharrefreplace_errors(e), codecs.lookup_error("surrogatepass")(e))
print(codecs.charmap_decode(b"\x00\x01", "strict", "ab"), codecs.charmap_encode("ab", "strict", {97: 1, 98: b"xy"}))
print(codecs.BOM_UTF8, codecs.iterencode(["a", "\u20ac"], "utf-8").__next__(), "".join(codecs.iterdecode([b"\xe2", b"\x82\xac"], "utf-8")))
