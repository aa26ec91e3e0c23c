# match: every kind of pattern, what it binds, in which order things are asked.
import collections.abc

def kind(x):
    match x:
        case None: return "none"
        case True: return "true"
        case 0: return "zero"
        case -1: return "minus one"
        case 1.5: return "float"
        case 2+3j: return "complex"
        case "a" | "b" | 'c': return "letter"
        case b"bytes": return "bytes"
        case []: return "empty sequence"
        case [1]: return "just one"
        case [1, x]: return f"one and {x!r}"
        case (2, _, *rest): return f"two, something and {rest}"
        case [3, *_, last]: return f"three to {last!r}"
        case [4, *middle, 5]: return f"four, {middle}, five"
        case [*_]: return "some sequence"
        case {"k": v, **rest}: return f"k={v!r} and {rest}"
        case {"only": 1}: return "only one"
        case {}: return "mapping"
        case int(n): return f"int {n}"
        case str() as s if len(s) > 2: return f"long str {s}"
        case str(s): return f"str {s}"
        case float() | complex(): return "number"
        case _: return "other"

for x in [None, True, False, 0, 0.0, -1, 1.5, 2+3j, "a", "c", b"bytes", [], (), [1], [1, 7], (1, 2), (2, 3), [2, 3, 4, 5],
          [3, 4], [3, 4, 9], [4, 5], [4, 0, 5], [4, 0, 1, 5], [9, 9, 9], range(3), {"k": 1}, {"k": 1, "l": 2}, {"only": 1},
          {"only": 2}, {}, 17, "ab", "abc", 9.0, 1j, {1}, "", b"", bytearray(b"x"), 10**30]:
    print(repr(x), "->", kind(x))

class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y

class Point3(Point):
    def __init__(self, x, y, z): super().__init__(x, y); self.z = z

def where(p):
    match p:
        case Point(0, 0): return "origin"
        case Point3(x, y, z=z) if z: return f"space {x} {y} {z}"
        case Point(x=0, y=y): return f"on y at {y}"
        case Point(x, 0): return f"on x at {x}"
        case Point(x, y) if x == y: return f"diagonal {x}"
        case Point(): return "somewhere"
        case (Point(a, b), Point(c, d)): return f"pair {a}{b}{c}{d}"
        case _: return "no point"

for p in [Point(0, 0), Point(0, 3), Point(4, 0), Point(5, 5), Point(1, 2), Point3(1, 2, 3), Point3(0, 0, 3), Point3(0, 9, 0),
          (Point(1, 2), Point(3, 4)), 3]:
    print(where(p))

# Names are bound only when all of the pattern has matched; a guard that fails leaves them bound.
def binding(v):
    a = b = "unset"
    match v:
        case [a, 1]: pass
        case [_, b] if False: pass
        case _: pass
    return a, b
print(binding([5, 1]), binding([5, 2]), binding(0))

# Alternatives bind the same names.
def alternatives(v):
    match v:
        case ("add", x, y) | ("sum", [x, y]) | {"x": x, "y": y}: return x, y
        case [("l" | "r") as side, (int() | float()) as n]: return side, n
print(alternatives(("add", 1, 2)), alternatives(("sum", (3, 4))), alternatives({"y": 6, "x": 5}), alternatives(["r", 2.5]),
      alternatives(["m", 1]))

# Values by dotted names.
class Color: RED = 1; BLUE = "blue"
def color(c):
    match c:
        case Color.RED: return "red"
        case Color.BLUE: return "blue"
        case {Color.RED: x}: return f"mapped {x}"
print(color(1), color("blue"), color({1: 2}), color(True), color(3))

# What a subject is asked.
class Loud:
    def __eq__(self, other): print("eq", other); return False
    __hash__ = None
def ask(x):
    match x:
        case 1: pass
        case "two" | 3.0: pass
        case (): pass
        case {"a": 1}: pass
        case None: pass
    print("asked")
ask(Loud())

class Seq(collections.abc.Sequence):
    def __init__(self, *items): self.items = items
    def __len__(self): print("len"); return len(self.items)
    def __getitem__(self, i): print("get", i); return self.items[i]
