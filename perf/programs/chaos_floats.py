"""The chaos game: jump half way to a random corner of a triangle, count cells."""

from harness import main


class Random:
    """A linear congruential generator modulo 2**31."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 16) % n


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def midpoint(self, other):
        return Point((self.x + other.x) * 0.5, (self.y + other.y) * 0.5)


SIDE = 64


def run(n):
    random = Random(42)
    corners = [Point(0.0, 0.0), Point(1.0, 0.0), Point(0.5, 1.0)]
    cells = [[0] * SIDE for _ in range(SIDE)]
    point = Point(0.25, 0.25)
    sum_x = sum_y = 0.0
    for _ in range(n):
        point = point.midpoint(corners[random.below(3)])
        sum_x += point.x
        sum_y += point.y
        cells[int(point.y * SIDE)][int(point.x * SIDE)] += 1
    # The centre of mass of the Sierpinski triangle is that of its corners.
    assert n < 10000 or abs(sum_x / n - 0.5) < 0.01
    assert n < 10000 or abs(sum_y / n - 1.0 / 3.0) < 0.01
    assert sum(map(sum, cells)) == n
    used = sum(1 for row in cells for cell in row if cell)
    # The hole in the middle stays empty.
    assert cells[SIDE // 4][SIDE // 2] == 0
    return "%d %.6f %.6f" % (used, sum_x / n, sum_y / n)


if __name__ == "__main__":
    main(run, 180000)
