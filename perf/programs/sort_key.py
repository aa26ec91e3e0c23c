"""Sorting records by key functions, with stability checked."""

from harness import main


class Record:
    __slots__ = ("name", "age", "score", "index")

    def __init__(self, name, age, score, index):
        self.name = name
        self.age = age
        self.score = score
        self.index = index


def make(n):
    state = 99
    records = []
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        name = "n%04x" % (state >> 15)
        records.append(Record(name, (state >> 9) % 90, (state >> 4) % 1000 / 10.0, i))
    return records


def run(n):
    records = make(n)

    by_age = sorted(records, key=lambda r: r.age)
    for a, b in zip(by_age, by_age[1:]):
        assert a.age < b.age or (a.age == b.age and a.index < b.index)

    by_score = sorted(records, key=lambda r: r.score, reverse=True)
    for a, b in zip(by_score, by_score[1:]):
        assert a.score > b.score or (a.score == b.score and a.index < b.index)

    by_both = sorted(records, key=lambda r: (r.age, -r.score, r.name))
    for a, b in zip(by_both, by_both[1:]):
        assert (a.age, -a.score, a.name) <= (b.age, -b.score, b.name)

    names = [r.name for r in records]
    names.sort()
    assert all(a <= b for a, b in zip(names, names[1:]))

    checksum = 0
    for i, r in enumerate(by_both):
        checksum = (checksum * 33 + r.index * i) % 1000000007
    return "%d %s %s" % (checksum, names[0], names[-1])


if __name__ == "__main__":
    main(run, 34000)
