# Decorators on functions, methods and classes; stacking; arguments; order.
log = []


def note(name):
    log.append("make " + name)

    def deco(f):
        log.append("apply " + name)
        return f
    return deco


@note("outer")
@note("inner")
def f():
    return "f"


print(f(), log)


def wrap(f):
    def wrapper(*args, **kwargs):
        return ("wrapped", f(*args, **kwargs))
    wrapper.__name__ = f.__name__
    return wrapper


@wrap
@wrap
def add(a, b=1):
    return a + b


print(add(1), add(1, b=5), add.__name__)


class CountCalls:
    def __init__(self, f):
        self.f, self.n = f, 0

    def __call__(self, *a):
        self.n += 1
        return self.f(*a)


@CountCalls
def sq(x):
    return x * x


print(sq(3), sq(4), sq.n)


def class_deco(cls):
    cls.added = lambda self: "added to " + type(self).__name__
    return cls


@class_deco
class C:
    @staticmethod
    @wrap
    def s(x):
        return x

    @classmethod
    def c(cls):
        return cls.__name__

    @wrap
    def m(self):
        return "m"

    @property
    def p(self):
        return "p"

    @(lambda f: f)
    def lam(self):
        return "lam"


print(C().added(), C.s(1), C.c(), C().m(), C().p, C().lam())


@lambda f: 42
def replaced():
    pass


print(replaced)
registry = {}


def register(*names):
    def deco(f):
        for n in names:
            registry[n] = f
        return f
    return deco


@register("a", "b")
def handler(x):
    return x + 1


print(sorted(registry), registry["a"](1), registry["a"] is registry["b"])
decos = [wrap, lambda f: f]


@decos[0]
def indexed():
    return 1


print(indexed())


def retry(times):
    def deco(f):
        def run(*a):
            for k in range(times):
                try:
                    return f(*a)
                except ValueError as e:
                    last = e
            return "gave up: %s" % last
        return run
    return deco


attempts = []


@retry(3)
def flaky(limit):
    attempts.append(1)
    if len(attempts) < limit:
        raise ValueError(len(attempts))
    return "ok after %d" % len(attempts)


print(flaky(2), flaky(100))
try:
    @5
    def bad():
        pass
except TypeError as e:
    print(e)
