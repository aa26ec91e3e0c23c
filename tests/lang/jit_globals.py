# Global reassignments in hot loops.
factor = 2
log = []


def f(x):
    return x * factor


t = 0
for i in range(6000):
    if i == 3000:
        factor = 3
    if i == 5000:
        factor = 0.5
    t += f(i)
print(t)


def set_factor(v):
    global factor
    factor = v


t = 0
for i in range(4000):
    if i % 500 == 0:
        set_factor(i // 500)
    t += f(1)
print(t)
total = 0


def bump(n):
    global total
    for i in range(n):
        total += i


bump(5000)
print(total)


def helper(x):
    return x + 1


t = 0
for i in range(4000):
    if i == 2000:
        def helper(x):
            return x + 100
    t += helper(i)
print(t)
old = len
t = 0
for i in range(3000):
    if i == 1000:
        len = lambda v: 50
    if i == 2000:
        del len
    t += len("abc")
print(t)
t = 0
caught = 0
temp = 1
for i in range(3000):
    if i == 1500:
        del temp
    if i == 2000:
        temp = 10
    try:
        t += temp
    except NameError:
        caught += 1
print(t, caught)
n = 0
while n < 5000:
    n += 1
print(n)


def through_dict():
    t = 0
    for i in range(3000):
        if i == 1500:
            globals()["factor"] = 7
        t += factor
    return t


set_factor(1)
print(through_dict())
