# What each thread has of its own: attributes of a local, context variables, the exception that is handled.
import contextvars
import gc
import sys
import threading
import weakref


class Local(threading.local):
    kind = "class"

    def __init__(self, *args, **kwargs):
        made.append((args, kwargs))
        self.items = []

    @property
    def size(self):
        return len(self.items)


made = []
local = Local(1, key=2)
local.items.append("main")
local.extra = True


def use(n):
    for i in range(n):
        local.items.append(i)
    results.append((local.size, hasattr(local, "extra"), local.kind, sorted(local.__dict__)))


results = []
threads = [threading.Thread(target=use, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
    t.join()
print(sorted(results))
print(local.items, local.extra, len(made), made[-1])

plain = threading.local()
for f in (lambda: plain.x, lambda: delattr(plain, "x"), lambda: setattr(plain, "__dict__", {})):
    try:
        f()
    except AttributeError as e:
        print(type(e).__name__, e.name)
try:
    threading.local(1)
except TypeError as e:
    print(e)


# What a thread had goes with it.
class Thing:
    pass


def leave():
    plain.thing = Thing()
    refs.append(weakref.ref(plain.thing))


refs = []
t = threading.Thread(target=leave)
t.start()
t.join()
gc.collect()
print(refs[0]())

var = contextvars.ContextVar("var", default="none")
var.set("main")


def look():
    seen.append(var.get())
    var.set("thread")
    seen.append(var.get())


seen = []
t = threading.Thread(target=look)
t.start()
t.join()
print(seen, var.get())


def handle():
    inside.append(sys.exception())
    try:
        raise KeyError("thread")
    except KeyError:
        inside.append(repr(sys.exception()))


inside = []
try:
    raise ValueError("main")
except ValueError:
    t = threading.Thread(target=handle)
    t.start()
    t.join()
    print(inside, repr(sys.exception()))

frames = sys._current_frames()
print(threading.get_ident() in frames, frames[threading.get_ident()] is not None)
