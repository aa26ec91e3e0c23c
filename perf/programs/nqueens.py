"""Queens on a board by recursive generators."""

from harness import main

KNOWN = {4: 2, 5: 10, 6: 4, 7: 40, 8: 92, 9: 352, 10: 724, 11: 2680}


def place(n, row, columns, rising, falling):
    if row == n:
        yield ()
        return
    for column in range(n):
        if not (columns[column] or rising[row + column] or falling[row - column]):
            columns[column] = rising[row + column] = falling[row - column] = True
            for rest in place(n, row + 1, columns, rising, falling):
                yield (column,) + rest
            columns[column] = rising[row + column] = falling[row - column] = False


def queens(n):
    yield from place(n, 0, [False] * n, [False] * (2 * n), [False] * (2 * n))


def run(n):
    count = 0
    total = 0
    for solution in queens(n):
        count += 1
        total += sum(row * column for row, column in enumerate(solution))
    if n in KNOWN:
        assert count == KNOWN[n], count
    return "%d %d" % (count, total)


if __name__ == "__main__":
    main(run, 11)
