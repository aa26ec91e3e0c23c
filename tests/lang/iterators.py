# The iterator protocol at its edges.
class Loud:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        print("iter")
        return self

    def __next__(self):
        if self.n <= 0:
            print("stop")
            raise StopIteration
        self.n -= 1
        return self.n


for x in Loud(2):
    print(x)
print(list(Loud(1)))
print(2 in Loud(3))
a, b = Loud(2)
print(a, b)


class Raises:
    def __iter__(self):
        return self

    def __next__(self):
        raise KeyError("from next")


try:
    for x in Raises():
        pass
except KeyError as e:
    print("KeyError", e)
try:
    list(map(lambda x: x, Raises()))
except KeyError as e:
    print("KeyError", e)


class Revives:
    def __init__(self):
        self.stops = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.stops += 1
        if self.stops % 2:
            return self.stops
        raise StopIteration


r = Revives()
print(list(r), list(r), r.stops)
li = iter([1, 2, 3])
for x in li:
    print("first", x)
    break
for x in li:
    print("rest", x)
d = {"a": 1, "b": 2}
di = iter(d.items())
print(next(di), list(di))


def stop_in_gen_arg():
    return list(next(iter([])) for _ in range(3))


try:
    stop_in_gen_arg()
except RuntimeError as e:
    print("RuntimeError", e)
print(list(x for x in iter(lambda c=[0]: c.__setitem__(0, c[0] + 1) or c[0], 3)))
s = iter("héllo")
print("".join(s), next(s, "end"))
ri = iter(range(5))
print(next(ri), ri.__length_hint__(), list(ri))
print([list(zip(iter([1, 2, 3, 4]), iter("ab")))], sum(iter([1, 2])), max(iter([3, 9])), sorted(iter("ba")), tuple(iter({1})), dict(iter([("k", 1)])), "".join(iter(["x", "y"])))
class GetItem:
    def __getitem__(self, i):
        print("get", i)
        if i >= 2:
            raise IndexError
        return i
print([x for x in GetItem()])
class StopGetItem:
    def __getitem__(self, i):
        if i == 2:
            raise StopIteration
        return i
print(list(StopGetItem()))
