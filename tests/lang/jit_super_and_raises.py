# In hot loops: super(), attributes and constructors of exceptions, builtin operations that raise and are caught.
class Base:
    def __init__(self, n):
        self.n = n

    def value(self):
        return self.n


class Left(Base):
    def value(self):
        return super().value() + 1


class Right(Base):
    def value(self):
        return super().value() * 2


class Both(Left, Right):
    def __init__(self, n):
        super().__init__(n)
        self.extra = n

    def value(self):
        return super().value() + self.extra


def values(things):
    total = 0
    for _ in range(20):
        for thing in things:
            total += thing.value()
    return total


print(values([Left(1), Right(2)]), values([Both(3), Left(4), Both(5)]))
changed = 0
item = Both(1)
for i in range(60):
    if i == 40:
        Right.value = lambda self: 1000
    changed += item.value()
print(changed)


class Odd(Exception):
    def __init__(self, value, *more):
        super().__init__(value, *more)
        self.value = value


class Third(Odd):
    pass


class Named(Exception):
    @property
    def value(self):
        return "property"

    @value.setter
    def value(self, v):
        self.stored = v


def check(i):
    if i % 15 == 0:
        raise Third(i, "x")
    if i % 3 == 0:
        raise Odd(i)
    if i % 7 == 0:
        e = Named(i)
        e.value = i
        e.other = -i
        raise e
    return i


def caught(n):
    out = []
    for i in range(1, n):
        try:
            out.append(check(i))
        except Third as e:
            out.append((e.value, e.args, str(e)))
        except Odd as e:
            e.value += 1
            out.append((e.value, e.args, str(e), e.__context__))
        except Named as e:
            out.append((e.value, e.stored, e.other, e.args))
    return out[-16:]


print(caught(60))


def missing(n):
    table = {i: i for i in range(0, 100, 2)}
    found = lost = 0
    last = None
    for i in range(n):
        try:
            found += table[i % 100]
        except KeyError as e:
            assert last is not e
            last = e
            lost += e.args[0]
    return found, lost, last.__traceback__.tb_lineno - missing.__code__.co_firstlineno, last.__traceback__.tb_next


print(missing(150))


def divided(n):
    total, texts = 0, set()
    for i in range(n):
        try:
            total += 100 // (i & 7)
            total += 100 % (i & 3)
        except ZeroDivisionError as e:
            texts.add(str(e))
            total += 1
    return total, len(texts)


print(divided(100)[0])


def outside(n):
    items, total, texts = [1, 2, 3], 0, set()
    for i in range(n):
        try:
            total += items[i % 5]
            total += ("abc"[i % 4] == "c") + len("x" * int("7" if i % 6 else "seven"))
        except IndexError as e:
            texts.add(str(e))
        except ValueError as e:
            texts.add(str(e))
    return total, sorted(texts)


print(outside(120))


def repeated(n):
    seen = []
    for i in range(n):
        for _ in range(2):
            try:
                1 // (i - i)
            except ZeroDivisionError as e:
                seen.append(e)
    return len(set(map(id, seen))) == len(seen), {e.__traceback__.tb_next for e in seen}


print(repeated(30))


def counted(n):
    counts = {}
    for i in range(n):
        k = "abc"[i % 3]
        if k in counts:
            counts[k] += 1
        else:
            counts[k] = 1
        before = counts.get(k)
        counts[k] = before + 10
        assert counts[k] == before + 10 and k in counts
        if i % 10 == 9:
            del counts[k]
            assert k not in counts and counts.get(k) is None
    return counts


print(counted(100))


def nested(n):
    log = []
    for i in range(n):
        try:
            try:
                {}[i]
            except KeyError:
                [][i]
        except IndexError as e:
            log.append((type(e.__context__).__name__, e.__context__.args[0] == i))
    return set(log), len(log)


print(nested(50))
