# assert.
assert True
assert 1, "not shown"
for code in (lambda: exec("assert False"), lambda: exec("assert 0, 'msg'"), lambda: exec("assert [], (1, 2)"), lambda: exec("assert None, None"), lambda: exec("assert 1 > 2, f'{1 + 1}'")):
    try:
        code()
    except AssertionError as e:
        print("AssertionError:", e, e.args)
evaluated = []
assert evaluated.append(1) is None, evaluated.append("message not evaluated")
print(evaluated, __debug__)


def check(x):
    assert isinstance(x, int), "need int, got " + type(x).__name__
    return x


print(check(5))
try:
    check("s")
except AssertionError as e:
    print(e)
