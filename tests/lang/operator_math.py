# operator and math.
import math
import operator as op
print(op.add(1, 2), op.sub(5, 3), op.mul(2, 3), op.truediv(1, 2), op.floordiv(7, 2), op.mod(7, 3), op.pow(2, 5), op.neg(3), op.not_(0), op.and_(6, 3), op.or_(6, 3), op.xor(6, 3), op.lshift(1, 4), op.rshift(16, 2), op.inv(5), op.eq(1, 1), op.lt(1, 2), op.ge(1, 2), op.is_(None, None), op.contains([1], 1), op.getitem([5, 6], 1), op.concat("a", "b"), op.truth([]), op.index(5), op.abs(-1))
print(op.itemgetter(1)("abc"), op.itemgetter(0, 2)("abc"), op.attrgetter("real")(5), op.attrgetter("real", "imag")(1j), op.methodcaller("upper")("a"), op.methodcaller("split", ",", maxsplit=1)("a,b,c"), sorted([(1, "b"), (0, "c")], key=op.itemgetter(1)))
l = [1]
print(op.iadd(l, [2]), l, op.setitem(l, 0, 9), l, op.delitem(l, 0), l, op.countOf([1, 1, 2], 1), op.indexOf([5, 6], 6))
print(math.pi, math.e, math.tau, math.inf, math.nan, math.sqrt(2), math.sqrt(16), math.floor(2.7), math.ceil(2.1), math.trunc(-2.7), math.fabs(-3), math.factorial(20), math.factorial(30), math.gcd(12, 18), math.gcd(), math.gcd(0, 5), math.lcm(4, 6), math.comb(10, 3), math.perm(5, 2), math.isqrt(99), math.hypot(3, 4), math.dist((0, 0), (3, 4)), math.prod([1, 2, 3, 4]), math.fmod(-7, 3), math.remainder(7, 4), math.copysign(3, -0.0), math.ldexp(0.5, 4), math.frexp(8.0), math.modf(2.5), math.modf(-2.5), math.fsum([0.1] * 10))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.degrees(math.pi), math.radians(180), math.exp(0), math.exp2(3), math.log(1), math.log(8, 2), math.log2(8), math.log10(1000), math.log2(2 ** 100), math.log10(10 ** 50), math.sin(0), math.cos(0), math.tan(0), math.atan2(0, -1), math.asin(0), math.acos(1), math.sinh(0), math.cosh(0), math.tanh(0), math.nextafter(1, 2), math.ulp(1), math.pow(2, 0.5), math.expm1(0), math.log1p(0), math.gamma(5), math.lgamma(1), math.erf(0), math.sumprod([1, 2], [3, 4]), math.floor(10 ** 30 + 0.0), math.ceil(-0.5))
for x in (0.5, 1.0, 2.5, 10.0, -1.25):
    print("%.12g %.12g %.12g %.12g %.12g" % (math.sin(x), math.cos(x), math.atan(x), math.exp(x), math.tanh(x)))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.factorial(-1), lambda: math.floor(math.inf), lambda: math.exp(1000), lambda: math.acos(2), lambda: math.sqrt("a"), lambda: math.gcd(1.5), lambda: math.factorial(1.5), lambda: math.isqrt(-1), lambda: math.pow(0, -1), lambda: math.fmod(1, 0)):
    try:
        print(f())
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__)
