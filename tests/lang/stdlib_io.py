# Files: text and bytes, buffers, positions, newlines, encodings, errors, streams in memory, the standard streams.
import fileinput
import io
import os
import pathlib
import sys
import tempfile


def tried(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, str(e).replace(folder, ""))


folder = tempfile.mkdtemp()
path = os.path.join(folder, "a.txt")
with open(path, "w") as f:
    print(f.write("hällo\nworld\n"), f.name == path, f.mode, f.encoding, f.errors, f.newlines, f.line_buffering)
    print("line", 3, file=f)
    print(f.closed, f.readable(), f.writable(), f.seekable(), f.isatty(), f.fileno() > 2, f.buffer.raw.closefd)
print(f.closed, repr(open(path).read()))
with open(path) as f:
    print([line for line in f], f.tell() if not f.closed else None)
    print(repr(f).replace(folder, ""), repr(f.buffer).replace(folder, ""), repr(f.buffer.raw.mode))
with open(path, "rb") as f:
    print(f.read(7), f.tell(), f.seek(3), f.read(2), f.peek()[:3], f.read1(4), f.readline(), f.seek(-4, 2), f.readlines())
    target = bytearray(4)
    print(f.seek(0), f.readinto(target), target)
with open(path, "r+") as f:
    print(repr(f.readline()), f.tell(), f.seek(0, 2), f.write("end"), f.seek(0), f.readlines(), f.truncate(3), f.seek(0), f.read())
with open(path, "ab") as f:
    print(f.tell(), f.write(b"\xff\n"), f.tell())
tried(open(path).read)
print(open(path, errors="replace").read(), open(path, encoding="latin-1").read(), ascii(open(path, errors="surrogateescape").read()))
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(path, "w", newline=newline) as f:
        f.write("a\nb\r\nc\rd")
    with open(path, "rb") as f:
        raw = f.read()
    with open(path, newline=newline) as f:
        print(newline, raw, f.readlines(), f.newlines)
with open(path, "w", encoding="utf-16") as f:
    f.write("äß\n")
    f.write("€")
print(open(path, "rb").read(4), repr(open(path, encoding="utf-16").read()))
with open(path, "wb", buffering=0) as f:
    print(type(f).__name__, f.write(b"0123456789"))
with open(path, "r+b") as f:
    print(type(f).__name__, f.read(3), f.write(b"X"), f.read(2), f.seek(0), f.read(), f.truncate(5), f.tell())
tried(open, os.path.join(folder, "none", "x"))
tried(open, folder)
tried(open, path, "x")
for mode in ("q", "rw", "", "bt", "w++", "U"):
    tried(open, path, mode)
tried(open, path, "rb", encoding="utf-8")
tried(open, path, "r", 0)
tried(open, path, encoding="no such")
tried(f.read)
tried(open(path).write, "x")
tried(open(path, "a").read)
# A file that nobody closes is written at the latest when the program ends; here when the last reference goes.
unclosed = open(os.path.join(folder, "unclosed.txt"), "w")
unclosed.write("kept")
unclosed.flush()
print(open(unclosed.name).read())
with open(path, "w") as f:
    f.writelines(f"{i} {'ä' * i}\n" for i in range(3000))
with open(path) as f:
    total = sum(len(line) for line in f)
    print(total, f.seek(0), len(f.read()), f.read())
with open(path) as f:
    marks = []
    while line := f.readline():
        if line.startswith(("10 ", "777 ", "2999 ")):
            marks.append((f.tell(), f.readline()[:12]))
    print([f.seek(at) == at and f.readline()[:12] == text for at, text in marks])

b = io.BytesIO(b"abc\ndef\n")
print(b.readline(), b.read(), b.getvalue(), b.seek(0), list(b), b.seek(1), b.write(b"ZZ"), bytes(b.getbuffer()), b.truncate(2), b.getvalue())
s = io.StringIO("a\r\nb\nc")
print(s.readlines(), s.seek(0), s.read(2), s.tell(), s.write("XX"), s.getvalue(), s.closed)
s.close()
tried(s.read)
t = io.TextIOWrapper(io.BytesIO(b"a\r\nb\rc\n"))
print(repr(t.read()), t.newlines, t.detach().getvalue())
tried(t.read)
w = io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), encoding="ascii", errors="xmlcharrefreplace", write_through=True)
print(w.write("ä"), w.buffer.raw.getvalue(), w.reconfigure(encoding="latin-1"), w.write("ä"), w.flush(), w.buffer.raw.getvalue())


class Raw(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, target):
        n = min(3, len(target), len(self.data))
        target[:n], self.data = self.data[:n], self.data[n:]
        return n


print(Raw(b"0123456789").read(), Raw(b"0123456789").read(5), list(io.BufferedReader(Raw(b"ab\ncd\nef"))))
print(io.TextIOWrapper(io.BufferedReader(Raw("ä€𝄞x".encode()))).read(), issubclass(io.BytesIO, io.BufferedIOBase), isinstance(sys.stdout, io.TextIOBase))
tried(io.BufferedWriter, Raw(b""))
tried(Raw(b"").fileno)
print(io.UnsupportedOperation.__mro__[1:3], io.SEEK_END, io.DEFAULT_BUFFER_SIZE >= 8192)

p = pathlib.Path(folder) / "x.txt"
print(p.write_text("hi\nyou"), p.read_text(), p.exists(), p.stat().st_size, p.read_bytes(), sorted(q.name for q in p.parent.iterdir()))
with tempfile.TemporaryFile("w+") as f:
    print(f.write("abc"), f.seek(0), f.read())
with tempfile.TemporaryDirectory() as inner:
    print(os.path.isdir(inner))
print(os.path.exists(inner))
with fileinput.input([p, p]) as lines:
    print([(fileinput.lineno(), fileinput.filelineno(), line) for line in lines])
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
os.rmdir(folder)

print(sys.stdout, sys.stdout.buffer, sys.stdin.name, sys.stderr.errors, sys.stdout.buffer.raw.name, sys.stdout.fileno(), sys.stdin.mode)
print("one", end=" ")
sys.stdout.write("two ")
sys.stdout.flush()
sys.stdout.buffer.write(b"three ")
sys.stdout.buffer.flush()
print("four", file=sys.stdout, flush=True)
sys.stdout.writelines(["five ", "six\n"])
out, sys.stdout = sys.stdout, io.StringIO()
print("caught")
text, sys.stdout = sys.stdout.getvalue(), out
print(repr(text), sys.stdin.read(), sys.stdin.readline(), list(sys.stdin))
sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="latin-1", errors="backslashreplace")
print("ASCII now \u20ac")
sys.stdout.reconfigure(encoding="utf-8")
print("and UTF-8 again: ä")
