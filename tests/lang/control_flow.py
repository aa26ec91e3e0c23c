# if/elif/else, while, for, else clauses, break, continue, pass, nesting.
def classify(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    elif n < 10:
        return "small"
    else:
        return "large"


print([classify(n) for n in (-5, 0, 5, 50)])
i = 0
while i < 3:
    print("while", i)
    i += 1
else:
    print("while else")
while True:
    i -= 1
    if i == 1:
        continue
    if i < 0:
        break
    print("at", i)
else:
    print("never")
while False:
    pass
else:
    print("else at once")
for n in range(2, 12):
    for d in range(2, n):
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "is prime")
for i in []:
    pass
else:
    print("empty for else")
for i in range(3):
    if i == 1:
        continue
    print("for", i)
else:
    print("for else, i =", i)
out = []
for i in range(3):
    for j in range(3):
        if j > i:
            break
        if (i + j) % 2:
            continue
        out.append((i, j))
print(out)


def find(rows, wanted):
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell == wanted:
                return y, x
    return None


print(find(["ab", "cd"], "c"), find([], 1))
for k, (a, b) in enumerate([(1, 2), (3, 4)]):
    print(k, a, b)
for x, *rest in [(1, 2, 3), "ab"]:
    print(x, rest)
d = {}
for d["key"] in range(4):
    pass
print(d)
for i, i2 in zip(range(2), "xy"): print(i, i2)
if 1: print("one line"); print("two statements")
if []: print("no")
elif "": print("no")
else: print("else line")


def loop_return():
    for i in range(10):
        while True:
            if i == 3:
                return "returned", i
            break
    else:
        return "else"


print(loop_return())


def try_in_loop():
    out = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append("f%d" % i)
    else:
        out.append("else")
    return out


print(try_in_loop())
n, steps = 27, 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print("collatz 27:", steps)
count = 0
while (count := count + 1) < 5:
    if count == 3:
        pass
print(count)
