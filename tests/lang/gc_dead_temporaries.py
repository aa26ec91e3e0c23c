# gc.collect() frees what only temporaries have held, and what deleted attributes have held.
import gc
import weakref


class C:
    pass


def cycle():
    obj = C()
    ref = weakref.ref(obj)
    container = [obj]
    obj.v = container
    obj.x = iter(obj.v)
    del obj, container
    gc.collect()
    return ref()


def deleted_attribute():
    holder = C()
    holder.a = C()
    ref = weakref.ref(holder.a)
    del holder.a
    gc.collect()
    return ref()


def variables_live_on():
    a = C()
    ref = weakref.ref(a)
    gc.collect()
    return ref() is None


for i in range(3):
    print(cycle(), deleted_attribute(), variables_live_on())
