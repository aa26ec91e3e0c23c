"""Counting words: split, lower, strip and a dict."""

from harness import main

SYLLABLES = ["ka", "To", "mi", "ren", "us", "Vo", "li", "pra", "sen", "du", "ge", "Hal"]
ENDINGS = ["", "", "", ",", ".", "!", ";"]


def make_text(words):
    state = 12345
    lines = []
    line = []
    for _ in range(words):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        a = (state >> 8) % 12
        b = (state >> 13) % 12
        c = (state >> 20) % 7
        line.append(SYLLABLES[a] + SYLLABLES[b] + ENDINGS[c])
        if len(line) == 10:
            lines.append(" ".join(line))
            line = []
    if line:
        lines.append(" ".join(line))
    return "\n".join(lines)


def count(text):
    counts = {}
    for line in text.split("\n"):
        for word in line.split():
            word = word.strip(",.!;").lower()
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
    return counts


def run(n):
    text = make_text(n)
    total = {}
    for _ in range(4):
        for word, times in count(text).items():
            total[word] = total.get(word, 0) + times
    assert sum(total.values()) == 4 * n
    assert all(word == word.lower() and word.isalpha() for word in total)
    ranked = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
    return "%d %s %d" % (len(total), ranked[0][0], ranked[0][1])


if __name__ == "__main__":
    main(run, 120000)
