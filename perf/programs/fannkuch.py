"""Pancake flips over all permutations: small int lists, slices, reversal."""

from harness import main

KNOWN = {5: (11, 7), 6: (49, 10), 7: (228, 16), 8: (1616, 22), 9: (8629, 30), 10: (73196, 38)}


def fannkuch(n):
    perm1 = list(range(n))
    count = [0] * n
    checksum = 0
    max_flips = 0
    sign = 1
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if perm1[0] != 0:
            perm = perm1[:]
            flips = 0
            first = perm[0]
            while first:
                perm[:first + 1] = perm[first::-1]
                flips += 1
                first = perm[0]
            if flips > max_flips:
                max_flips = flips
            checksum += sign * flips
        # Next permutation; its parity alternates with each one produced.
        while True:
            if r == n:
                return checksum, max_flips
            head = perm1[0]
            for i in range(r):
                perm1[i] = perm1[i + 1]
            perm1[r] = head
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        sign = -sign


def run(n):
    for _ in range(2):
        checksum, flips = fannkuch(n)
        if n in KNOWN:
            assert (checksum, flips) == KNOWN[n], (checksum, flips)
    return "%d %d" % (checksum, flips)


if __name__ == "__main__":
    main(run, 8)
