def f():
    raise KeyError


try:
    f()
except KeyError as e:
    print(repr(e), str(e) == "")
raise StopIteration
