# However deep the stack has been, of whatever frames, the next dive ends at the same depth.
#! skip gc: every collection scans thousands of frames
#! skip gc-hot: as gc
import sys

depth = 0


def narrow(n):
    global depth
    depth = n
    return narrow(n + 1)


def wide(n, a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10):
    global depth
    depth = n
    return wide(n + 1, *[a, b, c, d, e, f, g, h, i, j])


class Operators:
    def __eq__(self, other):
        global depth
        depth += 1
        return self == other

    def __repr__(self):
        global depth
        depth += 1
        return repr(self)

    def __hash__(self):
        global depth
        depth += 1
        return hash(self)

    def __lt__(self, other):
        global depth
        depth += 1
        return sorted([self, other])

    @property
    def self(self):
        global depth
        depth += 1
        return self.self


def measure(dive):
    global depth
    depth = 0
    try:
        dive()
    except RecursionError:
        return depth


def shallow(n):
    return shallow(n - 1) if n else 0


x = Operators()
dives = [lambda: narrow(0), lambda: wide(0), lambda: x == x, lambda: repr(x), lambda: hash(x), lambda: x < x, lambda: x.self]
first = [measure(dive) for dive in dives]
for k in range(6):
    if [measure(dive) for dive in dives] != first:
        print("another depth", k, first, [measure(dive) for dive in dives])
print(max(first) - min(first) < 5, 980 < min(first) <= max(first) < 1000)
for limit in (2000, 300, 1000):
    sys.setrecursionlimit(limit)
    for k in range(3):
        print(limit, limit - 20 < measure(lambda: narrow(0)) < limit, limit - 20 < measure(lambda: wide(0)) < limit)
print([measure(dive) for dive in dives] == first, shallow(900))
