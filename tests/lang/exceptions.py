# try/except/else/finally flow, hierarchy, re-raise, nested, tuples of classes, exception objects.
def flow(kind):
    log = []
    try:
        log.append("try")
        if kind == "value":
            raise ValueError("v")
        if kind == "key":
            raise KeyError("k")
        if kind == "type":
            raise TypeError
        if kind == "return":
            return log + ["returned"]
    except ValueError as e:
        log.append("value " + str(e))
    except (KeyError, IndexError) as e:
        log.append("lookup " + str(e))
    except Exception as e:
        log.append("other " + repr(e))
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


for k in ("none", "value", "key", "type", "return"):
    print(k, flow(k))


def nested():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise
        finally:
            print("inner finally")
    except ArithmeticError as e:
        return type(e).__name__


print(nested())


def raise_in_else():
    try:
        pass
    except ValueError:
        return "wrong"
    else:
        raise ValueError("from else")


try:
    raise_in_else()
except ValueError as e:
    print(e)
try:
    raise ValueError("a", 1)
except ValueError as e:
    print(e, e.args, repr(e), str(ValueError()), str(ValueError(5)), repr(ValueError("x")), repr(KeyError("k")), str(KeyError("k")))
try:
    e
except NameError as err:
    print(err)
for klass in (ZeroDivisionError, KeyError, IndexError, UnicodeDecodeError, RecursionError, NotImplementedError, ModuleNotFoundError, FileNotFoundError, StopIteration, GeneratorExit, KeyboardInterrupt, SystemExit, UnboundLocalError, OverflowError, FloatingPointError, AssertionError, EOFError, TabError, TimeoutError, BrokenPipeError, DeprecationWarning):
    print(" < ".join(k.__name__ for k in klass.__mro__[:-1]))


class Own(Exception):
    def __init__(self, code, message="default"):
        super().__init__(message)
        self.code = code


class Sub(Own):
    pass


try:
    raise Sub(5)
except Own as e:
    print(type(e).__name__, e.code, e, e.args)


class Str(Exception):
    def __str__(self):
        return "special"


print(str(Str("x")), repr(Str("x")))
try:
    raise Own
except TypeError as e:
    print(e)
for bad in (lambda: exec("raise 5"), lambda: exec("raise 'text'"), lambda: exec("raise"), lambda: exec("raise int"), lambda: exec("raise ValueError from 5")):
    try:
        bad()
    except (TypeError, RuntimeError) as e:
        print(type(e).__name__ + ":", e)
try:
    try:
        1 / 0
    except "not a class":
        pass
except TypeError as e:
    print("TypeError:", e)
try:
    try:
        raise KeyError("first")
    except KeyError as e:
        raise ValueError("second") from e
except ValueError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
try:
    try:
        raise KeyError("first")
    except KeyError:
        raise ValueError("second")
except ValueError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
try:
    try:
        raise KeyError("first")
    except KeyError:
        raise ValueError("second") from None
except ValueError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)


def cleanup_order():
    log = []
    for i in range(3):
        try:
            try:
                if i == 1:
                    raise ValueError
                log.append(("body", i))
            finally:
                log.append(("inner", i))
        except ValueError:
            log.append(("caught", i))
        finally:
            log.append(("outer", i))
    return log


print(cleanup_order())


def through_calls(n):
    if n == 0:
        raise Own(99, "deep")
    try:
        through_calls(n - 1)
    finally:
        through_calls.count = getattr(through_calls, "count", 0) + 1


try:
    through_calls(10)
except Own as e:
    print(e, e.code, through_calls.count)


def handler_raises():
    try:
        try:
            raise ValueError("one")
        except ValueError:
            {}["two"]
    except KeyError as e:
        return repr(e), repr(e.__context__)


print(handler_raises())
e1 = ValueError("note")
e1.add_note("a note")
print(e1.__notes__, e1.with_traceback(None) is e1)
x = ValueError("shared")
for _ in range(2):
    try:
        raise x
    except ValueError as e:
        print(e is x)
try:
    raise ValueError from KeyError("c")
except ValueError as e:
    print(repr(e), repr(e.__cause__))
s = StopIteration(5)
print(s.value, SystemExit(3).code, isinstance(s, Exception), isinstance(SystemExit(), Exception), isinstance(KeyboardInterrupt(), BaseException))
try:
    import sys
    sys.exit("message")
except SystemExit as e:
    print("exit", e.code)
try:
    raise OSError(2, "No such thing", "file.txt")
except FileNotFoundError as e:
    print(e, e.errno, e.strerror, e.filename)
try:
    import no_such_module_here
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    from math import no_such_name
except ImportError as e:
    print(str(e).split(" (")[0])
