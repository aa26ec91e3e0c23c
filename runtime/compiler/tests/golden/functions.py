"""Doc."""


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def outer(a, /, b, *args, c=1, d, **kwargs):
    "Inner doc."

    def inner(x: int = 2) -> str:
        nonlocal b
        b += x
        return a, b

    return inner


@decorate
@more(1)
def decorated():
    pass


def keywords(f, *args):
    f(1, x=2)
    f(*args, y=3)
    f.m(1, k=2)
    f(**{}, z=1)
