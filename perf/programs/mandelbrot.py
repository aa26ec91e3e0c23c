"""Escape times over a grid: the float loop with a data-dependent exit."""

from harness import main

LIMIT = 100


def escape(cr, ci):
    zr = zi = 0.0
    for k in range(LIMIT):
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return k
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return LIMIT


def run(n):
    inside = 0
    total = 0
    for y in range(n):
        ci = 2.0 * y / n - 1.0
        for x in range(n):
            k = escape(3.0 * x / n - 2.0, ci)
            total += k
            if k == LIMIT:
                inside += 1
    # The set's area is near 1.506; the grid covers 3 by 2 of the plane.
    area = 6.0 * inside / (n * n)
    assert 1.3 < area < 1.75, area
    if n == 200:
        assert (inside, total) == (10331, 1214379), (inside, total)
    return "%d %d" % (inside, total)


if __name__ == "__main__":
    main(run, 200)
