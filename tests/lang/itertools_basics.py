# itertools.
import itertools as it
import operator
print(list(it.chain([1], "ab", ())), list(it.chain.from_iterable([[1, 2], [3]])), list(it.islice(it.count(5), 3)), list(it.islice(it.count(1, 0.5), 3)), list(it.islice("abcdef", 1, 5, 2)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat(7, 3)))
print(list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], operator.mul)), list(it.accumulate([1, 2], initial=10)), list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.filterfalse(lambda x: x % 2, range(5))), list(it.compress("abcd", [1, 0, 1])), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest([1, 2], "a", fillvalue="-")), list(it.pairwise("abcd")))
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations("abc", 2)), len(list(it.permutations(range(5)))), list(it.combinations("abcd", 2)), list(it.combinations_with_replacement("ab", 2)), list(it.combinations([1], 2)), list(it.product()))
print([(k, list(g)) for k, g in it.groupby("aabbbc")], [(k, len(list(g))) for k, g in it.groupby(sorted([1, 5, 2, 7, 4], key=lambda x: x % 2), key=lambda x: x % 2)])
a, b = it.tee([1, 2, 3])
print(next(a), list(b), list(a), list(it.batched("abcdefg", 3)))
c = it.count()
print(next(c), next(c), [next(it.count(2 ** 64))], sum(it.islice(it.count(), 100)))
print(list(it.islice(it.chain.from_iterable(it.repeat("xy")), 5)), list(zip(it.count(), "ab")), max(it.accumulate([3, -1, 4], max)), list(it.islice([1, 2, 3], None)), list(it.islice([1, 2, 3], 2, None)))
for f in (lambda: list(it.islice([1], -1)), lambda: it.repeat(), lambda: list(it.starmap(pow, [1])), lambda: list(it.batched("a", 0))):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
