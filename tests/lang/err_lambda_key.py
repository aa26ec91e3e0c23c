items = [("a", 1), ("b", None), ("c", 3)]
print(len(items))
items.sort(key=lambda pair: pair[1] * 2)
