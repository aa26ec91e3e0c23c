# List, set, dict comprehensions and generator expressions.
print([x * x for x in range(5)], [x for x in range(10) if x % 2 if x > 3], [(x, y) for x in range(3) for y in "ab"], [y for x in ([1, 2], [3]) for y in x])
print({x % 3: x for x in range(7)}, sorted({c for c in "hello"}), list(x + 1 for x in range(3)), sum(x for x in range(5)), tuple(c for c in "ab"))
print([[i * j for j in range(3)] for i in range(3)], [x if x % 2 else -x for x in range(5)], [a + b for a, b in [(1, 2), (3, 4)]], [h for h, *t in ["abc", "d"]], [d["k"] for d in [{"k": 1}]])
x = "outer"
print([x for x in range(3)], x)
print([lambda: i for i in range(3)][0](), [f() for f in [lambda i=i: i for i in range(3)]], [(lambda: k)() for k in range(3)])


def outer(n):
    base = 10
    return [base + n + i for i in range(3)], {i: (lambda: i + base)() for i in range(2)}


print(outer(5))


class C:
    items = [1, 2, 3]
    first = [i for i in items]
    size = 2
    try:
        bad = [size for i in items]
    except NameError as e:
        bad = str(e)


print(C.first, C.bad)
gen = (print("lazy", i) or i for i in range(2))
print("before")
print(list(gen), list(gen))
try:
    (i for i in 5)
except TypeError as e:
    print("TypeError:", e)
try:
    [1 // i for i in (1, 0)]
except ZeroDivisionError:
    print("error inside")
print([last := i for i in range(4)], last, [(y := v) + y for v in (1, 2)], any((w := n) > 2 for n in range(5)), w)
print([x for x in [1, 2] for x in [x, x * 10]], [[*r, 0] for r in ([1], [2])], {**{k: 1 for k in "ab"}}, [i for i in range(5) if i not in {1, 3}])
matrix = [[1, 2, 3], [4, 5, 6]]
print([list(r) for r in zip(*matrix)], [[row[i] for row in matrix] for i in range(3)], max(len(str(v)) for row in matrix for v in row))
print(all(x > 0 for x in [1, 2]), any(x > 5 for x in []), sorted((w for w in "b c a".split()), reverse=True), dict((k, len(k)) for k in ["a", "bb"]), ",".join(str(i) for i in range(3)))


def nonlocals():
    total = 0

    def add(v):
        nonlocal total
        total += v
        return total
    return [add(i) for i in range(4)], total


print(nonlocals())


def gen_with_closure():
    fs = []
    for i in range(3):
        fs.append((i + j for j in range(2)))
    return [list(f) for f in fs]


print(gen_with_closure())
