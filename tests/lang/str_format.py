# str.format: fields, attributes, indexes, conversions, nesting.
def show(label, f):
    try:
        print(label, "->", repr(f()))
    except Exception as e:
        print(label, "->", type(e).__name__ + ":", e)


class P:
    def __init__(self):
        self.x = 1
        self.items = [10, {"k": "v"}]

    def __repr__(self):
        return "P()"

    def __format__(self, spec):
        return "<" + spec + ">"


p = P()
print("{} {} {}".format(1, "a", None), "{0} {1} {0}".format("a", "b"), "{x}-{y}".format(x=1, y=2), "{0}{k}".format("p", k="q"))
print("{{}} {{{}}}".format(5), "{0.x} {0.items[0]} {0.items[1][k]}".format(p), "{a[0]} {a[1]}".format(a=[1, 2]), "{d[key]} {d[0]}".format(d={"key": 1, 0: 2}))
print("{!r} {!s} {!a}".format("é", "é", "é"), "{0!r:>10}|".format("ab"), "{:{}}|".format("ab", 6), "{:{w}.{p}f}|".format(3.14159, w=8, p=2), "{0:{1}{2}}".format("x", ">", 4))
print("{}".format(p), "{:abc}".format(p), "{!r}".format(p), "{:%Y-{}}".format(p, "z"))
print("{:5}|{:<5}|{:>5}|{:^5}|{:*^7}|".format("ab", "ab", "ab", "ab", "ab"), "{:5}|{:<5}|{:^5}|".format(42, 42, 42))
print("{:.2}".format("abcdef"), "{:10.3}|".format("abcdef"), "{:s}".format("s"), "{:d}".format(True), "{}".format(True), "{:5}|".format(True), "{:>6}|".format(str(None)))
print("{:,} {:_} {:,.2f} {:_x} {:_b}".format(1234567, 1234567, 1234567.891, 0xDEADBEEF, 1023))
print("a{}b".format(""), "".format(), "{}".format("{}"), "{0}".format([1, {2: 3}]))
print("x={x!r:^9}|".format_map({"x": "v"}))
show("index error", lambda: "{} {}".format(1))
show("key error", lambda: "{k}".format())
show("mixed", lambda: "{} {0}".format(1))
show("mixed2", lambda: "{0} {}".format(1))
show("single }", lambda: "}".format())
show("single {", lambda: "{".format())
show("attr", lambda: "{0.nope}".format(1))
show("bad code", lambda: "{:y}".format(1))
show("bad str code", lambda: "{:d}".format("a"))
show("bad float for int", lambda: "{:d}".format(1.5))
show("none spec", lambda: "{:5}".format(None))
show("sign on str", lambda: "{:+}".format("a"))
show("list spec", lambda: "{:>5}".format([1]))
