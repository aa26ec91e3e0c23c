def loops(items):
    total = 0
    for i in items:
        if i in (1, 2):
            continue
        if i == 7:
            break
        total += i
    else:
        total = -1
    while total > 0 and not items:
        total -= 1
    return total if total is not None else items


def caught(f):
    try:
        f()
    except ValueError as e:
        print(e)
    except (TypeError, KeyError):
        raise
    else:
        return 1
    finally:
        f(None)


def managed(path):
    with open(path) as f, lock:
        for line in f:
            if line:
                return line
    return e


def generator(x):
    y = yield x
    z = yield from (a for a in x if 0 < a <= y)
    return z


def conditions(a, b, c):
    x = a and b or c
    a = a or b
    if not (a < b < c) or 1 < a:
        del x
    return x
