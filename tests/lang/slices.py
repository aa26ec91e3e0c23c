# Slices: reading, assigning, deleting, slice objects.
a = list(range(10))
for lo in (None, 0, 3, -3, 20, -20):
    for hi in (None, 0, 5, -2, 20, -20):
        print(lo, hi, a[lo:hi], a[lo:hi:2], a[lo:hi:-1], a[lo:hi:-3])
s = slice(1, 8, 2)
print(s, s.start, s.stop, s.step, a[s], slice(3), slice(None), s.indices(5), slice(None, None, -1).indices(4), slice(1, 2) == slice(1, 2), "abcdefgh"[s], (1, 2, 3, 4)[s], range(10)[s])
try:
    a[::0]
except ValueError as e:
    print("ValueError:", e)
try:
    a["x":]
except TypeError as e:
    print("TypeError:", e)
b = list(range(6)); b[1:3] = ["x"]; print(b)
b[1:1] = "pq"; print(b)
b[:] = []; print(b)
b[5:] = [1, 2, 3]; print(b)
b[-1:] = (9, 8); print(b)
b[::2] = "AB"; print(b)
try:
    b[::2] = [1]
except ValueError as e:
    print("ValueError:", e)
b = list(range(10)); del b[::3]; print(b)
del b[-2:]; print(b)
del b[5:1]; print(b)
b[3:1] = ["ins"]; print(b)
b[::-1] = range(len(b)); print(b)
try:
    b[0:1] = 5
except TypeError as e:
    print("TypeError:", e)


class G:
    def __getitem__(self, k):
        return k

    def __setitem__(self, k, v):
        print("set", k, v)

    def __delitem__(self, k):
        print("del", k)


g = G()
print(g[1], g[1:2], g[:, 1], g[1:2:3, ::4], g[...], g[()], g[1,], g["a":"b"], g[-1])
g[1:2] = 3
del g[::2], g[0]
g[0] += [1] if False else (5,) if False else 1
print("index objects:", a[True], a[-True], "abc"[False])
