"""Generators that only a `for` loop has are closed when it is left half-way; others at the end."""
import sys


def hook(unraisable):
    print("unraisable", repr(unraisable.exc_value))


sys.unraisablehook = hook


def gen(n):
    try:
        for i in range(n):
            yield i
    finally:
        print("closed", n)
def f1():
    for x in gen(3):
        if x == 1:
            break
    print("after break")
def f2():
    for x in gen(4):
        if x == 1:
            return x
def f3():
    try:
        for x in gen(5):
            raise ValueError(x)
    except ValueError as e:
        print("caught", e)
def f4():
    for x in gen(6):
        for y in gen(7):
            1/0
def f5():
    return [1/(1-x) for x in gen(8)]
class Tree:
    def __iter__(self):
        try:
            yield 1
            yield 2
        finally:
            print("tree closed")
def f6():
    for x in Tree():
        break
    print("f6")
def f7(*a):
    for x in gen(*a):
        break
    print("f7")
def f8():
    for x in (y*2 for y in gen(9)):
        break
    print("f8")
def f9():
    g = gen(10)
    for x in g:
        break
    print("f9", next(g))
    g.close()
def bad():
    try:
        yield 1
    finally:
        raise KeyError("x")
def f10():
    for x in bad():
        break
    print("f10")
def outer():
    try:
        for x in gen(11):
            yield x
    finally:
        print("outer closed")
def f11():
    for x in outer():
        break
    print("f11")
def ign():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("ignored")
def f12():
    for x in ign():
        break
    print("f12")
f1()
print(f2())
f3()
try:
    f4()
except ZeroDivisionError:
    print("zde")
try:
    f5()
except ZeroDivisionError:
    print("zde")
f6()
f7(12)
f8()
f9()
f10()
f11()
def f13():
    import sys
    try:
        raise KeyError(1)
    except KeyError:
        for x in gen(13):
            break
        print(sys.exception())
        for x in gen(14):
            break
f13()
for k in gen(15):
    try:
        if k:
            break
    finally:
        print("fin", k)
class D:
    def __init__(self, n):
        self.n = n
    def __del__(self):
        print("del", self.n) 
a = D(1)
b = D(2)
f12()
it = gen(16)
next(it)
sys.unraisablehook = sys.__unraisablehook__
