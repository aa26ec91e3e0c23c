# Tuples.
t = (1, "a", 2.5)
print(t, len(t), t[0], t[-1], t[1:], t[::-1], t + (1,), t * 2, (), (1,), ((1, 2), (3,)), "a" in t, t.index("a"), t.count(1))
print("compare:", (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (1, "a") == (1, "a"), (1, 2) != [1, 2], (2,) > (1, 9), max((1, 2), (1, 1)))
print("hash:", hash((1, 2)) == hash((1, 2)), hash(()) == hash(()), {(1, 2): "x"}[1, 2], (1, 2) in {(1, 2)})
print("tuple():", tuple(), tuple("ab"), tuple([1, 2]), tuple(range(3)), tuple((1,)))
a, b = 1, 2
a, b = b, a
print("swap:", a, b)
for f in (lambda: t[5], lambda: t["x"], lambda: t + [1], lambda: hash(([],)), lambda: (1,) < ("a",), lambda: (1, 2).index(3)):
    try:
        print(f())
    except (IndexError, TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)
try:
    t[0] = 1
except TypeError as e:
    print("TypeError:", e)
u = ([], 1)
try:
    u[0] += [1]
except TypeError as e:
    print("TypeError but:", u)
x = y = (1,)
x += (2,)
print("in place makes new:", x, y)
print("nested unpack:", [(p, q, r) for p, (q, r) in [(1, (2, 3)), (4, "ab")]])
print("repr:", ((),), (("a",), [("b",)]), (1, (2, (3, (4,)))))
print("bool:", bool(()), bool((0,)), not ())


class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)


print("subclass:", T(1, 2), T(1, 2) == (1, 2), T(1)[0], type(T(1) + (2,)).__name__, isinstance(T(), tuple))
