# The texts of errors in calls.
def show(f):
    try:
        print("ok:", f())
    except TypeError as e:
        print("TypeError:", e)


def none():
    pass


def one(a):
    pass


def two(a, b):
    pass


def three(a, b, c):
    pass


def opt(a, b=1, c=2):
    pass


def kwonly(*, key, other):
    pass


def mixed(a, *, k=1):
    pass


def posonly(a, b, /):
    pass


def star(a, *args):
    pass


class C:
    def method(self):
        pass

    def with_arg(self, x):
        pass

    @classmethod
    def cm(cls):
        pass

    @staticmethod
    def sm(a):
        pass


class Init:
    def __init__(self, a, b):
        pass


five, nothing, text, items, table = 5, None, "s", [1], {}


class Empty:
    pass


for f in (
    lambda: none(1), lambda: none(1, 2), lambda: none(zzzz=1), lambda: one(), lambda: one(1, 2), lambda: one(1, a=1),
    lambda: one(qqqqq=2), lambda: two(), lambda: two(1), lambda: two(b=1), lambda: three(), lambda: three(1), lambda: three(1, 2, 3, 4),
    lambda: opt(), lambda: opt(1, 2, 3, 4), lambda: opt(1, 2, 3, 4, 5), lambda: opt(b=1),
    lambda: kwonly(), lambda: kwonly(key=1), lambda: kwonly(1), lambda: kwonly(1, key=1, other=2),
    lambda: mixed(), lambda: mixed(1, 2), lambda: mixed(1, 2, k=3),
    lambda: posonly(1), lambda: posonly(1, b=2), lambda: posonly(a=1, b=2), lambda: star(),
    lambda: C().method(1), lambda: C().with_arg(), lambda: C.method(), lambda: C.cm(1), lambda: C.sm(), lambda: C().with_arg(1, 2),
    lambda: Init(), lambda: Init(1), lambda: Init(1, 2, 3), lambda: Empty(1), lambda: Empty(x=1),
    lambda: one(*1), lambda: one(**1), lambda: one(**{1: 2}), lambda: one(1, **{"a": 2}), lambda: two(**{"a": 1}, **{"a": 2}),
    lambda: five(), lambda: nothing(), lambda: text(), lambda: items(0), lambda: C()(), lambda: table(), lambda: (lambda x: x)(),
    lambda: len(), lambda: len(1, 2), lambda: len(5), lambda: abs("x"), lambda: abs(), lambda: iter(5), lambda: next([]), lambda: isinstance(1),
    lambda: int(1, 2, 3), lambda: sorted(), lambda: sum(5), lambda: sum(["a"]), lambda: max(), lambda: max(5), lambda: ord(5), lambda: chr("a"),
    lambda: [].append(), lambda: [].append(1, 2), lambda: {}.get(), lambda: "".join(), lambda: zip(1), lambda: map(1), lambda: range(1, 2, 3, 4), lambda: print(1, zz=2),
):
    show(f)
