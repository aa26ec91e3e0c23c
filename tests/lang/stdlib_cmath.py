# Functions of complex numbers: values, cuts, what is infinite, errors.
import cmath

inf, nan = cmath.inf, cmath.nan
names = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase polar".split()
points = [0j, complex(-0.0, -0.0), 0.5 + 0.25j, complex(-2, -0.0), complex(-2, 0.0), 1e-310j, complex(inf, 1), complex(-inf, nan), complex(nan, 0), complex(1, inf), complex(inf, -inf)]
for name in names:
    for z in points:
        try:
            r = getattr(cmath, name)(z)
        except Exception as e:
            r = (type(e).__name__, str(e))
        # The last digit is the C library's.
        print(name, z, f"{r:.12g}" if isinstance(r, complex) else r)
print(cmath.rect(2, 1), cmath.rect(inf, 0.0), cmath.log(8, 2), cmath.infj, cmath.nanj, cmath.tau)
print(cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 2), cmath.isclose(inf, inf), cmath.isfinite(1j), cmath.isnan(nan), cmath.isinf(complex(1, inf)))
print(complex(1.0, -0.0), complex(-0.0, -0.0))


class C:
    def __complex__(self):
        return 3 + 4j


class F:
    def __float__(self):
        return 2.25


print(cmath.sqrt(C()), cmath.sqrt(F()), cmath.polar(C()))
for f, *args in [(cmath.sqrt, "1"), (cmath.log, 0), (cmath.exp, 1000), (cmath.isclose, 1, 2), (cmath.atanh, 1), (cmath.polar, complex(1.5e308, 1.5e308))]:
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)
