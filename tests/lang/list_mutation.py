# Changing a list while iterating over it, and other aliasing.
a = [1, 2, 3, 4, 5, 6]
for x in a:
    if x % 2 == 0:
        a.remove(x)
print("remove:", a)
a = [1, 2, 2, 2, 3]
for x in a:
    if x == 2:
        a.remove(x)
print("skips:", a)
a = [1, 2, 3]
for x in a:
    if len(a) < 8:
        a.append(x * 10)
print("append:", a)
a = [1, 2, 3, 4]
seen = []
for x in a:
    seen.append(x)
    a.pop()
print("pop:", a, seen)
a = [1, 2, 3]
seen = []
for x in a:
    seen.append(x)
    a.clear()
print("clear:", a, seen)
a = [3, 2, 1]
for i, x in enumerate(a):
    a[i] = x * 2
print("replace:", a)
a = [1, 2, 3]
for x in a[:]:
    a.append(x)
print("over a copy:", a)
it = iter(a)
print(next(it), next(it))
a[:] = [7, 8, 9, 10]
print("slice-assigned:", list(it), list(it))
a.append(99)
print("exhausted stays so:", list(it))
a = [1, 2, 3]
r = reversed(a)
print(next(r))
a.append(4)
print("reversed:", list(r))
a = [1, 2, 3]
a.extend(a)
print("extend self:", a)
a += a
print("add self:", len(a))
a[2:4] = a
print("slice self:", a)
a = [1, 2, 3]
a[1:1] = a
print("insert self:", a)
b = [a, a]
b[0].append("x")
print("alias:", b)
c = [5, 3, 4]


def key(x):
    return (x, len(c))


print("sort hides:", sorted(c, key=key), end=" ")
print("in sort:", end=" ")
try:
    c.sort(key=lambda x: c.append(1) or x)
except ValueError as e:
    print(e)
