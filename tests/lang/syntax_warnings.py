# What the compiler warns of (PEP 765 among it), and except without parentheses (PEP 758).
import warnings

def show(source, mode="exec"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try: compile(source, "<w>", mode)
        except SyntaxError as e: print("error", e.msg)
    print(repr(source), [(str(w.message), w.category.__name__, w.lineno, w.filename) for w in caught])

finally_ = "for i in x:\n try: pass\n finally:\n  "
for body in "break", "continue", "for j in y: break", "while 1: continue", "def f(): return 1", "if 1: break", "try: break\n  finally: pass":
    show(finally_ + body)
for body in "return 1", "for i in x: return", "def g(): return 1", "lambda: (yield)":
    show("def f():\n try: pass\n finally: " + body)
show("def f():\n try: return 1\n except E: return 2\n else: return 3\n finally: pass")
for e in "x is 1", "x is not 'a'", "1 is x", "x is ()", "x is -1", "x is None", "x is ...", "x is True", "x is b''", "a is b is 1.5":
    show(e)
for e in ("assert (x, 'y')", "assert ()", "assert x, 'y'", "1()", "'a'()", "[1](2)", "(1, 2)(3)", "{}()", "{1}()", "f''()", "None()", "(x for x in y)()",
         "None[1]", "1[2]", "{1}[1]", "[1, 2]['a']", "'abc'[1.5]", "(1,)[None]", "b'a'[x]", "'a'[1:2]", "[1][True]", "[1][1, 2]", "...[1]"):
    show(e)
for e in r"'\d'", r"b'\d'", r"'\n\t\\\x41\u1234'", r"b'\u1234'", r"f'\d{x}\q'", r"r'\d'", r"'\400'", r"'\377'", r"b'\777'", r"'''a\
\z'''", r"f'{x:\d}'":
    show(e)
warnings.simplefilter("error")
try: compile("x is 1", "<w>", "eval")
except SyntaxError as e: print(type(e).__name__, e.msg, e.lineno, e.offset)

def f(e):
    try: raise e
    except ValueError, TypeError: return "two"
    except KeyError, : return "one"
    except OSError: return "plain"
for e in ValueError(), TypeError(), KeyError(), OSError(): print(f(e))
def g():
    try: raise ExceptionGroup("g", [ValueError()])
    except* ValueError, TypeError: return_ = "star"
    return return_
print(g())
for s in "try: pass\nexcept A, B as e: pass", "try: pass\nexcept A, B, C: pass", "try: pass\nexcept* A, B as e: pass":
    try: compile(s, "<e>", "exec"); print("fine")
    except SyntaxError as e: print(e.msg)
