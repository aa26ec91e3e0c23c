# Threads that switch often, in loops, calls, generators and handlers: each keeps its own frames and exceptions.
import gc
import sys
import threading

sys.setswitchinterval(1e-5)


class Point:
    step = 1

    def __init__(self, x):
        self.x = x

    def next(self):
        return self.x + self.step


def numbers(n):
    for i in range(n):
        yield i


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(seed, rounds):
    total = 0
    table = {}
    for i in range(rounds):
        p = Point(i)
        total += p.next() - Point.step + seed * 0
        table[i % 50] = [i] * (i % 7)
        try:
            if i % 3 == 0:
                raise ValueError(seed, i)
            total += len(table[i % 50])
        except ValueError as e:
            assert e.args == (seed, i)
            assert sys.exception() is e
        total += sum(numbers(10))
        text = "".join(str(x) for x in range(i % 20))
        assert len(text) == len(text.encode())
        if i % 50 == 0:
            total += fib(9)
        if i % 97 == 0:
            # What compiled code relies on changes under the others' feet.
            Point.step = 1
        if i % 101 == 0:
            gc.collect()
    return total


results = {}


def run(seed):
    results[seed] = work(seed, 120)


threads = [threading.Thread(target=run, args=(seed,)) for seed in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(results), len(set(results.values())), results[0] == work(0, 120))


# A loop that ends when another thread says so.
stop = False
passes = 0


def spin():
    global passes
    while not stop:
        passes += 1


t = threading.Thread(target=spin)
t.start()
while passes < 1000:
    pass
stop = True
t.join()
print(passes >= 1000)

# The function changes while it runs in another thread.
kind = "old"


def ask():
    return kind


seen = set()


def watch():
    while "new" not in seen:
        seen.add(ask())


t = threading.Thread(target=watch)
t.start()
while "old" not in seen:
    pass
kind = "new"
t.join()
print(sorted(seen))


# Depth is a thread's own.
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def overflow():
    try:
        deep(10**6)
    except RecursionError as e:
        found.append(str(e)[:32])


found = []
threads = [threading.Thread(target=overflow) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(found, deep(500))
