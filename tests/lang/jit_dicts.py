# Dictionaries and sets in hot loops.
def count(items):
    d = {}
    for x in items:
        if x in d:
            d[x] += 1
        else:
            d[x] = 1
    return d


print(count(i * i % 11 for i in range(5000)), count("abracadabra" * 300))


def keys_change_type(n):
    d = {}
    for i in range(n):
        k = i % 10 if i < n // 2 else str(i % 10) if i < n - 100 else (i % 10, "t") if i < n - 10 else i % 10 + 0.5
        d[k] = d.get(k, 0) + 1
    return sorted(d.items(), key=repr)


print(keys_change_type(4000))


def equal_keys(n):
    d = {}
    for i in range(n):
        d[i % 5] = "int"
        d[float(i % 3)] = "float"
        d[i % 2 == 0] = "bool"
    return d


print(equal_keys(2000))


def grow_and_delete(n):
    d = {}
    for i in range(n):
        d[i] = i
        if i >= 50:
            del d[i - 50]
    return len(d), list(d)[:3], sum(d.values())


print(grow_and_delete(5000))


def iterate(n):
    d = {i: i * 2 for i in range(100)}
    t = 0
    for _ in range(n):
        for k, v in d.items():
            t += k * v
        for k in d:
            t -= k
        for v in d.values():
            t += v
    return t


print(iterate(50))


class K:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return self.v % 7

    def __eq__(self, o):
        return self.v == o.v


def custom(n):
    d = {}
    for i in range(n):
        k = K(i % 30)
        d[k] = d.get(k, 0) + i
    return len(d), sorted(d.values())[:5]


print(custom(2000))


def sets(n):
    seen = set()
    dup = 0
    x = 1
    for i in range(n):
        x = (x * 1103515245 + 12345) % 4096
        if x in seen:
            dup += 1
        else:
            seen.add(x)
        if i % 1000 == 999:
            seen.discard(x)
    return len(seen), dup


print(sets(6000))


def memo(n):
    cache = {0: 0, 1: 1}
    for i in range(2, n):
        cache[i] = (cache[i - 1] + cache[i - 2]) % 1000007
    return cache[n - 1]


print(memo(5000))


def changed_size(n):
    d = {i: 0 for i in range(n)}
    c = 0
    try:
        for k in d:
            c += 1
            if c == n - 5:
                d["new"] = 1
    except RuntimeError as e:
        return c, str(e)


print(changed_size(3000))


def graph(n):
    edges = {i: [(i * 7 + 1) % n, (i * 3 + 2) % n] for i in range(n)}
    dist = {0: 0}
    todo = [0]
    for v in todo:
        for w in edges[v]:
            if w not in dist:
                dist[w] = dist[v] + 1
                todo.append(w)
    return len(dist), max(dist.values()), sum(dist.values())


print(graph(3000))
bag = {}
for i in range(3000):
    bag.setdefault(i % 13, []).append(i)
print({k: len(v) for k, v in bag.items()}, sum(map(sum, bag.values())))
