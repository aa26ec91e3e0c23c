# Recursion, methods and a property.
class Point:
    def __init__(self, x):
        self.x = x

    def moved(self, by):
        return Point(self.x + by)

    @property
    def twice(self):
        return 2 * self.x


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


fib(12)
p = Point(0)
for k in range(200):
    p = p.moved(p.twice % 3 + 1)
