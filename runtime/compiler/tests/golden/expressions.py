def f(a, b, i):
    a, b = b, a
    a, b = b, a + b
    [p, *q, (r, s)] = a
    a.x += 1
    a[i] -= b
    a[1:2, ::3]
    a[5] = {**b, "k": 1, i: [*a]}
    return f"{a!r:>{i}} {b=} lit {{}}", -5 // 2, "x" * 3, 1 << 3, -0.0


def comps(xs):
    pairs = {k: v for k, v in xs if k}
    nested = [y for x in xs for y in [x] if (last := y)]
    return [lambda: x for x in xs], {x for x in pairs}, nested, last


def walrus(a):
    return a + (a := 2) * a
