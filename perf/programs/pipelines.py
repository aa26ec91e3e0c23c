"""Generators in chains: filters, windows, groups and merges over a stream of readings."""

from heapq import merge
from itertools import chain, groupby, islice

from harness import main


def readings(n, seed):
    state = seed
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield i, state >> 16 & 1023


def valid(stream):
    for at, value in stream:
        if value != 7:
            yield at, value


def smoothed(stream, width):
    window = []
    total = 0
    for at, value in stream:
        window.append(value)
        total += value
        if len(window) > width:
            total -= window.pop(0)
        yield at, total / len(window)


def flatten(stream):
    for at, value in stream:
        yield at
        yield from (value, -value)


def minutes(stream):
    for minute, group in groupby(stream, key=lambda reading: reading[0] // 60):
        values = [value for _, value in group]
        yield minute, sum(values) / len(values), max(values)


def run(n):
    one = smoothed(valid(readings(n, 1)), 8)
    two = smoothed(valid(readings(n, 2)), 5)
    both = merge(one, two)
    count, low, high = 0, 1e9, 0.0
    for minute, mean, most in minutes(both):
        count += 1
        low = min(low, mean)
        high = max(high, most)
    assert count == -(-n // 60)
    assert 0 <= low <= 512 <= high <= 1023
    flat = list(flatten(valid(readings(n, 3))))
    assert len(flat) % 3 == 0
    assert sum(flat[1::3]) == -sum(flat[2::3])
    squares = (x * x for x in chain(flat[::3], range(10)))
    even = sum(x for x in islice(squares, n // 2) if x % 2 == 0)
    lengths = sum(1 for _ in enumerate(filter(None, map(abs, flat))))
    return "%d %.6f %.6f %d %d" % (count, low, high, even, lengths)


if __name__ == "__main__":
    main(run, 30000)
