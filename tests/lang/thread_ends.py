# Exceptions in threads, daemons, what happens at the end of the program, interrupts.
import _thread
import atexit
import os
import signal
import sys
import threading
import time

caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))


def fail():
    raise ValueError("in thread")


t = threading.Thread(target=fail, name="failing")
t.start()
t.join()
print(caught)

sys.unraisablehook = lambda u: caught.append((u.exc_type.__name__, str(u.err_msg)[:41]))
done = threading.Event()


def plain():
    try:
        fail()
    finally:
        threading.Timer(0.02, done.set).start()


_thread.start_new_thread(plain, ())
done.wait()
print(caught[1:])
_thread.start_new_thread(sys.exit, ())


# A signal wakes the main thread, whatever it waits for; its handler runs there.
def on_alarm(number, frame):
    handled.append(threading.current_thread() is threading.main_thread())


handled = []
signal.signal(signal.SIGUSR1, on_alarm)
lock = threading.Lock()
lock.acquire()


def send():
    time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0.02)
    lock.release()


t = threading.Thread(target=send)
t.start()
print(lock.acquire(timeout=10), handled)
t.join()


def interrupt():
    time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


for wait in (lambda: lock.acquire(), lambda: time.sleep(10), lambda: threading.Event().wait()):
    t = threading.Thread(target=interrupt)
    try:
        t.start()
        wait()
    except KeyboardInterrupt:
        print("interrupted")
    t.join()


def spin():
    while True:
        pass


try:
    _thread.interrupt_main()
except KeyboardInterrupt:
    print("interrupted itself")

# Interrupted while others run.
for _ in range(2):
    threading.Thread(target=spin, daemon=True).start()
t = threading.Thread(target=interrupt)
try:
    t.start()
    while True:
        pass
except KeyboardInterrupt:
    print("interrupted")
t.join()

atexit.register(lambda: print("at exit"))


def last():
    threading.main_thread().join()
    print("the last thread")


threading.Thread(target=last).start()
print("end of main")
