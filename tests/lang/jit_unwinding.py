# Exceptions raised and handled inside compiled loops: what the program can see of them is what the interpreter shows.


class Plain(Exception):
    pass


class Child(Plain):
    pass


class Rich(Exception):
    def __init__(self, code, text="none"):
        super().__init__(code, text)
        self.code = code


def leaf(i):
    if i % 4 == 0:
        raise ValueError(i)
    if i % 4 == 1:
        raise Plain
    if i % 4 == 2:
        raise Child("x", i)
    return i


def middle(i):
    return leaf(i) + 1


def types(n):
    counts = {}
    for i in range(n):
        try:
            middle(i)
            name = "none"
        except (KeyError, ValueError) as e:
            name = "value"
            assert e.args == (i,)
        except Child as e:
            name = "child"
            assert e.args == ("x", i)
        except Plain as e:
            name = "plain"
            assert e.args == () and str(e) == ""
        counts[name] = counts.get(name, 0) + 1
    return counts


print(types(4000))


# The traceback, entry by entry.
def entries(n):
    seen = {}
    for i in range(n):
        try:
            middle(i)
        except Exception as e:
            tb = e.__traceback__
            lines = []
            while tb:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
                tb = tb.tb_next
            key = (type(e).__name__, tuple(lines))
            seen[key] = seen.get(key, 0) + 1
    return seen


for key, count in entries(2000).items():
    print(key, count)


def kept(n):
    last = None
    for i in range(n):
        try:
            middle(i * 4)
        except ValueError as e:
            last = e
    return last


print(kept(1000).args, kept(10).__traceback__.tb_next.tb_next.tb_lineno)


# Contexts and causes.
def chain(n):
    ok = 0
    for i in range(n):
        try:
            try:
                leaf(4 * i)
            except ValueError as e:
                first = e
                raise KeyError(i)
        except KeyError as e:
            ok += e.__context__ is first and e.__cause__ is None and not e.__suppress_context__
        try:
            try:
                leaf(1)
            except Plain as e:
                raise TypeError("t") from e
        except TypeError as e:
            ok += e.__cause__ is e.__context__ and e.__suppress_context__
        try:
            try:
                leaf(1)
            except Plain:
                raise TypeError from None
        except TypeError as e:
            ok += e.__cause__ is None and type(e.__context__) is Plain and e.__suppress_context__
        try:
            raise Child from ValueError
        except Plain as e:
            ok += type(e.__cause__) is ValueError
    return ok


print(chain(1000))


def again(n):
    total = 0
    for i in range(n):
        try:
            try:
                leaf(4 * i)
            except ValueError:
                total += 1
                raise
        except ValueError as e:
            tb, depth = e.__traceback__, 0
            while tb:
                depth += 1
                tb = tb.tb_next
            total += depth
    return total


print(again(1000))


saved = ValueError("saved")


def same_object(n):
    for i in range(n):
        try:
            raise saved
        except ValueError as e:
            assert e is saved
    tb, depth = saved.__traceback__, 0
    while tb:
        depth += 1
        tb = tb.tb_next
    return depth, saved.__context__


print(same_object(300))


def cycle(n):
    a, b = KeyError("a"), KeyError("b")
    for i in range(n):
        try:
            try:
                raise a
            except KeyError:
                raise b
        except KeyError as e:
            assert e is b and e.__context__ is a
        try:
            try:
                raise b
            except KeyError:
                raise a
        except KeyError as e:
            assert e is a and e.__context__ is b
            assert b.__context__ is None
    return True


print(cycle(300))


# finally and with on every way out.
def tidy(i, log):
    try:
        if i % 3 == 0:
            return "returned"
        if i % 3 == 1:
            leaf(1)
        return "end"
    except Plain:
        return "handled"
    finally:
        log[i % 3] += 1


def finals(n):
    log = [0, 0, 0]
    out = {}
    for i in range(n):
        what = tidy(i, log)
        out[what] = out.get(what, 0) + 1
    for i in range(n):
        try:
            continue
        finally:
            log[0] += 1
    for i in range(n):
        try:
            try:
                leaf(4)
            finally:
                log[1] += 1
        except ValueError:
            log[2] += 1
    return out, log


print(finals(1200))


class Guard:
    def __init__(self, swallow):
        self.swallow = swallow
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None:
            self.seen.append((kind.__name__, value.args, tb.tb_lineno > 0))
        return self.swallow


def guards(n):
    quiet, loud = Guard(True), Guard(False)
    outside = 0
    for i in range(n):
        with quiet:
            leaf(i)
        try:
            with loud as g, quiet:
                assert g is loud
            with loud:
                leaf(i)
        except (ValueError, Plain):
            outside += 1
    return len(quiet.seen), len(loud.seen), outside, quiet.seen[:3], loud.seen[-2:]


print(guards(800))


# Classes with an __init__ of their own, attributes, subclasses that change.
def rich(n):
    total = 0
    for i in range(n):
        try:
            raise Rich(i) if i % 2 else Rich(i, "text")
        except Rich as e:
            total += e.code + len(e.args)
            assert e.args[1] == ("none" if i % 2 else "text")
    return total


print(rich(1500))


def changing(n):
    caught = []
    kinds = (ValueError,)
    for i in range(n):
        if i == n // 2:
            kinds = (Plain, KeyError)
        try:
            try:
                raise Child
            except kinds:
                caught.append("in")
        except Exception:
            caught.append("out")
    return caught.count("in"), caught.count("out")


print(changing(1000))


class Base1(Exception):
    pass


class Base2(Exception):
    pass


class Moving(Base1):
    pass


def moving(n):
    got = []
    for i in range(n):
        if i == n // 2:
            Moving.__bases__ = (Base2,)
        try:
            raise Moving(i)
        except Base1:
            got.append(1)
        except Base2:
            got.append(2)
    return got.count(1), got.count(2)


print(moving(1000))


def wrong(n):
    messages = set()
    for i in range(n):
        try:
            try:
                raise ValueError
            except "not a class":
                pass
        except TypeError as e:
            messages.add(str(e))
        try:
            raise 3
        except TypeError as e:
            messages.add(str(e))
        try:
            raise
        except RuntimeError as e:
            messages.add(str(e))
    return sorted(messages)


print(wrong(300))


# Out of loops over generators, through generators, out of the compiled frame itself.
def numbers():
    try:
        for i in range(100):
            yield i
    finally:
        closed.append(1)


closed = []


def leaves_loop(n):
    total = 0
    for k in range(n):
        try:
            for x in numbers():
                if x == k % 7:
                    raise Plain(x)
        except Plain as e:
            total += e.args[0]
    return total, len(closed)


print(leaves_loop(500))


def relay(it):
    for x in it:
        yield leaf(x)


def through(n):
    got = []
    for k in range(n):
        try:
            for x in relay(iter([3, 7, 11, k])):
                got.append(x)
        except ValueError:
            got.append("v")
        except Plain:
            got.append("p")
    return got.count("v"), got.count("p"), len(got)


print(through(600))


def escapes(n, at):
    for i in range(n):
        if i == at:
            raise Plain(i)
    return "none"


for at in (5, 1500, 1999, 3000):
    try:
        print(escapes(2000, at))
    except Plain as e:
        tb = e.__traceback__
        print("escaped", e.args, tb.tb_next.tb_lineno - tb.tb_next.tb_frame.f_code.co_firstlineno)
