//! What each stage of the pipeline costs, in time per unit of its input: `cargo bench`.
//!
//! A stage is run for a while and the fastest run counts, since what disturbs a run only makes it slower. These figures
//! steer; what programs cost is measured by `perf/`, in whole processes and against peers.

mod stages;

use std::time::{Duration, Instant};

/// Time that each measurement takes.
const SPAN: Duration = Duration::from_millis(300);

/// One measurement.
pub(crate) struct Measured {
    /// What was measured.
    pub(crate) name: &'static str,
    /// Nanoseconds of the fastest run, for each unit.
    pub(crate) nanos: f64,
    /// What a unit is.
    pub(crate) unit: &'static str,
}

/// Runs `work`, which does `units` units, again and again; the fastest run counts.
pub(crate) fn measure<R>(
    name: &'static str,
    units: usize,
    unit: &'static str,
    mut work: impl FnMut() -> R,
) -> Measured {
    let mut best = Duration::MAX;
    let begin = Instant::now();
    while begin.elapsed() < SPAN {
        let start = Instant::now();
        std::hint::black_box(work());
        best = best.min(start.elapsed());
    }
    Measured { name, nanos: best.as_nanos() as f64 / units.max(1) as f64, unit }
}

fn main() {
    // `cargo bench NAME` measures what has the word in its name; cargo's own options are not ours.
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let wanted = |name: &str| wanted.as_ref().is_none_or(|word| name.contains(word.as_str()));
    for stage in stages::STAGES.iter().filter(|stage| wanted(stage.name)) {
        for Measured { name, nanos, unit } in (stage.run)() {
            println!("{:<10} {name:<28} {nanos:>12.1} ns per {unit}", stage.name);
        }
    }
}
