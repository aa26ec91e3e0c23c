# Dictionaries.
def show(label, f):
    try:
        print(label, "->", repr(f()))
    except Exception as e:
        print(label, "->", type(e).__name__ + ":", e)


d = {"a": 1, "b": 2}
print(d, len(d), d["a"], "a" in d, 1 in d, d.get("z"), d.get("z", 0), d.get("a", 0), list(d), list(d.items()), list(d.values()))
d["c"] = 3; d["a"] = 10; print("order kept:", d)
del d["a"]; d["a"] = 1; print("re-added last:", d)
print(d.pop("b"), d.pop("zz", None), d.setdefault("s", []), d.setdefault("c", 9), d)
d.update({"x": 1}, y=2); d.update([("p", 5), ("x", 7)]); print(d)
print(d.popitem(), d)
print("merge:", {"a": 1} | {"a": 2, "b": 3}, {**{"a": 1}, "b": 2, **{"a": 9}})
d |= {"m": 1}; d |= [("n", 2)]; print(d)
c = d.copy(); c["new"] = 1; print("new" in d, c == d, {1: 2, 3: 4} == {3: 4, 1: 2})
d.clear(); print(d, bool(d))
print("construct:", dict(), dict(a=1), dict([("a", 1), (2, "b")]), dict({"k": 1}, z=2), dict(zip("ab", (1, 2))), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0))
print("keys equal:", {1: "a", 1.0: "b", True: "c"}, {0: "x", False: "y"}, {"1": 1, 1: 2}, {(1, 2): 3}[(1, 2)], {None: 0}[None], {-1: "m", -2: "n"}[-2])
k = {"a": 1, "b": 2, "c": 3}
print("views:", k.keys(), k.values(), k.items())
print("view ops:", k.keys() & {"a", "z"}, sorted(k.keys() | {"z"}), sorted(k.keys() - {"a"}), ("a", 1) in k.items(), ("a", 2) in k.items(), 3 in k.values(), k.keys() == {"a", "b", "c"}, len(k.items()), k.keys().isdisjoint(["q"]))
view = k.keys(); k["d"] = 4; print("live:", list(view))
print("reversed:", list(reversed(k)), list(reversed(k.items())))
for f in (lambda: {}["missing"], lambda: {}[1], lambda: {}.pop("x"), lambda: {}.popitem(), lambda: {} < {}, lambda: {}.fromkeys(1), lambda: dict([(1, 2, 3)]), lambda: {} + {}, lambda: hash({}), lambda: {}[("t", 1)]):
    show("error", f)
for key in ([], {}, set()):
    try:
        {key: 1}
    except TypeError:
        print("unhashable", type(key).__name__)


def grow():
    g = {1: 1}
    for i in g:
        g[i + 1] = 1


def shrink():
    g = {1: 1, 2: 2}
    for i in g:
        del g[i]


show("grow", grow)
show("shrink", shrink)
g = {1: 1, 2: 2}
for i in g:
    g[i] *= 10
print("update while iterating:", g)
print("recursive:", (lambda d: d.update(me=d) or d)({}))
counts = {}
for ch in "mississippi":
    counts[ch] = counts.get(ch, 0) + 1
print("counts:", counts, sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])), max(counts, key=counts.get))
big = {i: i * i for i in range(1000)}
for i in range(0, 1000, 3):
    del big[i]
for i in range(1000, 1100):
    big[i] = -i
print("big:", len(big), list(big)[:5], list(big)[-2:], sum(big.values()), 999 in big, 998 in big)
nested = {}
nested.setdefault("a", {}).setdefault("b", []).append(1)
print("nested:", nested, nested["a"]["b"][0])


class D(dict):
    def __missing__(self, key):
        return "missing " + str(key)


m = D(a=1)
print("__missing__:", m["a"], m["zz"], m.get("zz"), "zz" in m, m, len(m))


class K:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 2

    def __eq__(self, other):
        return isinstance(other, K) and self.n == other.n

    def __repr__(self):
        return "K%d" % self.n


ks = {K(i): i for i in range(6)}
ks[K(3)] = "three"
del ks[K(2)]
print("collisions:", ks, ks[K(4)], K(2) in ks, K(5) in ks)
print("comprehension:", {v: k for k, v in {"a": 1, "b": 2}.items()}, {x: x % 2 for x in range(4) if x})
print("del/insert:", [(lambda t: (t.pop(1), t.update({1: "again"}), list(t)))({1: 1, 2: 2, 3: 3})[2]])
it = iter({1: 1}); print(next(it), next(it, "done"))
print("fromkeys shares:", (lambda f: (f["a"].append(1), f)[1])(dict.fromkeys("ab", [])))
