"""The scanner beneath tokenize: source lines to tuples of type, string, start, end and line.

It is written in Python because only tools use it; the compiler has its own.
"""

import re
from token import (
    COMMENT, DEDENT, ENDMARKER, EXACT_TOKEN_TYPES, FSTRING_END, FSTRING_MIDDLE, FSTRING_START, INDENT, NAME, NEWLINE, NL,
    NUMBER, OP, STRING, TSTRING_END, TSTRING_MIDDLE, TSTRING_START)

_EXPONENT = r"[eE][-+]?[0-9](?:_?[0-9])*"
_DIGITS = r"[0-9](?:_?[0-9])*"
_number = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+"
    rf"|(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:{_EXPONENT})?[jJ]?"
    rf"|{_DIGITS}(?:{_EXPONENT})?[jJ]?")
_name = re.compile(r"\w+")
_space = re.compile(r"[ \t\f]*")
_operator = re.compile("|".join(map(re.escape, sorted(EXACT_TOKEN_TYPES, key=len, reverse=True))))
_string = re.compile(r"([a-zA-Z]{0,2})('''|\"\"\"|'|\")")
_PREFIXES = {"", "b", "r", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_BAD_LITERALS = (
    (re.compile(r"0[0-9_]*[1-9]"),
     "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"),
)


class _Literal:
    """An f-string or t-string that is being read."""

    def __init__(self, quote, raw, start, template):
        self.quote = quote
        self.raw = raw
        self.start = start
        self.middle = TSTRING_MIDDLE if template else FSTRING_MIDDLE
        self.end = TSTRING_END if template else FSTRING_END
        self.kind = "t" if template else "f"
        # For each replacement field that is open: how many brackets were open before it, whether its format is read.
        self.fields = []

    def in_text(self):
        return not self.fields or self.fields[-1][1]


class TokenizerIter:
    """The tokens of what a function like readline returns."""

    def __init__(self, readline, *, encoding=None, extra_tokens=False):
        self._readline = readline
        self._encoding = encoding
        self._extra = extra_tokens
        self._row = 0
        self._line = ""
        self._tokens = self._scan()

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._tokens)

    def _next_line(self):
        try:
            line = self._readline()
        except StopIteration:
            line = ""
        if isinstance(line, (bytes, bytearray)):
            line = str(line, self._encoding or "utf-8")
        elif not isinstance(line, str):
            raise TypeError(f"readline() returned a non-string object")
        if "\0" in line:
            self._fail("source code cannot contain null bytes", self._row + 1, 0)
        if line:
            self._row += 1
        self._line = line
        return line

    def _fail(self, message, row, column, kind=SyntaxError):
        raise kind(message, ("<string>", row, column + 1, self._line, row, column + 1))

    def _token(self, kind, text, start, end, line=None):
        if kind == OP and not self._extra:
            kind = EXACT_TOKEN_TYPES[text]
        return kind, text, start, end, self._line.rstrip("\r\n") + "\n" * self._line.endswith("\n") if line is None else line

    def _scan(self):
        indents = [0]
        brackets = []
        literals = []
        last = None
        continued = False
        while line := self._next_line():
            column = 0
            if not brackets and not continued and not literals:
                column = _space.match(line).end()
                rest = line[column:]
                if rest[:1] in ("#", "\r", "\n", ""):
                    if self._extra and rest:
                        text = rest.rstrip("\r\n")
                        if text:
                            yield self._token(COMMENT, text, (self._row, column), (self._row, column + len(text)))
                        at = column + len(text)
                        if rest != text or text:
                            yield self._token(NL, rest[len(text):], (self._row, at), (self._row, at + max(1, len(rest) - len(text))))
                    continue
                if rest[0] != "\\" or rest[1:].strip("\r\n"):
                    yield from self._indentation(indents, line, column)
            continued = False
            while column < len(line):
                if literals and literals[-1].in_text():
                    found = yield from self._text(literals, brackets, line, column)
                    line, column = found
                    if not line:
                        return
                    continue
                column = _space.match(line, column).end()
                if column >= len(line):
                    break
                c = line[column]
                start = (self._row, column)
                if c in "\r\n":
                    inside = brackets or literals
                    kind = NL if inside else NEWLINE
                    if inside:
                        if self._extra:
                            yield self._token(NL, line[column:], start, (self._row, column + len(line) - column))
                    else:
                        text = line[column:] if self._extra else ""
                        yield self._token(kind, text, start, (self._row, column + (len(text) or 1)))
                    column = len(line)
                    last = None
                    break
                if c == "#":
                    text = line[column:].rstrip("\r\n")
                    if self._extra:
                        yield self._token(COMMENT, text, start, (self._row, column + len(text)))
                    column += len(text)
                    if column >= len(line) and not brackets:
                        last = COMMENT
                    continue
                if c == "\\":
                    if line[column + 1:].strip("\r\n"):
                        self._fail("unexpected character after line continuation character", self._row, column + 1)
                    if not line[column + 1:]:
                        self._fail("unexpected EOF while parsing", self._row, column + 1)
                    continued = True
                    break
                last = c
                m = _string.match(line, column)
                if m and m[1].lower() in _PREFIXES:
                    prefix, quote = m[1].lower(), m[2]
                    if "f" in prefix or "t" in prefix:
                        template = "t" in prefix
                        literals.append(_Literal(quote, "r" in prefix, start, template))
                        kind = TSTRING_START if template else FSTRING_START
                        yield self._token(kind, m[0], start, (self._row, m.end()))
                        column = m.end()
                    else:
                        line, column, token = self._plain(line, m)
                        yield token
                    continue
                if c.isdigit() and c.isascii() or c == "." and line[column + 1:column + 2].isdigit():
                    m = _number.match(line, column)
                    self._check_number(line, m)
                    yield self._token(NUMBER, m[0], start, (self._row, m.end()))
                    column = m.end()
                    continue
                if c == "_" or c.isalpha() or ord(c) >= 128:
                    m = _name.match(line, column)
                    if not m or not m[0].isidentifier():
                        text = m[0] if m else c
                        bad = next((x for x in text if not ("a" + x).isidentifier()), c)
                        self._fail(f"invalid character '{bad}' (U+{ord(bad):04X})", self._row, column)
                    yield self._token(NAME, m[0], start, (self._row, m.end()))
                    column = m.end()
                    continue
                m = _operator.match(line, column)
                if not m:
                    if self._extra and c in "$?`!":
                        yield self._token(OP, c, start, (self._row, column + 1))
                        column += 1
                        continue
                    if not c.isprintable():
                        self._fail(f"invalid non-printable character U+{ord(c):04X}", self._row, column)
                    self._fail("unterminated string literal" if c in "'\"" else "invalid syntax", self._row, column)
                text = m[0]
                field = literals[-1].fields[-1] if literals and literals[-1].fields else None
                if field and len(brackets) == field[0]:
                    # At the level of a replacement field.
                    if text[0] == "!" and text != "!=":
                        text = "!"
                    elif text[0] == ":":
                        text = ":"
                        field[1] = True
                    elif text == "}":
                        literals[-1].fields.pop()
                        yield self._token(OP, text, start, (self._row, column + 1))
                        column += 1
                        continue
                if text in _CLOSING:
                    brackets.append((text, self._row, column))
                elif text in ")]}":
                    if not brackets:
                        self._fail(f"unmatched '{text}'", self._row, column)
                    opening, row, _ = brackets.pop()
                    if _CLOSING[opening] != text:
                        where = f" on line {row}" if row != self._row else ""
                        self._fail(
                            f"closing parenthesis '{text}' does not match opening parenthesis '{opening}'{where}",
                            self._row, column)
                column += len(text)
                yield self._token(OP, text, start, (self._row, column))
            previous = line
        row = self._row + 1
        if literals:
            literal = literals[-1]
            quoted = "triple-quoted " if len(literal.quote) == 3 else ""
            self._fail(f"unterminated {quoted}{literal.kind}-string literal (detected at line {self._row})", *literal.start)
        if brackets:
            self._fail("unexpected EOF in multi-line statement", row - 1, 0)
        if continued:
            self._fail("unexpected EOF in multi-line statement", row - 1, 0)
        if last is not None:
            column = len(previous)
            kind = NL if last == COMMENT and self._comment_only(previous) else NEWLINE
            yield self._token(kind, "", (row - 1, column), (row - 1, column + 1), previous if self._extra else "")
        for _ in indents[1:]:
            yield self._token(DEDENT, "", (row, 0), (row, 0), "")
        yield self._token(ENDMARKER, "", (row, 0), (row, 0), "")

    @staticmethod
    def _comment_only(line):
        return line.lstrip(" \t\f").startswith("#")

    def _indentation(self, indents, line, column):
        width = 0
        for c in line[:column]:
            width = 0 if c == "\f" else width // 8 * 8 + 8 if c == "\t" else width + 1
        if width > indents[-1]:
            indents.append(width)
            yield self._token(INDENT, line[:column], (self._row, 0), (self._row, column))
        while width < indents[-1]:
            if width not in indents:
                self._fail("unindent does not match any outer indentation level", self._row, column, IndentationError)
            indents.pop()
            yield self._token(DEDENT, "", (self._row, column), (self._row, column))

    def _check_number(self, line, m):
        text, after = m[0], line[m.end():m.end() + 1]
        for pattern, message in _BAD_LITERALS:
            if pattern.fullmatch(text):
                self._fail(message, self._row, m.start())
        if after.isalnum() or after == "_":
            kind = {"x": "hexadecimal", "o": "octal", "b": "binary"}.get(line[m.start():m.start() + 2][1:].lower(), "decimal")
            word = _name.match(line, m.end())[0]
            if kind == "decimal" and word in ("and", "else", "for", "if", "in", "is", "or", "not"):
                return
            if kind in ("octal", "binary") and after.isdigit():
                self._fail(f"invalid digit '{after}' in {kind} literal", self._row, m.end())
            self._fail(f"invalid {kind} literal", self._row, m.end() - 1)

    def _plain(self, line, m):
        """A string literal: the line and column behind it, and its token."""
        quote, start = m[2], (self._row, m.start())
        at, parts, whole = m.end(), [], line
        begin = m.start()
        while True:
            while at < len(line):
                if line[at] == "\\":
                    at += 3 if line.startswith("\\\r\n", at) else 2
                elif line.startswith(quote, at):
                    at += len(quote)
                    parts.append(line[begin:at])
                    text = "".join(parts)
                    return line, at, self._token(STRING, text, start, (self._row, at), whole)
                elif line[at] in "\r\n" and len(quote) == 1:
                    self._fail(f"unterminated string literal (detected at line {self._row})", *start)
                else:
                    at += 1
            parts.append(line[begin:])
            line = self._next_line()
            if not line:
                quoted = "triple-quoted " if len(quote) == 3 else ""
                self._fail(f"unterminated {quoted}string literal (detected at line {self._row})", *start)
            whole += line
            at = begin = 0

    def _text(self, literals, brackets, line, column):
        """The text of an f-string up to a field or the end; the line and column behind it."""
        literal = literals[-1]
        in_format = bool(literal.fields)
        start, parts, whole = (self._row, column), [], line
        while True:
            c = line[column:column + 1]
            if not c:
                line = self._next_line()
                column = 0
                if not line:
                    quoted = "triple-quoted " if len(literal.quote) == 3 else ""
                    self._fail(
                        f"unterminated {quoted}{literal.kind}-string literal (detected at line {self._row})", *literal.start)
                whole += line
            elif c in "\r\n" and (len(literal.quote) == 1 or in_format):
                if in_format and len(literal.quote) == 3:
                    parts.append(line[column:])
                    column = len(line)
                    continue
                self._fail(
                    f"unterminated {literal.kind}-string literal (detected at line {self._row})", *literal.start)
            elif line.startswith(literal.quote, column) and not in_format:
                if parts:
                    yield self._token(literal.middle, "".join(parts), start, (self._row, column), whole)
                end = column + len(literal.quote)
                yield self._token(literal.end, literal.quote, (self._row, column), (self._row, end))
                literals.pop()
                return line, end
            elif c == "\\":
                if line.startswith(("\\{", "\\}"), column):
                    parts.append("\\")
                    column += 1
                elif line.startswith("\\N{", column) and not literal.raw:
                    end = line.find("}", column)
                    end = len(line) if end < 0 else end + 1
                    parts.append(line[column:end])
                    column = end
                else:
                    parts.append(line[column:column + 2])
                    column += 2
            elif c == "{" and line.startswith("{{", column) and not in_format:
                parts.append("{")
                yield self._token(literal.middle, "".join(parts), start, (self._row, column + 1), whole)
                column += 2
                parts, start, whole = [], (self._row, column), line
            elif c == "}" and line.startswith("}}", column) and not in_format:
                parts.append("}")
                yield self._token(literal.middle, "".join(parts), start, (self._row, column + 1), whole)
                column += 2
                parts, start, whole = [], (self._row, column), line
            elif c in "{}":
                if parts:
                    yield self._token(literal.middle, "".join(parts), start, (self._row, column), whole)
                if c == "}" and not in_format:
                    self._fail(f"{literal.kind}-string: single '}}' is not allowed", self._row, column)
                if c == "{":
                    literal.fields.append([len(brackets), False])
                else:
                    literal.fields.pop()
                yield self._token(OP, c, (self._row, column), (self._row, column + 1))
                return line, column + 1
            else:
                parts.append(c)
                column += 1
