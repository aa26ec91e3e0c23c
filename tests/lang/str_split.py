# Splitting and joining.
print(" a  b c ".split(), "a,b,,c".split(","), "".split(), "".split(","), " ".split(" "), "abc".split("x"))
print("a b c d".split(None, 2), " a b ".split(None, 1), "a,b,c".split(",", 1), "a,b,c".split(",", 0), "a,b".split(",", -1))
print("a b c d".rsplit(None, 2), "a,b,c".rsplit(",", 1), "a--b--c".rsplit("--", 1), " x ".rsplit())
print("a\nb\r\nc\rd\n".splitlines(), "a\nb\n".splitlines(True), "".splitlines(), "\n".splitlines(), "a\x0bb\x0cc\x1cd\u2028e".splitlines(), "a\n\nb".splitlines())
print(",".join(["a", "b"]), ",".join([]), "".join("abc"), "-".join(("x",)), ", ".join(str(i) for i in range(4)), "é".join("ab"), "".join(["a", "日", "😀"]))
print("aXbXc".split("X"), "aXXbXXc".split("XX"), "\ta\x0b b\u3000c".split(), "a b".split(" "), "a  b".split(" "), sep := "a.b.c".split(sep="."), "1 2 3".split(maxsplit=1))
for f in (lambda: "a".split(""), lambda: ",".join([1]), lambda: ",".join(["a", None]), lambda: "a".split(1), lambda: ",".join(1)):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__ + ":", e)
text = "the quick brown fox\njumps over\n\nthe lazy dog"
print([[len(w) for w in line.split()] for line in text.split("\n")])
print(sorted(set(text.split())), " ".join(reversed(text.split())))
print(" ".join(w.capitalize() for w in text.split()))
csv = "name,age\nann,30\nbob,25"
rows = [line.split(",") for line in csv.splitlines()]
print([dict(zip(rows[0], r)) for r in rows[1:]])
