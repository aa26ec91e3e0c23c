# Iterators made in a trace have the classes of those the interpreter makes.


def names(seq):
    return type(reversed(seq)).__name__, type(iter(seq)).__name__


kinds = ([1, 2], (1, 2), "ab", "\xe9\u20ac", b"ab", bytearray(b"ab"), range(3), {1: 2})
seen = {}
for i in range(200):
    for seq in kinds:
        found = names(seq)
        seen[found] = seen.get(found, 0) + 1
for name, n in sorted(seen.items()):
    print(n, name)

same = {type(reversed([])) for i in range(100)}
print(len(same), same)
same = {type(enumerate([])) for i in range(100)} | {type(zip([])) for i in range(100)}
print(sorted(c.__name__ for c in same))
