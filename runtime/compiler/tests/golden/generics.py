def f[T: int = str, *Ts, **P](x: T = 1, *, y=2):
    return T


class C[T](list):
    a: T


type A = int
type B[T: (int, str)] = list[T]


def g(x):
    try:
        x()
    except* ValueError as e:
        print(e)
    except* (TypeError, KeyError):
        raise
    return t"a{x!r}b{x:>{5}}"
