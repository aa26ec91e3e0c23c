# Parameters: defaults, *args, **kwargs, keyword-only, positional-only, call unpacking.
def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, sorted(kw.items())


print(f(1, c=3), f(1, 20, 30, 40, c=3, z=9, y=8), f(*[1, 2, 3], c=5), f(a=1, c=2), f(1, **{"c": 3, "q": 1}), f(*"ab", *"cd", c=0, **{"d": 1}, **{"e": 2}))


def p(a, b, /, c, *, d):
    return a, b, c, d


print(p(1, 2, 3, d=4), p(1, 2, c=3, d=4))


def pk(a, /, **kw):
    return a, kw


print(pk(1, a=2))


def defaults(x, acc=[]):
    acc.append(x)
    return acc


print(defaults(1), defaults(2), defaults(3, []), defaults(4))
n = 1


def at_definition(v=n):
    return v


n = 2
print(at_definition(), at_definition(5))


def none():
    pass


def bare():
    return


print(none(), bare(), (lambda: None)(), (lambda *a, **k: (a, k))(1, 2, x=3), (lambda a, b=5, /, *, c=6: a + b + c)(1))
print(f.__name__, f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_varnames[:6], f.__qualname__, f.__doc__, f.__module__)


def doc():
    "docs"
    return doc.__doc__


print(doc())
doc.attribute = 5
print(doc.attribute, doc.__dict__, hasattr(doc, "nope"))
defaults.__defaults__ = ([100],)
print(defaults(1))
print(max(*[1, 5, 3]), print(*"abc", sep="-"), dict(**{"a": 1}, b=2), "{}{}".format(*(1, 2)))


def many(a, b, c, d, e, f, g, h, i, j, k, l, m=13, n=14):
    return a + b + c + d + e + f + g + h + i + j + k + l + m + n


print(many(*range(1, 13)), many(*range(1, 13), n=0))


def shadow(print=len):
    return print("abc")


print(shadow())


def inner_functions(x):
    def double():
        return x * 2

    def add(y):
        return double() + y
    return add


print(inner_functions(5)(1))


def args_are_tuple(*args):
    return type(args).__name__, args


def kwargs_are_fresh(**kw):
    kw["new"] = 1
    return kw


opts = {"a": 1}
print(args_are_tuple(), args_are_tuple(*[1]), kwargs_are_fresh(**opts), opts)


def order(**kw):
    return list(kw)


print(order(z=1, a=2, m=3))


def recurse(n, *rest, key=None):
    return (n, rest, key) if n == 0 else recurse(n - 1, n, *rest, key=key or n)


print(recurse(4))


def annotated(a: int, b: "str" = "x", *c: float, d: bool = True) -> None:
    return (a, b, c, d)


print(annotated(1, d=False))
print((lambda x: (yield x))(5).__next__())
