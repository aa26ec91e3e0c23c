//! `trait Machine`: the vocabulary in which every op's meaning is written once.
//!
//! The concrete machine (crate `interp`) monomorphises it to handlers; the recorder (crate `jit`) executes the same
//! code and emits trace IR. Decisions are Rust `bool`s: the concrete machine tests, the recorder tests and records a
//! guard for the outcome, so Rust's control flow is the trace. A guard resumes at its op's start, therefore no
//! decision may follow an effect (`set`, `store`, frame changes) within one op; the recorder asserts this.
//!
//! Methods are safe to call because ops run verified code only: registers, words and jumps are in range.

use habu_bytecode::{Insn, Op};
use habu_object::Value;
use habu_vm::resume::ResumePoint;
use habu_vm::stack::{CALLER, RETURN_PC, reg};
use habu_vm::{BinOp, CmpOp};

/// How an op's fast path ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// Done: the next instruction is at the machine's pc.
    Next,
    /// Nothing was changed: the op's residual function must do it.
    Slow,
    /// Nothing was changed: the op's second part may do it ([`crate::ops::more`]).
    More,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldType {
    /// A tagged value.
    Value,
    /// A machine word used as an unsigned count.
    Count,
    /// An f64.
    Float,
    /// A u32.
    U32,
    /// A byte.
    Byte,
    /// A machine word used as a number that may be negative.
    Signed,
    /// An address outside of Python's objects, or inside one.
    Address,
}

/// A field of a heap object that ops touch directly: the one place its offset and alias class stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name, for trace text; also the alias class: fields of different names never overlap.
    pub name: &'static str,
    /// Offset from the object's address.
    pub offset: u32,
    /// What it holds.
    pub ty: FieldType,
    /// Whether it never changes once the object is initialised.
    pub immutable: bool,
}

/// A layout that ops allocate directly.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Name, for trace text.
    pub name: &'static str,
    /// Bytes.
    pub size: u32,
    /// Kind byte.
    pub kind: u8,
    /// Traced slots.
    pub slots: u16,
    /// All its fields: what must be initialised in a fresh object.
    pub fields: &'static [&'static Field],
}

/// A machine on which ops run.
#[allow(
    clippy::wrong_self_convention,
    reason = "of_int and the like convert on the machine, not from self"
)]
pub trait Machine {
    /// A value.
    type V: Copy;
    /// A small int.
    type I: Copy;
    /// A float.
    type F: Copy;

    // The frame and the instruction stream.

    /// Register `r`.
    fn reg(&mut self, r: usize) -> Self::V;
    /// Sets register `r`.
    fn set(&mut self, r: usize, v: Self::V);
    /// The `k`-th word after the op word.
    fn word(&self, k: usize) -> u32;
    /// Words `k` and `k + 1` as 64 bits.
    fn wide(&self, k: usize) -> u64;
    /// Goes to the instruction after the op's `n` words.
    fn skip(&mut self, n: usize);
    /// Goes to the instruction `offset` words from the op word.
    fn jump(&mut self, offset: i32);
    /// A back-edge to `offset`: counts in word `count`, polls; false if the op must go the slow way.
    fn back_edge(&mut self, offset: i32, count: usize) -> bool;
    /// Counts in word `count` and polls without jumping, before any effect of the op.
    fn ready(&mut self, count: usize) -> bool;
    /// Counts a function entry in word `count`; false if it is hot.
    fn entry(&mut self, count: usize) -> bool;
    /// Registers of the running frame.
    fn frame_size(&mut self) -> usize;
    /// In a continuation frame: the op it continues, whose address is in R[0].
    fn continued(&mut self) -> Insn;
    /// The address of that op.
    fn continued_at(&mut self) -> *const u32;
    /// As `continued`, of an op that steps a generator: also where it goes on when that has ended.
    fn stepped(&mut self) -> (Insn, *const u32);
    /// Goes to an instruction of the running frame.
    fn go_to(&mut self, pc: *const u32);

    // Constants.

    /// A known value.
    fn konst(&mut self, v: Value) -> Self::V;
    /// A known small int.
    fn small(&mut self, n: i64) -> Self::I;

