# The character database: properties, names, normal forms, and the old version of it.
import unicodedata as u

print(u.unidata_version, u.ucd_3_2_0.unidata_version)
for c in ["a", "A", "5", "\u0295", "\xbc", "\u0663", "\u1b3a", "\u5146", "\uac01", "\ud800", "\u0378", "\U0001f600", "\U00020000", "\U0002a6e0", "\u4e24"]:
    for db in (u, u.ucd_3_2_0):
        print(ascii(c), db.category(c), repr(db.bidirectional(c)), db.combining(c), db.mirrored(c), db.east_asian_width(c),
              repr(db.decomposition(c)), db.decimal(c, None), db.digit(c, None), db.numeric(c, None), db.name(c, None))
print(u.lookup("snowman"), u.lookup("LATIN CAPITAL LETTER GHA"), ascii(u.lookup("LATIN SMALL LETTER R WITH TILDE")))
print("\N{SNOWMAN}", "\u2603".encode("ascii", "namereplace"), rb"\N{GREEK SMALL LETTER MU}".decode("unicode_escape"))
for s in ["", "abc", "\xe9", "e\u0301", "\ufb01\ud800\u1e9b\u0323", "\u1100\u1161\u11a8", "\U0002f868", "\u0378\u0301", "a\u0301\u0327", "\u1b06"]:
    for db in (u, u.ucd_3_2_0):
        print(ascii([db.normalize(f, s) for f in ("NFC", "NFD", "NFKC", "NFKD")]), [db.is_normalized(f, s) for f in ("NFC", "NFD", "NFKC", "NFKD")])


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


attempt(u.name, "xx")
attempt(u.name, 1)
attempt(u.name, "\0")
attempt(u.digit, "x")
attempt(u.decimal, "x")
attempt(u.numeric, "x")
attempt(u.category, b"a")
attempt(u.lookup, "no such thing")
attempt(u.lookup, "x" * 300)
attempt(u.lookup, "CJK UNIFIED IDEOGRAPH-03400")
attempt(u.ucd_3_2_0.lookup, "LATIN CAPITAL LETTER GHA")
attempt(u.lookup, 1)
attempt(u.normalize, "X", "x")
attempt(u.normalize, "NFC", 1)
attempt(u.UCD)
# The methods of str know the same version, whatever the library beneath knows.
for c in "\u0558\ua7ce\ua7cf\ua7d2\ua7d3\U00016ea0\U00016ebb\u0295\U000e0100":
    print(ascii(c), c.isidentifier(), ("a" + c).isidentifier(), c.isupper(), c.islower(), ascii(c.lower()), ascii(c.upper()), ascii(c.title()), ascii(c.casefold()))
