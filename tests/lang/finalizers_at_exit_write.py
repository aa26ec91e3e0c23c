# What finalizers write at the end of a program arrives, and what they use is still there.
import sys


class Late:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("late")
        sys.stdout.write("out %d\n" % len(self.log))
        sys.stderr.write("err")


late = Late([])
print("end")
