# Trees: what is parsed, where it stands, nodes made by hand, trees that are compiled again.
import ast
import tokenize
import io

SOURCE = '''
@deco(1)
def f(a, b: int = 2, /, c=3, *args, d, e=5, **kw) -> str:
    "doc"
    for x, *y in z:
        if a: pass
        elif b: continue
        else: break
    else:
        return [i async for i in x if i], {**a, 'b': 1}, {1, 2}, (yield), (lambda: 0)
    try:
        with open(x) as g, h: del a.b, c[1:2, ...]
    except (A, B) as err: raise X from err
    finally: x += -1 if not y else ~2 ** 3
class C[T: int, *U](Base, metaclass=M):
    x: int = 1
    (y): int
async def g():
    await h(*a, k=1, **b)
match p:
    case {"x": [1, *_], **rest} | C(1, y=None) as z if z > 0: ...
import a.b as c; from ..d import e; from . import *
global q; assert x < y <= 3 is not z not in w, "no"
f"{x!r:>{width}} a {y=} {{}}" b"bytes" if 0 else "text" "more" 1.5j 0xff
'''.replace(' 1.5j 0xff', '').replace('b"bytes" if 0 else ', '')
tree = ast.parse(SOURCE.strip() + "\n")
print(ast.dump(tree, indent=1))
for node in ast.walk(tree):
    if hasattr(node, "lineno"):
        print(type(node).__name__, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, end="; ")
print()
print(ast.unparse(tree))
print(ast.dump(ast.parse("f(x for x in 'ä')", mode="eval"), include_attributes=True), type(ast.parse("x", mode="single")).__name__)
print(ast.literal_eval("{'a': [1, 2.5, -3, (None, True)], b'x': {1}}"), ast.get_docstring(tree.body[0]))
made = ast.fix_missing_locations(ast.Expression(ast.BinOp(ast.Constant(20), ast.Add(), ast.Name("x", ast.Load()))))
print(eval(compile(made, "made", "eval"), {"x": 22}))


class Swap(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 2) if isinstance(node.value, int) else node


space = {}
exec(compile(ast.fix_missing_locations(Swap().visit(ast.parse("y = 1 + 2\ndef f(): return 4"))), "swapped", "exec"), space)
print(space["y"], space["f"]())
for args in ((1, 2, 3), (1,)):
    try:
        print(ast.Starred(*args)._fields, ast.Pass._fields, ast.Constant(*args).value)
    except TypeError as e:
        print(e)
try:
    ast.parse("x =")
except SyntaxError as e:
    print(e.msg, e.lineno, e.offset)
for token in tokenize.generate_tokens(io.StringIO('if x:\n  f"{a!r:>5}b" # c\ny = (1,\n 2)\n').readline):
    print(tokenize.tok_name[token.type], repr(token.string), token.start, token.end)
