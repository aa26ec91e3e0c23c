# Subscripts, slices, membership and displays of builtin containers in hot loops: keys with methods of their own, errors,
# contents and kinds that change, subclasses.
def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


class Key:
    log = []

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        Key.log.append("h")
        return self.n % 4

    def __eq__(self, other):
        Key.log.append("e")
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return "K%d" % self.n


def take_log():
    text = "".join(Key.log)
    Key.log.clear()
    return len(text), text.count("h"), text.count("e")


def lookups(d, keys):
    total = 0
    for _ in range(12):
        for k in keys:
            if k in d:
                total += d[k]
            else:
                total -= 1
            total += d.get(k, 100)
    return total


print(lookups({"a": 1, "b": 2}, ["a", "b", "c"]))
print(lookups({1: 1, 2.0: 2, True: 3, None: 4, (1, 2): 5}, [1, 2, 1.0, 3, None, (1, 2), (1, 3), "x", 1 << 70]))
keys = [Key(i) for i in range(8)]
table = {k: k.n for k in keys[:6]}
take_log()
print(lookups(table, keys), take_log())
mixed = {0: 10, 4: 20, Key(0): 30}
print(lookups(mixed, [0, 4, 8, Key(0), Key(4)]), take_log())
print(attempt(lookups, {"a": 1}, ["a", []]))
print(attempt(lookups, {"a": 1}, ["a", {}]))


def missing(d, keys):
    out = []
    for k in keys:
        try:
            out.append(d[k])
        except KeyError as e:
            out.append(e.args)
    return out


print(missing({"a": 1}, ["a"] * 20 + ["b"] + ["a"] * 5 + [3])[18:])


class Default(dict):
    def __missing__(self, key):
        return key * 2


def sums(d, keys):
    total = 0
    for _ in range(10):
        for k in keys:
            total += d[k]
    return total


print(sums({1: 1, 2: 2}, [1, 2]), sums(Default({1: 1}), [1, 2]), sums([5, 6, 7], [1, -1, True]), sums((5, 6), [0, -2]))
print(sums(range(10), [3, -1]), sums(b"abc", [0, 2]), sums(bytearray(b"ab"), [1, -2]))
print(attempt(sums, [1, 2], [0, 2]))
print(attempt(sums, (1, 2), [0, -3]))
print(attempt(sums, "ab", [0]))
print(attempt(sums, 5, [0]))
print(attempt(sums, [1, 2], [0, "1"]))


def stores(d, keys):
    for i in range(15):
        for k in keys:
            d[k] = i
            if i % 5 == 4:
                del d[k]
                d[k] = -i
    return d


print(stores({}, ["a", 1, 1.0, None, (1,)]))
take_log()
print(stores({}, [Key(1), Key(5), Key(1)]), take_log())
print(attempt(stores, [0, 0, 0], [0, 1, -1]))
print(attempt(stores, {}, ["a", []]))
print(attempt(stores, (1, 2), [0]))


def removals(d, keys):
    for k in keys:
        del d[k]
    return d


print(removals(dict.fromkeys(range(40), 1), range(1, 40)))
print(attempt(removals, dict.fromkeys(range(30)), list(range(30)) + [7]))
print(attempt(removals, list(range(30)), [0] * 31))


def members(container, items):
    return [sum(1 for _ in range(8) if i in container) for i in items]


print(members([1, 2.0, "a"], [1, 2, True, "a", "b", None]))
print(members((1, "x"), [1, "x", 2]), members("hello", ["h", "ell", "", "z"]), members({1, 2}, [1, 3, 2.0]))
print(members(range(0, 10, 2), [4, 5, 4.0, "a"]), members(frozenset([1]), [1]), members(b"abc", [97, b"bc", 1]))
print(members({"a": 1}.keys(), ["a", "b"]), members({"a": 1}.values(), [1, 2]), members({"a": 1}.items(), [("a", 1), 1]))
take_log()
print(members([Key(1), Key(2)], [Key(2), 2]), take_log())
print(attempt(members, "abc", [1]))
print(attempt(members, 5, [1]))
print(attempt(members, {1}, [[]]))
consumed = iter(range(30))
print([i in consumed for i in (3, 3, 10, 5, 29, 30)])


def slices(s, n):
    out = []
    for i in range(n):
        out.append((s[i:], s[:i], s[::-1], s[i::-1], s[-i:i], s[1:-1:2], s[:]))
    return out[-1]


print(slices(list(range(6)), 20)[0:3], slices(list(range(6)), 4))
print(slices("abcdef", 4), slices("ab\u0142d", 3), slices((1, 2, 3, 4), 3))
print(slices(b"abcd", 3), slices(bytearray(b"abcd"), 3)[3], slices(range(8), 3)[3:5])


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


def bounds(s, parts):
    return [s[a:b:c] for _ in range(8) for a, b, c in parts][-len(parts):]


print(bounds([0, 1, 2, 3, 4, 5], [(1, 5, 2), (None, None, None), (Index(1), Index(3), None), (1 << 80, None, -1)]))
print(attempt(bounds, [1], [(0, 1, 1), (0, 1, 0)]))
print(attempt(bounds, [1], [(0, 1, 1), ("a", 1, 1)]))
print(attempt(bounds, "s", [(0, 1, 1), (0, 1, 0)]))


