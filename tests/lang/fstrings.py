# f-strings.
name = "world"
n = 42
pi = 3.14159265
items = {"a": [1, 2, 3]}
print(f"hello {name}", f"{n}", f"{n + 1}", f"{n:>6}|", f"{pi:.2f}", f"{n!r} {name!r} {name!s} {'é'!a}")
print(f"{{}} {{{n}}} }}{{", f"", f"plain", f"{'nested ' + f'{n}'}", f"{items['a'][1]}", f"{items["a"]}")
print(f"{n=}", f"{n = }", f"{name=!s}", f"{pi=:.1f}", f"{n + 1=}", f"{ n=}", f"{name.upper()=}")
w, p = 10, 3
print(f"{pi:{w}.{p}f}|", f"{name:{'*'}^{w}}|", f"{n:{'0' + str(w)}}", f"{n:#x} {n:#b} {n:o}", f"{-n:+} {n: }")
print(f"{(lambda x: x * 2)(4)}", f"{[i * i for i in range(4)]}", f"{ {'k': 1}['k'] }", f"{n if n > 1 else 0}", f"{(y := 5)} {y}")
print(f"multi {n}" " implicit " f"{name}", rf"\n{n}\t", f"\n{n}\t|".strip(), f'{"q"}')
print(f"""triple
{n
 + 1}
end""")


class V:
    def __init__(self, x):
        self.x = x

    def __str__(self):
        return f"V:{self.x}"

    def __repr__(self):
        return f"V({self.x!r})"

    def __format__(self, spec):
        return f"fmt[{spec}]"


v = V("a")
print(f"{v} {v!s} {v!r} {v:spec} {v!s:>6}|{v!r:<9}|{v.x}")
print(f"{None} {True} {[v]} {(1,)} {1.0} {1e100} {b'x'} {...}")
print(f"{n:,} {1234567.891:,.1f} {0.256:.1%} {n:e} {n:g} {255:08b} {'s':>3}{'t':<3}|")
print(f"{'a' 'b'}", f"{n}{n}{n}", f"{n!r:>5}", f"{'%s' % n}", f"{"dq"}", f"{'\n'.join(['x', 'y'])}")


def f(x):
    def g():
        return f"{x} {n}"
    return g


print(f("closure")(), [f"{i}:{c}" for i, c in enumerate("ab")], f"{f'{f'{n}'}'}")
print(f"{n:}", f"{n!s:}", f"{3.0:}", f"{'x':}")
try:
    f"{undefined_name}"
except NameError as e:
    print(e)
try:
    f"{n:zz}"
except ValueError as e:
    print(e)
print(f"{{{{{n}}}}}", f"{n:{{}}>5}" if False else "", f"{'{'}{'}'}")