match Seq(1, 2, 3):
    case [1, 2]: print("no")
    case [1, *_, 4]: print("no")
    case [1, *_, 3]: print("ends")
match Seq(1, 2, 3):
    case [1, *r]: print(r)

class Map(collections.abc.Mapping):
    def __init__(self, d): self.d = d
    def __len__(self): return len(self.d)
    def __iter__(self): return iter(self.d)
    def __getitem__(self, k): print("item", k); return self.d[k]
    def get(self, k, default=None): print("get", k); return self.d.get(k, default)
match Map({"a": 1, "b": 2}):
    case {"z": _}: print("no")
    case {"a": a, **rest}: print(a, rest)

class Registered:
    def __len__(self): return 2
    def __getitem__(self, i): return [10, 20][i]
def seq(x):
    match x:
        case [a, b]: return a, b
    return "no sequence"
print(seq(Registered()))
collections.abc.Sequence.register(Registered)
print(seq(Registered()), seq("ab"), seq(b"ab"), seq({1, 2}), seq(collections.deque([1, 2])), seq(memoryview(b"ab")))

# Subjects that are not one expression, nested matches, match in expressions of the soft keywords.
match 1, 2:
    case 1, x: print("tuple subject", x)
match *[1, 2], 3:
    case [*all_]: print(all_)
match = {"case": 5}
match match:
    case {"case": case}: print(case, match)
match [[1, 2], [3, {"k": (4, 5)}]]:
    case [[a, b], [c, {"k": (d, e)}]]: print(a, b, c, d, e)
print(match["case"])

# Errors.
def fails(f):
    try: f()
    except Exception as e: print(type(e).__name__, e)
class Two: __match_args__ = ("a", "b"); a = b = 1
class NotTuple: __match_args__ = ["a"]
class NotStr: __match_args__ = (1,)
def e1():
    match Two():
        case Two(1, 1, 1): pass
def e2():
    match NotTuple():
        case NotTuple(1): pass
def e3():
    match NotStr():
        case NotStr(1): pass
def e4():
    match Two():
        case Two(1, a=1): pass
def e5():
    match 1:
        case int(1, 2): pass
def e6():
    f = print
    match 1:
        case f(): pass
def e7():
    class K: a = b = 1
    match {1: 2, 3: 4}:
        case {K.a: _, K.b: _}: pass
def e8():
    match object():
        case object(1): pass
def e9():
    match 1:
        case undefined.name: pass
for e in e1, e2, e3, e4, e5, e6, e7, e8, e9: fails(e)

for text in ["case x: pass\n case 1: pass", "case _: pass\n case 1: pass", "case x | 1: pass", "case [a, a]: pass",
             "case a, *a: pass", "case (1 as x) | 2: pass", "case {1: a, 1: b}: pass", "case {'a': 1, 'a': 2}: pass",
             "case [*a, *b]: pass", "case int(a=1, a=2): pass", "case {**rest, 1: 2}: pass", "case x if True: pass\n case 1: pass",
             "case 1 | _ | 2: pass", "case {1: x, **x}: pass", "case (x) | (y): pass", "case int(x, y=x): pass",
             "case f'a': pass", "case 1 + 1: pass", "case x.y(1, z=2, 3): pass",
             "case {1.0: a, True: b}: pass", "case x as _: pass"]:
    try:
        compile("match 0:\n " + text, "<m>", "exec"); print("fine:", text)
    except SyntaxError as e:
        print(repr(text), "->", e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))

# Hot.
def area(shape):
    match shape:
        case Point(x, y): return x * y
        case ("square", n): return n * n
        case ("rect", w, h): return w * h
        case {"circle": r}: return 3 * r * r
        case int() | float(): return shape
        case [first, *rest]: return area(first) + len(rest)
        case _: return 0
total = 0
shapes = [Point(2, 3), ("square", 4), ("rect", 2, 5), {"circle": 2}, 7, 1.5, [("square", 2), 0, 0], "text", None]
for i in range(3000):
    total += area(shapes[i % 9])
print(total)
Point.__match_args__ = ("y", "y2")
Point.y2 = 100
for i in range(300):
    total += area(shapes[i % 9])
print(total)
