# What a handler reads is kept while the call it guards is under way, though nothing after the call reads it.


def check(x):
    if x > 3990:
        raise ValueError(x)
    return x


def guarded(n):
    y = n * 2
    try:
        check(n)
    except ValueError:
        return y
    return 0


class Box:
    def __init__(self, x):
        if x % 1000 == 999:
            raise KeyError(x)
        self.x = x


def construct(n):
    tag = n + 0.5
    try:
        Box(n)
    except KeyError as e:
        return tag, e.args
    return None


def finally_(n):
    y = n * 3
    try:
        try:
            check(n)
        finally:
            seen.append(y) if y % 997 == 0 else None
    except ValueError:
        return -y
    return 0


seen = []
print([guarded(i) for i in range(4000)][-15:])
print([r for r in [construct(i) for i in range(4000)] if r])
print([r for r in [finally_(i) for i in range(4000)] if r], seen)
