def f(x):
    def g():
        return x, y

    y = 1
    try:
        import os.path as p
    except (ImportError, AttributeError):
        p = None
    while True:
        try:
            if g():
                break
            continue
        finally:
            y += 1
    return p
