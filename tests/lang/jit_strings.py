# Strings in hot loops.
def build(n):
    s = ""
    for i in range(n):
        s += chr(97 + i % 26)
    return s


s = build(3000)
print(len(s), s[:30], s[-3:])


def scan(s):
    counts = [0] * 26
    vowels = 0
    for c in s:
        counts[ord(c) - 97] += 1
        if c in "aeiou":
            vowels += 1
    return counts, vowels


print(scan(s))


def index(s):
    t = 0
    for i in range(len(s)):
        if s[i] == s[-i - 1]:
            t += 1
        t += s[i] < "m"
    return t


print(index(s))


def widen(n):
    out = ""
    for i in range(n):
        out += "a" if i < n - 10 else "é" if i < n - 5 else "日" if i < n - 2 else "😀"
    return len(out), out[-12:], out.count("a")


print(widen(2000))


def formats(n):
    total = 0
    for i in range(n):
        total += len(f"{i:04d}") + len("%s-%d" % (i, i)) + len(str(i)) + len("{:>6}".format(i))
    return total


print(formats(3000))


def methods(n):
    words = ["Alpha", "beta", "GAMMA", "delta epsilon", " zeta "]
    t = 0
    for i in range(n):
        w = words[i % 5]
        t += len(w.upper()) + len(w.strip()) + len(w.split()) + w.find("a") + w.lower().count("a") + w.startswith("A") + (w.replace("a", "bb") > w)
    return t


print(methods(3000))


def hash_string(s):
    h = 5381
    for c in s:
        h = (h * 33 ^ ord(c)) & 0xFFFFFFFF
    return h


print(hash_string(s), hash_string("日本" * 1000), hash_string("😀a" * 1000))


def concat_types(n):
    log = []
    for i in range(n):
        x = i if i % 1000 else "s"
        try:
            x + 1
        except TypeError:
            log.append(i)
    return log


print(concat_types(4000))


def compare(n):
    keys = ["k%d" % (i % 7) for i in range(n)]
    c = 0
    for a, b in zip(keys, keys[1:]):
        if a == b:
            c += 1
        elif a < b:
            c += 2
        if a is b:
            c += 0
    return c


print(compare(3000))


def palindromes(n):
    found = 0
    for i in range(n):
        t = str(i)
        if t == t[::-1]:
            found += 1
    return found


print(palindromes(5000))


def join_parts(n):
    parts = []
    for i in range(n):
        parts.append(str(i))
        if len(parts) == 100:
            parts = ["".join(parts)]
    return len("".join(parts))


print(join_parts(3000))
