# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, __init_subclass__, __class_getitem__.
class Dyn:
    def __init__(self):
        self.real = 1

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError("no " + name)


d = Dyn()
print(d.real, d.dyn_abc, hasattr(d, "zzz"), getattr(d, "zzz", "def"))
try:
    d.zzz
except AttributeError as e:
    print(e)


class Log:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __setattr__(self, k, v):
        self.log.append(("set", k, v))
        super().__setattr__(k, v)

    def __delattr__(self, k):
        self.log.append(("del", k))
        super().__delattr__(k)

    def __getattribute__(self, k):
        if k == "magic":
            return "m"
        return super().__getattribute__(k)


l = Log()
l.x = 1
l.x += 1
del l.x
print(l.log, l.magic)


class Frozen:
    def __setattr__(self, k, v):
        raise AttributeError("frozen " + k)


try:
    Frozen().x = 1
except AttributeError as e:
    print(e)


class Proxy:
    def __init__(self, target):
        self.__dict__["target"] = target

    def __getattr__(self, k):
        return getattr(self.target, k)

    def __setattr__(self, k, v):
        setattr(self.target, k, v)


class T:
    pass


t = T()
p = Proxy(t)
p.v = 5
print(t.v, p.v, vars(t))
print(Proxy([1, 2]).count(1), Proxy("ab").upper())
try:
    len(Proxy([1]))
except TypeError as e:
    print(e)


class Plugin:
    registry = []

    def __init_subclass__(cls, /, tag="none", **kw):
        super().__init_subclass__(**kw)
        Plugin.registry.append((cls.__name__, tag))


class P1(Plugin):
    pass


class P2(Plugin, tag="two"):
    pass


class P3(P2, tag="three"):
    pass


print(Plugin.registry)
try:
    class Bad(Plugin, other=1):
        pass
except TypeError as e:
    print("TypeError:", e)


class Generic:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


print(Generic[5], Generic["x"])


class Both:
    def __getattribute__(self, k):
        if k == "a":
            raise AttributeError(k)
        return object.__getattribute__(self, k)

    def __getattr__(self, k):
        return "from getattr: " + k


print(Both().a, Both().b, Both().__class__.__name__)


class WithDir:
    def __dir__(self):
        return ["b", "a"]


print(dir(WithDir()))


class Counting:
    def __init__(self):
        self.n = 0

    def __getattr__(self, k):
        self.n += 1
        return self.n


c = Counting()
print(c.x, c.x, c.y, c.n)
