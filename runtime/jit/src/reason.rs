//! Why something was not compiled: each reason is counted and shown by `-X jit-stats` and `habu trace`.

/// A recording gave up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Abort {
    /// Too many instructions: the trace is cut there if it can be.
    TooLong,
    /// Calls nest too deeply or recurse.
    TooDeep,
    /// An inner loop went round too often; it will be compiled on its own first.
    InnerLoop,
    /// The loop suspends its generator soon in every round; who consumes it is to be compiled.
    Yields,
    /// The first frame returned before the loop closed.
    LeftFrame,
    /// An exception left the run that was recorded.
    Raised,
    /// A guard known to fail: the program did something contradictory (our bug if it persists).
    Contradiction,
    /// Classes that the recording relied on changed meanwhile.
    Stale,
    /// The lowering refused the tree.
    Lowering,
    /// Memory for the recording's own objects.
    NoMemory,
}

impl Abort {
    /// What people are told.
    pub fn text(self) -> &'static str {
        match self {
            Abort::TooLong => "the trace became too long",
            Abort::TooDeep => "calls nest too deeply or recurse",
            Abort::InnerLoop => "an inner loop is to be compiled first",
            Abort::Yields => "the loop yields in every round",
            Abort::LeftFrame => "the frame ended before the loop closed",
            Abort::Raised => "an exception left the recorded code",
            Abort::Contradiction => "a guard contradicts what is known",
            Abort::Stale => "a class changed during recording",
            Abort::Lowering => "code generation refused the tree",
            Abort::NoMemory => "memory is exhausted",
        }
    }
}
