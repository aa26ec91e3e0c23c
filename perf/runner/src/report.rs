//! What was measured, as JSON and as Markdown.

use std::fmt::Write as _;

use crate::json::Json;
use crate::peers::{CPYTHON, JIT, NO_JIT, PYPY, Peer};
use crate::stats::{Summary, geomean, steady};

/// One process's own and outside measurements.
pub(crate) struct Sample {
    pub(crate) iterations: Vec<f64>,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_bytes: u64,
}

/// One program under one peer: a sample per repeat, or why there is none.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) samples: Vec<Sample>,
    pub(crate) result: Option<String>,
    pub(crate) failure: Option<String>,
}

pub(crate) struct Program {
    pub(crate) name: String,
    /// One per peer, in the order of `Report::peers`.
    pub(crate) cells: Vec<Cell>,
}

pub(crate) struct Report {
    pub(crate) peers: Vec<Peer>,
    /// Names of the peers not found, with the reason.
    pub(crate) absent: Vec<(String, String)>,
    pub(crate) programs: Vec<Program>,
    /// Seconds of `-c pass`, per peer, or why there are none.
    pub(crate) startup: Vec<Result<Vec<f64>, String>>,
    /// Facts about the run: machine, date, options.
    pub(crate) facts: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Metric {
    Steady,
    First,
    Whole,
    Memory,
}

impl Metric {
    fn of(self, sample: &Sample) -> Option<f64> {
        match self {
            Metric::Steady => steady(&sample.iterations),
            Metric::First => sample.iterations.first().copied(),
            Metric::Whole => Some(sample.wall),
            Metric::Memory => Some(sample.peak_bytes as f64),
        }
    }

    fn show(self, value: f64) -> String {
        match self {
            Metric::Memory => format!("{:.1}", value / (1024.0 * 1024.0)),
            _ => format!("{:.2}", value * 1e3),
        }
    }
}

impl Cell {
    /// Nothing that failed counts, however many repeats went well before.
    fn values(&self, metric: Metric) -> Vec<f64> {
        if self.failure.is_some() {
            return Vec::new();
        }
        self.samples.iter().filter_map(|s| metric.of(s)).collect()
    }
}

impl Program {
    /// How many times `peer` is as good as `base`: the median over the pairs of a repeat.
    fn ratio(&self, metric: Metric, base: usize, peer: usize) -> Option<Summary> {
        let base = self.cells[base].values(metric);
        let peer = self.cells[peer].values(metric);
        let pairs: Vec<f64> = base.iter().zip(&peer).map(|(b, p)| b / p).collect();
        Summary::of(&pairs)
    }
}

/// The programs held to the higher bar.
const NUMERIC: [&str; 6] = ["nbody", "spectral_norm", "mandelbrot", "nsieve", "matmul", "collatz"];

impl Report {
    fn index(&self, name: &str) -> Option<usize> {
        self.peers.iter().position(|p| p.name == name)
    }

    /// Program names with the ratio of `peer` to `base`, where both have one.
    fn ratios(&self, metric: Metric, base: &str, peer: &str) -> Vec<(&str, f64)> {
        let (Some(base), Some(peer)) = (self.index(base), self.index(peer)) else {
            return Vec::new();
        };
        let of = |p: &Program| Some(p.ratio(metric, base, peer)?.median);
        self.programs.iter().filter_map(|p| Some((p.name.as_str(), of(p)?))).collect()
    }

    fn geomean_of(&self, metric: Metric, base: &str, peer: &str) -> Option<f64> {
        let values: Vec<f64> = self.ratios(metric, base, peer).iter().map(|r| r.1).collect();
        geomean(&values)
    }

    /// The programs that do not work under `peer`.
    fn failed(&self, peer: &str) -> Vec<&str> {
        let Some(i) = self.index(peer) else { return Vec::new() };
        let failed = self.programs.iter().filter(|p| p.cells[i].failure.is_some());
        failed.map(|p| p.name.as_str()).collect()
    }

