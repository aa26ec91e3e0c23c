# Lists that change while a hot loop runs over them, or change what they hold.
def filter_in_place(n):
    a = list(range(n))
    for x in a:
        if x % 3 == 0:
            a.remove(x)
    return len(a), a[:6]


print(filter_in_place(1500))


def feed(n):
    a = [1]
    for x in a:
        if len(a) < n:
            a.append(x + 1)
    return len(a), a[-1]


print(feed(5000))


def shrink(n):
    a = list(range(n))
    c = 0
    for x in a:
        a.pop()
        c += x
    return c, len(a)


print(shrink(4000))


def kinds(n):
    a = [0] * n
    for i in range(n):
        a[i] = i
    for i in range(0, n, 2):
        a[i] = a[i] * 0.5
    a[n // 2] = "text"
    t = 0
    s = ""
    for x in a:
        if isinstance(x, str):
            s += x
        else:
            t += x
    return t, s


print(kinds(4000))


def floats_then_int(n):
    a = [0.5] * n
    a.append(2 ** 70)
    a.append(None)
    t = 0
    for x in a:
        if x is None:
            break
        t += x
    return t


print(floats_then_int(3000))


def stack(n):
    s = []
    t = 0
    for i in range(n):
        s.append(i)
        if i % 3 == 2:
            t += s.pop() + s.pop(0) if len(s) > 1 else s.pop()
    return t, len(s)


print(stack(2000))


def swap_list(n):
    a, b = [1] * 10, [2] * 10
    cur = a
    t = 0
    for i in range(n):
        t += cur[i % len(cur)]
        if i % 100 == 99:
            cur = b if cur is a else a
            cur.append(i)
    return t, len(a), len(b)


print(swap_list(5000))


def replaced(n):
    a = list(range(10))
    t = 0
    for i in range(n):
        if i == n // 2:
            a[:] = [0.25] * 3
        t += a[i % len(a)]
    return t


print(replaced(4000))


def index_error(n):
    a = [1] * 50
    hits = 0
    for i in range(n):
        if i == n - 20:
            del a[25:]
        try:
            hits += a[i % 50]
        except IndexError:
            hits -= 1
    return hits


print(index_error(3000))


def negative(n):
    a = [1, 2, 3, 4]
    t = 0
    for i in range(n):
        t = t * 31 % 1000003 + a[-(i % 4) - 1] + a[i % 4 - 4]
    return t


print(negative(4000))


def dict_change(n):
    d = {}
    for i in range(n):
        d[i % 100] = i
        if i % 10 == 0:
            d.pop((i - 5) % 100, None)
    return len(d), sum(d.values())


print(dict_change(5000))


def big_index(n):
    a = [0]
    errors = 0
    for i in range(n):
        k = 2 ** 63 if i == n - 1 else 0
        try:
            a[k] += 1
        except IndexError as e:
            errors += 1
            message = str(e)
    return a, errors, message


print(big_index(2000))
