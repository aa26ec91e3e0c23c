# return, break, continue inside try/finally; which value wins.
def f1():
    try:
        return "try"
    finally:
        print("f1 finally")


def f2():
    try:
        return "try"
    finally:
        return "finally"


def f3():
    try:
        raise ValueError
    finally:
        return "swallowed"


def f4():
    for i in range(5):
        try:
            continue
        finally:
            print("c", i)
    return i


def f5():
    for i in range(5):
        try:
            raise ValueError
        finally:
            break
    return "broke at", i


def f6():
    x = 1
    try:
        return x
    finally:
        x = 2


def f7():
    x = []
    try:
        return x
    finally:
        x.append("added")


def f8():
    try:
        try:
            return "inner"
        finally:
            print("f8 one")
    finally:
        print("f8 two")


def f9():
    while True:
        try:
            try:
                break
            finally:
                print("f9 inner")
        finally:
            print("f9 outer")
    return "after"


def f10():
    try:
        raise KeyError("first")
    except KeyError:
        return "handler"
    finally:
        print("f10 finally")


def f11():
    try:
        try:
            raise KeyError("a")
        finally:
            raise ValueError("b")
    except ValueError as e:
        return repr(e), repr(e.__context__)


def f12(n):
    try:
        if n == 0:
            return "bottom"
        return f12(n - 1)
    finally:
        if n == 1:
            print("n is one")


def f13():
    for i in range(3):
        try:
            if i == 1:
                return i
        finally:
            print("iter", i)


def f14():
    def gen():
        try:
            yield 1
        finally:
            print("gen finally")
    for x in gen():
        return x


def f15():
    i = 0
    while i < 3:
        i += 1
        try:
            if i == 2:
                continue
            print("body", i)
        finally:
            if i == 3:
                continue
            print("fin", i)
    return i


for f in (f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, lambda: f12(3), f13, f14, f15):
    print(f())
