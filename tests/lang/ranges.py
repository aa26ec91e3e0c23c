# range.
for r in (range(5), range(2, 8), range(10, 0, -3), range(0), range(5, 5), range(0, 10, 100), range(-3, 3, 2), range(3, -3)):
    print(r, len(r), list(r), list(reversed(r)), bool(r), 4 in r, sum(r))
r = range(0, 100, 7)
print(r[0], r[-1], r[3:6], r[::-2], r.start, r.stop, r.step, r.index(21), r.count(21), r.count(22), 21.0 in r, 21.5 in r, "x" in r)
print(range(3) == range(0, 3, 1), range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), hash(range(3)) == hash(range(0, 3)), range(1) != [0])
print(range(10 ** 20, 10 ** 20 + 3)[1], len(range(0, 10 ** 18)), 10 ** 17 in range(0, 10 ** 18, 10), range(2 ** 70)[2 ** 69], max(range(5)), min(range(3, 9)))
for f in (lambda: r[100], lambda: range(1, 2, 0), lambda: range(1.5), lambda: range("a"), lambda: range(), lambda: len(range(10 ** 30)), lambda: r[0.5]):
    try:
        print(f())
    except (IndexError, ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__ + ":", e)
try:
    r[0] = 1
except TypeError as e:
    print("TypeError:", e)
it = iter(range(3)); print(next(it), list(it), next(it, "end"))
print([(i, j) for i in range(3) for j in range(i)], list(zip(range(3), range(10, 0, -1))))
for i in range(3):
    i = 10
    print(i, end=" ")
print(i)
for i in range(0):
    pass
print("kept:", i)
