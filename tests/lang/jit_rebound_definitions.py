# Functions and classes that globals and classes name are given other values while loops that use them are hot.
def double(x):
    return x * 2


def triple(x):
    return x * 3


change = double


class Small:
    size = 1

    def grow(self, by):
        return self.size + by


class Large(Small):
    size = 100


Kind = Small


def globals_change(n):
    global change, Kind
    total = 0
    for i in range(n):
        if i == n // 2:
            change = triple
        elif i == n - 10:
            change = len
            Kind = Large
        total += change((i,)) if change is len else change(i)
        total += Kind().grow(i)
    change, Kind = double, Small
    return total


def made_anew(n):
    global change
    total = 0
    for i in range(n):
        change = lambda x: x + i
        total += change(1)
    change = double
    return total


def code_changes(n):
    total = 0
    for i in range(n):
        if i == n // 2:
            double.__code__ = triple.__code__
        total += change(i)
    return total


def methods_change(n):
    total = 0
    thing = Small()
    for i in range(n):
        if i % 100 == 50:
            Small.grow = lambda self, by: by
        elif i % 100 == 99:
            Small.grow = lambda self, by: -by
        total += thing.grow(i)
    return total


def deleted(n):
    global len
    caught = 0
    len = double
    for i in range(n):
        if i == n // 2:
            del len
        try:
            caught += len(i)
        except TypeError:
            caught += 1000000
    return caught


for n in (20, 300):
    print(globals_change(n), made_anew(n), deleted(n))
print(code_changes(300), methods_change(400))
