# Builtin classes whose objects are dicts of another class are not dict.
from collections import Counter, OrderedDict, defaultdict


def make(cls):
    d = cls()
    d[1] = 1
    return d


for cls in (OrderedDict, defaultdict, Counter, dict):
    print({type(make(cls)).__name__ for _ in range(300)})


def moved(n):
    d = OrderedDict()
    for i in range(n):
        d[i] = i
    d.move_to_end(0)
    return list(d)


for _ in range(50):
    last = moved(100)
print(last[-2:])
