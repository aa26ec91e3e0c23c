# Docstrings and signatures of builtin classes, slots and functions.
import functools
import inspect
import itertools
import operator

print(int.__add__.__doc__, "|", int.__add__.__text_signature__)
print([].__len__.__doc__, "|", list.__init__.__text_signature__)
print(len.__text_signature__, str.join.__text_signature__, dict.fromkeys.__text_signature__)
print(str.maketrans.__qualname__, int.__new__.__qualname__, int.__new__.__text_signature__, int.__new__.__self__)
print(KeyError.__doc__, "|", (lambda: 0).__class__.__text_signature__)
for c in (bool, complex, enumerate, list, property, zip, object, operator.attrgetter, functools.partial):
    print(c.__name__, inspect.signature(c))
for f in (abs, len, isinstance, operator.attrgetter("a"), operator.methodcaller("a"), functools.cmp_to_key(max)):
    print(inspect.signature(f))
for c in (OSError, list, classmethod, super, type(None), functools.partial, operator.itemgetter):
    assert c.__doc__, c


class P(property):
    """of the class"""


class Slotted(property):
    __slots__ = ()
    """of the class"""


def documented():
    "of the getter"


print(P(documented).__doc__, P().__doc__, P(doc="given").__doc__)
try:
    property().__set_name__(1)
except TypeError as e:
    print(e)


class Outer:
    class Inner:
        x = property()


try:
    Outer.Inner().x
except AttributeError as e:
    print(e)
