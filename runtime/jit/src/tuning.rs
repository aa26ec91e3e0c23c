//! Every constant that trades compile time against speed, in one place.

use std::time::Duration;

/// Bytecode instructions a recording may execute.
pub const MAX_RECORDED_OPS: usize = 3000;
/// Trace instructions a recording may emit.
pub const MAX_TRACE_INSTS: usize = 6000;
/// Frames that may be open in a trace besides the first.
pub const MAX_INLINE_DEPTH: usize = 12;
/// Frames of one function that may be open in a trace.
pub const MAX_RECURSION: usize = 3;
/// Length of a trace beyond which a recursive call is not inlined any more, but calls the function's tree.
pub const MAX_RECURSIVE_INSTS: usize = 120;
/// Conditional jumps that a function may have whose recursive calls are inlined.
pub const MAX_RECURSIVE_BRANCHES: usize = 2;
/// Instructions that a function without calls may have for which the interpreter is as good as code.
pub const MAX_LEAF_OPS: usize = 20;
/// Times an exit is taken before a bridge is recorded there.
pub const BRIDGE_HOT: u32 = 40;
/// Exits that a bridge may wait for its compilation, for each instruction of the tree: what compiling one costs over what
/// leaving once costs.
pub const EXITS_PER_INST: usize = 10;
/// A tree that waits for bridges hinders the program if it is left more often than this.
pub const HINDRANCE: Duration = Duration::from_nanos(2000);
/// `-X jit-hot` where it is not given.
pub const USUAL_HOT: u32 = 1039;
/// Bridges of one tree.
pub const MAX_BRIDGES: usize = 120;
/// By how much hotter an exit must be after each recording that failed there.
pub const EXIT_FACTOR: u32 = 4;
/// Failures that an exit counts where a bridge would do nothing.
pub const HOPELESS: u32 = 6;
/// By how much longer a place rests after each recording that failed there.
pub const REST_FACTOR: u32 = 4;
/// Passes that a place rests at most.
pub const MAX_REST: u32 = 1 << 26;
/// Passes of a loop whose code is being made, before it asks whether it is there.
pub const COMPILING_PASSES: u32 = 100;
/// What entering and leaving a tree costs, in ops of the interpreter that code does in no time.
pub const BORDER: u64 = 60;
/// Passes that a loop is taken to have made whose code does not count them.
pub const UNTOLD: i64 = 1000;
/// What beginning and ending a frame costs in the interpreter, in ops.
pub const FRAME_WORTH: u32 = 5;
/// Entries of a tree before it is judged; twice as many each time.
pub const FIRST_ENTRIES: u64 = 512;
/// Time for compiling that the start is given.
pub const COMPILING_START: Duration = Duration::from_millis(5);
/// After how long half of a program's time may be spent on compiling where that delays somebody.
pub const LONG_RUN: Duration = Duration::from_millis(400);
/// How much longer than its processor time a job takes where processors are wanted by others, in percent.
pub const CROWDED: u32 = 130;
/// Jobs that may wait for the compiling thread.
pub const MAX_QUEUED: usize = 32;
/// Times a recording may pass the header of another loop that is not compiled, before the recording gives up: then
/// that loop should be compiled first.
pub const MAX_INNER_PASSES: u32 = 24;
/// Times a recording may pass the header of a compiled loop in the frame of a resumed generator.
pub const MAX_GENERATOR_PASSES: u32 = 4;
/// A loop that yields in every round is compiled if it executes as many instructions until then: entering and leaving
/// the code must pay.
pub const MIN_STEPS_TO_YIELD: usize = 60;
/// Times a generator is resumed without a tree after its recording failed, multiplied with every failure.
pub const GENERATOR_REST: u32 = 1000;
/// Cap of the code arena, in bytes.
pub const CODE_BYTES: usize = 128 << 20;