    // Decisions.

    /// Whether `v` is an immediate int.
    fn is_int(&mut self, v: Self::V) -> bool;
    /// Whether both are immediate ints.
    fn both_int(&mut self, a: Self::V, b: Self::V) -> bool;
    /// Whether `v` is an immediate float.
    fn is_float(&mut self, v: Self::V) -> bool;
    /// Whether both are immediate floats.
    fn both_float(&mut self, a: Self::V, b: Self::V) -> bool;
    /// Whether `v` is a heap object with this shape.
    fn has_shape(&mut self, v: Self::V, shape: u32) -> bool;
    /// Whether `v` is this very object.
    fn is(&mut self, v: Self::V, what: Value) -> bool;
    /// Whether two values are identical.
    fn same(&mut self, a: Self::V, b: Self::V) -> bool;
    /// An int comparison.
    fn cmp_int(&mut self, op: CmpOp, a: Self::I, b: Self::I) -> bool;
    /// A float comparison.
    fn cmp_float(&mut self, op: CmpOp, a: Self::F, b: Self::F) -> bool;
    /// `0 <= i < n`, n not negative.
    fn below(&mut self, i: Self::I, n: Self::I) -> bool;

    /// Whether no builtin has been hidden by a module global since `version`.
    fn shadow_unchanged(&mut self, version: u32) -> bool;

    // Conversions.

    /// The int of a value decided to be one.
    fn int(&mut self, v: Self::V) -> Self::I;
    /// An int as a value.
    fn of_int(&mut self, i: Self::I) -> Self::V;
    /// The float of a value decided to be an immediate one.
    fn float(&mut self, v: Self::V) -> Self::F;
    /// A float as a value; None if the machine leaves heap floats to the slow path.
    fn of_float(&mut self, f: Self::F) -> Option<Self::V>;
    /// An int as a float.
    fn int_to_float(&mut self, i: Self::I) -> Self::F;

    // Arithmetic. None: out of the small range.

