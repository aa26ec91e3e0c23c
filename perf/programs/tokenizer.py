"""Regular expressions: a small language is cut into tokens, rewritten and searched."""

import re

from harness import main

TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<comment>\#[^\n]*)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)
    |(?P<string>"(?:[^"\\]|\\.)*")|(?P<operator>[-+*/=<>!]=?|[()\[\]{},;])""",
    re.VERBOSE,
)
CALL = re.compile(r"\b(\w+)\(")
ASSIGNMENT = re.compile(r"^\s*(let|set)\s+(?P<name>\w+)\s*=\s*(?P<value>[^;]+);", re.MULTILINE)

SOURCE = '''
let total_%(n)d = 0;  # the sum
set width%(n)d = 12.5 * (total_%(n)d + %(n)d);
if (width%(n)d >= 100) { print("wide \\"%(n)d\\"", width%(n)d); } else { warn(other[%(n)d], 3) }
set total_%(n)d = max(total_%(n)d, min(%(n)d, 42)) - 1;
'''


def tokens(source):
    at = 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None:
            raise ValueError(source[at : at + 10])
        kind = match.lastgroup
        if kind != "space" and kind != "comment":
            yield kind, match.group()
        at = match.end()


def run(n):
    source = "".join(SOURCE % {"n": k} for k in range(n))
    kinds = {}
    length = 0
    for kind, text in tokens(source):
        kinds[kind] = kinds.get(kind, 0) + 1
        length += len(text)
    assert kinds["string"] == n
    found = sum(1 for _ in TOKEN.finditer(source))
    assert found >= sum(kinds.values())
    calls = CALL.findall(source)
    assert calls.count("max") == calls.count("min") == n
    names = {match["name"] for match in ASSIGNMENT.finditer(source)}
    assert len(names) == 2 * n
    renamed = re.sub(r"total_(\d+)", lambda match: "t%03d" % int(match[1]), source)
    assert "total_" not in renamed
    swapped = re.sub(r"(\w+), (\w+)", r"\2, \1", source)
    pieces = re.split(r"[;{}]\s*", source)
    return "%d %d %d %d %d" % (sum(kinds.values()), length, len(renamed), len(swapped), len(pieces))


if __name__ == "__main__":
    main(run, 800)
