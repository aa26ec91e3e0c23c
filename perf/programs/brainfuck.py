"""A brainfuck interpreter: string dispatch by if/elif, a jump table in a dict."""

from harness import main

# Two nested loops make 4 * 8 * 2 = 64; one more is the letter A.
LETTER = "++++[>++++++++[>++<-]<-]>>+."


def jumps(code):
    table = {}
    stack = []
    for at, c in enumerate(code):
        if c == "[":
            stack.append(at)
        elif c == "]":
            start = stack.pop()
            table[start] = at
            table[at] = start
    return table


def execute(code, limit):
    code = [c for c in code if c in "+-<>[]."]
    table = jumps(code)
    tape = [0] * 300
    out = []
    pc = 0
    pointer = 0
    steps = 0
    end = len(code)
    while pc < end and steps < limit:
        c = code[pc]
        if c == ">":
            pointer += 1
        elif c == "<":
            pointer -= 1
        elif c == "+":
            tape[pointer] = (tape[pointer] + 1) & 255
        elif c == "-":
            tape[pointer] = (tape[pointer] - 1) & 255
        elif c == "[":
            if tape[pointer] == 0:
                pc = table[pc]
        elif c == "]":
            if tape[pointer] != 0:
                pc = table[pc]
        else:
            out.append(chr(tape[pointer]))
        pc += 1
        steps += 1
    return "".join(out), steps


def counting(n):
    """For each k from n down: copy k - 1 away, copy it back, clear it."""
    return "+" * n + "[>-[>+>+<<-]>[<+>-]>[-]<<[-]<-]>>" + LETTER


def run(n):
    text, _ = execute(LETTER, 10000)
    assert text == "A", text
    text, steps = execute(counting(n), 100000000)
    assert text == "A", text
    return "%s %d" % (text, steps)


if __name__ == "__main__":
    main(run, 200)
