# Case and classification.
words = ["hello world", "HELLO", "Hello World", "hELLO wORLD", "it's a dog's life", "", "123", "abc123", "ß", "éÉ", "ǅ", "a b", "Straße", "ΑΣ", "x\ty"]
for w in words:
    print(repr(w), repr(w.upper()), repr(w.lower()), repr(w.title()), repr(w.capitalize()), repr(w.swapcase()), repr(w.casefold()))
probes = ["", "a", "A", "aB", "1", "a1", " ", "\n", "_", "a_b", "1a", "é", "²", "½", "٣", "Ab Cd", "ab cd", "AB", "if", "\x7f", "\x00", "a b", "一", "é1", "۵", "Ⅷ", "­"]
for p in probes:
    print(ascii(p), "".join("01"[v] for v in (p.isalpha(), p.isdigit(), p.isdecimal(), p.isnumeric(), p.isalnum(), p.isspace(), p.isupper(), p.islower(), p.istitle(), p.isidentifier(), p.isprintable(), p.isascii())))
print("center:", repr("ab".center(7)), repr("ab".center(6, "*")), repr("abc".center(6, "-")), repr("abc".center(2)))
print("just:", repr("ab".ljust(5, ".")), repr("ab".rjust(5, ".")), repr("ab".ljust(1)), repr("é".rjust(3)))
print("zfill:", "42".zfill(5), "-42".zfill(5), "+7".zfill(4), "abc".zfill(2), "".zfill(3), "-".zfill(3))
print("expandtabs:", repr("a\tb".expandtabs()), repr("a\tbc\td".expandtabs(4)), repr("\t".expandtabs(0)), repr("ab\n\tc".expandtabs(3)))
try:
    "a".center(5, "ab")
except TypeError as e:
    print("TypeError:", e)
