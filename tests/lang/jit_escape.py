# Short-lived objects that mostly stay inside a loop, and sometimes do not.
class P:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, d):
        return P(self.x + d, self.y - d)


kept = []
acc = P(0, 0)
for i in range(4000):
    q = P(i, -i).moved(1)
    r = q.moved(2)
    acc = P(acc.x + r.x, acc.y + r.y)
    if i % 1000 == 999:
        kept.append(r)
print(acc.x, acc.y, [(k.x, k.y) for k in kept])


def raises_with_temporaries(n):
    log = []
    for i in range(n):
        a = P(i, 0)
        b = (a, [i], {"k": i})
        try:
            a.x // (i % 500)
        except ZeroDivisionError:
            log.append((b[0].x, b[1], b[2]))
    return log


print(raises_with_temporaries(2000))


def tuples(n):
    a = (0, 1)
    for i in range(n):
        a = (a[1], (a[0] + a[1]) % 10007)
        if i == n - 3:
            saved = a
    return a, saved


print(tuples(4000))


def floats(n):
    out = []
    x = 0.0
    for i in range(n):
        x += 0.1
        y = x * 2
        if i % 700 == 0:
            out.append(round(y, 6))
    return out


print(floats(4000))


def linked(n):
    head = None
    for i in range(n):
        head = (i, head)
    t = 0
    while head:
        v, head = head
        t += v
    return t


print(linked(5000))


def identity(n):
    same = 0
    last = None
    for i in range(n):
        p = P(i, i)
        q = p
        same += p is q
        same += p is last
        last = p
    return same, last.x


print(identity(3000))


def aliasing(n):
    t = 0
    for i in range(n):
        a = P(i, 1)
        b = a
        b.x = 5 if i % 3 else 7
        t += a.x
        l = [a, b]
        l[0].y += 1
        t += l[1].y
    return t


print(aliasing(3000))


def late_escape(n):
    holder = [None]
    for i in range(n):
        p = P(i, [i])
        if i > n - 3:
            holder.append(p)
        p.y.append(p.x)
        p.x += 1
    return [(h.x, h.y) for h in holder[1:]]


print(late_escape(3000))


def cell_objects(n):
    t = 0
    for i in range(n):
        d = {"a": i, "b": [i, i + 1]}
        s = slice(0, 1)
        t += d["a"] + d["b"][s][0] + len(d)
        t += sum((i, 1)) + max(i, 3)
    return t


print(cell_objects(2000))


class Node:
    def __init__(self, v, nxt):
        self.v, self.next = v, nxt


def cyc(n):
    t = 0
    for i in range(n):
        a = Node(i, None)
        b = Node(i + 1, a)
        a.next = b
        t += a.next.next.v + b.next.next.v
    return t


print(cyc(4000))


def inner_frames(n):
    def g(k):
        p = P(k, k)
        if k == n - 1:
            raise ValueError(p.x, p.y)
        return p.moved(1).x
    t = 0
    try:
        for i in range(n):
            t += g(i)
    except ValueError as e:
        return t, e.args


print(inner_frames(3000))


class Fin:
    made = 0

    def __init__(self):
        Fin.made += 1
        self.id = Fin.made


ids = {Fin().id for _ in range(2000)}
print(len(ids), Fin.made)
