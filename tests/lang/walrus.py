# Assignment expressions.
if (n := len("hello")) > 3:
    print(n)
data = iter([3, 2, 1, 0, 5])
while (v := next(data)) != 0:
    print("got", v)
print([y := 1, y ** 2, y + 1], y)
print((a := 1, b := 2), a, b)
print([last := x for x in range(3)], last)


def f(x):
    return (z := x * 2) + z


print(f(3), (lambda: (q := 5) + q)())
print(any((hit := w).startswith("b") for w in ["a", "bc", "d"]), hit)
d = {"k": (m := 3), "l": m}
print(d, m)
print(f"{(t := 4)}{t}", "yes" if (c := 0) or (c := 7) else "no", c)
total = 0
print([total := total + i for i in range(5)], total)


def g():
    if False or (inside := 1):
        pass
    return inside, [outer := i for i in range(2)], outer


print(g())
print((x := 5) == 5, x, not (z := 0), z)
items = [1, 2, 3, 4]
print([sq for i in items if (sq := i * i) % 2 == 0], sq)
