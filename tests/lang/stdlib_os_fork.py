# Functions called around a fork; random numbers of a child are its own.
import os
import random

order = []
os.register_at_fork(before=lambda: order.append("before 1"), after_in_parent=lambda: order.append("parent 1"), after_in_child=lambda: order.append("child 1"))
os.register_at_fork(before=lambda: order.append("before 2"), after_in_parent=lambda: order.append("parent 2"), after_in_child=lambda: order.append("child 2"))
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(w, repr((order, random.getrandbits(64))).encode())
    os._exit(0)
os.waitpid(pid, 0)
theirs, number = eval(os.read(r, 1000))
print(theirs, order, number != random.getrandbits(64))
for kwargs in [{}, {"before": 1}]:
    try:
        os.register_at_fork(**kwargs)
    except TypeError as e:
        print(e)
