# Assignment targets, starred, nested, in calls and displays.
def show(f):
    try:
        print("ok:", f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)


a, b = 1, 2
(c, d), [e, f] = (3, 4), "ef"
g, *h = range(4)
*i, j = "xyz"
k, *l, m = [1, 2]
(n, *o), p = [(1, 2, 3), 4]
[q] = [9]
r, = (8,)
*s, = range(3)
print(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s)
x = [0, 0]
x[0], x[1] = 5, 6
print(x)


class O:
    pass


y = O()
y.a, (y.b, *y.c) = 1, (2, 3, 4)
print(y.a, y.b, y.c)
print([*range(3), *"ab"], (*[1], 2), {*[1], 1}, {**{"a": 1}, "a": 2}, [*[]], (*(),))
print(*[1, 2], *(3,), sep=",")
u = v = w = []
u.append(1)
print(v, w)
t = 1, 2, *[3, 4]
print(t)


def ret():
    return 1, *[2, 3]


print(ret())
for (a, b), c in [((1, 2), 3)]:
    print(a, b, c)
first, *_, last = range(100)
print(first, last, len(_))
a = [1, 2, 3]
a[0], a[1:], = 9, [8, 7, 6]
print(a)
i = 0
i, a[i] = 1, "moved"
print(i, a)
a, b = {"k": 1, "l": 2}
print(a, b)
a, b = (z * 2 for z in (1, 2))
print(a, b)


def few():
    a, b, c = 1, 2


def few_star():
    a, b, *c = [1]


def none():
    a, b = None


def number():
    a, = 5


def few_gen():
    a, b = (z for z in [1])


for fn in (few, few_star, none, number, few_gen):
    show(fn)
try:
    a, b = (z for z in [1, 2, 3])
except ValueError as e:
    print("too many from a generator:", str(e).startswith("too many values to unpack (expected 2"))
try:
    a, b = "abc"
except ValueError as e:
    print("too many:", str(e).startswith("too many values to unpack (expected 2"))


class It:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))


p, *q = It(4)
print(p, q, [*It(2)], max(*It(3)))
(a, b), c = (b, a) = [1, 2], 3
print(a, b, c)
