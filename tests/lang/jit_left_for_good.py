# A loop is left when something is due or what it relies on has changed, also where a bridge waits at the same place.
import signal


class Stop(Exception):
    pass


def alarmed(number, frame):
    raise Stop


def wait_at_module_level():
    n = 0
    while True:
        n += 1


signal.signal(signal.SIGALRM, alarmed)
for _ in range(3):
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    n = 0
    try:
        while True:
            n += 1
    except Stop:
        print("stopped", n > 0)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        wait_at_module_level()
    except Stop:
        print("stopped in a function")


class A:
    def f(self):
        return 1


def change(i):
    if i == 700:
        A.f = lambda self: 2


def rely(a, n):
    total = 0
    i = 0
    while i < n:
        change(i)
        total += a.f() if i % 3 else -a.f()
        i += 1
    return total


print(rely(A(), 1400))
