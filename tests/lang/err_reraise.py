def risky():
    raise ValueError("original")


def middle():
    try:
        risky()
    except ValueError as e:
        print("saw", e)
        raise


middle()
