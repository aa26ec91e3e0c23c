# UTF-7, names of codecs, notes about codecs that fail, escapes that mean nothing.
import codecs
import warnings

for s in ["", "a+b-~\\", "\xe9\u20ac", "\U00010000+", "\ud800", "hi +\xe9-\n", "\xe9a", "\xe9 ", "1\xe9/"]:
    b = s.encode("utf-7")
    print(b, ascii(b.decode("utf-7")), codecs.utf_7_decode(b[:-1]))
for b in [b"+", b"+AA", b"+AAA-", b"+ \xff", b"\xff", b"+2ADYAA-", b"+2AA-", b"+AOk-x", b"+-", b"+AOk+", b"B++ a"]:
    for errors in ("strict", "replace", "ignore"):
        try:
            print(b, errors, ascii(codecs.utf_7_decode(b, errors, True)))
        except UnicodeDecodeError as e:
            print(b, e)
seen = []
codecs.register(seen.append)
for name in ["A b-C.d", "\xe9-x", "A  B", "_a_", "X*Y"]:
    try:
        codecs.lookup(name)
    except LookupError as e:
        print(ascii(str(e)))
print(seen)
codecs.unregister(seen.append)


def fails(*args):
    raise RuntimeError("no")


codecs.register(lambda name: codecs.CodecInfo(fails, fails, name=name) if name == "failing" else None)
for f, *args in [(codecs.encode, "a", "failing"), ("a".encode, "failing"), (codecs.decode, b"zz", "hex"), (b"a".decode, "failing"), (codecs.encode, "\ud800", "utf-8")]:
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e.__notes__)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(codecs.escape_decode(rb"a\zb\400"), codecs.unicode_escape_decode(rb"\777\q"), codecs.unicode_escape_decode(rb"\n\x41"))
print([str(w.message) for w in caught])
decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
print([ascii(decoder.decode(bytes([b]))) for b in b"\xed\xa4\x81"])
try:
    "[\udc80\ud800]".encode("utf-8", "surrogateescape")
except UnicodeEncodeError as e:
    print(e.start, e.end)
