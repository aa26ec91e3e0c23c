"""Doubly recursive Fibonacci: nothing but calls."""

from harness import main


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run(n):
    value = fib(n)
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    assert value == a, value
    return value


if __name__ == "__main__":
    main(run, 31)
