"""Building strings: concatenation, join, formatting, slicing, replacing."""

from harness import main


def concatenate(n):
    text = ""
    for i in range(n):
        text += chr(97 + i % 26)
        if i % 5 == 4:
            text += " "
    return text


def join(n):
    parts = []
    for i in range(n):
        parts.append(str(i))
        parts.append(f"<{i % 10:02d}>")
    return "".join(parts)


def caesar(text, shift):
    out = []
    for c in text:
        if "a" <= c <= "z":
            out.append(chr((ord(c) - 97 + shift) % 26 + 97))
        else:
            out.append(c)
    return "".join(out)


def digest(text):
    h = 0
    for c in text:
        h = (h * 31 + ord(c)) & 0xFFFFFFFF
    return h


def run(n):
    plain = concatenate(n)
    assert len(plain) == n + n // 5
    secret = caesar(plain, 3)
    assert secret != plain and caesar(secret, 23) == plain
    joined = join(n)
    assert joined.startswith("0<00>1<01>") and joined.count("<") == n
    assert joined.replace("<", "").replace(">", "") == joined.translate({60: None, 62: None})
    rows = []
    for i in range(0, len(plain) - 40, 40):
        row = plain[i:i + 40]
        rows.append("%-5d|%s|%s" % (i, row[::-1], row.upper().title()))
    table = "\n".join(rows)
    return "%d %08x %08x" % (len(table), digest(secret), digest(table))


if __name__ == "__main__":
    main(run, 80000)
