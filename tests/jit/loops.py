# A nested loop with a branch that goes both ways.
def inner(n):
    total = 0
    for i in range(n):
        if i % 3:
            total += i
        else:
            total -= 1
    return total


for k in range(60):
    inner(40)
