"""Digits of pi by the unbounded spigot: arithmetic on big ints."""

from harness import main

PI_50 = "31415926535897932384626433832795028841971693993751"


def digits(count):
    out = []
    numerator, accumulator, denominator = 1, 0, 1
    k = 0
    while len(out) < count:
        k += 1
        y = 2 * k + 1
        accumulator = (accumulator + 2 * numerator) * y
        numerator *= k
        denominator *= y
        if numerator > accumulator:
            continue
        low = (3 * numerator + accumulator) // denominator
        high = (4 * numerator + accumulator) // denominator
        if low != high:
            continue
        out.append(low)
        accumulator = 10 * (accumulator - denominator * low)
        numerator *= 10
    return out


def run(n):
    found = digits(n)
    text = "".join(map(str, found))
    assert text.startswith(PI_50[:n])
    return text[-10:]


if __name__ == "__main__":
    main(run, 2400)
