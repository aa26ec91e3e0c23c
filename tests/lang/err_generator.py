def numbers():
    yield 1
    yield 1 / 0


def doubled(it):
    for x in it:
        yield x * 2


for v in doubled(numbers()):
    print(v)
