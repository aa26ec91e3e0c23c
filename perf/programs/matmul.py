"""Matrix product over lists of lists of floats."""

from harness import main


def make(n, seed):
    rows = []
    for i in range(n):
        rows.append([(i - j) * (i + j) * seed / n for j in range(n)])
    return rows


def multiply(a, b):
    n = len(a)
    m = len(b[0])
    inner = len(b)
    columns = [[b[k][j] for k in range(inner)] for j in range(m)]
    product = []
    for i in range(n):
        row = a[i]
        out = [0.0] * m
        for j in range(m):
            column = columns[j]
            total = 0.0
            for k in range(inner):
                total += row[k] * column[k]
            out[j] = total
        product.append(out)
    return product


def run(n):
    a = make(n, 1.0)
    b = make(n, 2.0)
    c = multiply(a, b)
    # (A·B)·1 must be A·(B·1).
    ones = [[1.0] for _ in range(n)]
    left = multiply(c, ones)
    right = multiply(a, multiply(b, ones))
    scale = max(abs(x[0]) for x in right)
    for x, y in zip(left, right):
        assert abs(x[0] - y[0]) <= 1e-9 * scale
    return "%.6e" % c[n // 2][n // 3]


if __name__ == "__main__":
    main(run, 160)
