# Sets and frozensets (sorted for output).
def s(x):
    return sorted(x, key=repr)


a = {1, 2, 3, 4}
b = {3, 4, 5}
print(s(a | b), s(a & b), s(a - b), s(a ^ b), s(a.union([9], (8,))), s(a.intersection([1, 9])), s(a.difference(b, [1])), s(a.symmetric_difference(b)))
print(len(a), 1 in a, 9 in a, a == {4, 3, 2, 1}, a != b, {1} < a, {1} <= {1}, a > {9}, a.issubset(range(10)), a.issuperset([1]), a.isdisjoint([7]), a.isdisjoint([1]))
a.add(5); a.add(5); a.discard(1); a.discard(100); a.remove(2); print(s(a))
a.update([6, 7], {8}); a.intersection_update(range(4, 8)); a.difference_update([4]); a.symmetric_difference_update([5, 9]); print(s(a))
a |= {1}; a &= {1, 6, 7}; a -= {6}; a ^= {7, 8}; print(s(a))
print(set(), frozenset(), {1}, frozenset([1]), set("a"), repr(frozenset({"x"})), [set()], {0.5})
x = {1}; print(x.pop(), x, bool(x)); c = x.copy(); c.add(1); print(x, c)
print("equal numbers:", len({1, 1.0, True}), len({0, False, 0.0, -0.0}), len({float("nan"), float("nan")}), s({(1, 2), (1, 2)}))
f = frozenset([1, 2])
print("frozen:", hash(f) == hash(frozenset([2, 1])), f == {1, 2}, {f: "v"}[frozenset([2, 1])], f in {f}, s(f | {3}), type(f | {3}).__name__, type({3} | f).__name__, {1, 2} in {f})
for g in (lambda: set().pop(), lambda: {1}.remove("zz"), lambda: f.add(1), lambda: hash(set()), lambda: {1} | [2], lambda: {1} + {2}, lambda: set(5), lambda: {1} < [1], lambda: x[0]):
    try:
        print(g())
    except (KeyError, AttributeError, TypeError) as e:
        print(type(e).__name__ + ":", e)
try:
    {[]}
except TypeError:
    print("unhashable list")


def mutate():
    m = {1, 2}
    for i in m:
        m.add(i + 10)


try:
    mutate()
except RuntimeError as e:
    print("RuntimeError:", e)
print("comprehension:", s({x % 3 for x in range(10)}), len({c for c in "mississippi"}))
big = set(range(1000)); big -= set(range(0, 1000, 2)); print(len(big), sum(big), min(big), 500 in big, 501 in big)
primes = set(range(2, 50)) - {m for n in range(2, 8) for m in range(n * n, 50, n)}
print("primes:", sorted(primes))
print("unpacked:", s({*"ab", *[1, 2]}), s([*{3}]))
print("dedupe in order:", list(dict.fromkeys([3, 1, 3, 2, 1])))
print("ops with views:", s({"a": 1}.keys() | {"b"}))
