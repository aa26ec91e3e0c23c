# The format mini-language for floats.
values = (0.0, -0.0, 1.0, -1.5, 3.14159265, 1234567.891, 1e-7, 1e22, 0.5, 2.5, 99.995, float("inf"), float("-inf"), float("nan"))
for spec in ("", "f", ".0f", ".2f", ".3f", "e", ".2e", "E", "g", ".3g", ".10g", "G", "%", ".1%", "10.2f", "<10.2f", "^12.3f", "+.2f", " .2f", "010.2f", "+010.2f", ",.2f", "_.1f", "#.0f", "#g", ".0e", "#.0e", "*>12.1f", "=+12.1f", "20", ".5", "5.1", "012,.1f", "z.1f", ".0%", ",", "020,.3f", ".17g", ".15", "n"):
    print(repr(spec), *[repr(format(v, spec)) for v in values])
for spec in ("d", "x", "s", "c", ".2", ".f", "q"):
    try:
        print(repr(spec), format(1.5, spec))
    except ValueError as e:
        print(repr(spec), "ValueError:", e)
for digits in range(0, 25, 3):
    print(digits, "%.*f" % (digits, 2 / 3), "%.*e" % (digits, 2 / 3), "%.*g" % (digits, 2 / 3))
for x in (0.05, 0.15, 0.25, 0.35, 0.45, 1.005, 2.675, 1e15 + 0.5, 123456789.5, 0.1 + 0.2):
    print(x, f"{x:.1f} {x:.2f} {x:.0f} {x:g} {x:.12g}", round(x, 1), round(x, 2), round(x))
