# Regular expressions: the engine's instructions, one after the other, and the objects around it.
import re


def show(pattern, text, flags=0):
    m = re.search(pattern, text, flags)
    print(repr(pattern), "->", m and (m.span(), m.group(), m.groups(), m.lastindex, m.lastgroup))


show("b+", "aabbbcc")
show("(a)|(b)|c", "c")
show("(?:x(a|b))*", "xaxbxa-")
show("(a*)(a{2})b", "aaaab")
show("a{2,3}?", "aaaa")
show("(?P<word>\\w+)\\s+(?P=word)", "the the cat")
show("^b", "a\nb", re.M)
show("a.b", "a\nb", re.S)
show("(?i)straSSe", "STRASSE")
show("\\bfoo\\b", "a foo.")
show("(?<=ab)c", "abc")
show("(?<!ab)c", "abc xc")
show("a(?!b)", "abac")
show("(?=(a+))a*b\\1", "baaabac")
show("(a)?(?(1)b|c)", "ab")
show("(a)?(?(1)b|c)", "c")
show("(?>a+)b", "aaab")
show("a++a", "aaa")
show("(?:ab)*+c", "ababc")
show("[^\\W\\d_]+", "12é_äb9")
show("[\u0100-\u0200\U0001f600]+", "x\u0150\u0151\U0001f600y")
show("(a|ab)(c|bcd)(d*)", "abcd")
show("(?:(?:a?)*?)*b", "aab")
show("x*", "")
show("\\Aab\\Z", "ab")
show("(?s:.)+?(?-i:B)", "a\nB", re.I)
show("((x|y)+)(z)", "xyxz")
show("(?:a|b|c|d|e)+f", "abcdef")
show(r"(\d{1,3})(?:,(\d{3}))*", "1,234,567")

print(re.findall("a(b)?", "abaab"), re.findall("a", "banana"), re.findall("(a)(n)?", "banana"))
print(re.sub("x*", "-", "abxd"), re.sub("(.)(.)", r"\2\1", "abcd"), re.subn("a", lambda m: m[0] * 2, "banana"))
print(re.sub("(?P<first>a)(b)?", r"[\g<first>|\g<2>]", "abca"), re.sub("a", r"\n", "ba"))
print(re.split("(,)", "a,b,,c"), re.split("x*", "axbc"), re.split(",", "a,b,c", maxsplit=1))
print([m.span() for m in re.finditer("a|", "aba")])
print(re.fullmatch("a|ab", "ab"), re.match("b", "ab"))
p = re.compile("(?P<x>a)(?P<y>b)?", re.I | re.X)
print(p, p.flags, p.groups, dict(p.groupindex), p == re.compile("(?P<x>a)(?P<y>b)?", re.I | re.X), hash(p) == hash(p))
m = p.match("a")
print(m, m.groups("-"), m.groupdict(), m.regs, m.start("y"), m["x"], m.expand(r"<\1>"), m.pos, m.endpos, m.string)
print(p.search("xxAB", 3), p.search("xxAB", 2, 3), p.match(string="AB", pos=1))
print(re.search(b"\\w+", b" ab "), re.sub(b"a", b"b", b"aa"), re.findall(rb"[\x80-\xff]", b"a\x80\xff"))
s = p.scanner("abA")
print(s.match(), s.match(), s.match())
for bad in ["(", "[a", "*a", "(?P<1>a)", "a{3,2}", "(?<=a*)b", "\\", "(?z)", "(a)\\2"]:
    try:
        re.compile(bad)
    except re.error as e:
        print(bad, "|", e)
for call in [lambda: re.search("a", b"a"), lambda: re.search(b"a", "a"), lambda: re.search("a", 1), lambda: m.group(5),
             lambda: m.group("q")]:
    try:
        call()
    except (TypeError, IndexError) as e:
        print(type(e).__name__, e)
print(re.escape("a.b*c"), re.compile("a|b").pattern, re.purge())
tokens = re.compile(r"(?P<num>\d+)|(?P<id>[a-z]\w*)|(?P<op>[-+*/=()])|(?P<ws>\s+)")
print([(t.lastgroup, t.group()) for t in tokens.finditer("x1 = (y + 42)*z")])
text = "the quick brown fox " * 500 + "\u20ac end"
print(len(re.findall(r"\b\w{5}\b", text)), re.search("\u20ac (end)", text).span(1))
print(re.match("(?:a|b)*", "ab" * 50000).end(), re.match("(?:(a)|b)*?c", "ab" * 3000 + "c").end())
# Case of characters whose upper case is several; what can only match at the beginning.
print([bool(re.match(p, s, re.I)) for p, s in [("\ufb05", "\ufb06"), ("[\ufb04-\ufb05]", "\ufb06"), ("\u1e9e", "\xdf"), ("\u0390", "\u1fd3")]])
print(re.search(r"^b", "ab"), re.search(r"\Ab", "ab", 0), re.search("^b", "a\nb", re.M), re.compile("^b").search("ab", 1), re.findall("^a", "aaa"))
