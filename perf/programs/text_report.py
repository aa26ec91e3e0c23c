"""Text: a log is parsed line by line, counted in dicts and printed as an aligned report."""

from harness import main

LEVELS = ["INFO", "WARN", "ERROR", "DEBUG"]
PARTS = ["auth", "db", "cache", "http", "queue", "mail"]


def make_log(lines):
    state = 2024
    out = []
    for i in range(lines):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        level = LEVELS[(state >> 9) % 4]
        part = PARTS[(state >> 13) % 6]
        user = "user%03d" % ((state >> 17) % 200)
        out.append(
            "2024-03-%02d %02d:%02d:%02d [%s] %s: request from %s took %dms; path=/%s/%d\n"
            % (i % 28 + 1, i % 24, i % 60, state % 60, level, part, user, state % 900, part, i % 97)
        )
    return "".join(out)


def parse(line):
    date, time, level, rest = line.split(" ", 3)
    part, _, message = rest.partition(": ")
    fields = {}
    for piece in message.split("; "):
        if "=" in piece:
            key, value = piece.split("=")
            fields[key] = value
    words = message.split()
    took = int(words[4].rstrip(";").removesuffix("ms"))
    return date, time.replace(":", ""), level.strip("[]").lower(), part, words[2], took, fields


def report(counts, times):
    lines = ["part".ljust(10) + "level".center(10) + "count".rjust(8) + "mean".rjust(10)]
    lines.append("-" * len(lines[0]))
    for key in sorted(counts):
        part, level = key
        lines.append(f"{part:<10}{level:^10}{counts[key]:>8}{times[key] / counts[key]:>10.2f}")
    return "\n".join(lines)


def run(n):
    log = make_log(n)
    counts, times, users, paths = {}, {}, {}, set()
    for line in log.splitlines():
        date, time, level, part, user, took, fields = parse(line)
        assert date.startswith("2024-03") and time.isdigit()
        key = part, level
        counts[key] = counts.get(key, 0) + 1
        times[key] = times.get(key, 0) + took
        users.setdefault(user, []).append(took)
        paths.add(fields["path"])
    text = report(counts, times)
    assert sum(counts.values()) == n == sum(map(len, users.values()))
    assert text.count("\n") == len(counts) + 1
    slowest = max(users, key=lambda user: (sum(users[user]), user))
    title = " ".join(word.capitalize() for word in text.split()[:2])
    return "%d %d %s %s %d" % (len(counts), len(paths), slowest, title, len(text))


if __name__ == "__main__":
    main(run, 20000)
