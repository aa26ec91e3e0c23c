# The texts of common errors.
class Thing:
    def method(self):
        pass


t = Thing()
l = [1, 2]
d = {"a": 1}
n = None
s = "text"


def local_before():
    print(v)
    v = 1


def free():
    def g():
        return w
    g()
    w = 1


cases = [
    lambda: 1 / 0, lambda: undefined_name, lambda: local_before(), lambda: free(), lambda: t.missing, lambda: Thing.missing, lambda: n.attr, lambda: n(), lambda: n[0], lambda: n + 1, lambda: 1 + n,
    lambda: s + 1, lambda: 1 + s, lambda: s - s, lambda: s * s, lambda: l + 1, lambda: l + s, lambda: d + d, lambda: t + 1, lambda: -s, lambda: ~1.5, lambda: +l, lambda: s < 1, lambda: t < t, lambda: n > n, lambda: l[5], lambda: l[-3], lambda: l[s], lambda: (1, 2)[9], lambda: s[99], lambda: d["zz"], lambda: d[3.5], lambda: len(5), lambda: len(t),
    lambda: iter(1), lambda: list(5), lambda: [*5], lambda: next(l), lambda: int("x"), lambda: int("12", 99), lambda: int(n), lambda: int([]), lambda: float("x"), lambda: float(n), lambda: float([]), lambda: ord("ab"), lambda: chr(-5), lambda: chr(10 ** 10), lambda: 1 in s,
    lambda: max([]), lambda: min(()), lambda: sum([s]), lambda: sorted([1, s]), lambda: abs(s), lambda: round(s), lambda: pow(s, 2), lambda: divmod(s, 1), lambda: hash([]), lambda: hash({}), lambda: isinstance(1, 5), lambda: issubclass(1, int), lambda: getattr(t, "zzz"), lambda: setattr(1, "a", 2), lambda: t(), lambda: t[0], lambda: l(), lambda: [].pop(), lambda: {}.popitem(), lambda: set().pop(), lambda: l.remove(9),
    lambda: s.index("q"), lambda: s.join([1]), lambda: s.split(""), lambda: "%d" % s, lambda: "%s %s" % s, lambda: "%s" % (1, 2), lambda: "{}".format(), lambda: "{a}".format(), lambda: format(1, "q"), lambda: bytes([300]), lambda: b"a" + s, lambda: s + b"a", lambda: bytes(s), lambda: s.encode("nope"), lambda: b"\xff".decode("utf-8"), lambda: "\xff".encode("ascii"), lambda: range(1.0), lambda: range(0, 1, 0), lambda: slice(), lambda: [1][::0], lambda: [0] * s, lambda: 2 ** s, lambda: 1 << 1.0, lambda: 1 << -1, lambda: 1.5 | 1, lambda: int.from_bytes(5), lambda: (300).to_bytes(1), lambda: (-1).to_bytes(1), lambda: float("inf").as_integer_ratio(), lambda: int(float("nan")), lambda: 10 ** 1000 * 1.0, lambda: zip([1], [1, 2], strict=True).__next__() and list(zip([1], [1, 2], strict=True)), lambda: enumerate(), lambda: map(), lambda: type(1, 2), lambda: object(1), lambda: super().x, lambda: type("T", (1,), {}), lambda: type("T", 1, {}), lambda: __import__("nope_nope"), lambda: eval("1 +* 2") if False else 0, lambda: complex("x"), lambda: "abc".replace("a"), lambda: [].sort(1), lambda: dict(5), lambda: set(5), lambda: tuple(5), lambda: l.insert("a", 1), lambda: all(5), lambda: any(n), lambda: reversed(5), lambda: reversed({1}), lambda: filter(5), lambda: s.center("x"), lambda: s.startswith(1), lambda: callable(), lambda: id(), lambda: print(sep=1), lambda: print(end=1), lambda: int("9" * 5000) and 0,
]
for i, case in enumerate(cases):
    try:
        print(i, "ok", case())
    except Exception as e:
        print(i, type(e).__name__ + ":", e)


def assign(target):
    exec(target, {"t": t, "l": [1, 2], "s": s, "n": n, "d": d, "x": (1, 2)})


for code in ("s[0] = 1", "x[0] = 1", "n[0] = 1", "l[5] = 1", "l['a'] = 1", "del s[0]", "del x[0]", "del l[9]", "del d['q']", "del t.q", "del undefined", "n.x = 1", "a, b = 1", "a, b, c = l", "a, *b, c, d = l", "for i in 5: pass", "s.x = 1", "(5).x = 1", "x.y = 1", "t.method.x = 1", "class A(5): pass", "class A(s, l): pass", "[*n]", "{**l}", "print(**l)", "print(*n)", "del n[0]", "assert False", "assert 0, 'msg'", "assert l == [], (1, 2)"):
    try:
        assign(code)
    except Exception as e:
        print(code, "->", type(e).__name__ + ":", e)
