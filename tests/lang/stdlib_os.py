# os over posix: files by descriptor, folders, paths, processes, errors.
import errno
import os
import stat
import sys

home = os.environ.get("TMPDIR", "/tmp")
top = os.path.join(home, f"habu_os_{os.getpid()}")
os.mkdir(top)
here = os.getcwd()
try:
    os.chdir(top)
    print(os.getcwd() == os.path.realpath(top), os.listdir(), os.path.isdir("."), os.path.exists("nothing"))
    fd = os.open("a.txt", os.O_RDWR | os.O_CREAT, 0o640)
    print(os.write(fd, b"hello world"), os.lseek(fd, 6, os.SEEK_SET), os.read(fd, 100), os.fstat(fd).st_size)
    print(oct(stat.S_IMODE(os.fstat(fd).st_mode) & 0o600), os.ftruncate(fd, 5), os.pread(fd, 10, 1), os.isatty(fd))
    copy = os.dup(fd)
    os.close(fd)
    print(os.get_inheritable(copy), os.lseek(copy, 0, os.SEEK_CUR))
    os.close(copy)
    os.makedirs("x/y/z")
    os.makedirs("x/y/z", exist_ok=True)
    os.symlink("a.txt", "link")
    os.link("a.txt", "hard")
    print(os.readlink("link"), os.path.islink("link"), os.stat("hard").st_nlink, os.path.samefile("a.txt", "link"))
    with os.scandir() as entries:
        print(sorted((e.name, e.is_dir(), e.is_file(), e.is_symlink()) for e in entries))
    print([(r, sorted(d), sorted(f)) for r, d, f in os.walk(".")])
    os.rename("hard", "moved")
    os.unlink("moved")
    os.replace("a.txt", "b.txt")
    os.rename("b.txt", "a.txt")
    os.utime("a.txt", (1000, 2000.5))
    print(os.stat("a.txt").st_atime, os.stat("a.txt").st_mtime_ns, os.path.getsize("a.txt"))
    os.chmod("a.txt", 0o400)
    print(stat.filemode(os.stat("a.txt").st_mode), os.access("a.txt", os.R_OK), os.listdir(b".") == [os.fsencode(n) for n in os.listdir(".")])
    for call in [lambda: os.open("nope", os.O_RDONLY), lambda: os.mkdir("x"), lambda: os.rmdir("x"), lambda: os.close(987),
                 lambda: os.stat("a.txt/b"), lambda: os.rename("q", "r"), lambda: os.listdir("a.txt")]:
        try:
            call()
        except OSError as e:
            print(type(e).__name__, errno.errorcode[e.errno], e)
    for call in [lambda: os.stat(1.5), lambda: os.stat("a\0b"), lambda: os.listdir(["."]), lambda: os.fspath(1)]:
        try:
            call()
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
    a, b = os.pipe()
    os.write(b, b"through")
    os.close(b)
    print(os.read(a, 20), os.read(a, 20))
    os.close(a)
    os.environ["HABU_TEST"] = "yes"
    print(os.getenv("HABU_TEST"), os.system('test "$HABU_TEST" = yes'), os.environb[b"HABU_TEST"])
    del os.environ["HABU_TEST"]
    print(os.waitstatus_to_exitcode(os.system("exit 3")), os.strerror(2), os.getpid() == os.getpid())
    r = os.stat(".")
    print(type(r).__name__, len(r), r.st_mode == r[0], isinstance(r.st_mtime, float), stat.S_ISDIR(r.st_mode))
    print(len(os.urandom(16)), os.cpu_count() > 0, os.sysconf("SC_PAGE_SIZE") > 0, os.uname().sysname == os.uname()[0])
    os.removedirs("x/y/z")
    print(sorted(os.listdir()))
finally:
    os.chdir(here)
    for name in ["a.txt", "link"]:
        os.remove(os.path.join(top, name))
    os.rmdir(top)
join = os.path.join
print(os.path.normpath("/a/./b//../c/"), os.path.normpath(""), os.path.normpath("//x"), os.path.normpath("../../a/.."))
print(join("a", "/b", "c"), os.path.split("/a/b.c"), os.path.splitext("x.tar.gz"), os.path.relpath("/a/b", "/a/c"))
print(os.path.commonpath(["/a/b/c", "/a/b/d"]), os.path.splitroot("//a/b"), os.path.basename("/x/"), os.path.isabs("x"))
print(os.path.expanduser("~nobody_at_all/x"), os.path.expandvars("$HABU_NOT_SET/${HABU_NOT_SET}"))
print(sys.platform == os.uname().sysname.lower(), os.sep, os.linesep == "\n", os.curdir, os.devnull)
