"""Sieve of Eratosthenes on a list of bools."""

from harness import main

KNOWN = {1000: 168, 10000: 1229, 100000: 9592, 400000: 33860, 1000000: 78498}


def sieve(n):
    flags = [True] * (n + 1)
    count = 0
    for i in range(2, n + 1):
        if flags[i]:
            count += 1
            k = i + i
            while k <= n:
                flags[k] = False
                k += i
    return count


def run(n):
    count = sieve(n)
    if n in KNOWN:
        assert count == KNOWN[n], count
    return count


if __name__ == "__main__":
    main(run, 1000000)
