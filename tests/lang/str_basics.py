# Indexing, slicing, repetition, comparison, iteration, escapes.
s = "hello, world"
print(len(s), s[0], s[-1], s[4:8], s[::-1], s[::2], s[-5:], s[:-7], s[100:], s[5:2], s[8:2:-2])
print("concat:", "a" + "b", "ab" * 3, 3 * "xy", "x" * 0, "x" * -1)
print("in:", "ell" in s, "z" in s, "" in s, "lo, w" in s)
print("compare:", "a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "Z" < "a", "é" > "z", "a" == "a", "a" != "b")
print("iterate:", list("abc"), [c.upper() for c in "xyz"], tuple("ab"), set("aaa"), dict.fromkeys("ab", 0))
print("repr:", repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\n\t\r\\\x00\x1f\x7f"), repr("é\u200b\ud7ff\U0001F600"), repr("\xa0\xad"))
print("ascii:", ascii("é€😀a\n"), ascii(["ü"]))
print("str of:", str(1), str(1.5), str(None), str(True), str([1, "a"]), str((1,)), str({1: "b"}), str(b"x"), str())
print("escapes:", "a\
b", "tab\there", "\x41", "\101", "\u00e9", 'it\'s', "q\"q", "bell\a" == "bell\x07", len("\N{GREEK SMALL LETTER ALPHA}"))
print("raw:", r"a\nb", len(r"\\"), R'\'')
print("""triple
"quoted" 'string'
""" + '''end''')
for f in (lambda: s[100], lambda: s["a"], lambda: s + 1, lambda: 1 + s, lambda: s * 1.5, lambda: s - "a", lambda: "a" < 1, lambda: -s, lambda: 1 in s):
    try:
        print(f())
    except (TypeError, IndexError) as e:
        print(type(e).__name__ + ":", e)
try:
    s[0] = "j"
except TypeError as e:
    print("TypeError:", e)
try:
    del s[0]
except TypeError as e:
    print("TypeError:", e)
print("min/max:", min(s), max("abc"), sorted("banana"))
print("unpack:", *"abc", [*"de"])
t = "a"
for _ in range(5):
    t += t
print("doubling:", t, len(t))
print("multiline expr:", ("one "
                         "two"))
print("hash stable:", hash("abc") == hash("ab" + "c"), {"ab" + "c": 1}["abc"])
print("bool:", bool(""), bool(" "))


class S(str):
    def shout(self):
        return self.upper() + "!"


print("subclass:", S("hi").shout(), S("a") + "b", type(S("a") + "b").__name__, S("k") in {"k": 1}, isinstance(S(""), str))
