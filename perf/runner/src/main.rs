//! Runs the programs of `perf/programs` under Habu and its peers: fresh processes, interleaved
//! and paired, with the results as JSON and as a Markdown table. See `perf/README.md`.

mod json;
mod peers;
mod process;
mod report;
mod stats;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peers::Peer;
use report::{Cell, Program, Report, Sample};

const USAGE: &str = "\
usage: cargo run --release -p habu-perf -- [options]
  --programs A,B     only these of perf/programs (default: all)
  --peers A,B        only these of habu, habu-nojit, cpython3.13, python3.11, pypy3
  --iterations N     iterations inside a process (default 10)
  --repeats R        processes per program and peer (default 5)
  --size N           problem size, instead of each program's own
  --startup N        runs of `-c pass` per peer (default 40; 0 for none)
  --timeout SECONDS  after which a process is killed (default 300)
  --out DIR          where report.json and report.md go (default perf/results/local)
  --habu PATH        the habu to measure (default: built here with cargo build --release)
  --help             this text";

struct Options {
    programs: Option<Vec<String>>,
    peers: Vec<&'static str>,
    iterations: usize,
    repeats: usize,
    size: Option<u64>,
    startup: usize,
    timeout: Duration,
    out: PathBuf,
    habu: Option<PathBuf>,
}

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)) {
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Some(options)) => match measure(&options) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(e) => {
                eprintln!("habu-perf: {e}");
                ExitCode::FAILURE
            }
        },
        Err(e) => {
            eprintln!("habu-perf: {e}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The directory `perf/`.
fn home() -> PathBuf {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR"));
    built_from.parent().map_or_else(|| PathBuf::from("perf"), Path::to_path_buf)
}

impl Options {
    /// `None` if only the usage was asked for.
    fn parse(args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
        let mut options = Options {
            programs: None,
            peers: peers::NAMES.to_vec(),
            iterations: 10,
            repeats: 5,
            size: None,
            startup: 40,
            timeout: Duration::from_secs(300),
            out: home().join("results/local"),
            habu: None,
        };
        let mut args = args;
        while let Some(arg) = args.next() {
            if arg == "--help" || arg == "-h" {
                return Ok(None);
            }
            let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--programs" => options.programs = Some(list(&value()?)),
                "--peers" => options.peers = peer_names(&value()?)?,
                "--iterations" => options.iterations = positive(&arg, &value()?)?,
                "--repeats" => options.repeats = positive(&arg, &value()?)?,
                "--size" => options.size = Some(number(&arg, &value()?)?),
                "--startup" => options.startup = number(&arg, &value()?)? as usize,
                "--timeout" => {
                    options.timeout = Duration::from_secs(positive(&arg, &value()?)? as u64);
                }
                "--out" => options.out = value()?.into(),
                "--habu" => options.habu = Some(value()?.into()),
                _ => return Err(format!("unknown option {arg}")),
            }
        }
        Ok(Some(options))
    }

    fn wants_habu(&self) -> bool {
        self.peers.contains(&peers::JIT) || self.peers.contains(&peers::NO_JIT)
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn number(option: &str, text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{option} takes a whole number, not {text:?}"))
}

fn positive(option: &str, text: &str) -> Result<usize, String> {
    match number(option, text)? {
        0 => Err(format!("{option} must be at least 1")),
        n => Ok(n as usize),
    }
}

fn peer_names(text: &str) -> Result<Vec<&'static str>, String> {
    let asked = list(text);
    if let Some(unknown) = asked.iter().find(|a| !peers::NAMES.contains(&a.as_str())) {
        return Err(format!("no peer {unknown}; there are {}", peers::NAMES.join(", ")));
    }
    Ok(peers::NAMES.into_iter().filter(|n| asked.iter().any(|a| a == n)).collect())
}

/// The programs asked for, in alphabetical order.
fn programs(options: &Options) -> Result<Vec<PathBuf>, String> {
    let dir = home().join("programs");
    let entries = fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut all: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "py") && name_of(path) != "harness")
        .collect();
    all.sort();
    let Some(asked) = &options.programs else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|p| name_of(p)).collect();
    if let Some(unknown) = asked.iter().find(|a| !names.contains(a)) {
        return Err(format!("no program {unknown}; there are {}", names.join(", ")));
    }
    Ok(all.into_iter().filter(|p| asked.contains(&name_of(p))).collect())
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The habu to measure: the one named, or a fresh release build beside this program.
fn find_habu(options: &Options) -> Result<PathBuf, String> {
    if let Some(path) = &options.habu {
        return path.canonicalize().map_err(|e| format!("--habu {}: {e}", path.display()));
    }
    let mine = std::env::current_exe().map_err(|e| format!("current executable: {e}"))?;
    let beside = mine.parent().unwrap_or(Path::new("."));
    let target = beside.parent().filter(|_| beside.ends_with("release"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--bin", "habu"]).current_dir(home());
    let binary = match target {
        Some(target) => {
            build.arg("--target-dir").arg(target);
            beside.join("habu")
        }
        // Not a release build itself: only the release profile's numbers count.
        None => home().join("../target/release/habu"),
    };
    // A build that is up to date is a matter of milliseconds; a stale binary measures nothing.
    eprintln!("building habu ...");
    let built = build.status().map_err(|e| format!("cannot run cargo: {e}"))?;
    if !built.success() {
        return Err("habu does not build; name one to measure with --habu PATH".into());
    }
    binary.canonicalize().map_err(|e| format!("{}: {e}", binary.display()))
}

/// `Ok(false)` if Habu failed at something.
fn measure(options: &Options) -> Result<bool, String> {
    let programs = programs(options)?;
    let mut found = Vec::new();
    let mut absent = Vec::new();
    if options.wants_habu() {
        let both = peers::habu(&find_habu(options)?);
        found.extend(both.into_iter().filter(|p| options.peers.contains(&p.name)));
    }
    for &name in options.peers.iter().filter(|n| ![peers::JIT, peers::NO_JIT].contains(n)) {
        match peers::python(name) {
            Ok(peer) => found.push(peer),
            Err(e) => {
                eprintln!("{name}: not found ({e})");
                absent.push((name.to_owned(), e));
            }
        }
    }
    for peer in &found {
        eprintln!("{}: {} ({})", peer.name, peer.version, peer.program.display());
    }

    let facts = facts(options);
    let startup = measure_startup(options, &found);
    let mut measured = Vec::new();
    for path in &programs {
        measured.push(measure_program(options, &found, path));
    }
    let report = Report { peers: found, absent, programs: measured, startup, facts };

    let markdown = report.markdown();
    println!("{markdown}");
    write(&options.out, "report.md", &markdown)?;
    write(&options.out, "report.json", &format!("{}\n", report.json()))?;
    Ok(!report.failures().iter().any(|f| f.1 == peers::JIT || f.1 == peers::NO_JIT))
}

fn write(dir: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = dir.join(name);
    fs::create_dir_all(dir)
        .and_then(|()| fs::write(&path, text))
        .map_err(|e| format!("{}: {e}", path.display()))?;
    eprintln!("wrote {}", path.display());
    Ok(())
}

/// Peer indices in the order of this repeat: each goes first equally often.
fn rotated(peers: usize, repeat: usize) -> impl Iterator<Item = usize> {
    (0..peers).map(move |i| (i + repeat) % peers)
}

fn measure_startup(options: &Options, peers: &[Peer]) -> Vec<Result<Vec<f64>, String>> {
    let mut times: Vec<Result<Vec<f64>, String>> = peers.iter().map(|_| Ok(Vec::new())).collect();
    for repeat in 0..options.startup {
        for i in rotated(peers.len(), repeat) {
            let Ok(so_far) = &mut times[i] else { continue };
            let mut command = peers[i].command();
            command.args(["-c", "pass"]);
            match process::run(command, options.timeout) {
                Ok(finished) => match finished.trouble {
                    None => so_far.push(finished.wall),
                    Some(trouble) => times[i] = Err(explain(&trouble, &finished.stderr)),
                },
                Err(e) => times[i] = Err(e),
            }
        }
    }
    times
}

fn measure_program(options: &Options, peers: &[Peer], path: &Path) -> Program {
    let mut cells: Vec<Cell> = peers.iter().map(|_| Cell::default()).collect();
    for repeat in 0..options.repeats {
        for i in rotated(peers.len(), repeat) {
            if cells[i].failure.is_some() {
                continue;
            }
            eprintln!(
                "{} under {}, {} of {}",
                name_of(path),
                peers[i].name,
                repeat + 1,
                options.repeats
            );
            match run_once(options, &peers[i], path) {
                Ok((sample, result)) => {
                    if cells[i].result.as_ref().is_some_and(|r| *r != result) {
                        cells[i].failure = Some("results differ from run to run".into());
                    }
                    cells[i].result = Some(result);
                    cells[i].samples.push(sample);
                }
                Err(e) => {
                    eprintln!("  failed: {e}");
                    cells[i].failure = Some(e);
                }
            }
        }
    }
    // A wrong answer is a failure, however fast.
    let oracle = peers.iter().position(|p| p.name == peers::CPYTHON);
    if let Some(right) = oracle.and_then(|o| cells[o].result.clone()) {
        for cell in &mut cells {
            if let (Some(result), None) = (&cell.result, &cell.failure)
                && *result != right
            {
                cell.failure = Some(format!("result {result:?}, CPython's is {right:?}"));
            }
        }
    }
    Program { name: name_of(path), cells }
}

fn run_once(options: &Options, peer: &Peer, path: &Path) -> Result<(Sample, String), String> {
    let mut command = peer.command();
    command.arg(path).arg(options.iterations.to_string());
    if let Some(size) = options.size {
        command.arg(size.to_string());
    }
    let finished = process::run(command, options.timeout)?;
    if let Some(trouble) = finished.trouble {
        return Err(explain(&trouble, &finished.stderr));
    }
    let (iterations, result) = parse(&finished.stdout)?;
    if iterations.len() != options.iterations {
        return Err(format!(
            "{} iterations reported, not {}",
            iterations.len(),
            options.iterations
        ));
    }
    let (wall, cpu, peak_bytes) = (finished.wall, finished.cpu, finished.peak_bytes);
    Ok((Sample { iterations, wall, cpu, peak_bytes }, result))
}

/// How it ended, with the last line it complained in.
fn explain(trouble: &str, stderr: &str) -> String {
    match stderr.lines().rev().find(|l| !l.trim().is_empty()) {
        Some(line) => format!("{trouble}: {}", line.trim()),
        None => trouble.to_owned(),
    }
}

/// Reads what the harness of the programs prints.
fn parse(stdout: &str) -> Result<(Vec<f64>, String), String> {
    let mut iterations = Vec::new();
    for line in stdout.lines() {
        if let Some(result) = line.strip_prefix("result ") {
            return Ok((iterations, result.to_owned()));
        }
        let mut words = line.split(' ');
        let seconds = match (words.next(), words.next(), words.next()) {
            (Some("iter"), Some(k), Some(seconds)) if k.parse() == Ok(iterations.len()) => {
                seconds.parse().ok()
            }
            _ => None,
        };
        iterations.push(seconds.ok_or_else(|| format!("unexpected line {line:?}"))?);
    }
    Err("no result line".into())
}

fn facts(options: &Options) -> Vec<(&'static str, String)> {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|l| l.strip_prefix("model name")?.split(": ").nth(1));
    let threads = std::thread::available_parallelism().map_or(0, usize::from);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    vec![
        ("machine", format!("{}, {threads} threads", model.unwrap_or(std::env::consts::ARCH))),
        ("system", read("/proc/version").split(" (").next().unwrap_or_default().to_owned()),
        ("load before", read("/proc/loadavg").trim().to_owned()),
        ("commit", git(&["rev-parse", "--short=12", "HEAD"])),
        (
            "changed since",
            if git(&["status", "--porcelain"]).is_empty() { "no" } else { "yes" }.into(),
        ),
        ("unix time", now.to_string()),
        (
            "run",
            format!("{} iterations in each of {} processes", options.iterations, options.repeats),
        ),
    ]
}

fn git(args: &[&str]) -> String {
    let output = Command::new("git").args(args).current_dir(home()).output();
    output.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(args: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(args.iter().map(|a| a.to_string()))
    }

    #[test]
    fn reads_the_protocol() {
        let read = parse("iter 0 0.5\niter 1 2.5e-1\nresult 3 x\n").unwrap();
        assert_eq!(read, (vec![0.5, 0.25], "3 x".to_owned()));
        assert!(parse("iter 0 0.5\n").unwrap_err().contains("no result"));
        assert!(parse("iter 1 0.5\nresult 1\n").unwrap_err().contains("iter 1"));
        assert!(parse("hello\nresult 1\n").unwrap_err().contains("hello"));
    }

    #[test]
    fn options_are_checked() {
        assert!(options(&["--help"]).unwrap().is_none());
        let set = options(&["--programs", "fib,nbody", "--repeats", "3"]).unwrap().unwrap();
        assert_eq!((set.programs.unwrap().len(), set.repeats), (2, 3));
        assert!(options(&["--repeats", "0"]).err().unwrap().contains("--repeats"));
        assert!(options(&["--iterations", "x"]).err().unwrap().contains("whole number"));
        assert!(options(&["--iterations"]).err().unwrap().contains("needs a value"));
        assert!(options(&["--fast"]).err().unwrap().contains("--fast"));
        assert!(options(&["--peers", "ruby"]).err().unwrap().contains("pypy3"));
    }

    #[test]
    fn every_program_asked_for_must_exist() {
        let mut set = options(&["--programs", "fib,nbody"]).unwrap().unwrap();
        assert_eq!(programs(&set).unwrap().len(), 2);
        set.programs = Some(vec!["nosuch".into()]);
        assert!(programs(&set).unwrap_err().contains("no program nosuch; there are async_tasks"));
        set.programs = None;
        assert_eq!(programs(&set).unwrap().len(), 31);
    }

    #[test]
    fn every_peer_goes_first_in_turn() {
        let first: Vec<_> = (0..3).map(|r| rotated(3, r).next().unwrap()).collect();
        assert_eq!(first, [0, 1, 2]);
    }
}
