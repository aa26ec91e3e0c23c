def add_all(values):
    total = 0
    for v in values:
        total = total + v
    return total


print(add_all(range(5000)))
print(add_all(list(range(5000)) + ["x"]))
