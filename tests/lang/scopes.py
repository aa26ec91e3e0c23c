# Name lookup: local, enclosing, global, builtin; global statement; del; class scope.
x = "global"


def read():
    return x


def local():
    x = "local"
    return x


def change():
    global x, created
    x = "changed"
    created = 1


print(read(), local(), x)
change()
print(x, created)
del created
try:
    created
except NameError as e:
    print(e)


def unbound():
    print(x)
    x = 1


def unbound_aug():
    x += 1


def unbound_del():
    y = 1
    del y
    return y


def unbound_branch(flag):
    if flag:
        z = 1
    return z


def undefined():
    return nowhere


def del_undefined():
    del never


for f in (unbound, unbound_aug, unbound_del, lambda: unbound_branch(False), undefined, del_undefined, lambda: unbound_branch(True)):
    try:
        print(f())
    except NameError as e:
        print(type(e).__name__ + ":", e)


class C:
    x = "class"
    y = x + "!"

    def method(self):
        return x

    def via_self(self):
        return self.x
    for i in range(3):
        pass
    del i
    if True:
        z = 5


print(C.x, C.y, C().method(), C().via_self(), hasattr(C, "i"), C.z)
len = lambda v: "shadowed"
print(len([1]))
del len
print(len([1, 2]))


def builtin_override():
    global abs
    abs = lambda v: "mine"
    out = abs(-1)
    del abs
    return out, abs(-1)


print(builtin_override())


def nested_global():
    x = "enclosing"

    def inner():
        global x
        return x
    return inner(), x


print(nested_global())
print(globals()["x"], "x" in globals(), sorted(k for k in (lambda a, b=2: locals())(1)))


def locals_snapshot():
    a = 1
    b = [2]
    return locals()


print(locals_snapshot())
globals()["injected"] = 42
print(injected)
exec("made_by_exec = injected + 1")
print(made_by_exec, eval("made_by_exec * 2"), eval("a + b", {"a": 1, "b": 2}))
a = b = c = 1
del a, b
print("a" in globals(), "c" in globals())
del (c)
lst = [1, 2, 3]
del lst[0], lst[0]
print(lst)


class Obj:
    pass


o = Obj()
o.v = 1
del o.v
print(hasattr(o, "v"))
try:
    del o.v
except AttributeError as e:
    print(e)
if False:
    maybe = 1
try:
    maybe
except NameError as e:
    print(e)
print(__name__)
