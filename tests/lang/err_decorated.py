def deco(f):
    def wrapper(*args):
        return f(*args)
    return wrapper


class C:
    @deco
    def m(self, x):
        return self[x]

    @property
    def p(self):
        return self.m(1)


C().p