    /// `(program, peer, reason)` for everything that did not work.
    pub(crate) fn failures(&self) -> Vec<(&str, &str, &str)> {
        let mut all = Vec::new();
        for (peer, startup) in self.peers.iter().zip(&self.startup) {
            if let Err(e) = startup {
                all.push(("-c pass", peer.name, e.as_str()));
            }
        }
        for program in &self.programs {
            for (peer, cell) in self.peers.iter().zip(&program.cells) {
                if let Some(failure) = &cell.failure {
                    all.push((program.name.as_str(), peer.name, failure.as_str()));
                }
            }
        }
        all
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = String::from("# Measurements\n\n");
        for (name, value) in &self.facts {
            let _ = writeln!(out, "- {name}: {value}");
        }
        for peer in &self.peers {
            let _ = writeln!(out, "- {}: {} ({})", peer.name, peer.version, peer.program.display());
        }
        for (name, reason) in &self.absent {
            let _ = writeln!(out, "- {name}: not found ({reason})");
        }
        out.push('\n');
        self.table(&mut out, Metric::Steady, "Steady state, ms per iteration");
        self.table(&mut out, Metric::First, "Warm-up: the first iteration, ms");
        self.table(&mut out, Metric::Whole, "Whole process, ms");
        self.table(&mut out, Metric::Memory, "Peak memory, MiB");
        self.startup_table(&mut out);
        self.bars(&mut out);
        let failures = self.failures();
        if !failures.is_empty() {
            out.push_str("## Failures\n\n");
            for (program, peer, reason) in failures {
                let _ = writeln!(out, "- {program} under {peer}: {reason}");
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// Each cell: median ± half its range, and in brackets how many times as good as CPython.
    fn table(&self, out: &mut String, metric: Metric, title: &str) {
        let base = self.index(CPYTHON);
        let _ = writeln!(out, "## {title}\n");
        out.push_str("| program |");
        for peer in &self.peers {
            let _ = write!(out, " {} |", peer.name);
        }
        out.push_str("\n|---|");
        out.push_str(&"---:|".repeat(self.peers.len()));
        out.push('\n');
        for program in &self.programs {
            let _ = write!(out, "| {} |", program.name);
            for (i, cell) in program.cells.iter().enumerate() {
                match Summary::of(&cell.values(metric)) {
                    None if cell.failure.is_some() => out.push_str(" failed |"),
                    None => out.push_str(" – |"),
                    Some(s) => {
                        let half = s.spread() * 50.0;
                        let _ = write!(out, " {} ±{half:.0}%", metric.show(s.median));
                        match base.and_then(|b| program.ratio(metric, b, i)) {
                            Some(r) if base != Some(i) => {
                                let _ = write!(out, " ({:.2}×) |", r.median);
                            }
                            _ => out.push_str(" |"),
                        }
                    }
                }
            }
            out.push('\n');
        }
        if base.is_some() {
            out.push_str("| **geomean vs CPython 3.13** |");
            for peer in &self.peers {
                match self.geomean_of(metric, CPYTHON, peer.name) {
                    Some(g) if peer.name != CPYTHON => {
                        let n = self.ratios(metric, CPYTHON, peer.name).len();
                        let _ = write!(out, " **{g:.2}×** of {n} |");
                    }
                    _ => out.push_str(" – |"),
                }
            }
            out.push('\n');
        }
        out.push('\n');
    }

    fn startup_of(&self, name: &str) -> Option<Summary> {
        Summary::of(self.startup.get(self.index(name)?)?.as_ref().ok()?)
    }

    fn startup_table(&self, out: &mut String) {
        out.push_str("## Start-up, `-c pass`, ms\n\n| | median | min | max | of CPython's |\n");
        out.push_str("|---|---:|---:|---:|---:|\n");
        let base = self.startup_of(CPYTHON);
        for peer in &self.peers {
            let Some(s) = self.startup_of(peer.name) else { continue };
            let share = base.map_or("–".into(), |b| format!("{:.2}", s.median / b.median));
            let (median, min, max) = (s.median * 1e3, s.min * 1e3, s.max * 1e3);
            let _ =
                writeln!(out, "| {} | {median:.2} | {min:.2} | {max:.2} | {share} |", peer.name);
        }
        out.push('\n');
    }

    /// The bars of the project against the figures of this run.
    fn bars(&self, out: &mut String) {
        let interpreter = self.ratios(Metric::Steady, CPYTHON, NO_JIT);
        let jit = self.ratios(Metric::Steady, CPYTHON, JIT);
        let numeric: Vec<_> =
            jit.iter().copied().filter(|(name, _)| NUMERIC.contains(name)).collect();
        let pypy = self.ratios(Metric::Steady, PYPY, JIT);
        let own = self.ratios(Metric::Steady, NO_JIT, JIT);

        let mut lines = Vec::new();
        let off = self.failed(NO_JIT);
        let on = self.failed(JIT);
        let on_numeric: Vec<_> = on.iter().copied().filter(|n| NUMERIC.contains(n)).collect();
        each(&mut lines, "jit=off vs CPython 3.13, each ≥ 1.5×", &interpreter, 1.5, &off);
        mean(&mut lines, "jit=off vs CPython 3.13, geomean ≥ 2×", &interpreter, 2.0, &off);
        each(
            &mut lines,
            "JIT vs CPython 3.13, numeric kernels, each ≥ 20×",
            &numeric,
            20.0,
            &on_numeric,
        );
        mean(&mut lines, "JIT vs CPython 3.13, geomean ≥ 8×", &jit, 8.0, &on);
        if !pypy.is_empty() {
            let ahead = pypy.iter().filter(|r| r.1 >= 1.0).count();
            let names: Vec<_> = pypy.iter().filter(|r| r.1 >= 1.0).map(|r| r.0).collect();
            lines.push((
                "JIT vs PyPy, level or ahead on a third",
                3 * ahead >= pypy.len(),
                format!("{ahead} of {} ({})", pypy.len(), names.join(", ")),
            ));
            mean(&mut lines, "JIT vs PyPy, geomean ≥ 1×", &pypy, 1.0, &on);
        }
        each(&mut lines, "JIT vs jit=off, each ≥ 0.95×", &own, 0.95, &on);
        if let (Some(habu), Some(base)) = (self.startup_of(JIT), self.startup_of(CPYTHON)) {
            let share = habu.median / base.median;
            lines.push(("start-up ≤ ½ of CPython 3.13's", share <= 0.5, format!("{share:.2}")));
        }
        let memory = self.ratios(Metric::Memory, PYPY, JIT);
        each(&mut lines, "JIT memory ≤ PyPy's, each ≥ 1×", &memory, 1.0, &on);
        if lines.is_empty() {
            return;
        }
        out.push_str("## Bars\n\n| bar | met | figure |\n|---|---|---|\n");
        for (bar, met, figure) in lines {
            let _ = writeln!(out, "| {bar} | {} | {figure} |", if met { "yes" } else { "**no**" });
        }
        out.push('\n');
    }

    pub(crate) fn json(&self) -> Json {
        let peers = self.peers.iter().zip(&self.startup).map(|(p, s)| {
            let startup = match s {
                Ok(times) => Json::nums(times.iter().copied()),
                Err(e) => Json::str(e),
            };
            Json::obj([
                ("name", Json::str(p.name)),
                ("program", Json::str(p.program.display().to_string())),
                ("version", Json::str(&p.version)),
                ("startup_seconds", startup),
            ])
        });
        let programs = self.programs.iter().map(|program| {
            let cells = program.cells.iter().enumerate();
            Json::obj([
                ("name", Json::str(&program.name)),
                (
                    "peers",
                    Json::obj(
                        cells.map(|(i, c)| (self.peers[i].name, self.cell_json(program, i, c))),
                    ),
                ),
            ])
        });
        let geomeans = |metric| {
            Json::obj(self.peers.iter().filter_map(|p| {
                Some((p.name, Json::Num(self.geomean_of(metric, CPYTHON, p.name)?)))
            }))
        };
        Json::obj([
            ("facts", Json::obj(self.facts.iter().map(|(k, v)| (*k, Json::str(v))))),
            ("peers", Json::Arr(peers.collect())),
            ("absent", Json::obj(self.absent.iter().map(|(k, v)| (k.as_str(), Json::str(v))))),
            ("programs", Json::Arr(programs.collect())),
            ("steady_geomean_vs_cpython", geomeans(Metric::Steady)),
            ("whole_geomean_vs_cpython", geomeans(Metric::Whole)),
            ("memory_geomean_vs_cpython", geomeans(Metric::Memory)),
        ])
    }

    fn cell_json(&self, program: &Program, index: usize, cell: &Cell) -> Json {
        let base = self.index(CPYTHON);
        let summary = |metric| {
            let Some(s) = Summary::of(&cell.values(metric)) else { return Json::Null };
            let ratio = base.and_then(|b| program.ratio(metric, b, index));
            Json::obj([
                ("median", Json::Num(s.median)),
                ("min", Json::Num(s.min)),
                ("max", Json::Num(s.max)),
                ("vs_cpython", ratio.map_or(Json::Null, |r| Json::Num(r.median))),
            ])
        };
        let text = |t: &Option<String>| t.as_ref().map_or(Json::Null, Json::str);
        let samples = cell.samples.iter().map(|s| {
            Json::obj([
                ("iterations", Json::nums(s.iterations.iter().copied())),
                ("wall_seconds", Json::Num(s.wall)),
                ("cpu_seconds", Json::Num(s.cpu)),
                ("peak_bytes", Json::Int(s.peak_bytes)),
            ])
        });
        Json::obj([
            ("failure", text(&cell.failure)),
            ("result", text(&cell.result)),
            ("steady_seconds", summary(Metric::Steady)),
            ("first_seconds", summary(Metric::First)),
            ("whole_seconds", summary(Metric::Whole)),
            ("peak_bytes", summary(Metric::Memory)),
            ("samples", Json::Arr(samples.collect())),
        ])
    }
}

type Lines = Vec<(&'static str, bool, String)>;

/// A bar for every program; one that failed does not meet it.
fn each(lines: &mut Lines, bar: &'static str, ratios: &[(&str, f64)], least: f64, failed: &[&str]) {
    let Some(worst) = ratios.iter().min_by(|a, b| a.1.total_cmp(&b.1)) else { return };
    let short: Vec<_> = ratios
        .iter()
        .filter(|r| r.1 < least)
        .map(|(name, ratio)| format!("{name} {ratio:.2}×"))
        .collect();
    let figure = if short.is_empty() {
        format!("worst: {} {:.2}×", worst.0, worst.1)
    } else {
        format!("short: {}", short.join(", "))
    };
    lines.push((bar, short.is_empty() && failed.is_empty(), figure + &without(failed)));
}

/// A bar for the geometric mean over all programs.
fn mean(lines: &mut Lines, bar: &'static str, ratios: &[(&str, f64)], least: f64, failed: &[&str]) {
    let values: Vec<f64> = ratios.iter().map(|r| r.1).collect();
    if let Some(g) = geomean(&values) {
        let figure = format!("{g:.2}× of {}{}", values.len(), without(failed));
        lines.push((bar, g >= least && failed.is_empty(), figure));
    }
}

fn without(failed: &[&str]) -> String {
    if failed.is_empty() { String::new() } else { format!("; failed: {}", failed.join(", ")) }
}
