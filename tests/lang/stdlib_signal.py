# Signals: handlers in Python, alarms, masks, what a loop does when one comes.
import os
import signal
import time

seen = []


def handler(number, frame):
    seen.append((signal.Signals(number).name, frame.f_code.co_name))


print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGUSR1), signal.signal(signal.SIGUSR1, handler))
print(signal.getsignal(signal.SIGUSR1) is handler)


def work():
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)


work()
print(seen)


class Stop(Exception):
    pass


def alarmed(number, frame):
    raise Stop


signal.signal(signal.SIGALRM, alarmed)
signal.setitimer(signal.ITIMER_REAL, 0.02)
n = 0
try:
    while True:
        n += 1
except Stop:
    print("stopped", n > 0)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    time.sleep(30)
except Stop:
    print("awake")
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
print(signal.signal(signal.SIGINT, signal.SIG_IGN) is signal.default_int_handler, signal.signal(signal.SIGINT, signal.default_int_handler))
before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
seen.clear()
signal.raise_signal(signal.SIGUSR1)
print(before, seen, signal.sigpending())
signal.pthread_sigmask(signal.SIG_SETMASK, before)
print([name for name, _ in seen], signal.strsignal(signal.SIGTERM), signal.SIGRTMAX - signal.SIGRTMIN, len(signal.valid_signals()))
for args in ((0, handler), (65, handler), (signal.SIGKILL, handler), (signal.SIGUSR1, "x")):
    try:
        signal.signal(*args)
    except (ValueError, OSError, TypeError) as e:
        print(type(e).__name__, e)
