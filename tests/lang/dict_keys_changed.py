# Iterators of dicts see that entries have changed, and errors of unhashable keys say what for.
def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


def walk(d, it):
    seen = 0
    for _ in it:
        if not seen:
            del d[0]
            d[10] = None
        seen += 1
    return seen


d = dict.fromkeys(range(3))
attempt(walk, d, d)
d = dict.fromkeys(range(3))
attempt(walk, d, d.items())


class H:
    def __hash__(self):
        raise KeyError("error")


d = {"a": 1}
s = {1}
for key in [[1], ([],), H()]:
    attempt(lambda: key in d)
    attempt(lambda: d[key])
    attempt(lambda: d.setdefault(key, 2))
    attempt(lambda: d.pop(key))
    attempt(lambda: d.get(key))
    attempt(lambda: {key: 1})
    attempt(lambda: key in s)
    attempt(lambda: s.add(key))
    attempt(lambda: {key})
    attempt(lambda: frozenset([key]))


class S(set):
    __slots__ = ("x", "__dict__")


s = S([1])
s.x = 5
print(s, s.x)
