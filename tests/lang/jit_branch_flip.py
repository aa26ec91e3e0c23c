# Branches that go one way for long and then the other.
def flip(n, at):
    a = b = 0
    for i in range(n):
        if i < at:
            a += i
        else:
            b += 2 * i
    return a, b


for at in (0, 1, 10, 1000, 1999, 5000, 5001):
    print(at, flip(5000, at))


def alternating(n):
    x = 0
    for i in range(n):
        if i % 2:
            x += 3
        else:
            x -= 1
        if i % 3 == 0:
            x += 1
        elif i % 5 == 0:
            x += 10
        elif i % 7 == 0:
            x += 100
    return x


print(alternating(10000))


def rare(n):
    log = []
    for i in range(n):
        if i % 1000 == 999:
            log.append(i)
        if i in (1234, 4321):
            log.append(-i)
    return log


print(rare(6000))


def states(n):
    state = "a"
    counts = {"a": 0, "b": 0, "c": 0, "d": 0}
    for i in range(n):
        counts[state] += 1
        if state == "a":
            state = "b" if i % 3 else "a"
        elif state == "b":
            state = "c" if i % 5 else "d"
        elif state == "c":
            state = "a"
        else:
            state = "b" if i > n // 2 else "a"
    return counts, state


print(states(10000))


def ladder(n):
    hits = [0] * 12
    for i in range(n):
        k = (i * i + i // 7) % 12
        if k == 0: hits[0] += 1
        elif k == 1: hits[1] += 1
        elif k == 2: hits[2] += 1
        elif k == 3: hits[3] += 1
        elif k == 4: hits[4] += 1
        elif k == 5: hits[5] += 1
        elif k == 6: hits[6] += 1
        elif k == 7: hits[7] += 1
        elif k == 8: hits[8] += 1
        elif k == 9: hits[9] += 1
        elif k == 10: hits[10] += 1
        else: hits[11] += 1
    return hits


print(ladder(20000))


def early_exit(n, stop):
    for i in range(n):
        if i == stop:
            break
    else:
        return "ran out", i
    return "broke", i


print([early_exit(3000, s) for s in (0, 5, 2999, 3000)])


def short_circuit(n):
    c = 0
    for i in range(n):
        if i > 100 and i % 2 == 0 or i > 2900 and not i % 3:
            c += 1
        c += (i and 1) or 2
    return c


print(short_circuit(3000))
for n in range(0, 60, 7):
    print(flip(n, 20), end=" ")
print()
