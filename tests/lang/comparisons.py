# Chained comparisons, rich comparison methods, identity, membership.
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 > 1, 1 < 2 == 2 != 3, 1 == 1.0 == True, 0 <= 5 < 10, not 1 < 2 < 3, 1 < 2 > 1, 1 in [1] == True, (1 in [1]) == True)
calls = []


def v(x):
    calls.append(x)
    return x


print(v(1) < v(5) < v(3) < v(9), calls)


class R:
    def __init__(self, n):
        self.n = n

    def __lt__(self, o):
        return "lt%s" % self.n if isinstance(o, R) else NotImplemented

    def __gt__(self, o):
        return "gt%s" % self.n

    def __eq__(self, o):
        return self.n == getattr(o, "n", o)

    def __le__(self, o):
        return []


a, b = R(1), R(2)
print(a < b, a > b, 5 < a, 5 > a if False else "-", a <= b, a == 1, a != 1, a != 2, 1 == a, a == b)
print(a < b < a, a <= b <= a, [] == a)
for f in (lambda: a >= b, lambda: 1 < "a", lambda: None < 1, lambda: [] > (), lambda: {} <= {}, lambda: object() < object(), lambda: 1j > 2, lambda: print < len, lambda: "a" <= 3.5):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)


class OnlyEq:
    def __eq__(self, o):
        return NotImplemented


x, y = OnlyEq(), OnlyEq()
print(x == y, x == x, x != y, x == 5)


class Sub(R):
    def __gt__(self, o):
        return "reflected in subclass"


print(R(1) < Sub(2))
print([1, [2, 3]] == [1, [2, 3]], (1, 2) < (1, 2, 0), "a" < "b" < "c", {1} < {1, 2}, b"a" < b"b", True > False, None == None, None is None, 1 == None)
nan = float("nan")
print(nan == nan, [nan] == [nan], (nan,) < (1,), nan != nan, 1 < nan < 2)
print(min(3, 1, 2), max("b", "a"), sorted([(1, "b"), (1, "a"), (0, "z")]), min([[2], [1, 5]]), max(1, 1.0), min(1.0, 1))
print(bool(1 < 2) is True, (1 < 2) + (3 < 4), [] is not None, () == [], 0 == "", 0 == False, "1" == 1)
