# Builtins that are hidden, and shown again, by globals that come by other ways than an assignment.
def measure(n, change):
    total = 0
    for i in range(n):
        total += len("abc")
        if i == 3:
            change()
    return total


def fake(thing):
    return 1000


def show():
    globals().pop("len", None)


print(measure(6, lambda: globals().__setitem__("len", fake)))
show()
print(measure(6, lambda: globals().update(len=fake)), measure(6, show))
print(measure(6, lambda: globals().setdefault("len", fake)))
show()
print(measure(6, lambda: exec("len = fake", globals())))
show()
print(measure(6, lambda: vars(__import__("sys").modules["__main__"]).__setitem__("len", fake)))
show()
print(measure(6, lambda: setattr(__import__("sys").modules["__main__"], "len", fake)))
del len
print(measure(6, show))
