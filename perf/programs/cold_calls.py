"""Cold code: hundreds of functions and small classes, each of which runs only a few times."""

from harness import main

SOURCE = '''
def first_{k}(a, b={k}, *rest, scale=1, **options):
    """Adds up."""
    total = a * scale + b
    for extra in rest:
        total += extra
    if options.get("negate"):
        total = -total
    return total


def second_{k}(text):
    parts = [part.strip() for part in text.split(",")]
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    return {{part: len(part) for part in parts}}, sum(numbers)


class Shape_{k}:
    sides = {k} % 7 + 3

    def __init__(self, size):
        self.size = size

    def area(self):
        return self.size ** 2 * self.sides / 4

    @property
    def name(self):
        return "shape-%d" % self.sides


def third_{k}():
    shape = Shape_{k}({k} + 1)
    found, number = second_{k}("1, 2, {k}")
    assert number == 3 + {k}
    return first_{k}(1, 2, 3, scale=2) + number + len(found) + int(shape.area()) + len(shape.name)
'''


def run(n):
    total = 0
    for k in range(n):
        namespace = {}
        exec(compile(SOURCE.format(k=k), "<cold>", "exec"), namespace)
        for _ in range(3):
            total += namespace["third_%d" % k]()
        assert namespace["first_%d" % k](1, negate=True) == -(1 + k)
    return str(total)


if __name__ == "__main__":
    main(run, 120)
