//! Counters of the JIT's work, for `-X jit-stats` and golden tests.

use crate::reason::Abort;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// The counters.
#[derive(Default, Debug, Clone)]
pub struct Stats {
    /// Root traces compiled.
    pub roots: u64,
    /// Bridges compiled.
    pub bridges: u64,
    /// Whole-tree compilations.
    pub compilations: u64,
    /// Time that compilations took, on whatever thread.
    pub compiling: Duration,
    /// Times a tree was entered.
    pub entries: u64,
    /// Times a tree was left.
    pub exits: u64,
    /// Recordings that gave up, by reason.
    pub aborts: BTreeMap<Abort, u64>,
    /// Bytecode instructions recorded.
    pub recorded: u64,
    /// Residual ops in compiled traces, by what they are: how often each ran.
    pub residuals: BTreeMap<String, Vec<Rc<Cell<u64>>>>,
    /// Trees that were dropped as interpreting was faster.
    pub dropped: u64,
    /// Times all code was given up to make room.
    pub clearings: u64,
    /// Times everything was invalidated.
    pub invalidations: u64,
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "jit: {} roots, {} bridges, {} compilations in {:.1} ms",
            self.roots,
            self.bridges,
            self.compilations,
            self.compiling.as_secs_f64() * 1000.0
        )?;
        writeln!(
            f,
            "jit: {} entries, {} exits, {} ops recorded",
            self.entries, self.exits, self.recorded
        )?;
        for (reason, n) in &self.aborts {
            writeln!(f, "jit: {n} recordings aborted: {}", reason.text())?;
        }
        let runs = |sites: &[Rc<Cell<u64>>]| sites.iter().map(|runs| runs.get()).sum::<u64>();
        let mut residuals: Vec<_> =
            self.residuals.iter().map(|(k, v)| (k, v.len(), runs(v))).collect();
        residuals.sort_by_key(|r| std::cmp::Reverse(r.2));
        for (op, sites, runs) in residuals {
            writeln!(f, "jit: {sites} residual {op}, run {runs} times")?;
        }
        if self.dropped > 0 {
            writeln!(f, "jit: {} trees dropped", self.dropped)?;
        }
        if self.clearings > 0 {
            writeln!(f, "jit: the memory for code was full {} times", self.clearings)?;
        }
        if self.invalidations > 0 {
            writeln!(f, "jit: {} invalidations", self.invalidations)?;
        }
        Ok(())
    }
}
