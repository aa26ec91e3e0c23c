"""The protocol every program here speaks: `program.py ITERATIONS [SIZE]`."""

import sys
import time


def main(run, size):
    iterations = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    if len(sys.argv) > 2:
        size = int(sys.argv[2])
    first = None
    for k in range(iterations):
        start = time.perf_counter()
        result = run(size)
        seconds = time.perf_counter() - start
        print("iter", k, "%.9f" % seconds, flush=True)
        if k == 0:
            first = result
        assert result == first, "iterations disagree"
    print("result", first)
