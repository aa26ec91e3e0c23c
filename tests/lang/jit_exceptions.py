# Exceptions raised, caught and passed through hot loops.
class Own(Exception):
    pass


def inner(i):
    if i % 7 == 0:
        raise Own(i)
    return i


def middle(i):
    return inner(i) + 1


def run(n):
    good = bad = 0
    for i in range(n):
        try:
            good += middle(i)
        except Own as e:
            bad += e.args[0]
    return good, bad


print(run(5000))


def late(n):
    items = list(range(n))
    try:
        i = 0
        t = 0
        while True:
            t += items[i]
            i += 1
    except IndexError as e:
        return t, i, str(e)


print(late(4000))


def zero(n):
    t = 0
    for i in range(n):
        try:
            t += 100 // (i % 10)
        except ZeroDivisionError:
            t += 1
        else:
            t += 2
        finally:
            t += 3
    return t


print(zero(5000))


def once(n):
    for i in range(n):
        if i == n - 1:
            raise ValueError("at the end", i)


try:
    once(4000)
except ValueError as e:
    print(e.args, e.__traceback__ is not None)


def missing(n):
    d = {i: i for i in range(0, n, 2)}
    c = 0
    for i in range(n):
        try:
            c += d[i]
        except KeyError as e:
            c -= e.args[0]
    return c


print(missing(4000))


def attr(n):
    class O:
        pass
    o = O()
    log = []
    for i in range(n):
        if i == 3000:
            o.x = 5
        try:
            o.x
        except AttributeError:
            if not i % 1000:
                log.append(i)
    return log


print(attr(4000))


def finally_flow(n):
    log = 0

    def f(i):
        nonlocal log
        try:
            if i % 3 == 0:
                return i
            if i % 3 == 1:
                raise Own
            return -i
        except Own:
            return 0
        finally:
            log += 1
    return sum(f(i) for i in range(n)), log


print(finally_flow(4000))


def continue_break(n):
    c = 0
    for i in range(n):
        try:
            if i % 2:
                continue
            if i == n - 10:
                break
        finally:
            c += 1
    return c, i


print(continue_break(3000))


def chained(n):
    causes = 0
    for i in range(n):
        try:
            try:
                raise KeyError(i)
            except KeyError as e:
                raise ValueError(i) from e
        except ValueError as e:
            causes += e.__cause__.args[0] == i
    return causes


print(chained(2000))


def deep(n):
    if n == 0:
        raise Own("bottom")
    deep(n - 1)


c = 0
for i in range(300):
    try:
        deep(i % 20)
    except Own:
        c += 1
print(c)


def stop_iteration(n):
    c = 0
    for i in range(n):
        it = iter(range(i % 4))
        while True:
            try:
                next(it)
                c += 1
            except StopIteration:
                break
    return c


print(stop_iteration(3000))
