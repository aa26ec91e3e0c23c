# zip, map, filter, enumerate, reversed, any, all, sum, min, max, iter, next, sorted.
def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


print(list(zip()), list(zip([1, 2], "ab", (3.0, 4.0))), list(zip([1, 2, 3], "a")), dict(zip("ab", [1, 2])), list(zip(*[(1, 2), (3, 4)])), list(zip([1], [2], strict=True)))
print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(map(None.__class__, [])), list(map(pow, [2, 3], [3, 2])))
print(list(filter(None, [0, 1, "", "a", None])), list(filter(str.isdigit, "a1b2")), list(filter(lambda x: x > 1, {1: 0, 2: 0})))
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate([], start=1)), next(enumerate([9])))
print(list(reversed([1, 2])), list(reversed("ab")), list(reversed(range(3))), list(reversed((1,))), list(reversed({1: 2, 3: 4})))
print(any([]), all([]), any([0, 1]), all([1, 0]), any(x > 2 for x in [1, 3]), all("ab"))
print(sum([]), sum([1, 2], 10), sum([[1], [2]], []), sum((0.1, 0.2)), sum(range(101)), sum([True, False, True]), sum({1: 2, 3: 4}), sum([2 ** 64, 1]))
print(min(1, 2), max([1, 5, 3]), min("b", "a"), max([], default=0), min([3, 1], key=lambda x: -x), max("apple", "fig", key=len), max(1, 2, 3.5), min([[1, 2], [1]]), max({"a": 1, "b": 0}))
print(sorted([3, 1, 2]), sorted("bca"), sorted([3, 1], reverse=True), sorted({"b": 1, "a": 2}), sorted([(1, "b"), (1, "a")]), sorted("Bac", key=str.lower))
it = iter([1, 2])
print(next(it), next(it), next(it, "default"), list(it))
n = [0]


def tick():
    n[0] += 1
    return n[0]


print(list(iter(tick, 4)), [*iter("ab")], iter(it) is it)
for f in (lambda: sum(["a", "b"]), lambda: sum(["a"], ""), lambda: max(), lambda: max([]), lambda: max(1, "a"), lambda: next(iter([])), lambda: list(zip([1], [], strict=True)), lambda: list(zip([], [1], strict=True)), lambda: list(map(lambda: 1, [1])), lambda: sorted([1, "a"]), lambda: enumerate(5), lambda: max(1, 2, default=3), lambda: min(5), lambda: list(filter(lambda: 1, [1])), lambda: iter(5, 1), lambda: reversed({1}), lambda: sum([1], start=[])):
    show(f)
m = map(lambda x: x * 2, [1, 2, 3])
print(next(m), list(m), list(m))
z = zip([1, 2, 3], [4, 5])
print(next(z), list(z), list(z))
a = iter([1, 2, 3, 4])
print(list(zip(a, a)))
e = enumerate("xyz")
print(next(e), [i for i, _ in e])
print(type(m).__name__, type(z).__name__, type(e).__name__, type(iter([])).__name__, type(iter("")).__name__, type(iter({})).__name__, type(iter(range(0))).__name__, type(iter(())).__name__, type(iter(set())).__name__, type(reversed([])).__name__)
