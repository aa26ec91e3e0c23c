# Container and callable protocols: len, bool, getitem, setitem, contains, iter, call, hash/eq, missing pieces.
class Seq:
    def __init__(self, items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        if isinstance(i, slice):
            return Seq(self.items[i])
        return self.items[i]

    def __setitem__(self, i, v):
        self.items[i] = v

    def __delitem__(self, i):
        del self.items[i]

    def __repr__(self):
        return "Seq(%s)" % self.items


s = Seq("abcd")
s[0] = "A"
del s[1]
s[-1] += "!"
print(s, len(s), s[1:], list(s), "c" in s, "z" in s, list(reversed(s)), bool(s), bool(Seq("")), max(s), [*s], sorted(s), list(enumerate(s)), list(zip(s, s)), ",".join(s))
a, b, c = s
print(a, b, c)


class Contains:
    def __contains__(self, x):
        return x == 5 and "truthy"


print(5 in Contains(), 6 in Contains(), 6 not in Contains())


class IterOnly:
    def __iter__(self):
        yield from (1, 2, 3)


print(2 in IterOnly(), 9 in IterOnly(), list(IterOnly()), sum(IterOnly()), dict.fromkeys(IterOnly()), tuple(IterOnly()), min(IterOnly()), bool(IterOnly()))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


c = Countdown(3)
print(list(c), list(c), [x for x in Countdown(2)], next(Countdown(1)), next(Countdown(0), "none"))


class Call:
    def __call__(self, *a, **k):
        return a, k


print(Call()(1, x=2), callable(Call()), callable(Seq), callable(s), list(map(Call(), [1, 2])))


class Key:
    def __init__(self, k):
        self.k = k

    def __eq__(self, o):
        return isinstance(o, Key) and self.k == o.k

    def __hash__(self):
        return hash(self.k)

    def __repr__(self):
        return "Key(%r)" % self.k


d = {Key(1): "one", Key("a"): "A"}
print(d[Key(1)], Key("a") in d, Key(2) in d, d, len({Key(1), Key(1)}), [Key(1)].index(Key(1)), [Key(3)].count(Key(3)), Key(1) != Key(2), Key(1) in [Key(1)])


class EqOnly:
    def __eq__(self, o):
        return True


try:
    hash(EqOnly())
except TypeError as e:
    print("TypeError:", e)
print(EqOnly() == 5, 5 == EqOnly(), EqOnly() != 5, EqOnly() in [1], EqOnly.__hash__)


class BadHash:
    def __hash__(self):
        return "x"


class BadLen:
    def __len__(self):
        return -1


class BadBool:
    def __bool__(self):
        return 1


class BadIter:
    def __iter__(self):
        return 5


class BadStr:
    def __str__(self):
        return 5


class BadIndex:
    def __index__(self):
        return "1"


class LenFloat:
    def __len__(self):
        return 1.5


class NoHash:
    __hash__ = None


class NotIter:
    __iter__ = None


for f in (lambda: hash(BadHash()), lambda: len(BadLen()), lambda: bool(BadBool()), lambda: list(BadIter()), lambda: str(BadStr()), lambda: [1][BadIndex()], lambda: len(LenFloat()), lambda: hash(NoHash()), lambda: list(NotIter()), lambda: len(Call()), lambda: Call()[0], lambda: list(Call()), lambda: next(Seq("")), lambda: reversed(Call()), lambda: Call[0]):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)
try:
    Call()[0] = 1
except TypeError as e:
    print("TypeError:", e)
try:
    del Call()[0]
except TypeError as e:
    print("TypeError:", e)


class Bool:
    def __bool__(self):
        print("bool called")
        return False

    def __len__(self):
        return 5


print("if", "yes" if Bool() else "no", not Bool(), type(Bool() and 1).__name__)


class LenOnly:
    def __len__(self):
        return 0


print(bool(LenOnly()), "empty" if not LenOnly() else "full")


class Rev:
    def __reversed__(self):
        return iter("rev")


print(list(reversed(Rev())))


class OldStyleIter:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * i


print(list(OldStyleIter()), 9 in OldStyleIter(), 10 in OldStyleIter())


class Grid:
    def __getitem__(self, yx):
        y, x = yx
        return y * 10 + x


g = Grid()
print(g[1, 2], g[(3, 4)])


class Fmt:
    def __format__(self, spec):
        return "F" + spec


print(f"{Fmt()}", f"{Fmt():>3}", format(Fmt(), "x"), "{:y}".format(Fmt()))


class Total:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v

    def __repr__(self):
        return str(self.v)


print(sorted([Total(3), Total(1), Total(2)]), min(Total(5), Total(4)), Total(1) > Total(0))
