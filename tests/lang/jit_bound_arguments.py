# Calls whose arguments are bound to parameters in hot loops: defaults, keywords, * and **, methods, classes, special
# methods, with; defaults that change, keys that change, calls that are wrong.


def f(a, b=2, *rest, c=3, d, **more):
    return a, b, rest, c, d, more


def g(a, /, b=10, *, k=100):
    return a + b + k


def calls():
    out = []
    for i in range(30):
        out.append(f(i, d=1))
        out.append(f(i, i + 1, i + 2, d=i, c=4))
        out.append(f(d=5, a=i, z=1))
        out.append(f(i, d=1, y=2, x=3))
        out.append(f(i, 1, 2, 3, d=1, r=4, q=5, p=6))
        out.append((g(i), g(i, 1), g(i, k=1), g(i, b=2), g(i, k=3, b=4)))
    return out[-6:]


print(*calls(), sep="\n")


def changing():
    def h(x, y=1, *, z=1):
        return x + y * 10 + z * 100

    out = []
    for i in range(60):
        if i == 20:
            h.__defaults__ = (5,)
        if i == 30:
            h.__kwdefaults__ = {"z": 7}
        if i == 40:
            h.__kwdefaults__["z"] = 8
        if i == 50:
            h.__defaults__ = (3, 4)
        out.append(h(1) if i < 50 else h())
    return out[::5]


print(changing())


def wrong():
    errors = {}
    for i in range(60):
        try:
            if i % 6 == 0:
                g()
            elif i % 6 == 1:
                g(1, 2, 3)
            elif i % 6 == 2:
                g(1, q=1)
            elif i % 6 == 3:
                g(1, 2, b=3)
            elif i % 6 == 4:
                g(a=1)
            else:
                f(1)
        except TypeError as e:
            errors[str(e)] = errors.get(str(e), 0) + 1
    return errors


for text, n in wrong().items():
    print(n, text)


def log(fn):
    def wrapper(*args, **kwargs):
        wrapper.count += 1
        return fn(*args, **kwargs)

    wrapper.count = 0
    return wrapper


@log
def sub(a, b=1, *, scale=1):
    return (a - b) * scale


def unpacked():
    total = 0
    keys = [{}, {"b": 5}, {"scale": 2}, {"scale": 3, "b": 4}, {"b": 4, "scale": 3}]
    for i in range(100):
        total += sub(i) + sub(i, 2) + sub(i, b=3) + sub(i, scale=2, b=i & 3)
        total += sub(i, **keys[i % 5])
        total += sub(*(i, 3)) + sub(*[i], **{"b": 1}) + sub(*range(i, i + 1 + (i & 1)))
    return total, sub.count


print(unpacked())


def merged():
    seen = []
    for i in range(40):
        a = {"x": i}
        b = {"y": 1} if i < 30 else {"x": 2}
        try:
            seen.append(dict_of(**a, **b))
        except TypeError as e:
            seen.append(str(e))
        seen.append({**a, **b, "z": 0})
    return seen[0], seen[1], seen[-2], seen[-1]


def dict_of(**kw):
    return kw


print(merged())


class Base:
    def __init__(self, x, y=2, *rest, tag="t", **more):
        self.x = x
        self.y = y
        self.rest = rest
        self.tag = tag
        self.more = more

    def show(self, sep="-", *, end=""):
        return f"{self.x}{sep}{self.y}{sep}{self.rest}{sep}{self.tag}{sep}{self.more}{end}"

    def __call__(self, k, n=1):
        return self.x * k + n


class Derived(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


def objects():
    for i in range(30):
        a = Base(i)
        b = Base(i, tag="u", z=1)
        c = Derived(i, 5, 6, tag="v", w=i)
        m = c.show
        texts = a.show(), b.show("+"), c.show(end="!"), m(sep="/")
        n = a(2) + b(3, n=4) + c(k=5)
    return texts, n


print(objects())


class Manager:
    def __init__(self, log, swallow=False):
        self.log = log
        self.swallow = swallow

    def __enter__(self):
        self.log.append("in")
        return len(self.log)

    def __exit__(self, kind, value, tb):
        self.log.append(kind.__name__ if kind else "out")
        return self.swallow


def withs():
    log = []
    n = 0
    for i in range(40):
        with Manager(log) as k:
            n += k
        with Manager(log, swallow=True), Manager(log) as k:
            if i % 10 == 3:
                raise ValueError(i)
            n -= 1
        for j in range(2):
            with Manager(log):
                if j:
                    continue
                if i % 7 == 0:
                    break
    try:
        for i in range(40):
            with Manager(log):
                n += 10 // (30 - i)
    except ZeroDivisionError as e:
        n += 1000
    return n, len(log), log.count("ValueError"), log[-1]


print(withs())


class Box:
    def __init__(self):
        self._v = 0
        self.items = {}
        self.sets = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, new):
        if new < 0:
            raise ValueError(f"negative: {new}")
        self._v = new
        self.sets += 1

    def __getitem__(self, key):
        return self.items[key]

    def __setitem__(self, key, value):
        self.items[key] = value

    def __lt__(self, other):
        if not isinstance(other, Box):
            return NotImplemented
        return self._v < other._v

    def __gt__(self, other):
        return "" if self._v < 5 else "yes"

    def __eq__(self, other):
        return self._v == other if isinstance(other, int) else NotImplemented

    __hash__ = None


def boxes():
    a, b = Box(), Box()
    less = errors = equal = big = missing = 0
    words = []
    for i in range(60):
        a.v = i % 13
        b.v += 1
        try:
            a.v = 5 - i if i > 50 else i % 13
        except ValueError as e:
            errors += 1
        if a < b:
            less += 1
        if a > b:
            big += 1
        words.append(a > b)
        if a == 3:
            equal += 1
        if a == b:
            equal += 100
        if a != 4:
            equal += 1000
        a[i % 5] = i
        try:
            b[i] = a[i % 6]
        except KeyError:
            missing += 1
    try:
        a < 3
    except TypeError as e:
        print(e)
    return less, errors, equal, big, missing, words[-3:], sum(b.items.values()), a.sets


print(boxes())


def natives():
    n = 0
    for i in range(40):
        n += int(str(i % 10), base=12) + len("a,b,c".split(sep=",", maxsplit=i & 1))
        n += "%d" % i == str(object=i)
        n += round(number=i * 1.0) + sum([i, 1], start=2)
        n += len(sorted([3, 1, 2], reverse=True)) + sorted([i, 1], reverse=bool(i & 1))[0]
        n += max(i, 3, key=lambda x: -x) + len(list(enumerate("ab", start=i)))
        try:
            int("1", zzz=3)
        except TypeError as e:
            text = str(e)
    return n, text


print(natives())
