//! Running programs: arguments, input, environment, a time limit; and many of them on a few threads.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A program to be run, with everything it gets.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
    folder: Option<PathBuf>,
    env: Vec<(OsString, Option<OsString>)>,
    input: Vec<u8>,
    limit: Duration,
    signal: Option<(Duration, &'static str)>,
}

/// How a program ended and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code, if the program ended by itself.
    pub code: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Whether the time limit ended it.
    pub timed_out: bool,
    /// Standard output, with `\u{fffd}` for what is not UTF-8.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
    /// Wall time.
    pub time: Duration,
}

impl Outcome {
    /// The ending in words: `exit 0`, `signal 11`, `time limit`.
    pub fn ending(&self) -> String {
        match (self.timed_out, self.code, self.signal) {
            (true, ..) => String::from("time limit"),
            (_, Some(code), _) => format!("exit {code}"),
            (_, _, Some(signal)) => format!("signal {signal}"),
            _ => String::from("unknown ending"),
        }
    }
}

impl Program {
    /// The program at `path`, without arguments, with a limit of a minute.
    pub fn new(path: impl AsRef<Path>) -> Program {
        let path = path.as_ref().to_path_buf();
        let limit = Duration::from_secs(60);
        Program {
            path,
            args: Vec::new(),
            folder: None,
            env: Vec::new(),
            input: Vec::new(),
            limit,
            signal: None,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Program {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Program {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs in this folder.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Program {
        self.folder = Some(folder.as_ref().to_path_buf());
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Program {
        self.env.push((name.into(), Some(value.into())));
        self
    }

    /// Removes an environment variable.
    pub fn without_env(mut self, name: impl Into<OsString>) -> Program {
        self.env.push((name.into(), None));
        self
    }

    /// What the program reads from standard input.
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Program {
        self.input = input.into();
        self
    }

    /// Kills the program after this long.
    pub fn limit(mut self, limit: Duration) -> Program {
        self.limit = limit;
        self
    }

    /// Sends a signal by name (`INT`, `TERM`) once the program has run this long after its first output.
    pub fn signal_after(mut self, delay: Duration, name: &'static str) -> Program {
        self.signal = Some((delay, name));
        self
    }

    /// Runs it to its end; panics if it cannot be started.
    #[track_caller]
    pub fn run(&self) -> Outcome {
        let mut command = Command::new(&self.path);
        command
            .args(&self.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let start = Instant::now();
        let mut child =
            command.spawn().unwrap_or_else(|e| panic!("cannot start {}: {e}", self.path.display()));
        let first = AtomicUsize::new(0);
        thread::scope(|scope| {
            let (stdin, stdout, stderr) =
                (child.stdin.take(), child.stdout.take(), child.stderr.take());
            scope.spawn(|| {
                if let Some(mut stdin) = stdin {
                    // A program may end without reading all of it.
                    let _ = stdin.write_all(&self.input);
                }
            });
            let out = scope.spawn(|| read_all(stdout, Some(&first)));
            let err = scope.spawn(|| read_all(stderr, None));
            let (status, timed_out) = self.wait(&mut child, start, &first);
            let time = start.elapsed();
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            let stdout = text(out.join().unwrap_or_default());
            let stderr = text(err.join().unwrap_or_default());
            Outcome {
                code: status.and_then(|s| s.code()),
                signal: status.and_then(signal),
                timed_out,
                stdout,
                stderr,
                time,
            }
        })
    }

    fn wait(
        &self,
        child: &mut Child,
        start: Instant,
        first: &AtomicUsize,
    ) -> (Option<std::process::ExitStatus>, bool) {
        let mut pause = Duration::from_micros(200);
        let mut signal_at = None;
        let mut pending = self.signal;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return (Some(status), false),
                Ok(None) => {}
                Err(_) => return (None, false),
            }
            if start.elapsed() > self.limit {
                let _ = child.kill();
                let _ = child.wait();
                return (None, true);
            }
            if let Some((delay, name)) = pending
                && first.load(Ordering::Relaxed) > 0
            {
                let at = *signal_at.get_or_insert_with(|| Instant::now() + delay);
                if Instant::now() >= at {
                    let _ = Command::new("kill")
                        .arg(format!("-{name}"))
                        .arg(child.id().to_string())
                        .status();
                    pending = None;
                }
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }
}

fn read_all(source: Option<impl Read>, first: Option<&AtomicUsize>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut buffer = [0; 1 << 14];
    if let Some(mut source) = source {
        while let Ok(n @ 1..) = source.read(&mut buffer) {
            out.extend_from_slice(&buffer[..n]);
            if let Some(first) = first {
                first.fetch_add(n, Ordering::Relaxed);
            }
        }
    }
    out
}

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> Option<i32> {
    None
}

/// Applies `work` to every item on `threads` threads; the results are in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(n) else { break };
                    let result = work(item);
                    *results[n].lock().expect("a result is stored once") = Some(result);
                }
            });
        }
    });
    let result = |slot: Mutex<Option<R>>| {
        slot.into_inner().expect("no thread holds it").expect("every item was done")
    };
    results.into_iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_input_and_exit_code_come_back() {
        let outcome =
            Program::new("sh").args(["-c", "cat; echo oops >&2; exit 3"]).input("hello").run();
        assert_eq!(
            (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
            (Some(3), "hello", "oops\n")
        );
        assert_eq!(outcome.ending(), "exit 3");
    }

    #[test]
    fn the_time_limit_ends_a_program() {
        let outcome = Program::new("sleep").arg("30").limit(Duration::from_millis(50)).run();
        assert!(outcome.timed_out);
        assert_eq!(outcome.ending(), "time limit");
    }

    #[test]
    fn signals_arrive_after_the_first_output() {
        let program = Program::new("sh").args(["-c", "echo ready; exec sleep 30"]);
        let outcome = program.signal_after(Duration::from_millis(10), "TERM").run();
        assert_eq!(outcome.ending(), "signal 15");
    }

    #[test]
    fn parallel_results_keep_their_order() {
        let items: Vec<u32> = (0..100).collect();
        assert_eq!(
            in_parallel(2, &items, |n| n * 2),
            items.iter().map(|n| n * 2).collect::<Vec<_>>()
        );
    }
}
