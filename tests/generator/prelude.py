import functools
import itertools
import math
import operator
import sys


def trace(error):
    """A number made of the lines of an error's traceback and of the errors it came from."""
    total = 0
    for e in (error, error.__cause__, error.__context__):
        t = e.__traceback__ if e is not None else None
        while t is not None:
            total = (total * 31 + t.tb_lineno * 7 + len(t.tb_frame.f_code.co_name)) % 65521
            t = t.tb_next
        total += 1
    return total


def line():
    return sys._getframe(1).f_lineno


def logged(function):
    def wrapped(*args, **keywords):
        wrapped.calls += 1
        return function(*args, **keywords)
    wrapped.calls = 0
    return wrapped


class Counting:
    """A data descriptor."""
    def __init__(self, step):
        self.step = step

    def __get__(self, o, owner=None):
        return self.step if o is None else o.b * self.step

    def __set__(self, o, value):
        o.b = (value + self.step) % 127


class Upto:
    """An iterator."""
    def __init__(self, n):
        self.n = n
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


class Guard:
    """A context manager that notes what it sees."""
    seen = 0

    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        Guard.seen += 1
        return Guard.seen % 11

    def __exit__(self, kind, value, trace):
        Guard.seen += kind is not None
        return self.swallow and kind is not None and issubclass(kind, ArithmeticError)


