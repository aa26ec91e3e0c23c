//! One fresh process, timed from the outside: wall time, CPU time, peak memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) struct Finished {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `None` when it exited with 0; else how it ended.
    pub(crate) trouble: Option<String>,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_bytes: u64,
}

/// Runs `command` to its end, or kills it after `limit`. `Err` if it cannot be started.
pub(crate) fn run(mut command: Command, limit: Duration) -> Result<Finished, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|e| format!("cannot start {}: {e}", command.get_program().to_string_lossy()))?;
    let pid = child.id() as libc::pid_t;
    let out = reader(child.stdout.take().expect("piped"));
    let err = reader(child.stderr.take().expect("piped"));

    let (done, alarm) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        let late = alarm.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        if late {
            // SAFETY: plain system call. The child is not reaped before this thread has
            // been joined, so the number still names it.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
        late
    });

    wait_for_exit(pid);
    let wall = start.elapsed().as_secs_f64();
    drop(done);
    let late = watchdog.join().expect("the watchdog does not panic");
    let (status, usage) = reap(pid)?;
    let stdout = out.join().expect("the reader does not panic");
    let stderr = err.join().expect("the reader does not panic");

    let trouble = if late {
        Some(format!("killed after {} s", limit.as_secs()))
    } else if libc::WIFEXITED(status) {
        match libc::WEXITSTATUS(status) {
            0 => None,
            code => Some(format!("exit code {code}")),
        }
    } else {
        Some(format!("killed by signal {}", libc::WTERMSIG(status)))
    };
    Ok(Finished {
        stdout,
        stderr,
        trouble,
        wall,
        cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
        peak_bytes: peak_bytes(&usage),
    })
}

fn reader(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What arrived before an error is still worth showing.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Blocks until `pid` has ended and leaves it to be reaped.
fn wait_for_exit(pid: libc::pid_t) {
    loop {
        // SAFETY: siginfo_t is plain data, valid when zeroed, and lives over the call.
        let rc = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            libc::waitid(libc::P_PID, pid as libc::id_t, &mut info, libc::WEXITED | libc::WNOWAIT)
        };
        let interrupted = std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted;
        if rc == 0 || !interrupted {
            return;
        }
    }
}

fn reap(pid: libc::pid_t) -> Result<(libc::c_int, libc::rusage), String> {
    let mut status = 0;
    // SAFETY: rusage is plain data, valid when zeroed.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to live locals.
        if unsafe { libc::wait4(pid, &mut status, 0, &mut usage) } == pid {
            return Ok((status, usage));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(format!("wait4: {error}"));
        }
    }
}

fn seconds(t: libc::timeval) -> f64 {
    t.tv_sec as f64 + t.tv_usec as f64 * 1e-6
}

/// `ru_maxrss` is in bytes on macOS and in KiB elsewhere.
fn peak_bytes(usage: &libc::rusage) -> u64 {
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    usage.ru_maxrss as u64 * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Finished {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, limit).unwrap()
    }

    #[test]
    fn reports_output_and_exit_code() {
        let fine = sh("echo out; echo err >&2", Duration::from_secs(20));
        assert_eq!((fine.stdout.as_str(), fine.stderr.as_str()), ("out\n", "err\n"));
        assert!(fine.trouble.is_none() && fine.peak_bytes > 0);
        assert_eq!(sh("exit 3", Duration::from_secs(20)).trouble.unwrap(), "exit code 3");
        let killed = sh("kill -9 $$", Duration::from_secs(20));
        assert_eq!(killed.trouble.unwrap(), "killed by signal 9");
    }

    #[test]
    fn kills_what_takes_too_long() {
        let late = sh("exec sleep 60", Duration::from_millis(100));
        assert!(late.trouble.unwrap().starts_with("killed after"));
        assert!(late.wall < 30.0);
    }

    #[test]
    fn names_what_cannot_be_started() {
        let error = run(Command::new("/no/such/thing"), Duration::from_secs(1)).err().unwrap();
        assert!(error.contains("/no/such/thing"), "{error}");
    }
}
