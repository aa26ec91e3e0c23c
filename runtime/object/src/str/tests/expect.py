"""Writes what CPython answers, for the tests beside this file: `python3.13 expect.py` in this directory.

A line is a method and tab-separated fields; a str is its code points in hexadecimal joined by dots, bytes are
hexadecimal, a list is joined by bars ("~" when empty), an absent argument is "-".
"""
import random

rng = random.Random(5)


def text(s):
    return ".".join(f"{ord(c):x}" for c in s)


def listed(parts):
    return "|".join(parts) if parts else "~"


WORDS = ["", "a", "ab", "AB", "Hello World", "hello-world's END", "naïve ÉTÉ", "straße", "ß", "ΑΣ", "ΑΣ ΒΣΓ Σ", "ὈΔΥΣΣΕΎΣ'",
         "ﬁnd ﬂow", "ǆǅǄ x", "ŉa", "İi̇ı", "ა Ა", "ꭰᎠᏸ", "ᾳᾼ ᾲ", "µ ÿ", "ĀāŊ", "𐐀𐐨", "😀 x", "x1 ²3 ٣ ½ Ⅷ 一 三", "\t\n ", "  a\tb\n c\u3000d ",
         "a\r\nb\nc\rd", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "a\u2028b\u2029", "tab\tx\ty\n\tz", "+12", "-é", "--", "_a1", "1a", "a b", "é_",
         "ªº", "it's", 'say "x"', "it's \"x\"", "back\\slash", "\x00\x1f\x7f\x80\xa0\xad", "\ud800x\udfff", "\U0010ffff\ue000\u200b", "\u0378", "A1b", "1 Ab Cd",
         "Aa Bb", "AA Bb", "ǅx", "ǅǅ", "İ", "xyxyx", "aaa", "ĀĀaĀ", "a\u00a0b", "中 文", "ⅷ ⓐ", "’ʰΣ", "AʰΣ", "A’Σ’b"]
for _ in range(16):
    pool = rng.choice(["abc \n", "aé ß", "aĀ \u2003Σ", "a😀 Ⅷ\t", "ABCabc1'", "ΑΣσ. ", "xǅǆ-"])
    WORDS.append("".join(rng.choice(pool) for _ in range(rng.randrange(12))))


def methods(out):
    for s in WORDS:
        for name in "lower upper title capitalize swapcase casefold".split():
            out.write(f"{name}\t{text(s)}\t{text(getattr(s, name)())}\n")
        tests = "isalpha isdecimal isdigit isnumeric isalnum isspace isupper islower istitle isidentifier isprintable".split()
        out.write(f"is\t{text(s)}\t{''.join(str(int(getattr(s, t)())) for t in tests)}\n")
        out.write(f"repr\t{text(s)}\t{text(repr(s))}\n")
        out.write(f"ascii\t{text(s)}\t{text(ascii(s))}\n")
        for keep in (0, 1):
            out.write(f"splitlines\t{text(s)}\t{keep}\t{listed(map(text, s.splitlines(bool(keep)))) if s else '~'}\n")
        chars = {*s, " ", "a"}
        for sep in (None, rng.choice(sorted(chars)), "".join(rng.choices(sorted(chars), k=2))):
            key = "-" if sep is None else text(sep)
            for most in (-1, 0, 1, 2):
                for name in ("split", "rsplit"):
                    got = getattr(s, name)(sep, most)
                    out.write(f"{name}\t{text(s)}\t{key}\t{most}\t{listed([text(x) for x in got])}\n")
            for name in ("strip", "lstrip", "rstrip"):
                out.write(f"{name}\t{text(s)}\t{key}\t{text(getattr(s, name)(sep))}\n")
            if sep is not None:
                for name in ("partition", "rpartition"):
                    out.write(f"{name}\t{text(s)}\t{key}\t{listed(map(text, getattr(s, name)(sep)))}\n")
                for name in ("removeprefix", "removesuffix"):
                    out.write(f"{name}\t{text(s)}\t{key}\t{text(getattr(s, name)(sep))}\n")
        width = rng.randrange(16)
        fill = rng.choice("*éĀ😀")
        for name in ("center", "ljust", "rjust"):
            out.write(f"{name}\t{text(s)}\t{width}\t{text(fill)}\t{text(getattr(s, name)(width, fill))}\n")
        out.write(f"zfill\t{text(s)}\t{width}\t{text(s.zfill(width))}\n")
        for size in (8, 3, 0, -1):
            out.write(f"expandtabs\t{text(s)}\t{size}\t{text(s.expandtabs(size))}\n")


