# Keywords that are no strs: a name given twice is found before.

def f(*a, **k): return a, k
for d in ({1: 3}, ):
    try: f(**d, **{1: 5})
    except TypeError as e: print(e)
    try: f(**d)
    except TypeError as e: print(e)
    try: f(**d, a=1)
    except TypeError as e: print(e)
    try: f(a=1, **d)
    except TypeError as e: print(e)
    try: f(**{"a": 1}, **d)
    except TypeError as e: print(e)
    try: dict(**d)
    except TypeError as e: print(e)
