# Files, pipes, sockets, child processes and imports, used by several threads.
import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.setswitchinterval(1e-5)

# Lines written by several threads stay whole.
with tempfile.TemporaryFile() as f:
    writer = io.BufferedWriter(io.FileIO(os.dup(f.fileno()), "w"), 64)

    def write(n):
        for i in range(60):
            writer.write(b"%d %d\n" % (n, i) + b"x" * (i % 90) + b"\n")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    writer.close()
    f.seek(0)
    lines = f.read().split(b"\n")
    heads = [tuple(map(int, line.split())) for line in lines[0:-1:2]]
    print(len(heads), sorted(heads) == [(n, i) for n in range(4) for i in range(60)])

# A pipe: one thread waits for what another one writes.
r, w = os.pipe()
got = []
t = threading.Thread(target=lambda: got.append(os.read(r, 10)))
t.start()
time.sleep(0.01)
os.write(w, b"hello")
t.join()
print(got)
os.close(r)
os.close(w)

# A server and its client.
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()


def serve():
    for _ in range(3):
        conn, _ = server.accept()
        with conn:
            conn.sendall(conn.recv(100)[::-1])


t = threading.Thread(target=serve)
t.start()
for text in (b"abc", b"defg", b"hi"):
    with socket.create_connection(server.getsockname()) as s:
        s.sendall(text)
        print(s.recv(100))
t.join()
server.close()

# A child process is waited for while others run.
ticks = 0
over = False


def tick():
    global ticks
    while not over:
        ticks += 1
        time.sleep(0.001)


t = threading.Thread(target=tick)
t.start()
print(subprocess.run([sys.executable, "-c", "import time; time.sleep(0.3); print('child')"], capture_output=True, text=True).stdout)
over = True
t.join()
print(ticks > 5)

# A module is made once, and seen when it is complete.
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "slowly_made.py"), "w") as f:
        f.write("import time\nmade = [1]\ntime.sleep(0.05)\ncomplete = True\n")
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    seen = []

    def use():
        import slowly_made

        seen.append((slowly_made.complete, id(slowly_made)))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(len(seen), len(set(seen)))


# The raw stream's own code cannot use the buffer that uses it.
class Raw(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        if reenter:
            reenter.pop()
            try:
                buffered.write(b"again")
            except RuntimeError as e:
                print(str(e)[:22])
        return len(data)


reenter = [1]
buffered = io.BufferedWriter(Raw(), 4)
buffered.write(b"long enough")
buffered.flush()
