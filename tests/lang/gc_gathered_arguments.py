# Arguments gathered for a callee are reachable by its window alone when the next op is recorded.

class Base:
    def __init__(self, x, y=2, *rest, tag="t", **more):
        self.x = x
        self.y = y
        self.rest = rest
        self.tag = tag
        self.more = more
    def show(self, sep="-", *, end=""):
        return f"{self.x}{sep}{self.y}{sep}{self.rest}{sep}{self.tag}{sep}{self.more}{end}"
class Derived(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
def objects():
    for i in range(3):
        a = Base(i)
        b = Base(i, tag="u", z=1)
        c = Derived(i, 5, 6, tag="v", w=i)
        texts = b.show("+"), c.show(end="!"), c.show(sep="/")
    return texts
print(objects())
