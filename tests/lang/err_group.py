# The traceback of a group that nobody has caught.
def f(n):
    try:
        raise ValueError(n)
    except ValueError as e:
        return e

def main():
    try:
        raise ExceptionGroup("outer", [f(1), ExceptionGroup("inner", [f(2), TypeError("t")]), OSError("o")])
    except* TypeError:
        raise KeyError("new")
    except* OSError as e:
        pass
main()
