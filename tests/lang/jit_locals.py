# What a function that is in a trace shows by locals() is up to date.

def f(w):
    match w:
        case x:
            out = locals()
            del out["w"]
            return out
def g(): return f(None)


def direct(n):
    seen = []
    for i in range(n):
        a = i * 2
        b = [a]
        seen.append(locals())
        c = a + 1
    return seen[0].keys() == {"n", "seen", "i", "a", "b"}, [(s["i"], s["a"], s["b"], s.get("c")) for s in seen[-3:]]


for i in range(60):
    r = f(i)
    if r != {"x": i}:
        print(i, r)
    if g() != {"x": None}:
        print("wrong", i)
print(direct(60))
