a, b, c, d = 1, 2, 0, "s"
print(a + b)
print(a + b * (b - a) + (a if b else c) - [a, b][c] * (a / c) + len(d))
