def f(subject):
    match subject:
        case 1 | -2.5 | "x" | None:
            return 1
        case [a, 3, *_, (b, _)] if a:
            return a, b
        case [first, *rest]:
            return rest
        case {"k": v, **more}:
            return v, more
        case Point(x, y=0 | 1 as z):
            return x, z
        case ("l", n) | {"n": n}:
            return n
        case _:
            return None
