data = [1, 2, None, 4]
print([x + 1 for x in data[:2]])
print([x + 1 for x in data])
