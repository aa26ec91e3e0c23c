"""A stack machine in Python, dispatching by an if/elif chain; it sums the
remainders of a double loop and calls a small subroutine."""

from harness import main

PUSH, LOAD, STORE, ADD, SUB, MUL, MOD, LESS, JUMP, JUMP_IF_NOT, CALL, RETURN, DUP, HALT = range(14)
NAMES = ["push", "load", "store", "add", "sub", "mul", "mod", "less", "jump", "jump_if_not",
         "call", "return", "dup", "halt"]

# for i in range(n): for j in range(i): total += sq(i - j) % 7
SOURCE = """
    push 0
    store total
    push 0
    store i
outer:
    load i
    load n
    less
    jump_if_not done
    push 0
    store j
inner:
    load j
    load i
    less
    jump_if_not next
    load total
    load i
    load j
    sub
    call square
    push 7
    mod
    add
    store total
    load j
    push 1
    add
    store j
    jump inner
next:
    load i
    push 1
    add
    store i
    jump outer
done:
    load total
    halt
square:
    dup
    mul
    return
"""


def assemble(source, variables):
    labels = {}
    lines = []
    for line in source.split("\n"):
        line = line.strip()
        if line.endswith(":"):
            labels[line[:-1]] = len(lines)
        elif line:
            lines.append(line.split())
    code = []
    for parts in lines:
        op = NAMES.index(parts[0])
        arg = 0
        if op == PUSH:
            arg = int(parts[1])
        elif op in (LOAD, STORE):
            arg = variables.index(parts[1])
        elif op in (JUMP, JUMP_IF_NOT, CALL):
            arg = labels[parts[1]]
        code.append((op, arg))
    return code


class Machine:
    def __init__(self, code, variables):
        self.code = code
        self.variables = variables
        self.steps = 0

    def run(self):
        code = self.code
        variables = self.variables
        stack = []
        returns = []
        pc = 0
        steps = 0
        while True:
            op, arg = code[pc]
            pc += 1
            steps += 1
            if op == PUSH:
                stack.append(arg)
            elif op == LOAD:
                stack.append(variables[arg])
            elif op == STORE:
                variables[arg] = stack.pop()
            elif op == ADD:
                b = stack.pop()
                stack[-1] += b
            elif op == SUB:
                b = stack.pop()
                stack[-1] -= b
            elif op == MUL:
                b = stack.pop()
                stack[-1] *= b
            elif op == MOD:
                b = stack.pop()
                stack[-1] %= b
            elif op == LESS:
                b = stack.pop()
                stack[-1] = stack[-1] < b
            elif op == JUMP:
                pc = arg
            elif op == JUMP_IF_NOT:
                if not stack.pop():
                    pc = arg
            elif op == CALL:
                returns.append(pc)
                pc = arg
            elif op == RETURN:
                pc = returns.pop()
            elif op == DUP:
                stack.append(stack[-1])
            elif op == HALT:
                self.steps = steps
                return stack.pop()
            else:
                raise ValueError("bad op %d" % op)


def run(n):
    machine = Machine(assemble(SOURCE, ["n", "i", "j", "total"]), [n, 0, 0, 0])
    total = machine.run()
    assert total == sum((i - j) ** 2 % 7 for i in range(n) for j in range(i))
    return "%d %d" % (total, machine.steps)


if __name__ == "__main__":
    main(run, 300)
