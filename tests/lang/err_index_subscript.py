def pick(rows, i, j):
    return rows[i][j] + 1


rows = [[1, 2], [3]]
print(pick(rows, 0, 1))
print(pick(rows, 1, 1))
