"""Sorting records: by several keys, by attributes and items, stably, in reverse, by a comparison function."""

from functools import cmp_to_key
from operator import attrgetter, itemgetter

from harness import main

NAMES = ["Smith", "jones", "Miller", "brown", "Taylor", "wilson", "Moore", "clark", "Lee", "young"]


class Person:
    __slots__ = ("name", "age", "city", "score")

    def __init__(self, name, age, city, score):
        self.name = name
        self.age = age
        self.city = city
        self.score = score


def people(n):
    state = 99
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        name = NAMES[state >> 8 & 7] + str(state >> 11 & 255)
        yield Person(name, 18 + (state >> 16) % 60, "city%d" % (state >> 5 & 31), (state & 0xFFFF) / 7.0)


def compare(a, b):
    if a.city != b.city:
        return -1 if a.city < b.city else 1
    return b.age - a.age


def ordered(items, key):
    keys = [key(item) for item in items]
    return all(a <= b for a, b in zip(keys, keys[1:]))


def run(n):
    everyone = list(people(n))
    by_name = sorted(everyone, key=lambda p: (p.name.lower(), -p.age))
    assert ordered(by_name, lambda p: (p.name.lower(), -p.age))
    by_city = sorted(everyone, key=attrgetter("city", "age"))
    assert ordered(by_city, lambda p: (p.city, p.age))
    by_score = sorted(everyone, key=attrgetter("score"), reverse=True)
    assert by_score[0].score == max(p.score for p in everyone)
    by_comparison = sorted(everyone, key=cmp_to_key(compare))
    assert ordered(by_comparison, lambda p: (p.city, -p.age))
    # Stable, in two steps.
    steps = sorted(sorted(everyone, key=lambda p: p.age), key=lambda p: p.city)
    assert [p.age for p in steps] == [p.age for p in by_city]
    rows = [(p.name, p.age, p.score) for p in everyone]
    rows.sort(key=itemgetter(1, 0))
    lengths = sorted((p.name for p in everyone), key=len)
    total = sum(i * row[1] for i, row in enumerate(rows))
    return "%s %s %d %s" % (by_name[0].name, by_city[-1].city, total, lengths[-1])


if __name__ == "__main__":
    main(run, 12000)
