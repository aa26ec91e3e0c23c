# Built-in exceptions have no weak references, classes derived from them have, also by `__slots__`.
import weakref


class Plain(Exception):
    pass


class Slotted(ValueError):
    __slots__ = ("x", "__weakref__")


for make in (ValueError, ExceptionGroup, Plain, Slotted):
    e = make("g", [OSError()]) if make is ExceptionGroup else make()
    try:
        print(make.__name__, weakref.ref(e)() is e)
    except TypeError as error:
        print(error)
