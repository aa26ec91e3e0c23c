# Type parameters, their scopes, lazy bounds and defaults; type aliases; Generic.
import typing
from typing import TypeVar, ParamSpec, TypeVarTuple, TypeAliasType, Generic

def error(f, *args, **kwargs):
    try: print("fine", f(*args, **kwargs))
    except Exception as e: print(type(e).__name__, e)

def show(p):
    print(type(p).__name__, repr(p), p.__name__, *[f"{a}={getattr(p, a, '-')!r}" for a in
          ("__bound__", "__constraints__", "__default__", "__covariant__", "__contravariant__", "__infer_variance__")], p.has_default())

def func[T, U: int, V: (str, bytes), *Ts, **P](a: T, b: U = 1, *args: *Ts, k: V = "v", **kw: P.kwargs) -> tuple[T, U]:
    return a, b, args, k, kw
for p in func.__type_params__: show(p)
print(func(1), func(1, 2, 3, k=4, z=5), func.__name__, func.__qualname__, func.__defaults__, func.__kwdefaults__)
print(func.__annotations__)

def lazy[T: Undefined = AlsoUndefined](): pass
T, = lazy.__type_params__
error(lambda: T.__bound__); error(lambda: T.__default__); print(T.has_default())
Undefined, AlsoUndefined = int, str
print(T.__bound__, T.__default__)

class Box[T, S = list[T]]:
    """A box."""
    attr: T
    def __init__(self, v: T): self.v = v
    def get[R](self, r: R) -> T | R: return self.v
    class Inner[Q](list[Q]): pass
    def outer(self): return T, S
print(Box.__type_params__, Box.__orig_bases__, [c.__name__ for c in Box.__mro__], Box.__parameters__, Box.__doc__)
print(Box[int], Box[int](3).v, Box[int](3).__orig_class__, Box.get.__qualname__, Box.get.__type_params__, Box.Inner.__qualname__)
print(Box(1).outer() == Box.__type_params__, Box.Inner.__orig_bases__)
error(lambda: Box[int, str, bytes])
class Sub(Box[int]): pass
print(Sub.__orig_bases__, Sub.__parameters__, issubclass(Sub, Box), isinstance(Sub(1), Generic))
class Meta(type):
    def __new__(m, name, bases, ns, **kw): print("meta", name, [b.__name__ for b in bases], kw); return super().__new__(m, name, bases, ns)
class WithMeta[T](list, metaclass=Meta, flag=1): pass
print(WithMeta.__bases__)

# Scopes.
x = "global"
class Scope:
    x = "class"
    def m[T: x](self): return x
    def n[x](self): return x
    type Alias = x
    type Param[T: x] = list[x]
    y: x
print(Scope.m.__type_params__[0].__bound__, Scope().m(), Scope().n(), Scope.Alias.__value__, Scope.Param.__value__)
def local():
    x = "local"
    def f[T: x](): return x
    class C[T: x]:
        z = x
    type A[T] = (x, T)
    r = f.__type_params__[0].__bound__, f(), C.__type_params__[0].__bound__, C.z, A.__value__
    x = "changed"
    return r, f()
print(local())
def shadow[T](T): return T
print(shadow(5), shadow.__type_params__)
def nonlocal_like[T]():
    def inner(): return T
    return inner() is nonlocal_like.__type_params__[0]
print(nonlocal_like())
class Private:
    def m[__T](self): return __T
print(Private.m.__type_params__)
def deco(f): print("deco", f.__name__, f.__type_params__); return f
@deco
def decorated[T](x=[print("default")]): pass
@deco
class DecoratedClass[T](print and list): pass

# Aliases.
type Plain = int | str
type Rec = dict[str, Rec] | None
type Gen[A, *B, **C] = tuple[A, *B]
print(Plain, repr(Plain), Plain.__name__, Plain.__value__, Plain.__module__, Plain.__type_params__, type(Plain))
print(Rec.__value__, Gen.__type_params__, Gen.__parameters__, Gen.__value__, Gen[int, str, float])
print(Plain | None, None | Plain)
error(lambda: Plain[int]); error(lambda: isinstance(1, Plain))
error(setattr, Plain, "__name__", "x")
old = TypeAliasType("old", list[int], type_params=())
print(old, old.__value__, old.__type_params__)
error(TypeAliasType, "bad", int, type_params=[])

# The constructors.
for v in TypeVar("A"), TypeVar("B", covariant=True), TypeVar("C", bound=int, contravariant=True), TypeVar("D", int, str), \
         TypeVar("E", infer_variance=True), TypeVar("F", default=int), ParamSpec("P"), ParamSpec("Q", default=[int]): show(v)
Ts = TypeVarTuple("Ts"); print(Ts, list(Ts), Ts.has_default(), TypeVarTuple("Us", default=typing.Unpack[tuple[int]]).__default__)
P = ParamSpec("P"); print(P.args, P.kwargs, P.args.__origin__ is P, P.args == P.args, P.args == P.kwargs)
error(TypeVar, "X", int); error(TypeVar, "X", int, str, bound=int); error(TypeVar, "X", covariant=True, contravariant=True)
error(TypeVar, "X", covariant=True, infer_variance=True)
print(TypeVar("A").__module__, TypeVar("A") | int, typing.NoDefault, type(typing.NoDefault)() is typing.NoDefault)
def subclass():
    class X(TypeVar("A")): pass
error(subclass)
def subclass2():
    class X(TypeVar): pass
error(subclass2)
error(lambda: Generic[int]); error(lambda: Generic[()])
def plain_generic():
    class X(Generic): pass
error(plain_generic)

for src in ["def f[T, T](): pass", "class C[T = int, U]: pass", "type X[*Ts, *Us] = int", "def f[T: (yield)](): pass", "type X = (yield)",
            "type X = await y", "def f[T: (x := 1)](): pass", "class C[T](x := 1): pass", "def f[](): pass", "type X[T: (a := 1)] = int",
            "def f[T = await x](): pass", "class C[T]:\n def __init__[T](self): T\n  ", "def f[T]():\n nonlocal T", "type X[__debug__] = int",
            "class A[T]((yield)): pass"]:
    try: compile(src, "<t>", "exec"); print("fine", repr(src))
    except SyntaxError as e: print(repr(src), e.msg, (e.lineno, e.offset))
