"""What subprocess starts processes with, by fork() and execve()."""

import errno
import os


def fork_exec(args, executables, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,
              errpipe_read, errpipe_write, restore_signals, start_new_session, process_group, gid, extra_groups, uid, umask,
              preexec_fn, /):
    """Start a child process that executes a program; its failures are written to errpipe_write."""
    last = -1
    for fd in pass_fds:
        if not isinstance(fd, int) or fd <= last:
            raise ValueError("bad value(s) in fds_to_keep")
        last = fd
    args = [os.fsencode(arg) for arg in args]
    for arg in args:
        if 0 in arg:
            raise ValueError("embedded null byte")
    if env is not None:
        env = dict(entry.split(b"=", 1) for entry in env)
    pid = os.fork()
    if pid:
        return pid
    message = b""
    try:
        for end in (p2cwrite, c2pread, errread, errpipe_read):
            if end != -1:
                os.close(end)
        # The three standard descriptors must not be overwritten before they were copied.
        if c2pwrite == 0:
            c2pwrite = os.dup(c2pwrite)
        while errwrite in (0, 1):
            errwrite = os.dup(errwrite)
        for fd, to in ((p2cread, 0), (c2pwrite, 1), (errwrite, 2)):
            if fd == to:
                os.set_inheritable(fd, True)
            elif fd != -1:
                os.dup2(fd, to)
        if cwd is not None:
            message = b"noexec:chdir"
            os.chdir(cwd)
            message = b""
        if umask >= 0:
            os.umask(umask)
        if restore_signals:
            import _signal
            for name in ("SIGPIPE", "SIGXFSZ"):
                _signal.signal(getattr(_signal, name), _signal.SIG_DFL)
        if start_new_session:
            os.setsid()
        if process_group >= 0:
            os.setpgid(0, process_group)
        if extra_groups is not None:
            os.setgroups(extra_groups)
        if gid is not None:
            os.setregid(gid, gid)
        if uid is not None:
            os.setreuid(uid, uid)
        if preexec_fn is not None:
            try:
                preexec_fn()
            except BaseException:
                os.write(errpipe_write, b"SubprocessError:0:Exception occurred in preexec_fn.")
                os._exit(255)
        keep = {*pass_fds, errpipe_write}
        for fd in keep - {errpipe_write}:
            os.set_inheritable(fd, True)
        if close_fds:
            for name in os.listdir("/proc/self/fd"):
                if int(name) > 2 and int(name) not in keep:
                    try:
                        os.close(int(name))
                    except OSError:
                        pass
        found = errno.ENOENT
        for path in executables:
            try:
                if env is None:
                    os.execv(path, args)
                else:
                    os.execve(path, args, env)
            except OSError as e:
                if e.errno not in (errno.ENOENT, errno.ENOTDIR):
                    found = e.errno
        os.write(errpipe_write, b"OSError:%x:" % found)
    except OSError as e:
        os.write(errpipe_write, b"OSError:%x:%b" % (e.errno or 0, message))
    except BaseException as e:
        os.write(errpipe_write, b"SubprocessError:0:" + ascii(e).encode())
    os._exit(255)
