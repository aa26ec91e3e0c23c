# The % operator.
def show(label, f):
    try:
        print(label, "->", repr(f()))
    except Exception as e:
        print(label, "->", type(e).__name__ + ":", e)


print("%s %r %a" % ("é", "é", "é"), "%s" % 1.5, "%s" % None, "%s" % [1], "%s %s" % ("a", (1, 2)))
print("%d %i %u" % (1, -2, 3), "%d" % 3.9, "%d" % -3.9, "%d" % True, "%d" % 10 ** 3, "%d" % (10 ** 25))
print("[%5d] [%-5d] [%05d] [%+d] [% d] [%+05d] [%.3d] [%5.3d] [%-+6d]" % (42, 42, 42, 42, 42, 42, 7, 7, 9))
print("%x %X %o %#x %#X %#o %08x %#010x" % (255, 255, 8, 255, 255, 8, 48879, 255), "%x" % -255, "%#o" % 0)
print("%f %.2f %.0f %10.3f %-10.1f| %+f %010.2f" % (1.5, 1.005, 2.5, 3.14159, 2.25, 1, -3.14159))
print("%e %.3e %E %g %g %g %G %.3g %#g %#.0f" % (12345.678, 0.00012, 1e10, 100000, 1000000, 1e-5, 1e-10, 1234.5, 1.0, 3))
print("%f %F %e %g" % (float("inf"), float("nan"), float("-inf"), float("nan")))
print("%c%c%c" % (65, "b", "é"), "%5c|%-5c|" % ("x", 121))
print("[%10s] [%-10s] [%.2s] [%10.2s] [%5s]" % ("abc", "abc", "abc", "abc", "toolong"))
print("%(a)s %(b)d %(a)r" % {"a": "x", "b": 2}, "%(x)05.1f" % {"x": 2.25}, "%(a)%s" % {"a": 1} if False else "-")
print("100%%", "100%%" % (), "%d%%" % 50, "%5%" % () if False else "%%")
print("%*d|%-*d|%.*f|%*.*f" % (5, 42, 5, 42, 2, 3.14159, 8, 3, 2.71828))
print("%s" % ("tuple",), "%s" % {"a": 1}, "%r" % {1, }, "%s and %s" % ("a", "b"))
show("too few", lambda: "%s %s" % ("a",))
show("too many", lambda: "%s" % ("a", "b"))
show("too many str", lambda: "abc" % "x")
show("dict ok", lambda: "abc" % {"x": 1})
show("list extra", lambda: "abc" % [1])
show("bad d", lambda: "%d" % "x")
show("missing key", lambda: "%(k)s" % {})
show("no mapping", lambda: "%(k)s" % 1)
show("incomplete", lambda: "%" % ())
show("bad star", lambda: "%*d" % ("a", 1))


class C:
    def __str__(self):
        return "C-str"

    def __repr__(self):
        return "C-repr"


print("%s %r %s" % (C(), C(), [C()]))
print("%s" * 3 % (1, 2, 3), "%5s|" * 2 % ("a", "b"))
print("%.50f" % 0.1, "%.30e" % (1 / 3), "%.17g" % 0.1, "%.1f %.1f %.1f" % (0.25, 0.35, 0.05), "%.0f %.0f %.0f" % (0.5, 1.5, 2.5))
print("%ld %hd" % (1, 2))
