"""Writes what CPython answers, for the tests of bytes: `python3.13 expect.py` in this directory.

A line is a method and tab-separated fields; bytes are hexadecimal, a list is joined by bars ("~" when empty), an absent
argument is "-".
"""
import random

rng = random.Random(3)


def listed(parts):
    return "|".join(p.hex() for p in parts) if parts else "~"


WORDS = [b"", b"a", b"Hello World", b"AB cd", b" \t a\r\nb\nc\rd\x0b", b"it's", b'say "x"', b"it's \"x\"", b"\x00\x1f\x7f\x80\xff\\", b"tab\tx\ty\n\tz",
         b"+12", b"-", b"123", b"a1", b"A Title Here", b"xyxyx", b"aaa", b"\r\n\n\r"]
WORDS += [bytes(rng.choices(b"abAB \n1'", k=rng.randrange(14))) for _ in range(25)]


def write(out):
    for s in WORDS:
        def line(name, *fields):
            out.write("\t".join([name, s.hex(), *map(str, fields)]) + "\n")

        for name in "lower upper title capitalize swapcase".split():
            line(name, getattr(s, name)().hex())
        tests = "isalpha isalnum isdigit isspace islower isupper istitle".split()
        line("is", "".join(str(int(getattr(s, t)())) for t in tests))
        line("repr", repr(s))
        line("hex", "-", 1, s.hex())
        for group in (1, 2, -2, 3, -3, 0):
            line("hex", ":", group, s.hex(":", group))
        for keep in (0, 1):
            line("splitlines", keep, listed(s.splitlines(bool(keep))))
        chars = sorted({*s, 32, 97})
        for sep in (None, bytes([rng.choice(chars)]), bytes(rng.choices(chars, k=2))):
            key = "-" if sep is None else sep.hex()
            for most in (-1, 0, 1, 2):
                for name in ("split", "rsplit"):
                    line(name, key, most, listed(getattr(s, name)(sep, most)))
            for name in ("strip", "lstrip", "rstrip"):
                line(name, key, getattr(s, name)(sep).hex())
            if sep is not None:
                for start, end in ((0, 99), (1, -1), (-3, 99), (5, 2), (99, 100)):
                    for name in ("find", "rfind", "count"):
                        line(name, key, start, end, getattr(s, name)(sep, start, end))
                    for name in ("startswith", "endswith"):
                        line(name, key, start, end, int(getattr(s, name)(sep, start, end)))
                for new in (b"", b"Z", b"long"):
                    for n in (-1, 1, 2):
                        line("replace", key, new.hex(), n, s.replace(sep, new, n).hex())
                line("translate", key, s.translate(bytes.maketrans(b"ab", b"xy"), sep).hex())
        line("replace", "", "2d", -1, s.replace(b"", b"-").hex())
        line("replace", "", "2d", 2, s.replace(b"", b"-", 2).hex())
        width = rng.randrange(18)
        for name in ("center", "ljust", "rjust"):
            line(name, width, getattr(s, name)(width, b"*").hex())
        line("zfill", width, s.zfill(width).hex())
        for size in (8, 3, 0, -1):
            line("expandtabs", size, s.expandtabs(size).hex())


with open("methods.txt", "w") as out:
    write(out)