def flips(perm, n):
    for i in range(n):
        k = i % len(perm)
        perm[: k + 1] = perm[k::-1]
        perm[::2] = perm[::2]
        if i % 7 == 0:
            perm[1:1] = (i, i)
        if i % 7 == 3:
            perm[1:3] = []
    return perm


print(flips(list(range(8)), 45))


def assigned(target, values):
    for i in range(10):
        for v in values:
            target[1:3] = v
    return target


print(assigned([1, 2, 3], [[4, 5], (6,), "xy", {7: 8}, iter([9, 9])]))
same = [1, 2, 3, 4]
for i in range(20):
    same[1:3] = same
    same = same[:4]
print(same)
print(attempt(assigned, [1, 2, 3], [[4, 5], 6]))


def extended(n):
    target = [0] * 6
    for i in range(n):
        try:
            target[::2] = [i] * (3 if i % 10 else 2)
        except ValueError as e:
            last = str(e)
    return target, last


print(extended(35))


def displays(n):
    out = []
    for i in range(n):
        out.append([i, i + 1])
        out[-1].append("x")
        pair = [out[-1][0], None]
        pair[1] = pair
        a, b = pair
        out.append((a, b is pair, len(pair), {i}, {i: a}, {"k": i, "l": [i]}, [], (), {}, set()))
        out[-1][6].append(i)
        out[-1][8]["z"] = i
    return out[-2:]


print(displays(25))


def unhashable(n):
    for i in range(n):
        try:
            x = {[] if i == 20 else i}
        except TypeError as e:
            print(i, e)
        try:
            x = {(i if i != 15 else {}): 1}
        except TypeError as e:
            print(i, str(e)[-30:])


unhashable(30)


def operators(pairs):
    return [(a + b, a * 2) for _ in range(8) for a, b in pairs][-len(pairs):]


print(operators([([1], [2]), ((1,), (2,)), ("a", "b"), (b"a", b"b"), (1, 2), (1.5, 1), (True, True)]))
print(attempt(operators, [([1], [2]), ([1], (2,))]))
print(attempt(operators, [("a", "b"), ("a", 1)]))


class Adds(list):
    def __add__(self, other):
        return "added"

    def __iadd__(self, other):
        return Adds(["iadded"])


print(operators([([1], [2]), (Adds([1]), [2]), ([1], Adds([2]))]))


def inplace(make, other, n):
    x = make()
    y = x
    for i in range(n):
        x += other
    return len(x), x is y


print(inplace(list, [1, 2], 20), inplace(list, (1,), 20), inplace(list, "ab", 20), inplace(tuple, (1,), 20))
print(inplace(str, "ab", 40), inplace(bytearray, b"ab", 20), inplace(lambda: Adds([1]), [2], 5))
print(attempt(inplace, list, 5, 3))


def sets(n):
    a, b, out = {1, 2, 3}, frozenset([2, 3, 4]), []
    for i in range(n):
        out = [sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b), a <= b, a >= {1}, a == {3, 2, 1}]
        a.add(i % 5)
        a.discard(4)
    return out


print(sets(30))
take_log()
group = {Key(1), Key(5)}
take_log()
for i in range(15):
    group.add(Key(5))
    group.add(Key(9))
print(len(group), take_log())


def lists(n):
    x = []
    for i in range(n):
        x.insert(0, i)
        x.insert(len(x), -i)
        x.reverse()
        if i % 5 == 4:
            x.remove(i)
            x.pop(0)
            x.pop()
        y = x.copy()
    return len(x), x[:4], x.index(3), x.count(-2), y == x, y is x


print(lists(30))
print(attempt(lambda: [[1].remove(2 if i == 20 else 1) for i in range(30)]))


def bytearrays(n):
    b = bytearray(8)
    for i in range(n):
        b[i % 8] = i % 256
        b.append(i % 7)
        b[0] = b[-1] + b[1]
        if i % 3:
            b.pop()
    return bytes(b[:12]), len(b)


print(bytearrays(40))
data = bytearray(3)
for i in range(30):
    try:
        data[i % 3] = i * 10
    except ValueError as e:
        text = str(e)
print(data, text)


def compared(pairs):
    out = []
    for _ in range(8):
        for a, b in pairs:
            out.append((a == b, a != b))
            try:
                out.append((a < b, a >= b))
            except TypeError as e:
                out.append(str(e))
    return out[-2 * len(pairs):]


print(compared([([1, 2], [1, 3]), ((1, "a"), (1, "b")), ([], None), ("a", 1), (None, None), (1, True), ({1}, {1, 2})]))
take_log()
print(compared([([Key(1)], [Key(1)]), ((1, Key(2)), (1, Key(3)))])[0::2], take_log())
truths = [[], [0], (), (1,), {}, {1: 1}, set(), {0}, "", "x", b"", b"x", 0.0, 1.5, float("nan"), range(0), range(1), None]
print("".join("ft"[bool(x)] + ("t" if x else "f") + ("f" if not x else "t") for _ in range(10) for x in truths)[-3 * len(truths):])
