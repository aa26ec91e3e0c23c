x = 1
def f():
    global y
    y = x
print([x for i in range(3)])
import a.b.c as d, e.f
from g import *
del x
