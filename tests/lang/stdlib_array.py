# Arrays: items, slices, buffers, conversions, errors.
import array
import copy

a = array.array("i", [1, 2, 3])
a.append(4)
a.extend([5, 6])
a.insert(0, 0)
print(a, len(a), a[-1], a[1:4], a[::-2], a.tolist(), a.itemsize, a.typecode, 3 in a, a.index(5), a.count(1))
a[0] = 10
a[1:3] = array.array("i", [7, 8, 9])
del a[-1], a[::3]
print(a, a + a, a * 2, a == array.array("l", a), a < array.array("i", [100]), a.pop(), a.pop(0), bytes(a))
m = memoryview(a)
m[0] = 77
print(m.format, m.itemsize, m.tolist(), a)
m.release()
a.byteswap()
print(a, a.tobytes().hex(), copy.copy(a) is a, copy.deepcopy(a) == a)
d = array.array("d", range(3))
d.frombytes(b"\0" * 8)
d.reverse()
print(d, array.array("b", b"\x01\xff"), array.array("w", "hällo"), array.array("w", "ab").tounicode(), array.array("B"), list(d))
for f in (
    lambda: array.array("i", [1 << 40]),
    lambda: array.array("B", [-1]),
    lambda: array.array("i", [1.5]),
    lambda: array.array("d", ["x"]),
    lambda: array.array("z"),
    lambda: array.array("i", "abc"),
    lambda: a[100],
    lambda: a["x"],
    lambda: a.remove(12345),
    lambda: array.array("i").pop(),
    lambda: array.array("i", b"abc"),
    lambda: a + [1],
    lambda: a.extend(d),
):
    try:
        print(f())
    except (TypeError, ValueError, IndexError, OverflowError) as e:
        print(type(e).__name__, e)
it = iter(array.array("i", [1, 2, 3]))
print(next(it), it.__reduce__()[1:], type(it).__module__ + "." + type(it).__name__)
it.__setstate__(2)
print(list(it), it.__reduce__()[1:], list(it))


class Clearing:
    def __float__(self):
        d.clear()
        return 1.0


d = array.array("d", [1.0])
try:
    d[0] = Clearing()
except IndexError as e:
    print(e)
