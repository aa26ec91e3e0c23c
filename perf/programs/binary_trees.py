"""Many short-lived trees beside one long-lived one: allocation and collection."""

from harness import main


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    if depth == 0:
        return Node(None, None)
    return Node(make(depth - 1), make(depth - 1))


def check(node):
    if node.left is None:
        return 1
    return 1 + check(node.left) + check(node.right)


def run(n):
    smallest = 4
    stretch = check(make(n + 1))
    assert stretch == 2 ** (n + 2) - 1
    long_lived = make(n)
    grand = stretch
    for depth in range(smallest, n + 1, 2):
        rounds = 1 << (n - depth + smallest)
        total = 0
        for _ in range(rounds):
            total += check(make(depth))
        assert total == rounds * (2 ** (depth + 1) - 1)
        grand += total
    kept = check(long_lived)
    assert kept == 2 ** (n + 1) - 1
    return grand + kept


if __name__ == "__main__":
    main(run, 12)
