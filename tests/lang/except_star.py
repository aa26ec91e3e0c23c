# except*: what clauses match, what is raised after them; groups.
import sys

def show(e, indent=""):
    if isinstance(e, BaseExceptionGroup):
        return f"{type(e).__name__}({e.message!r}: " + ", ".join(show(x) for x in e.exceptions) + ")"
    return repr(e)

def attempt(f):
    try: print("returned", f())
    except BaseException as e:
        print("raised", show(e), "| cause", e.__cause__ and show(e.__cause__), "| context", e.__context__ and show(e.__context__))

def group(*es): return ExceptionGroup("g", list(es))

def basic(e):
    def f():
        log = []
        try:
            if e is not None: raise e
        except* ValueError as v: log.append(("value", show(v), show(sys.exception())))
        except* (TypeError, KeyError) as v: log.append(("type/key", show(v)))
        else: log.append("else")
        finally: log.append("finally")
        return log
    attempt(f)
basic(None)
basic(ValueError(1)); basic(group(ValueError(1))); basic(group(ValueError(1), TypeError(2)))
basic(group(ValueError(1), group(KeyError(2), ValueError(3)), TypeError(4)))
basic(group(ValueError(1), OSError(2))); basic(OSError(1)); basic(group(OSError(1), group(OSError(2), ValueError(3))))
basic(BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(1)]))

def names():
    try: raise group(ValueError(1))
    except* ValueError as e: pass
    try: e
    except NameError as err: print(err)
    try:
        try: raise group(ValueError(1), TypeError(2))
        except* ValueError as e: raise KeyError("in clause")
        except* TypeError as e: print("second clause", show(e))
    except Exception as err: print(show(err), show(err.exceptions[0]) if hasattr(err, "exceptions") else err.__context__ and show(err.__context__))
names()

def raises_in_two():
    try: raise group(ValueError(1), TypeError(2), OSError(3))
    except* ValueError: raise KeyError("a")
    except* TypeError: raise IndexError("b")
attempt(raises_in_two)
def reraises():
    try: raise group(ValueError(1), group(TypeError(2), ValueError(3)), OSError(4))
    except* ValueError: raise
    except* TypeError: pass
attempt(reraises)
def reraises_named():
    try: raise group(ValueError(1), TypeError(2))
    except* ValueError as e: raise e
attempt(reraises_named)
def from_cause():
    try: raise group(ValueError(1), TypeError(2))
    except* ValueError as e: raise OSError("x") from e
attempt(from_cause)
def naked_reraise():
    try: raise ValueError("naked")
    except* ValueError: raise
attempt(naked_reraise)
def naked_other():
    try: raise ValueError("naked")
    except* TypeError: print("no")
attempt(naked_other)
def nested_loops():
    out = []
    for i in range(3):
        try:
            if i == 1: continue
            raise group(ValueError(i))
        except* ValueError as e:
            for k in range(5):
                if k == 1: break
                def inner(): return "fine"
            out.append((show(e), k, inner()))
    return out
attempt(nested_loops)
def bad_class():
    try: raise ValueError
    except* 5: pass
attempt(bad_class)
def group_class():
    try: raise ValueError
    except* ExceptionGroup: pass
attempt(group_class)
def group_in_tuple():
    try: raise ValueError
    except* (ValueError, BaseExceptionGroup): pass
attempt(group_in_tuple)

class MyGroup(ExceptionGroup):
    def derive(self, excs): return MyGroup(self.message, excs)
def custom(cls):
    def f():
        try: raise cls("m", [ValueError(1), TypeError(2)])
        except* ValueError as e: print(show(e))
    return f
attempt(custom(MyGroup))

g = group(ValueError(1), group(TypeError(2), ValueError(3)))
print([show(x) if x else x for x in g.split(ValueError)], show(g.subgroup(lambda e: isinstance(e, TypeError))), g.subgroup(OSError))
g.add_note("note"); print(g.split(ValueError)[0].__notes__)
print(repr(g), str(g), g.args, ExceptionGroup("x", [BaseException and ValueError()]).derive([OSError()]))
for args in [("a", []), ("a", 5), (5, [ValueError()]), ("a", [5]), ("a",), ("a", [KeyboardInterrupt()])]:
    try: print(ExceptionGroup(*args))
    except Exception as e: print(type(e).__name__, e)

for src in ["try: pass\nexcept* ValueError: pass\nexcept TypeError: pass", "try: pass\nexcept*: pass", "for x in y:\n try: pass\n except* A: break",
            "def f():\n try: pass\n except* A: return 1", "while 1:\n try: pass\n except* A: continue"]:
    try: compile(src, "<t>", "exec"); print("fine", repr(src))
    except SyntaxError as e: print(repr(src), e.msg, (e.lineno, e.offset))

def hot():
    n = 0
    for i in range(400):
        try:
            if i % 3: raise group(ValueError(i), TypeError(i))
        except* ValueError as e: n += len(e.exceptions)
        except* TypeError as e: n += e.exceptions[0].args[0]
    return n
print(hot())
