# A jump that waits for `__eq__`, `__bool__` or the like goes on in one of two places: what either reads is kept where the
# trace is left inside the callee.


class Name:
    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return self.text == other.text

    def __bool__(self):
        return self.text != "odd"


class Pointer:
    __slots__ = ("names", "at")

    def __init__(self, names, at):
        self.names = names
        self.at = at

    def advance(self, name):
        assert self.names[self.at] == name
        return Pointer(self.names, self.at + 1)

    def chosen(self, other):
        if self.names[self.at]:
            return self.at
        return other.at


def run(n):
    total = 0
    for i in range(n):
        # Texts of two widths, of which one is not interned: guards within `__eq__` fail.
        text = "a%d" % i if i % 3 else "same"
        p = Pointer([Name(text), Name("odd" if i % 5 == 0 else text)], 0)
        q = p.advance(Name("".join(text)))
        total += q.at + q.chosen(p)
    return total


print(run(2000))
