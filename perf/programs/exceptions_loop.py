"""Exceptions raised and handled in loops: near, across calls, in finally."""

from harness import main


class Odd(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


class Third(Odd):
    pass


def check(i):
    if i % 15 == 0:
        raise Third(i)
    if i % 3 == 0:
        raise Odd(i)
    return i


def deeper(i, log):
    try:
        return check(i)
    finally:
        log[i & 3] += 1


def run(n):
    good = odd = third = missing = zero = 0
    log = [0, 0, 0, 0]
    table = {i: i for i in range(0, 100, 2)}
    for i in range(1, n + 1):
        try:
            good += deeper(i, log)
        except Third as e:
            third += e.value
        except Odd as e:
            odd += e.value
        try:
            table[i % 100]
        except KeyError:
            missing += 1
        try:
            zero += 1 // (i & 7)
        except ZeroDivisionError as e:
            assert str(e)
            zero += 100
    assert good == sum(i for i in range(1, n + 1) if i % 3)
    assert third == sum(range(15, n + 1, 15))
    assert odd == sum(range(3, n + 1, 3)) - third
    assert sum(log) == n
    assert missing == (n + 1) // 2 or n % 100
    return "%d %d %d %d %d" % (good, odd, third, missing, zero)


if __name__ == "__main__":
    main(run, 200000)
