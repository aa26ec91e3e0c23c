# An error late in a loop that has long been compiled, inside inlined calls.
class Item:
    def __init__(self, v):
        self.v = v

    def half(self):
        return 100 / self.v


def total(items):
    t = 0
    for item in items:
        t += item.half()
    return t


items = [Item(i % 7 + 1) for i in range(5000)]
print(total(items))
items[4990].v = 0
print(total(items))
