# Loops around calls of functions that have compiled loops of their own.


def dot(a, b):
    s = 0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s


def work(n):
    i = s = 0
    while i < n:
        if i % 3 == 0:
            s += i
        i += 1
    return s


def find(items, x):
    for k, y in enumerate(items):
        if y == x:
            return k
    return -1


def nested(n):
    total = 0
    for i in range(n):
        for j in range(i):
            total += i ^ j
    return total


def raises(n, at):
    for i in range(n):
        if i == at:
            raise LookupError(i)
    return n


class Matrix:
    def __init__(self, n, f):
        self.n = n
        self.rows = []
        for i in range(n):
            self.rows.append([f(i, j) for j in range(n)])

    def __matmul__(self, other):
        n = self.n
        out = Matrix(n, lambda i, j: 0)
        for i in range(n):
            for j in range(n):
                s = 0
                for k in range(n):
                    s += self.rows[i][k] * other.rows[k][j]
                out.rows[i][j] = s
        return out

    @property
    def trace(self):
        t = 0
        for i in range(self.n):
            t += self.rows[i][i]
        return t


def main():
    a, b = list(range(40)), [x * 0.5 for x in range(40)]
    total = 0
    for i in range(300):
        total += dot(a, b)
        total += dot(b, a) if i % 2 else dot(a, a)
    print(total)
    print(sum(work(i % 50) for i in range(600)), [work(n) for n in (0, 1, 2, 1000)])
    hits = [0, 0]
    for i in range(500):
        hits[find(a, i % 60) < 0] += 1
    print(hits)
    print(sum([nested(i % 12) for i in range(400)]))
    caught = 0
    for i in range(500):
        try:
            raises(30, i % 45)
        except LookupError as e:
            caught += e.args[0]
    print(caught)
    m = Matrix(5, lambda i, j: i + 2 * j)
    p = m
    for i in range(30):
        p = p @ m if i % 10 else m
    print(p.trace, m.trace)
    # The types change once all is compiled.
    print(dot("abc", [1, 2, 3]) if False else dot([1.5, 2], [2, 10**20]), dot([True], [None]) if False else "")
    n = 0
    for i in range(400):
        n += dot([i, i + 1], [1, 1]) if i < 390 else dot([i * 1.0, 10**18 * i], [1, 1])
    print(n)


main()


def outer(n):
    # A loop that calls itself in the loop.
    s = n
    for i in range(n):
        s += outer(i)
    return s


print(outer(10), [outer(k) for k in range(8)])


def queens(n, row, cols, diag, anti):
    if row == n:
        return 1
    count = 0
    for c in range(n):
        if c in cols or row + c in diag or row - c in anti:
            continue
        count += queens(n, row + 1, cols | {c}, diag | {row + c}, anti | {row - c})
    return count


print([queens(n, 0, frozenset(), frozenset(), frozenset()) for n in range(7)])


def permutations(items):
    if len(items) < 2:
        return [items]
    out = []
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1 :]):
            out.append([items[i]] + rest)
    return out


ps = permutations([1, 2, 3, 4, 5, 6])
print(len(ps), ps[0], ps[-1], ps == sorted(ps))
