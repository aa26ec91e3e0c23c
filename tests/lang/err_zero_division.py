# Uncaught, through calls, after output.
print("before")


def divide(a, b):
    return a / b


def average(items):
    total = sum(items)
    return divide(total, len(items))


average([1, 2])
print(average([3]))
average([])
print("never")
