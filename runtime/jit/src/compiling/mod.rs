//! Compilation as a job: from recorded traces to placed code, on whatever thread.
//!
//! ```text
//! tree ─ Job ─→ queue ─→ Compiler::run (optimise, lower, generate, place) ─→ Finished ─→ tree installs
//! ```
//!
//! By default the jobs of a runtime are done one after the other by a thread of its own (`queue`), which starts with the
//! first; the interpreter goes on meanwhile and asks for finished ones when it comes by. With `-X jit-compile=inline`
//! a job is done where it is handed in, so that a program takes the same way in every run. Nothing here knows the heap:
//! a job is plain data, and what its addresses lead to is kept alive by whoever made it.

mod budget;
mod queue;

use crate::code::{Arena, CodeError, CodeGen, OptLevel, OwnedTargetIsa, host_isa};
use crate::lower::{self, Bridge, ExitKey, Force, LowerError, Options, Tree, TreeInput};
use budget::Meter;
pub(crate) use budget::{Budget, Cost, Purpose};
use habu_trace::{Ancestor, Passes, Seat, Trace, optimise, optimise_bridge};
use queue::Queue;
use std::sync::{Arc, Mutex};

/// A trace on its way into code.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// The trace.
    pub(crate) trace: Arc<Trace>,
    /// Whether it is as it was recorded, to be optimised first.
    pub(crate) raw: bool,
}

/// Names a job, so that its result finds whoever still waits for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ticket {
    /// The location that the tree is for.
    pub(crate) location: usize,
    /// Never the same twice.
    pub(crate) serial: u64,
}

/// What to compile together.
pub(crate) struct Job {
    /// For whom.
    pub(crate) ticket: Ticket,
    /// The trace that is entered.
    pub(crate) root: Part,
    /// The bridges and what they hang on, parents before children.
    pub(crate) bridges: Vec<(ExitKey, Part)>,
    /// Words above the base that the frames of its traces may reach.
    pub(crate) extent: usize,
    /// Addresses of the words that hold the entries of all trees, by number.
    pub(crate) cells: Vec<u64>,
    /// Whether its code counts the passes of its loop.
    pub(crate) counted: bool,
}

/// What became of a job.
pub(crate) struct Finished {
    /// For whom.
    pub(crate) ticket: Ticket,
    /// The optimised traces, root first, and their code; or why there is none.
    pub(crate) built: Result<(Vec<Arc<Trace>>, Tree), LowerError>,
    /// How long it took.
    pub(crate) cost: Cost,
}

/// What a thread needs to do jobs.
pub(crate) struct Compiler {
    gen_: CodeGen,
    isa: OwnedTargetIsa,
    arena: Arc<Mutex<Arena>>,
    passes: Passes,
    options: Options,
}

impl Compiler {
    fn new(
        arena: &Arc<Mutex<Arena>>,
        passes: Passes,
        options: Options,
    ) -> Result<Compiler, CodeError> {
        Ok(Compiler {
            gen_: CodeGen::new(),
            isa: host_isa(OptLevel::Speed, false)?,
            arena: Arc::clone(arena),
            passes,
            options,
        })
    }

    fn run(&mut self, job: &Job) -> Finished {
        let meter = Meter::start();
        let built = self.build(job);
        Finished { ticket: job.ticket, built, cost: meter.stop() }
    }

    fn build(&mut self, job: &Job) -> Result<(Vec<Arc<Trace>>, Tree), LowerError> {
        let mut traces = vec![match job.root.raw {
            true => Arc::new(optimise(&job.root.trace, self.passes)),
            false => Arc::clone(&job.root.trace),
        }];
        for (at, part) in &job.bridges {
            traces.push(match part.raw {
                true => Arc::new(self.bridge(job, *at, &part.trace, &traces)),
                false => Arc::clone(&part.trace),
            });
        }
        let bridges: Vec<Bridge<'_>> = job
            .bridges
            .iter()
            .zip(&traces[1..])
            .map(|((at, _), trace)| Bridge { at: *at, trace })
            .collect();
        let key = job.ticket.location as u64;
        let input = TreeInput {
            key,
            root: &traces[0],
            after: None,
            bridges: &bridges,
            extent: job.extent,
            cells: &job.cells,
        };
        let options = Options { passes: job.counted, ..self.options };
        let tree = lower::compile(&mut self.gen_, &*self.isa, &self.arena, &input, &options)?;
        Ok((traces, tree))
    }

    /// A bridge, optimised with what the traces on the way to it know.
    fn bridge(&self, job: &Job, at: ExitKey, trace: &Trace, before: &[Arc<Trace>]) -> Trace {
        let mut ancestors = Vec::new();
        let mut next = Some(at);
        while let Some(key) = next {
            let n = key.trace as usize;
            ancestors.push(Ancestor { number: key.trace, trace: &before[n], exit: key.snap });
            next = n.checked_sub(1).map(|n| job.bridges[n].0);
        }
        ancestors.reverse();
        let seat = Seat {
            ancestors: &ancestors,
            root: job.ticket.location as u64,
            truth: self.options.truth,
            honest: self.options.force == Force::No,
        };
        optimise_bridge(trace, self.passes, &seat)
    }
}

/// Where jobs are handed in.
pub(crate) enum Jobs {
    /// They are done at once.
    Inline(Box<Compiler>),
    /// They are done by another thread.
    Background(Queue),
}

impl Jobs {
    /// A place for jobs whose code goes into `arena`. No thread starts yet.
    pub(crate) fn new(
        inline: bool,
        arena: &Arc<Mutex<Arena>>,
        passes: Passes,
        options: Options,
    ) -> Result<Jobs, CodeError> {
        let compiler = Compiler::new(arena, passes, options)?;
        Ok(if inline {
            Jobs::Inline(Box::new(compiler))
        } else {
            Jobs::Background(Queue::new(compiler))
        })
    }

    /// Whether jobs are done at once, in a way that depends on the program alone.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self, Jobs::Inline(_))
    }

    /// Whether another job may be handed in.
    pub(crate) fn has_room(&self) -> bool {
        match self {
            Jobs::Inline(_) => true,
            Jobs::Background(queue) => queue.has_room(),
        }
    }

    /// Takes a job; the result, if it was done at once.
    pub(crate) fn submit(&mut self, job: Job) -> Option<Finished> {
        match self {
            Jobs::Inline(compiler) => Some(compiler.run(&job)),
            Jobs::Background(queue) => queue.submit(job),
        }
    }

    /// Calls `f` while no other thread has its hands on what is shared with it, but for the arena.
    pub(crate) fn undisturbed<R>(&self, f: impl FnOnce() -> R) -> R {
        match self {
            Jobs::Inline(_) => f(),
            Jobs::Background(queue) => queue.undisturbed(f),
        }
    }

    /// The thread that does the jobs is not in this process: another one is started for the next job.
    pub(crate) fn forget_worker(
        &mut self,
        arena: &Arc<Mutex<Arena>>,
        passes: Passes,
        options: Options,
    ) {
        if let Jobs::Background(queue) = self
            && let Ok(compiler) = Compiler::new(arena, passes, options)
        {
            queue.set_worker(compiler);
        }
    }

    /// A finished job that nobody took yet.
    #[inline]
    pub(crate) fn finished(&mut self) -> Option<Finished> {
        match self {
            Jobs::Inline(_) => None,
            Jobs::Background(queue) => queue.finished(),
        }
    }
}
