# Nested loops of all shapes.
def triangle(n):
    c = 0
    for i in range(n):
        for j in range(i):
            for k in range(j):
                c += i ^ j ^ k
    return c


print(triangle(40))


def while_in_for(n):
    t = 0
    for i in range(1, n):
        x = i
        while x:
            t += x & 1
            x >>= 1
    return t


print(while_in_for(5000))


def changing_inner(n):
    out = []
    for i in range(n):
        c = 0
        for j in range(i % 17):
            c += j
            if j > 10:
                break
        else:
            c += 1000
        out.append(c)
    return sum(out), out[:20]


print(changing_inner(3000))


def matrix(n):
    m = [[i * n + j for j in range(n)] for i in range(n)]
    t = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            t[j][i] = m[i][j]
    trace = 0
    for i in range(n):
        trace += t[i][i]
    return trace, t[3], sum(map(sum, t))


print(matrix(30))


def primes(n):
    found = []
    for c in range(2, n):
        for p in found:
            if p * p > c:
                found.append(c)
                break
            if c % p == 0:
                break
        else:
            found.append(c)
    return len(found), found[-5:]


print(primes(5000))


def bubble(items):
    items = list(items)
    swaps = 0
    n = len(items)
    for i in range(n):
        for j in range(n - 1 - i):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
                swaps += 1
    return items[:5], items[-5:], swaps


print(bubble((i * 7919) % 1009 for i in range(150)))


def float_inner(n):
    t = 0.0
    for i in range(n):
        x = i * 0.5
        for _ in range(10):
            x = x * 0.9 + 0.1
        t += x
    return t


print(float_inner(1000))


def inner_empty(n):
    c = 0
    for i in range(n):
        for j in range(0):
            c += 1
        for j in ():
            c += 1
        while False:
            c += 1
    return c, i


print(inner_empty(3000))


def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, cb in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (ca != cb))
    return row[-1]


print(levenshtein("kitten" * 10, "sitting" * 10))
