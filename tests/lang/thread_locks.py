# Locks, conditions, events, queues, and what waits for them.
import _thread
import queue
import threading
import time

lock = threading.Lock()
count = 0


def add(n):
    global count
    for _ in range(n):
        with lock:
            count += 1


threads = [threading.Thread(target=add, args=(2000,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(count, lock.locked())

lock.acquire()
begin = time.monotonic()
print(lock.acquire(timeout=0.05), time.monotonic() - begin >= 0.04, lock.acquire(blocking=False))
got = []
t = threading.Thread(target=lambda: got.append(lock.acquire()))
t.start()
time.sleep(0.01)
print(got)
lock.release()
t.join()
print(got, lock.locked())
lock.release()
for args in [(False, 1), (True, -2), (True, 1e10)]:
    try:
        lock.acquire(*args)
    except (ValueError, OverflowError) as e:
        print(type(e).__name__, e)
try:
    lock.release()
except RuntimeError as e:
    print(e)

rlock = threading.RLock()
rlock.acquire()
rlock.acquire()
print(rlock._is_owned(), rlock._recursion_count())
t = threading.Thread(target=lambda: print(rlock.acquire(timeout=0.01), rlock._is_owned()))
t.start()
t.join()


def wrong():
    try:
        rlock.release()
    except RuntimeError as e:
        print(e)


t = threading.Thread(target=wrong)
t.start()
t.join()
rlock.release()
rlock.release()

q = queue.Queue(3)


def produce():
    for i in range(500):
        q.put(i)
    q.put(None)


t = threading.Thread(target=produce)
t.start()
total = 0
while (item := q.get()) is not None:
    total += item
t.join()
print(total, q.empty())

cond = threading.Condition()
ready = []


def consume():
    with cond:
        cond.wait_for(lambda: ready)
        ready.append("seen")


threads = [threading.Thread(target=consume) for _ in range(3)]
for t in threads:
    t.start()
with cond:
    ready.append("made")
    cond.notify_all()
for t in threads:
    t.join()
print(ready)

event = threading.Event()
print(event.wait(0.01))
threading.Timer(0.01, event.set).start()
print(event.wait(5))

barrier = threading.Barrier(3)
order = []


def meet():
    barrier.wait()
    order.append(barrier.broken)


threads = [threading.Thread(target=meet) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(order)

# Handles.
h = _thread._ThreadHandle()
try:
    h.join()
except RuntimeError as e:
    print(e)
gate = threading.Event()
h = _thread.start_joinable_thread(gate.wait)
h.join(0.001)
print(h.is_done())
gate.set()
h.join()
print(h.is_done())
try:
    threading.current_thread().join()
except RuntimeError as e:
    print(e)
