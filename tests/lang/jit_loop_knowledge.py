# What a loop has found out about values on its way in must still hold when an outer iteration enters it again, even if
# the loop itself no longer looks at them.
n0 = 0
while n0 < 60:
    n0 += 1
    n1 = 0
    while n1 < 10:
        n1 += 1
        v0 = 5 < n0
print(n0, v0)


class Box:
    def __init__(self, v):
        self.v = v


def kinds():
    box = Box(1)
    seen = []
    for i in range(60):
        box.v = i if i < 30 else "text" if i < 45 else 2.5
        n = 0
        while n < 12:
            n += 1
            t = isinstance(box.v, int)
        seen.append(t)
    return seen


print(sum(kinds()), len(kinds()))


def ranges():
    out = []
    k = 0
    for i in range(80):
        k = k + 1 if i < 40 else "x"
        j = 0
        while j < 9:
            j += 1
            small = k == "x"
        out.append(small)
    return out.count(True)


print(ranges())
