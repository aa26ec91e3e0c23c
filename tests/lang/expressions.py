# Precedence, associativity, evaluation order, and/or/not, conditionals.
print("precedence:", 2 + 3 * 4 ** 2 // 5 % 7 - -1)
print("power right:", 2 ** 3 ** 2, (2 ** 3) ** 2, -2 ** 2, (-2) ** 2, 2 ** -1)
print("unary:", - - 3, ~5, -~5, ~-5, +True, not not 3)
print("shift vs add:", 1 << 2 + 1, (1 << 2) + 1, 1 | 2 ^ 3 & 4)
print("not vs eq:", not 1 == 2, not (1 == 1) or 5)
print("and:", 0 and 1 // 0, 1 and 2, "" and 1, [] and 3, 1 and 0 and 2)
print("or:", 0 or 5, 3 or 1 // 0, "" or [] or None, 0 or 0.0)
print("mixed:", 1 and 0 or 2, 1 or 0 and 2, not 0 and 1)
print("conditional:", "a" if 1 else "b", "a" if 0 else "b" if 0 else "c")
print("nested cond:", [("neg" if n < 0 else "zero" if n == 0 else "pos") for n in (-1, 0, 1)])


def trace(name, value, log):
    log.append(name)
    return value


log = []
trace("a", 1, log) + trace("b", 2, log) * trace("c", 3, log)
print("order binary:", log)
log = []
{trace("k1", 1, log): trace("v1", 1, log), trace("k2", 2, log): trace("v2", 2, log)}
print("order dict:", log)
log = []
target = [0, 0]
target[trace("index", 1, log)] = trace("value", 5, log)
print("order assign:", log, target)
log = []


def call(*a, **k):
    return len(a) + len(k)


call(trace("p", 1, log), *trace("star", [1, 2], log), q=trace("kw", 1, log), **trace("dstar", {"z": 1}, log))
print("order call:", log)
log = []
(trace("t", True, log) if trace("cond", False, log) else trace("f", 1, log))
print("order cond:", log)
log = []
trace("x", 1, log) < trace("y", 0, log) < trace("z", 2, log)
print("order chain stops:", log)
x = y = z = [1]
print("chained assignment shares:", x is y is z)
a = 5
a, b = a + 1, a + 2
print("tuple assignment:", a, b)
i = 0
items = [10, 20, 30]
i, items[i] = 2, 99
print("left to right targets:", i, items)
print("tuple without parens:", (1, 2,), (3,), ())
print("ellipsis:", ..., Ellipsis is ...)
print("implicit concat:", "a" "b" 'c')
print("numbers:", 0x_ff, 0b1010, 0o17, 1_000_000, 1e3, .5, 5., 1_0.0_1, 3j)
print("string prefixes:", r"\n", "\x41\u0042\U00000043\103\N{LATIN SMALL LETTER A}", b"\x00\xffa")
print("is:", None is None, [] is [], [] is not None)
print("in:", 1 in [1], 2 not in (1, 3), "b" in "abc", "" in "", 3 in {3: 1}, 2 in range(3))
print("matrix of truth:", [bool(v) for v in (0, 1, "", "0", [], [0], {}, {0: 0}, (), (0,), None, 0.0, -0.0, 0j, set(), range(0))])
