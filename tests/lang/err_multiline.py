def f(a,
      b):
    return (a
            + b
            * (a - "x"))


result = f(
    1,
    2,
)
