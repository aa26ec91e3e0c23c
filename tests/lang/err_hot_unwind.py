# The traceback of exceptions that were raised, handled and raised again in a compiled loop.


class Failure(Exception):
    pass


def check(i):
    if i % 2:
        raise Failure("odd", i)
    return i


def wrap(i):
    try:
        return check(i)
    except Failure as e:
        raise KeyError(i) from e


def source(n):
    for i in range(n):
        yield wrap(i)


def run(n):
    total = 0
    for i in range(n):
        try:
            total += wrap(i)
        except KeyError as e:
            last = e
    try:
        raise last
    finally:
        print(total)
        for x in source(n):
            total += x


run(3000)
