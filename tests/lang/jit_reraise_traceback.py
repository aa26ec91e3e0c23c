# What leaves compiled code by being raised again has one traceback entry for its frame, wherever it goes.
def entries(e):
    out = []
    t = e.__traceback__
    while t is not None:
        out.append((t.tb_lineno, t.tb_frame.f_code.co_name))
        t = t.tb_next
    return out


def by_finally():
    try:
        for i in range(1):
            missing ^= 1
    finally:
        missing = 0


def by_raise():
    for i in range(2):
        try:
            [][i]
        except IndexError:
            for j in range(2):
                raise


def by_except():
    for i in range(3):
        try:
            {}[i]
        except ValueError:
            pass


def by_generator():
    try:
        for i in range(1):
            yield 1 // 0
    finally:
        i = 0


def drive():
    for x in by_generator():
        pass


for f in by_finally, by_raise, by_except, drive:
    seen = []
    for i in range(50):
        try:
            f()
        except Exception as e:
            if entries(e) not in seen:
                seen.append(entries(e))
    print(f.__name__, seen)
    for i in range(3):
        try:
            f()
        except Exception as e:
            print(entries(e))
