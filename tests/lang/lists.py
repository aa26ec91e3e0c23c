# List operations and methods.
def show(label, f):
    try:
        print(label, "->", repr(f()))
    except Exception as e:
        print(label, "->", type(e).__name__ + ":", e)


a = [3, 1, 2]
print(a, len(a), a[0], a[-1], a + [4], a * 2, 2 * [0], [] * 3, a * -1, 1 in a, 9 not in a)
a.append(5); print(a)
a.extend((6, 7)); print(a)
a.extend("xy"); print(a)
a.insert(0, "first"); a.insert(100, "last"); a.insert(-1, "before last"); print(a)
print(a.pop(), a.pop(0), a.pop(-1), a)
a.remove("x"); print(a)
print(a.index(5), a.count(1), a.index(1, 1), a.index(2, 0, 5))
a.reverse(); print(a)
b = a.copy(); b[0] = 0; print(a is b, a[0], b[0])
b.clear(); print(b)
print("compare:", [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 9], [1, 2] == [1, 2], [1] == (1,), [1.0] == [1], [1, "a"] == [1, "a"], [[1]] == [[1]])
print("repr:", [[], [1, [2]], ("t",), {"d": 1}, None])
r = [1]; r.append(r); print("recursive:", r, r[1] is r)
print("list():", list(), list("abc"), list((1, 2)), list(range(3)), list({"k": 1}), list(iter([1])))
x = [1, 2, 3]
x += (4, 5); x *= 2; print("in place:", x)
y = x; y += [9]; print("aliased:", x is y, len(x))
del x[0], x[-1], x[2:4]; print("del:", x)
x[1], x[2] = x[2], x[1]; print("swap:", x)
nested = [[0] * 3 for _ in range(2)]; nested[0][1] = 5; print("rows:", nested)
shared = [[0] * 2] * 2; shared[0][0] = 1; print("shared rows:", shared)
print("min/max/sum:", min([3, 1]), max([3, 1]), sum([1, 2.5]), sum([[1], [2]], []), any([0, 1]), all([]))
show("index error", lambda: [1][5])
show("neg index error", lambda: [1][-2])
show("pop empty", lambda: [].pop())
show("pop range", lambda: [1].pop(3))
show("remove missing", lambda: [1].remove(2))
one = [1]
show("index type", lambda: one["a"])
show("float index", lambda: one[0.0])
show("add tuple", lambda: [1] + (2,))
show("mul list", lambda: [1] * [2])
show("mul float", lambda: [1] * 1.5)
show("less", lambda: [1] < ["a"])
show("hash", lambda: hash([]))
show("extend int", lambda: [].extend(1))
show("bool index", lambda: [10, 20][True])


def assign():
    [1][3] = 2


def delete():
    l = [1]
    del l[1]


show("assign range", assign)
show("del range", delete)


class L(list):
    def total(self):
        return sum(self)


l = L([1, 2]); l.append(3)
print("subclass:", l, l.total(), type(l + [1]).__name__, type(l[:]).__name__, l == [1, 2, 3], isinstance(l, list))
big = list(range(1000)); print("big:", sum(big), big[500:503], len(big[::7]), big[-1], 999 in big)
while big:
    big.pop()
print("emptied:", big)
m = []
for i in range(20):
    m.insert(len(m) // 2, i)
print("middle inserts:", m)
