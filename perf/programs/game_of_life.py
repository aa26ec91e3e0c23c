"""Conway's game of life on a torus: nested lists and branches."""

from harness import main

SIDE = 64
ACORN = [(0, 1), (1, 3), (2, 0), (2, 1), (2, 4), (2, 5), (2, 6)]
GLIDER = [(0, 1), (1, 2), (2, 0), (2, 1), (2, 2)]


def make(cells, at):
    board = [[0] * SIDE for _ in range(SIDE)]
    for row, column in cells:
        board[row + at][column + at] = 1
    return board


def step(board):
    new = []
    for y in range(SIDE):
        above = board[y - 1]
        row = board[y]
        below = board[(y + 1) % SIDE]
        out = [0] * SIDE
        for x in range(SIDE):
            left = x - 1
            right = x + 1
            if right == SIDE:
                right = 0
            around = (above[left] + above[x] + above[right] + row[left] + row[right]
                      + below[left] + below[x] + below[right])
            if row[x]:
                if around == 2 or around == 3:
                    out[x] = 1
            elif around == 3:
                out[x] = 1
        new.append(out)
    return new


def run(n):
    # A glider comes back home after 4 * SIDE steps; a quarter of it moves it by SIDE / 4.
    board = make(GLIDER, 0)
    for _ in range(n):
        board = step(board)
    if n % 4 == 0 and n // 4 + 3 <= SIDE:
        assert board == make(GLIDER, n // 4)
    board = make(ACORN, SIDE // 2)
    for _ in range(2 * n):
        board = step(board)
    population = sum(map(sum, board))
    checksum = 0
    for row in board:
        for cell in row:
            checksum = (checksum * 2 + cell) % 1000003
    return "%d %d" % (population, checksum)


if __name__ == "__main__":
    main(run, 60)
