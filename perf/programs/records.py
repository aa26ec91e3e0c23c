"""Records: dataclasses and named tuples are made, compared, changed, hashed and summed up."""

from collections import namedtuple
from dataclasses import dataclass, field, replace

from harness import main

Point = namedtuple("Point", "x y")


@dataclass(order=True)
class Item:
    price: float
    name: str
    tags: list = field(default_factory=list, compare=False)

    @property
    def label(self):
        return f"{self.name}:{self.price:.2f}"


@dataclass(frozen=True)
class Cell:
    row: int
    column: int

    def neighbours(self):
        yield Cell(self.row - 1, self.column)
        yield Cell(self.row + 1, self.column)


@dataclass(slots=True)
class Account:
    owner: str
    balance: int = 0

    def deposit(self, amount):
        self.balance += amount
        return self


def items(n):
    made = [Item((k * 37 % 1000) / 4, "item%d" % (k % 50), ["a", "b"][: k % 3]) for k in range(n)]
    cheapest = min(made)
    assert all(cheapest <= item for item in made)
    made.sort()
    assert all(a <= b for a, b in zip(made, made[1:]))
    dearer = [replace(item, price=item.price + 1) for item in made[: n // 4]]
    return sum(item.price for item in dearer) + sum(len(item.tags) for item in made), made[-1].label


def cells(n):
    seen = set()
    for k in range(n):
        for cell in Cell(k % 40, k % 7).neighbours():
            seen.add(cell)
    assert Cell(0, 0) in seen or n < 40
    return len(seen)


def points(n):
    path = [Point(k % 100, k * k % 100) for k in range(n)]
    length = 0
    for a, b in zip(path, path[1:]):
        length += abs(a.x - b.x) + abs(a.y - b.y)
    moved = [p._replace(x=p.x + 1) for p in path[: n // 4]]
    x, y = moved[-1]
    assert sum(p.x for p in moved) == sum(p.x for p in path[: n // 4]) + n // 4
    return length + x + y + len({p for p in path})


def accounts(n):
    all_of_them = [Account("owner%d" % k) for k in range(20)]
    for k in range(n):
        all_of_them[k % 20].deposit(k).deposit(-1)
    assert sum(a.balance for a in all_of_them) == n * (n - 1) // 2 - n
    return all_of_them[3] == Account("owner3", all_of_them[3].balance)


def run(n):
    total, label = items(n)
    return "%.2f %s %d %d %s" % (total, label, cells(n), points(n), accounts(n))


if __name__ == "__main__":
    main(run, 12000)
