# Building long strings in many ways, and taking them apart again.
s = ""
for i in range(2000):
    s += str(i % 10)
print(len(s), s[:15], s[-5:], s.count("7"), hash(s) == hash("0123456789" * 200))
parts = []
for i in range(500):
    parts.append("%d:%s" % (i, chr(97 + i % 26)))
t = ",".join(parts)
print(len(t), t[:20], len(t.split(",")), t.find("499"))
u = ""
for c in ["a", "é", "日", "😀"] * 3:
    u = c + u + c
print(u, len(u), u == u[::-1])
w = "x"
for _ in range(12):
    w = w + w
print(len(w), w.count("xx"))
a = b = ""
for i in range(10):
    a += "a"
    b = a
    a += "b"
print(a, b)
table = "\n".join("|".join(f"{i * j:>4}" for j in range(1, 6)) for i in range(1, 6))
print(table)
out = []
for n in range(1, 31):
    out.append("FizzBuzz" if n % 15 == 0 else "Fizz" if n % 3 == 0 else "Buzz" if n % 5 == 0 else str(n))
print(" ".join(out))


def rot13(text):
    return "".join(chr((ord(c) - 97 + 13) % 26 + 97) if c.islower() else chr((ord(c) - 65 + 13) % 26 + 65) if c.isupper() else c for c in text)


print(rot13("Hello, World!"), rot13(rot13("Round Trip")))


def encode(text):
    out = []
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append(f"{j - i}{text[i]}")
        i = j
    return "".join(out)


print(encode("aaabbc" + "d" * 12))
print("".join(sorted("the quick brown fox")), "".join(reversed("abc")), "abc"[::-1] * 2, " ".join(w[::-1] for w in "abc def".split()))
x = "start"
y = x
x += " more"
print(y, x)
big = "".join(map(str, range(1000)))
print(len(big), big[1234:1244], big.index("999"), int(big[:50]))
