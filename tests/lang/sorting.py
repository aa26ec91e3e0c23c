# sort and sorted: stability, key, reverse, comparisons, errors.
people = [("ann", 30), ("bob", 25), ("cid", 30), ("dee", 25), ("eve", 35)]
print(sorted(people, key=lambda p: p[1]), sorted(people, key=lambda p: p[1], reverse=True), sorted(people, key=lambda p: (-p[1], p[0])))
a = [5, 2, 9, 1, 5, 6]
print(a.sort(), a, sorted(a, reverse=True), sorted(a, key=lambda x: -x), sorted(["b", "A", "c"]), sorted(["b", "A", "c"], key=str.lower), sorted([3, 1.5, True, -2]), sorted([[2], [1, 5], []]))
calls = []


class K:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        calls.append((self.v, o.v))
        return self.v < o.v

    def __repr__(self):
        return "K%d" % self.v


print(sorted([K(3), K(1), K(2)]), len(calls) <= 3)
big = [(i * 7919) % 1009 for i in range(1000)]
s = sorted(big)
print(s[:5], s[-5:], all(x <= y for x, y in zip(s, s[1:])), sorted(s) == s, sorted(s, reverse=True) == s[::-1], len(s))
pairs = [(x % 10, i) for i, x in enumerate(big)]
st = sorted(pairs, key=lambda p: p[0])
print(all(p[0] < q[0] or p[1] < q[1] for p, q in zip(st, st[1:])))
sr = sorted(pairs, key=lambda p: p[0], reverse=True)
print(all(p[0] > q[0] or p[1] < q[1] for p, q in zip(sr, sr[1:])))
for f in (lambda: sorted([1, "a"]), lambda: sorted([1, None]), lambda: sorted([1j, 2j]), lambda: [3, 1].sort(lambda x: x), lambda: sorted([2, 1], key=5), lambda: sorted([1], foo=1)):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)


def bad_key(x):
    if x == 3:
        raise ValueError("bad key")
    return x


b = [5, 3, 1]
try:
    b.sort(key=bad_key)
except ValueError as e:
    print(e, b)
print(sorted([2.5, float("-inf"), 1, float("inf"), -0.0, 0.0]), sorted("hello world".split(), key=len), sorted({"z": 1, "y": 2}.items(), key=lambda kv: kv[1]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([b"b", b"a"]), sorted([2 ** 70, 1, -2 ** 70, 2 ** 63]))
print(max([3, 1, 3], key=lambda x: -x), min(["bb", "a", "c"], key=len), sorted(range(10), key=lambda x: (x % 3, -x)), sorted(["10", "9", "2"], key=int), [x for _, x in sorted(zip([3, 1, 2], "abc"))])
words = "the quick brown fox jumps over the lazy dog".split()
words.sort(key=lambda w: (len(w), w))
print(words)
runs = list(range(100)) + list(range(50, 0, -1)) + [7] * 20
print(sorted(runs)[:12], sorted(runs) == sorted(reversed(runs)))
