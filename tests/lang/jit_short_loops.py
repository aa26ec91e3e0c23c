# Loops that start hot from outside: few iterations, entered very often, in many ways.
def tiny(n):
    t = 0
    for i in range(n):
        t += i
    return t


print(sum(tiny(k % 4) for k in range(5000)))


def two_loops(n, m):
    t = 0
    for i in range(n):
        t += i
    while m > 0:
        m -= 1
        t -= m
    return t


print([two_loops(k, 10 - k) for k in range(11)], sum(two_loops(k % 3, k % 5) for k in range(4000)))


def zero_trip(items):
    for x in items:
        return x
    return None


print([zero_trip([]), zero_trip([5]), zero_trip("")], sum((zero_trip([k]) or 0) for k in range(3000)))


def exit_types(n):
    for i in range(n):
        if i == 3:
            return "three"
        if i == 7:
            raise ValueError
    return i if n else None


log = {}
for k in range(3000):
    r = exit_types(k % 5)
    log[r] = log.get(r, 0) + 1
print(log)


def loop_with_args(n, step=1, *extra, **kw):
    t = 0
    while n > 0:
        n -= step
        t += len(extra) + len(kw)
    return t, n


print(loop_with_args(2000), loop_with_args(2000, 3, 1, 2), loop_with_args(2000, 0.5, z=1), loop_with_args(2000.0, 7), loop_with_args(2 ** 65, 2 ** 55))


def nested_entry(n):
    t = 0
    for i in range(n):
        j = i
        while j > i - 3 and j >= 0:
            t += j
            j -= 1
        else:
            t += 1
    return t


print(nested_entry(3000))
i = 0
t = 0
while i < 3000:
    i += 1
    if i % 2:
        continue
    if i > 2990:
        break
    t += i
else:
    t = -1
print(t, i)


class C:
    t = 0
    for i in range(2000):
        t += i
    del i


print(C.t)
ns = {}
exec("t = 0\nfor i in range(3000):\n    t += i * 2\n", ns)
print(ns["t"], eval("sum(i for i in range(3000))"))


def rec_loop(d):
    t = 0
    for i in range(4):
        t += i if d == 0 else rec_loop(d - 1)
    return t


print(rec_loop(6))


def while_true(n):
    k = 0
    while True:
        k += 1
        try:
            if k == n:
                return k
        finally:
            if k == n:
                k += 1


print(while_true(3000))


def changing_limit(n):
    i = 0
    while i < n:
        if i == 1000:
            n = 1500.5
        i += 1
    return i, n


print(changing_limit(3000))


def condition_types(v):
    c = 0
    while v:
        c += 1
        v = v[1:] if isinstance(v, (str, list)) else v - 1
    return c


print(condition_types(2000), condition_types("x" * 2000), condition_types([0] * 1000), condition_types(1000.0), condition_types(0), condition_types(""))