ENCODINGS = "utf-8 latin-1 ascii utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be".split()
HANDLERS = "strict ignore replace backslashreplace xmlcharrefreplace namereplace surrogateescape surrogatepass".split()


def attempt(f):
    try:
        return f()
    except UnicodeError as e:
        return f"!{e.encoding}\t{e.start}\t{e.end}\t{e.reason}"


def codecs(out):
    texts = ["", "abc", "aé", "aĀb", "a😀", "\ud800", "a\udc80\udcffb", "x\ud83d\ude00", "é\udc41\ud800Ā", "😀\udfffz"]
    for s in texts:
        for enc in ENCODINGS:
            for err in HANDLERS:
                got = attempt(lambda: s.encode(enc, err).hex())
                out.write(f"encode\t{text(s)}\t{enc}\t{err}\t{got}\n")
    inputs = [b"", b"abc", "aé😀Ā".encode(), b"\xff", b"a\x80b", b"\xc3", b"\xe2\x82", b"\xe2\x82x", b"\xf0\x9f\x98", b"\xf0\x9f\x98\x80",
              b"\xed\xa0\x80", b"\xed\xa0", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80", b"\xff\xfea\x00", b"\xfe\xff\x00a",
              b"\x00\xd8", b"\x00\xd8\x00\xdc", b"\x00\xd8a\x00", b"\x00\xdc", b"\xd8\x00\xdc", b"\xff\xfe\x00\x00a\x00\x00\x00", b"\x00\x00\xfe\xff\x00\x00\x00a",
              b"\x00\xd8\x00\x00", b"\x00\x00\xd8\x00", b"\x00\x00\x11\x00", b"\x00\x11\x00\x00", b"a\x00\x00", b"\xed\xa0\x80\xed", b"\xc3\xa9\x80\xc3\xa9"]
    for b in inputs:
        for enc in ENCODINGS:
            for err in HANDLERS:
                if err in ("xmlcharrefreplace", "namereplace"):
                    continue
                got = attempt(lambda: text(b.decode(enc, err)))
                out.write(f"decode\t{b.hex()}\t{enc}\t{err}\t{got}\n")


def characters(out):
    """Checksums over all assigned characters of each property and mapping, and ranges for the small ones."""
    import unicodedata
    tests = "isalpha isdecimal isdigit isnumeric isspace isupper islower istitle isprintable isidentifier".split()
    for name in tests:
        found = [c for c in range(0x110000) if getattr(chr(c), name)() and unicodedata.category(chr(c)) != "Cn"]
        runs = []
        for c in found:
            if runs and runs[-1][1] == c - 1:
                runs[-1][1] = c
            else:
                runs.append([c, c])
        out.write(f"{name}\t{listed([f'{a:x}-{b:x}' for a, b in runs])}\n")
    for name in "lower upper title casefold".split():
        pairs = [(c, getattr(chr(c), name)()) for c in range(0x110000)]
        out.write(f"{name}\t{listed([f'{c:x}-{text(s)}' for c, s in pairs if s != chr(c)])}\n")
    assigned = []
    for c in range(0x110000):
        if unicodedata.category(chr(c)) != "Cn":
            if assigned and assigned[-1][1] == c - 1:
                assigned[-1][1] = c
            else:
                assigned.append([c, c])
    out.write(f"assigned\t{listed([f'{a:x}-{b:x}' for a, b in assigned])}\n")


for name, write in (("methods", methods), ("codecs", codecs), ("characters", characters)):
    with open(f"{name}.txt", "w") as out:
        write(out)
