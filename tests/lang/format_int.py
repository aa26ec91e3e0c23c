# The format mini-language for integers and strings, exhaustively crossed.
for spec in ("", "d", "5", "<5", ">5", "^5", "=5", "05", "+", "-", " ", "+5", "=+6", "*^9", "x", "X", "#x", "#X", "o", "#o", "b", "#b", "#010x", "c", "n", ",", "_", "_x", "_b", "010,", "+,", "x<5", "=<6", "0=6", " 06", "e", ".2e", "f", ".1f", "g", "%", ".1%", "#010b", "<#8x", "^+9,", ">8", "15,", "015,", "012_", "_o", "0>4", "z.1f"):
    out = []
    for value in (0, 7, -42, 1234567, True):
        try:
            out.append(repr(format(value, spec)))
        except (ValueError, OverflowError) as e:
            out.append(type(e).__name__)
    print(repr(spec), *out)
for spec in ("", "s", "5", "<5", ">5", "^5", "^6", "*^7", ".2", ".0", "8.2", "-<8.3", "05", "é>4", "é^6s", "<", ">"):
    out = []
    for value in ("", "ab", "abcdefgh", "日本"):
        try:
            out.append(repr(format(value, spec)))
        except ValueError as e:
            out.append(type(e).__name__)
    print(repr(spec), *out)
for value, spec in ((1, ".2d"), (1, ",x"), (1, ",,"), ("a", "=5"), ("a", ","), (1, "s"), ("a", "#"), (300, "+c"), (1, "5 "), (1, "zz")):
    try:
        print(repr(spec), repr(format(value, spec)))
    except ValueError as e:
        print(repr(spec), "ValueError:", e)
big = 10 ** 25 + 12345
for spec in ("", "d", ",", "_", "x", "#x", "b", "e", ".3e", "g", ".2f", "40", "^40,", "040", "+"):
    print(repr(spec), format(big, spec), format(-big, spec))
