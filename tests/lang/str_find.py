# Searching, counting, replacing, stripping, prefixes, translation.
s = "abracadabra"
print("find:", s.find("a"), s.find("bra"), s.find("z"), s.find("a", 1), s.find("a", -1), s.find("a", 2, 3), s.find(""), s.find("", 11), s.find("", 12), s.rfind("a"), s.rfind("bra"), s.rfind("a", 0, 5), s.rfind(""))
print("index:", s.index("c"), s.rindex("b"))
for f in (lambda: s.index("z"), lambda: s.rindex("zz")):
    try:
        f()
    except ValueError as e:
        print("ValueError:", e)
print("count:", s.count("a"), s.count("abra"), s.count("z"), s.count(""), s.count("a", 1), s.count("a", 1, 5), "aaaa".count("aa"), "".count(""), "ab".count("", 1))
print("replace:", s.replace("a", "-"), s.replace("abra", ""), s.replace("a", "xx", 2), s.replace("", "."), s.replace("z", "y"), "aaa".replace("aa", "b"), "abc".replace("", "-", 2), s.replace("a", "b", 0), "x".replace("x", "é€"))
print("starts:", s.startswith("abra"), s.startswith("bra"), s.startswith("bra", 1), s.startswith(("x", "ab")), s.startswith(""), s.startswith("a", 20), s.startswith(()))
print("ends:", s.endswith("bra"), s.endswith("abr", 0, -1), s.endswith(("z", "a")), s.endswith(""), s.endswith("dabra", 6))
print("strip:", repr("  a b \n".strip()), repr("xxaxx".strip("x")), repr("  a ".lstrip()), repr(" a  ".rstrip()), repr("abcba".strip("ab")), repr("".strip()), repr("aaa".strip("a")), repr("a.b.".rstrip(".")), repr("\u2003a\u00a0".strip()), repr("xyx".lstrip("yx")))
print("prefix:", "prefix-x".removeprefix("prefix-"), "x".removeprefix("y"), "file.py".removesuffix(".py"), "abc".removesuffix(""), "aa".removeprefix("aa") == "")
table = str.maketrans("abc", "xyz", "d")
print("translate:", "aabbccdd".translate(table), "abc".translate({97: "AA", 98: None, 99: 67}), "abc".translate({}), str.maketrans({"a": "1", 98: "2"}))
print("partition:", "k=v=w".partition("="), "k=v=w".rpartition("="), "kv".partition("="), "kv".rpartition("="), "ab".partition("ab"))
try:
    "a".partition("")
except ValueError as e:
    print("ValueError:", e)
long = "ab" * 500 + "c" + "ab" * 500
print("long:", long.find("c"), long.rfind("bc"), long.count("ba"), long.find("abc"), len(long.replace("ab", "x")), long.index("cab"), "ca" in long, "cc" in long)
wide = "日本語テキスト日本"
print("wide:", wide.find("本"), wide.rfind("本"), wide.count("日本"), wide.replace("日本", "JP"), wide[2:4], "テキ" in wide, "a" in wide, "a".find(wide))
mixed = "a😀b😀"
print("astral:", len(mixed), mixed.find("😀"), mixed.rfind("😀"), mixed.split("😀"), mixed[1] == "😀", mixed[::-1] == "😀b😀a", mixed.replace("😀", "e"))
