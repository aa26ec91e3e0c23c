# Names in class patterns: of __match_args__ that were made at run time, private ones; what native subclasses match.
import ast
import collections

Point = type("Point", (), {"__match_args__": tuple("".join(["some", "x"]) for _ in range(1))})
p = Point()
setattr(p, "some" + "x", 5)
match p:
    case Point(x):
        print(x)
match ast.parse("f()").body[0]:
    case ast.Expr(ast.Call(ast.Name(name))):
        print(name)


class C:
    pass


class Outer:
    def look(self, x):
        match x:
            case C(__private=y):
                return y


c = C()
setattr(c, "__private", "as it is written")
print(Outer().look(c))
for v in collections.defaultdict(int, {0: 1}), collections.OrderedDict(a=1), collections.Counter("a"), collections.deque([1]), {}, []:
    match v:
        case {0: 1}:
            print("zero", v)
        case {}:
            print("mapping", v)
        case [*_]:
            print("sequence", v)
