# Trees that compile() is given keep their places; what is wrong with them is said as CPython says it.
import ast
import sys
import types

SOURCE = '''
def outer(dec, Base, M, a, b=2, *args, c=3, **kw):
    """doc"""
    if a: x = [x for x in args if x]
    elif b: pass
    else:
        try: pass
        except* ValueError as e: pass
        finally: x = 1
    @dec
    def g(u: int, /, v=(1, 2), *, w=-3) -> str: yield a
    match a:
        case {"x": [1, *r], **q} if r: return f"{a!r:>{b}} {c=}"
        case 1 | -2 | 3+4j | None | object(real=1): pass
    class K(Base, metaclass=M):
        x: int = 5
        type T[S: int = str] = list[S]
    for i, (j, *k) in a: del i, j.x, k[1:2]
    while x := a: break
    with a as b, c: assert x, "msg"
    global zz
    zz += {**kw, 1: 2}[1] if 1 < 2 < 3 else (not 4)
    async def co(): return await a
    return lambda x, /, y=2: {x, y} and 1.5 or 2j or b"b" or ...
'''


def codes(code):
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


direct = compile(SOURCE, "<s>", "exec")
by_tree = compile(ast.parse(SOURCE), "<s>", "exec")
for a, b in zip(codes(direct), codes(by_tree)):
    same = a.co_code == b.co_code and list(map(lambda p: p[0], a.co_positions())) == list(map(lambda p: p[0], b.co_positions()))
    print(a.co_name, same, a.co_firstlineno == b.co_firstlineno)

tree = ast.parse("x = 1\ny = missing\n")
tree.body[1].value.lineno = tree.body[1].value.end_lineno = 40
try:
    exec(compile(tree, "<t>", "exec"))
except NameError as e:
    print(e, e.__traceback__.tb_next.tb_lineno)

value = ast.Constant((1, (2, "\ud800"), b"", None, 1 << 80, -5))
print(ascii(eval(compile(ast.fix_missing_locations(ast.Expression(value)), "", "eval"))))


def attempt(make, mode="eval"):
    try:
        compile(ast.fix_missing_locations(make()), "<t>", mode)
        print("fine")
    except Exception as e:
        print(type(e).__name__, e)


def statement(s):
    return lambda: ast.Module([s], [])


load, store = ast.Load(), ast.Store()
attempt(lambda: ast.Expression(ast.Name("x", store)))
attempt(lambda: ast.Expression(ast.Name(1, load)))
attempt(lambda: ast.Expression(ast.Name("None", load)))
attempt(lambda: ast.Expression(None))
attempt(lambda: ast.Expression(ast.Constant([])))
attempt(lambda: ast.Expression(ast.Constant("", kind=3)))
attempt(lambda: ast.Expression(ast.BoolOp(ast.And(), [ast.Constant(1)])))
attempt(lambda: ast.Expression(ast.Lambda(ast.arguments(defaults=[ast.Constant(1)]), ast.Constant(1))))
attempt(lambda: ast.Expression(ast.Dict([None], [])))
attempt(lambda: ast.Expression(ast.ListComp(ast.Constant(1), [])))
attempt(lambda: ast.Module([1], []), "exec")
attempt(lambda: ast.Module(1, []), "exec")
attempt(lambda: ast.Module([], []), "eval")
attempt(statement(ast.FunctionDef("f", ast.arguments(), [])), "exec")
attempt(statement(ast.Assign([ast.Name("x", load)], ast.Constant(1))), "exec")
attempt(statement(ast.Assign([None], ast.Constant(1))), "exec")
attempt(statement(ast.Assign([], ast.Constant(1))), "exec")
attempt(statement(ast.Assign([ast.Constant(1)], ast.Constant(1))), "exec")
attempt(statement(ast.Raise(None, ast.Constant(1))), "exec")
attempt(statement(ast.ImportFrom("m", [], 0)), "exec")
attempt(statement(ast.ImportFrom("m", [ast.alias("x")], -1)), "exec")
attempt(statement(ast.Try([ast.Pass()])), "exec")
attempt(statement(ast.If(ast.Constant(1), [None])), "exec")
attempt(statement(ast.Return(ast.Constant(1))), "exec")
attempt(statement(ast.Match(ast.Constant(1), [ast.match_case(ast.MatchStar("x"), body=[ast.Pass()])])), "exec")
attempt(statement(ast.Match(ast.Constant(1), [ast.match_case(ast.MatchAs(name="_"), body=[ast.Pass()])])), "exec")
try:
    compile(ast.Expression(ast.Name("x", load)), "", "eval")
except TypeError as e:
    print(e)
name = ast.Name("x", load, lineno=3, col_offset=5, end_lineno=2, end_col_offset=1)
try:
    compile(ast.Expression(name), "", "eval")
except ValueError as e:
    print(e)
for keywords in {"flags": 1 << 30}, {"optimize": 4}, {"mode": "x"}, {"mode": "func_type"}:
    try:
        compile("x", **{"filename": "", "mode": "exec"} | keywords)
    except ValueError as e:
        print(e)


async def five():
    return 5

code = compile("await five()", "", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
coroutine = eval(code)
try:
    coroutine.send(None)
except StopIteration as e:
    print(e.value)

exec(compile("1 + 1; 'text'", "", "single"))
print(sys.modules["builtins"]._)
inherits = compile("from __future__ import annotations\nprint(compile('', '', 'exec').co_flags & 0x1000000 != 0)", "", "exec")
exec(inherits)
exec(compile("assert 0", "", "exec", optimize=1))
