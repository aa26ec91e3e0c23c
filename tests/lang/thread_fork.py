# A process that was forked has one thread, and machine code of its own.
import os
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")


def hot(n):
    total = 0
    for i in range(n):
        total += i * 2
    return total


print(hot(20000))
stop = False


def other():
    while not stop:
        time.sleep(0.001)


t = threading.Thread(target=other)
t.start()
os.register_at_fork(
    before=lambda: print("before", flush=True),
    after_in_child=lambda: print("in child", flush=True),
)
for k in range(3):
    pid = os.fork()
    if pid == 0:
        def fresh(n):
            total = 0
            for i in range(n):
                total ^= i
            return total

        got = []
        inner = threading.Thread(target=lambda: got.append(hot(1000)))
        inner.start()
        inner.join()
        print(k, threading.active_count(), hot(20000), fresh(20000), got, flush=True)
        os._exit(k)
    print("child ended with", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
stop = True
t.join()
print(hot(20000))
