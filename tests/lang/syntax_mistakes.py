# What is wrong with texts that do not parse: messages and places are those of CPython's grammar of mistakes.
import warnings

warnings.simplefilter("ignore")
MISTAKES = r'''
(1 + 2
x = [1, 2}
f(a b)
f(a, b for c in d)
f(x for x in y, 1)
f(a=1, 2)
f(**a, 1)
f(a.b=1)
f(True=1)
f(a=, b)
f(**a, *b)
f(**a=1)
print "x"
x = 1 if 2
x = 1 if 2 else pass
x = pass if 2 else 3
a, b += 1
(a, 1) = 2
[a, b()] = 1
a() = 1
x = a = f() = 1
del f()
del (a, *b)
for f() in x: pass
for 1 in x: pass
with a as f(): pass
(a := 1) = 2
(a.b := 1)
if x = 3: pass
if x.y = 3: pass
while True = 1: pass
import a.b as c.d
from a import b as c.d
from a import b,
from a import
import
import a from b
lambda x=, y: 1
lambda (x): 1
lambda *: 1
def f(a, (b)): pass
def f(a=1, b): pass
def f(*, **k): pass
def f(*a, *b): pass
def f(**a, b): pass
def f(a, /, b, /): pass
def f(*a, b, /): pass
def f(/, a): pass
def f(*a=1): pass
def f(a=): pass
def f[]():pass
def f: pass
class C pass
class C(: pass
{1: 2, 3}
{1: }
{1: *a}
{**a for a in b}
[*a for a in b]
[a, b for a in b]
(*a)
(**a)
a <> b
1 + not 2
not - not 2
a: b: c
a, b: int
[a]: int
f(): int = 1
"a "b" c"
x = "abc
x = "abc\"
x = 0777
x = 1__0
x = 0b12
x = 0xg
x = 1a
x = 5e+
ub"x"
x = "\x1"
x = b"é"
x = "a" b"b"
f"{a b}"
f"{}"
f"{a!}"
f"{a!x}"
f"{a! r}"
f"{a"
f"{a:{b}"
f"}"
f"{*}"
f"{lambda x: 1}"
f"{a)}"
f'{a:'
try: pass
x = $
x = ?
x = a \ b
match x: pass; case
type X[*A: int] = 1
type X[] = 1
async x
return return
else: pass
x = yield = 1
global a.b
nonlocal
raise from x
assert
a b
'''.strip().split("\n")
BLOCKS = [
    "if x:\npass", "if x\n    pass", "elif x: pass", "if 1:\n  x\n    y", "if 1:\n    x\n  y", "  x", "def f():\n",
    "while x:\npass", "for x in y\n  pass", "for x in y:\npass", "with a as b\n  pass", "with a as b:\npass",
    "try:\npass", "try:\n  pass\n", "try:\n  pass\nx = 1", "try:\n  pass\nexcept A, B as c:\n  pass",
    "try:\n  pass\nexcept A as b.c:\n  pass", "try:\n  pass\nexcept:\npass", "try:\n  pass\nfinally:\npass",
    "try:\n  pass\nexcept* A:\n  pass\nexcept B:\n  pass", "try:\n  pass\nexcept A:\n  pass\nexcept* B:\n  pass",
    "try:\n  pass\nexcept*:\n  pass", "class C:\npass", "class C\n  pass", "match x\n  case 1: pass", "match x:\ncase 1: pass",
    "match x:\n  case 1\n    pass", "match x:\n  case 1:\n  pass", "match x:\n  case 1 as _: pass", "match x:\n  case 1 as a.b: pass",
    "match x:\n  case A(b=1, c): pass", "if x:\n  pass\nelse:\n  pass\nelif y:\n  pass", "if x:\n\ty\n        z",
    "x = (1,\n  2\ny = 3", "x = '''abc\n", "f(a,\n  b c)", "def f(a,\n      b=1,\n      c): pass",
]
for text in MISTAKES + BLOCKS:
    try:
        compile(text, "<m>", "exec")
        print(ascii(text), "is fine")
    except SyntaxError as e:
        place = e.lineno, e.offset, e.end_lineno, e.end_offset
        print(ascii(text), type(e).__name__, ascii(e.msg), place, ascii(e.text), sep=" | ")
