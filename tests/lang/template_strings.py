# t-strings: Template and Interpolation of string.templatelib.
from string.templatelib import Template, Interpolation, convert

name, width, items = "World", 8, [1, 2]
t = t"Hello {name}!"
print(type(t), t.strings, t.interpolations, t.values)
print(repr(t))
i = t.interpolations[0]
print(i.value, i.expression, i.conversion, repr(i.format_spec), i)
print(list(t), [p for p in t""], list(t"{1}{2}"), t"".strings, t"{1}{2}".strings)
for x in t"{name!r}", t"{name:>{width}}", t"{name!s:.3}", t"{name=}", t"{ name = }", t"{name=!s}", t"{name=:>9}", t"{  items[0] + 1  }", \
         t"{(1, 2)}", t"{items}", t"{{{name}}}", rt"\n{name}\t", t"a\n{name}", t'{"nested"}', t"{t'{name}'}", t"""{
    name
}""", t"{(lambda: 1)()}":
    print(x)
print(t"a{1}" t"b{2}" t"c")
print(t"a" + t"b{name}" + t"{1}c")
for f in (lambda: t"a" + "b", lambda: "a" + t"b", lambda: Template(1), lambda: Template("a", x=1), lambda: Interpolation(1, "x", "q"),
          lambda: Interpolation(1, 2), lambda: Interpolation(1, "x", 5)):
    try: print(f())
    except (TypeError, ValueError) as e: print(type(e).__name__, str(e).split(",")[0])
print(Template("a", "b", Interpolation(1, "one"), Interpolation(2), "c"), Template())
print(Interpolation(1), Interpolation(1, "x", "r", ">5").__match_args__)
match t"{name!r:>5}".interpolations[0]:
    case Interpolation(value, expression, conversion, spec): print(value, expression, conversion, spec)
try: i.value = 2
except AttributeError as e: print("readonly")
print(t"x" == t"x", (a := t"x") == a)

def f(template):
    parts = []
    for p in template:
        match p:
            case str() as s: parts.append(s)
            case Interpolation(value, _, conversion, spec): parts.append(format(convert(value, conversion), spec))
    return "".join(parts)
print(f(t"{name!r:>10}|{width:04}|{items}"))

# Evaluation is eager and in order.
def show(x): print("eval", x); return x
t = t"{show(1)}{show(2):{show(3)}}{show(4)!r}"
print(t.interpolations[1].format_spec)
for src in ['t"a" "b"', '"a" t"b"', 't"a" f"b"', 't"a" b"b"', 't"{}"', 't"{a!x}"', 't"}"']:
    try: compile(src, "<t>", "eval"); print("fine", src)
    except SyntaxError as e: print(repr(src), e.msg)
