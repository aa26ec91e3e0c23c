# Classes: attributes, methods, static and class methods, repr/str, dynamic attributes.
class Point:
    """A point."""
    dims = 2
    made = []

    def __init__(self, x, y=0):
        self.x = x
        self.y = y
        Point.made.append(self)

    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r})"

    def norm1(self):
        return abs(self.x) + abs(self.y)

    @classmethod
    def origin(cls):
        return cls(0, 0)

    @staticmethod
    def describe(p):
        return "point at %d,%d" % (p.x, p.y)


p = Point(3, -4)
print(p, str(p), [p], p.norm1(), Point.norm1(p), Point.origin(), p.origin(), Point.describe(p), p.describe(p))
print(Point.__name__, Point.__doc__, Point.__module__, Point.__qualname__, Point.dims, p.dims, type(p) is Point, p.__class__ is Point, len(Point.made))
p.dims = 3
print(p.dims, Point.dims, sorted(p.__dict__.items()), "dims" in vars(p))
del p.dims
print(p.dims)
Point.dims = 9
print(p.dims, Point(1).dims)
p.label = "dynamic"
print(p.label, hasattr(p, "label"), hasattr(p, "nope"), getattr(p, "nope", "default"), getattr(p, "x"))
setattr(p, "z", 7)
delattr(p, "z")
for f in (lambda: p.nope, lambda: Point.nope, lambda: p.z, lambda: (5).nope, lambda: None.x, lambda: "".foo, lambda: [].push, lambda: delattr(p, "gone"), lambda: setattr(5, "x", 1), lambda: setattr(object(), "x", 1), lambda: print.x, lambda: getattr(p, 5)):
    try:
        print(f())
    except (AttributeError, TypeError) as e:
        print(type(e).__name__ + ":", e)
m = p.norm1
print(m(), m.__self__ is p, m.__func__ is Point.norm1, m == p.norm1, m is p.norm1, m.__name__, Point.norm1.__qualname__, hash(m) == hash(p.norm1))


def external(self, k):
    return self.x * k


Point.external = external
p.own = lambda k: k + 1
print(p.external(5), p.own(5), Point.external is external)


class Empty:
    pass


class Body:
    total = 0
    for i in range(5):
        total += i
    if total > 3:
        def cond(self):
            return "defined"
    squares = [n * n for n in range(3)]


print(Body.total, Body.i, Body().cond(), Body.squares, Empty() == Empty(), (lambda e: e == e)(Empty()), bool(Empty()))


class Outer:
    class Inner:
        def hi(self):
            return "inner"

    def make(self):
        return self.Inner()


print(Outer().make().hi(), Outer.Inner.__qualname__, Outer.Inner.__name__)


class Private:
    def __init__(self):
        self.__secret = 1
        self._ok = 2

    def __hidden(self):
        return self.__secret

    def reveal(self):
        return self.__hidden()


q = Private()
print(q.reveal(), sorted(vars(q)), hasattr(q, "__secret"), q._Private__secret)


class New:
    def __new__(cls, *args):
        obj = super().__new__(cls)
        obj.args = args
        return obj if args != ("other",) else 42


print(New(1, 2).args, New("other"))
T = type("T", (Point,), {"extra": 5, "get": lambda self: self.extra})
print(T(1, 2), T(1).get(), T.__name__, T.__bases__[0].__name__, isinstance(T(0), Point), issubclass(T, Point))
try:
    Empty().missing_method()
except AttributeError as e:
    print(e, e.name, type(e.obj).__name__)
class Self:
    def __init__(self):
        return None
    def chain(self):
        self.n = getattr(self, "n", 0) + 1
        return self
print(Self().chain().chain().chain().n)