    /// `a + b`
    fn add(&mut self, a: Self::I, b: Self::I) -> Option<Self::I>;
    /// `a + b`, of which it is known that it is no larger than an int may be.
    fn add_within(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a - b`
    fn sub(&mut self, a: Self::I, b: Self::I) -> Option<Self::I>;
    /// `a * b`
    fn mul(&mut self, a: Self::I, b: Self::I) -> Option<Self::I>;
    /// `a // b`; the divisor has been decided to be positive.
    fn floor_div(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a % b`; the divisor has been decided to be positive.
    fn modulo(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a << b`; b has been decided to be in 0..62.
    fn shl(&mut self, a: Self::I, b: Self::I) -> Option<Self::I>;
    /// `a >> b`; b has been decided to be in 0..62.
    fn shr(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a & b`
    fn and(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a | b`
    fn or(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a ^ b`
    fn xor(&mut self, a: Self::I, b: Self::I) -> Self::I;
    /// `a + b`
    fn fadd(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// `a - b`
    fn fsub(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b`
    fn fmul(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// `a / b`
    fn fdiv(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// `-a`
    fn fneg(&mut self, a: Self::F) -> Self::F;

    // Memory.

    /// A value field.
    fn load(&mut self, o: Self::V, f: &'static Field) -> Self::V;
    /// A count field, as an int.
    fn load_count(&mut self, o: Self::V, f: &'static Field) -> Self::I;
    /// A float field.
    fn load_float(&mut self, o: Self::V, f: &'static Field) -> Self::F;
    /// Whether `o` may be made to refer to `v` without a word to the collector; if not the slow path does it. Asked
    /// before every store of a value into an object that the op has not made itself.
    fn stores_freely(&mut self, o: Self::V, v: Self::V) -> bool;
    /// Stores a value field of an object that stores it freely.
    fn store(&mut self, o: Self::V, f: &'static Field, v: Self::V);
    /// Stores a count field.
    fn store_count(&mut self, o: Self::V, f: &'static Field, n: Self::I);
    /// Stores a known number into a field of 32 bits or a byte.
    fn store_small(&mut self, o: Self::V, f: &'static Field, n: u32);
    /// In-object slot of an instance, by byte offset.
    fn load_slot(&mut self, o: Self::V, offset: u32) -> Self::V;
    /// Stores an in-object slot of an instance that stores it freely.
    fn store_slot(&mut self, o: Self::V, offset: u32, v: Self::V);
    /// Changes an object's shape.
    fn set_shape(&mut self, o: Self::V, shape: u32);
    /// Item `i` of an array or tuple, in range.
    fn item(&mut self, array: Self::V, i: Self::I) -> Self::V;
    /// Stores item `i`, in range, of an array that stores it freely.
    fn set_item(&mut self, array: Self::V, i: Self::I, v: Self::V);
    /// Makes room for one more item in a list, if the machine wants to go on as if there were some and does not know
    /// that there is none.
    fn make_room(&mut self, list: Self::V);
    /// Item `i` of a tuple, `i` known: tuples never change.
    fn tuple_item(&mut self, tuple: Self::V, i: usize) -> Self::V;
    /// A new object of a fixed layout and shape with its value fields UNBOUND and counts zero; None when the slow
    /// path must make it.
    fn new_object(&mut self, layout: &'static Layout, shape: u32) -> Option<Self::V>;
    /// A new instance of the class whose fresh instances have `shape` with `slots` in-object slots, all UNBOUND.
    fn new_instance(&mut self, shape: u32, slots: u16) -> Option<Self::V>;
    /// A new tuple of registers `first ..`.
    fn new_tuple(&mut self, first: usize, n: usize) -> Option<Self::V>;

    /// A new function of the running code's constant `index`, without defaults and closure.
    fn new_function(&mut self, index: usize) -> Option<Self::V>;

    // Frames.

    /// The callee word of the running frame.
    fn callee(&mut self) -> Self::V;
    /// The running op's address as a value that reads as an int.
    fn op_address(&self) -> Value;
    /// Whether `f` is a Python function taking exactly `nargs` positional arguments whose frame fits on the stack at
    /// register `base`; the recorder pins the function's code.
    fn is_simple_function(&mut self, f: Self::V, nargs: usize, base: usize) -> bool;
    /// The function of the prelude that runs instead of native function `f` on the arguments from register `base`, if
    /// its frame may be pushed there.
    fn hosted(&mut self, f: Self::V, nargs: usize, base: usize) -> Option<Self::V>;
    /// Moves registers `to + 1 ..= to + n` down by one.
    fn move_down(&mut self, to: usize, n: usize) {
        for k in 0..n {
            let v = self.reg(to + 1 + k);
            self.set(to + k, v);
        }
    }
    /// Pushes the frame of `f` at register `base`; it returns to the machine's pc.
    fn push_frame(&mut self, f: Self::V, base: usize);
    /// Pushes a continuation frame at register `base`: payload, and the op that its callee returns to.
    fn push_continuation(&mut self, base: usize, payload: [Self::V; 2], then: Op);
    /// Pops the frame and puts `v` in the caller's result register.
    fn pop_frame(&mut self, v: Self::V);
    /// Pops a continuation frame; the machine's pc is then the instruction after its op.
    fn pop_continuation(&mut self);
    /// Whether `f` is a class of which fresh instances are plain and whose `__init__` is a Python function with
    /// `nargs` parameters beside self: (class shape, slots, `__init__`).
    fn plain_class(&mut self, f: Self::V, nargs: usize, base: usize)
    -> Option<(u32, u16, Self::V)>;
    /// The Python function that `a op b` calls on `a`, when that is certain by the operands' shapes. The concrete
    /// machine leaves this to the slow path.
    fn operator_method(
        &mut self,
        op: BinOp,
        inplace: bool,
        a: Self::V,
        b: Self::V,
    ) -> Option<Self::V>;

    // Exceptions.

    /// Whether the machine unwinds by itself.
    const UNWINDS: bool;
    /// The exception being handled, None if none.
    fn handled(&mut self) -> Self::V;
    /// Sets it.
    fn set_handled(&mut self, v: Self::V);

    /// Whether exception `e` matches what an `except` clause names. None: the slow path decides.
    fn exception_matches(&mut self, e: Self::V, wanted: Self::V) -> Option<bool>;
    /// A new exception of class `class` with registers `first ..` as its arguments, if that is all that makes one.
    fn new_exception(&mut self, class: Self::V, first: usize, n: usize) -> Option<Self::V>;
    /// What `raise v` raises, if `v` is an exception or a class of which one can be made.
    fn exception_instance(&mut self, v: Self::V) -> Option<Self::V>;
    /// Whether nobody but the running frames can refer to `o`.
    fn is_new(&mut self, o: Self::V) -> bool;
    /// Whether `e`, raised by the running op, is caught where the machine can go on by itself.
    fn catches(&mut self, e: Self::V) -> bool;
    /// Goes on at the handler that `catches` has found.
    fn unwind(&mut self, e: Self::V, add_entry: bool);

    // Generators.

    /// Where generator `g` goes on, if it is suspended, its masks hold and its frame fits at register `window`.
    fn resume_point(&mut self, g: Self::V, window: usize) -> Option<ResumePoint>;
    /// Where generator `g`, whose frame is the running one, was resumed. No decision: how the frame came to be says it.
    fn resumed_at(&mut self, g: Self::V) -> Option<ResumePoint>;
    /// What generator `g` has saved of register `r`.
    fn saved(&mut self, g: Self::V, r: usize) -> Self::V;
    /// Saves `v` as register `r` in generator `g`, which stores it freely.
    fn save(&mut self, g: Self::V, r: usize, v: Self::V);
    /// A new generator of a shape with room for `room` registers, all UNBOUND.
    fn new_generator(&mut self, shape: u32, room: usize) -> Option<Self::V>;
    /// Pushes the frame of generator `g`, its registers set, at register `base`; it begins at `pc` and returns to the
    /// machine's pc.
    fn push_generator(&mut self, g: Self::V, pc: *const u32, base: usize);
    /// What to note as the owner of a generator that the running frame returns (`gen_slot::OWNER`).
    fn result_owner(&mut self) -> Value;
    /// Who waits for the running frame.
    fn returns_to(&mut self) -> Returns;
}

/// Where an op that steps a generator goes on when that has ended.
///
/// # Safety
/// `at` is a FOR_LOOP or a SEND of verified code.
#[inline(always)]
pub unsafe fn done(at: *const u32) -> (Insn, *const u32) {
    // SAFETY: by contract; the first word behind a SEND is its jump word.
    let (insn, jump) = unsafe { (Insn(*at), *at.add(1) as i32) };
    let done = match insn.op() {
        Some(Op::Send) => at.wrapping_offset(jump as isize),
        _ => at.wrapping_add(Op::ForLoop.size() + Op::ForResult.size()),
    };
    (insn, done)
}

/// Who waits for a frame's result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    /// A `for` loop, at its FOR_RESULT.
    ForResult,
    /// A SEND, through its continuation frame.
    Send {
        /// The register that receives the delegate's result.
        receiver: usize,
        /// Where control goes when the delegate has ended.
        done: *const u32,
    },
    /// Somebody else.
    Elsewhere,
    /// It is not known who: the machine finds out when the frame is popped.
    Anybody,
}

impl Returns {
    /// Who waits for the frame at `base`.
    ///
    /// # Safety
    /// `base` is a live window; its link words are in memory, and so are those of a continuation below it.
    #[inline(always)]
    pub unsafe fn of(base: *mut Value) -> Returns {
        // SAFETY: by contract; a return address is an instruction of live code or a stub.
        let op = unsafe { *(reg(base, RETURN_PC).bits() as *const u32) } as u8;
        if op == Op::ForResult as u8 {
            return Returns::ForResult;
        }
        if op != Op::ContSend as u8 {
            return Returns::Elsewhere;
        }
        // SAFETY: R[0] of a continuation frame is the address of its op: a SEND, followed by its jump word.
        unsafe {
            let at = reg(reg(base, CALLER).bits() as *mut Value, 0).bits() as *const u32;
            let done = at.wrapping_offset(*at.add(1) as i32 as isize);
            Returns::Send { receiver: Insn(*at).b(), done }
        }
    }
}
