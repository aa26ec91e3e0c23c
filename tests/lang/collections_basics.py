# deque, defaultdict, Counter, namedtuple, OrderedDict.
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
d = deque([1, 2, 3])
d.append(4); d.appendleft(0); print(d, d.pop(), d.popleft(), d, len(d), d[0], d[-1], 2 in d, list(reversed(d)))
d.extend([7, 8]); d.extendleft([9, 10]); print(d)
d.rotate(2); print(d); d.rotate(-1); print(d, d.count(7), d.index(7))
d.remove(7); d[0] = "z"; print(d, deque("abc", maxlen=2), deque([1]) == deque([1]), deque() or "empty")
m = deque(maxlen=3)
for i in range(5):
    m.append(i)
print(m, m.maxlen, m.copy(), deque([1]) + deque([2]))
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5]):
    try:
        f()
    except IndexError as e:
        print("IndexError:", e)
dd = defaultdict(list)
dd["a"].append(1); dd["b"]; print(dd, dd.get("zz"), "zz" in dd, dict(dd), dd == {"a": [1], "b": []}, defaultdict(int)["x"], defaultdict(lambda: "made")["q"])
try:
    defaultdict(None)["k"]
except KeyError as e:
    print("KeyError:", e)
c = Counter("mississippi")
print(c, c["s"], c["z"], c.most_common(2), sorted(c.elements())[:4], c.total(), len(c), Counter(a=2, b=1) + Counter(a=1), Counter(a=2, b=1) - Counter(a=1, b=5), Counter(a=2) & Counter(a=1, b=1), Counter(a=2) | Counter(b=1))
c.update("sss"); c.subtract({"i": 10}); print(c["s"], c["i"], Counter([1, 1, 2]) == {1: 2, 2: 1}, Counter())
P = namedtuple("P", "x y")
p = P(1, y=2)
print(p, p.x, p[1], p._replace(x=5), p._asdict(), P._fields, p == (1, 2), P._make([3, 4]), [*p], hash(p) == hash((1, 2)), namedtuple("Q", ["a", "b"], defaults=[9])(1), isinstance(p, tuple), len(p))
try:
    P(1)
except TypeError as e:
    print("TypeError:", e)
try:
    p.x = 5
except AttributeError:
    print("AttributeError")
x, y = p
print(x, y)
o = OrderedDict([("b", 1), ("a", 2)])
o.move_to_end("b"); print(o, list(o), o.popitem(last=False), OrderedDict(a=1) == {"a": 1}, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))
q = deque([(0, 0)])
seen = {(0, 0): 0}
while q:
    cx, cy = q.popleft()
    for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        n = (cx + dx, cy + dy)
        if 0 <= n[0] < 20 and 0 <= n[1] < 20 and n not in seen and (n[0] * n[1]) % 5 != 4:
            seen[n] = seen[cx, cy] + 1
            q.append(n)
print(len(seen), max(seen.values()))
