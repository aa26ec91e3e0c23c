//! What may be spent on compiling: in proportion to what the program itself has run.
//!
//! While a processor is free for the compiling thread, roots cost the program nothing and are always allowed; bridges,
//! whose trees are compiled again and again, take no more time than the program. Where jobs take longer than the
//! processor time they need, because there is one processor or others want it too, each delays the program or its
//! neighbours. Then little is spent in the beginning, as most programs are short, and nearly as much as the program
//! takes itself once that is long. Whoever is refused asks again when it has been hot for another while, so that what
//! is hottest comes first.

use crate::tuning::{COMPILING_START, CROWDED, LONG_RUN};
use std::time::{Duration, Instant};

/// What a job is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// A root: what it is for is interpreted until then.
    Root,
    /// Bridges of a tree that is there.
    Bridges,
}

/// How long a job took.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Cost {
    /// Processor time.
    pub(crate) processor: Duration,
    /// From its begin to its end.
    pub(crate) whole: Duration,
}

/// Measures a job.
pub(crate) struct Meter {
    processor: Duration,
    whole: Instant,
}

impl Meter {
    /// A job begins.
    pub(crate) fn start() -> Meter {
        Meter { processor: time(libc::CLOCK_THREAD_CPUTIME_ID), whole: Instant::now() }
    }

    /// It is done.
    pub(crate) fn stop(&self) -> Cost {
        let processor = time(libc::CLOCK_THREAD_CPUTIME_ID).saturating_sub(self.processor);
        Cost { processor, whole: self.whole.elapsed() }
    }
}

/// What was spent, and on what kind of machine.
pub(crate) struct Budget {
    /// Whether there is one processor.
    single: bool,
    spent: Duration,
    /// The last jobs, earlier ones counting less.
    recent: Cost,
}

impl Budget {
    /// Nothing was spent yet.
    pub(crate) fn new() -> Budget {
        let single = std::thread::available_parallelism().is_ok_and(|n| n.get() == 1);
        Budget { single, spent: Duration::ZERO, recent: Cost::default() }
    }

    /// A job took this long.
    pub(crate) fn spend(&mut self, cost: Cost) {
        self.spent += cost.processor;
        self.recent.processor = self.recent.processor / 2 + cost.processor;
        self.recent.whole = self.recent.whole / 2 + cost.whole;
    }

    /// Whether more may be spent now.
    pub(crate) fn allows(&self, purpose: Purpose) -> bool {
        let crowded = self.is_crowded();
        if self.spent <= COMPILING_START || !crowded && purpose == Purpose::Root {
            return true;
        }
        let program = time(libc::CLOCK_PROCESS_CPUTIME_ID).saturating_sub(self.spent);
        let share = match crowded {
            true => program.div_duration_f64(program + LONG_RUN),
            false => 1.0,
        };
        self.spent <= COMPILING_START + program.mul_f64(share)
    }

    /// Whether the compiling thread takes its time from others.
    fn is_crowded(&self) -> bool {
        self.single || self.recent.whole > self.recent.processor * CROWDED / 100
    }
}

/// What a clock of processor time says.
fn time(clock: libc::clockid_t) -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is there on every Linux, and `now` is ours.
    unsafe { libc::clock_gettime(clock, &raw mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
