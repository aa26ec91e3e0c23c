# A class that changes while a loop relies on it.
class Counter:
    step = 1

    def count(self, n):
        return n + self.step


c = Counter()
n = 0
for k in range(300):
    n = c.count(n)
    if k == 150:
        Counter.count = lambda self, n: n + 2
