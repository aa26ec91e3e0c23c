"""Functions with more variables than near registers."""


def source(name, params, body, n):
    lines = [f"def {name}({params}):"]
    lines += [f"    v{i} = {i}" for i in range(n)]
    lines += ["    " + line for line in body.split("\n")]
    return "\n".join(lines)


def define(*args):
    space = {}
    exec(source(*args), space)
    return space[args[0]]


f = define("f", "", "return v0 + v199 + v200 + v999", 1000)
print(f(), f.__code__.co_nlocals, f.__code__.co_varnames[998])

loop = """
total = 0
for v500 in range(3000):
    for v501 in (1, 2):
        v502 = v500 * v501
        if v502 % 7 == 0:
            continue
        total += v502
    v503, v504, *v505 = v500, v501, v502
    v506 = [v507 for v507 in range(3)]
return total, v500, v501, v502, v503, v504, v505, v506, v507"""
print(define("loop", "", loop, 600)())

print(define("unbound", "n", "if n: x500 = 1\nreturn x500", 300)(1))
try:
    define("unbound", "n", "if n: x500 = 1\nreturn x500", 300)(0)
except UnboundLocalError as e:
    print(e)

closures = """
def inner(k):
    nonlocal v250
    v250 += k
    return v250 + v251 + v3
inner(10)
v251 += 100
return inner(1), v250, v251, [lambda: v252 for _ in range(2)][0]()"""
print(define("closures", "", closures, 300)())

errors = """
try:
    1 / 0
except ZeroDivisionError as v260:
    kept = str(v260)
try:
    v260
except UnboundLocalError as v261:
    print(v261)
del v262
try:
    del v262
except UnboundLocalError as e:
    print(e)
with open_it() as v263:
    print(v263)
return kept, sorted(k for k in locals() if k.startswith("v26"))"""


class Manager:
    def __enter__(self):
        return "entered"

    def __exit__(self, *args):
        print("left", args[0])


space = {"open_it": Manager}
exec(source("errors", "", errors, 300), space)
print(space["errors"]())

generator = """
for v290 in range(4):
    v291 = yield v290 + v289
    if v291:
        v289 += v291"""
g = define("generator", "", generator, 300)()
print(next(g), g.send(5), next(g), g.send(7), g.gi_frame.f_locals["v289"])

names = [f"p{i}" for i in range(320)]
params = ", ".join(names)
many = define("many", params + ", *args, k=1, **kw", "return p0, p199, p200, p255, p256, p319, args, k, kw, v299", 300)
print(many(*range(320)))
print(many(*range(325), k=2, z=3))
print(many(**{n: i * 2 for i, n in enumerate(names)}))
try:
    many(*range(318))
except TypeError as e:
    print(e)
captured = define("captured", params, "return (lambda: p0 + p199 + p200 + p319 + v1)()", 300)
print(captured(*range(320)))
recursive = "if p0: return recursive(p0 - 1, *range(1, 320)) + v299\nreturn p319"
space = {}
exec(source("recursive", params, recursive, 300), space)
print(space["recursive"](50, *range(1, 320)))


class Base:
    def m(self):
        return "base"


space = {"Base": Base}
exec("class Sub(Base):\n" + "\n".join("    " + line for line in source("m", "self", "return super().m(), v299, self.x", 300).split("\n")), space)
s = space["Sub"]()
s.x = "x"
print(s.m())
