"""The longest Collatz chain below a bound: integer arithmetic and branches."""

from harness import main

KNOWN = {1000: (871, 179), 10000: (6171, 262), 100000: (77031, 351)}


def longest(bound):
    best = 1
    best_length = 1
    for start in range(1, bound):
        n = start
        length = 1
        while n != 1:
            if n % 2 == 0:
                n //= 2
            else:
                n = 3 * n + 1
            length += 1
        if length > best_length:
            best = start
            best_length = length
    return best, best_length


def run(n):
    found = longest(n)
    if n in KNOWN:
        assert found == KNOWN[n], found
    return "%d %d" % found


if __name__ == "__main__":
    main(run, 16000)
