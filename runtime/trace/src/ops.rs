//! The instruction table: every op with its operands, result, immediate and effect, stated once.
//!
//! `for_each_inst!` is expanded into the [`Op`] enum and its metadata, from which the builder, the printer, the
//! parser, the verifier and the random trace generator are driven. A row is
//!
//! ```text
//! Name text (operand types) result immediate effect;
//! ```
//!
//! Operand types: `Val Int Raw F64 Bool`, `Addr` (a Val pointer or a Raw address), `Same` (any type, all `Same`
//! operands alike), `Any`, `Many` (the rest, in the trace's operand pool). Result: a type, `Unit`, `Same`, `Mem` (by
//! the descriptor), `Ret` (by the helper). Immediate: see [`Imm`]. Effect: see [`Effect`]. An op whose effect is
//! `Guard`, `Poll` or `TreeCall` names a snapshot.

use crate::types::Type;

/// What an operand must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want {
    /// A tagged word.
    Val,
    /// A tagged int.
    Int,
    /// A machine word.
    Raw,
    /// A double.
    F64,
    /// A truth value.
    Bool,
    /// A tagged pointer or a raw address.
    Addr,
    /// Any type, equal to that of the other `Same` operands.
    Same,
    /// Any type.
    Any,
    /// All remaining operands, of the types that the helper states.
    Many,
}

/// How the result type is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    /// No result.
    Unit,
    /// A tagged word.
    Val,
    /// A tagged int.
    Int,
    /// A machine word.
    Raw,
    /// A double.
    F64,
    /// A truth value.
    Bool,
    /// As the `Same` operands (the wider of Val and Int).
    Same,
    /// As the field or array descriptor says.
    Mem,
    /// As the helper says.
    Ret,
}

impl Gives {
    /// The result type, where the op alone decides it.
    pub fn fixed(self) -> Option<Type> {
        match self {
            Gives::Unit => Some(Type::Unit),
            Gives::Val => Some(Type::Val),
            Gives::Int => Some(Type::Int),
            Gives::Raw => Some(Type::Raw),
            Gives::F64 => Some(Type::F64),
            Gives::Bool => Some(Type::Bool),
            Gives::Same | Gives::Mem | Gives::Ret => None,
        }
    }
}

/// What `Inst::imm` holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Imm {
    /// Nothing (zero).
    None,
    /// The bits of a tagged word; ints and floats print readable, pointers as `@n`.
    Bits,
    /// An `i64`.
    Raw,
    /// The bits of a double.
    F64,
    /// 0 or 1.
    Bool,
    /// A frame slot (an `i32`).
    Slot,
    /// A value of another trace of the tree: the trace's number in the high 32 bits, the inst in the low ones.
    Outer,
    /// A tree and the window it is called in: its number in the high 32 bits, a frame slot in the low ones.
    Tree,
    /// A shape id in the low 32 bits; bit 32 says that the shape of such an object never changes.
    Shape,
    /// A `FieldId`.
    Field,
    /// An `ArrayId`.
    Array,
    /// An `AllocId`.
    Alloc,
    /// A `HelperId`.
    Helper,
}

/// What an op does besides defining its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// A constant.
    Const,
    /// A value of the trace's start or of the loop's header.
    Param,
    /// Nothing: may be shared, folded, dropped.
    Pure,
    /// Leaves through its snapshot when its condition fails; shared with an equal one before it.
    Guard,
    /// Leaves through its snapshot on an event outside the trace; never shared.
    Poll,
    /// Reads memory.
    Load,
    /// Writes memory.
    Store,
    /// Makes an object: may collect garbage, has no visible effect, may be removed.
    Alloc,
    /// As the helper's descriptor says.
    Call,
    /// Anything that Python code may do; leaves through its snapshot unless the callee returns.
    TreeCall,
    /// Reads the interpreter's frame memory.
    FrameLoad,
    /// Writes the interpreter's frame memory.
    FrameStore,
    /// Keeps its operand alive (tests).
    Keep,
}

/// Calls `$cb!` with the whole table.
#[macro_export]
macro_rules! for_each_inst {
    ($cb:ident) => {
        $cb! {
        /// Nothing; a place left behind by a pass, dropped when the trace is compacted.
        Nop nop () Unit None Pure;

        /// A tagged constant: int, float or object.
        ConstVal const_val () Val Bits Const;
        /// A machine word constant.
        ConstRaw const_raw () Raw Raw Const;
        /// A double constant.
        ConstF64 const_f64 () F64 F64 Const;
        /// A truth constant.
        ConstBool const_bool () Bool Bool Const;
        /// The value of a frame slot when the trace was entered, wherever the inst stands (before the loop label).
        Param param () Val Slot Param;
        /// A value of the trace that a bridge hangs on; stands before all that is the bridge's own.
        Outer outer () Val Outer Param;
        /// A parameter of the loop header; stands in `Label::params` order right at the label.
        Phi phi () Val None Param;

        /// Sum; leaves if it is not a tagged int.
        AddOvf add_ovf (Int Int) Int None Guard;
        /// Difference; leaves if it is not a tagged int.
        SubOvf sub_ovf (Int Int) Int None Guard;
        /// Product; leaves if it is not a tagged int.
        MulOvf mul_ovf (Int Int) Int None Guard;
        /// Negation; leaves if it is not a tagged int.
        NegOvf neg_ovf (Int) Int None Guard;
        /// Left shift; leaves if the count is not in 0..=60 or the result is not a tagged int.
        LshiftOvf lshift_ovf (Int Int) Int None Guard;
        /// Sum known to be a tagged int.
        Add add (Int Int) Int None Pure;
        /// Difference known to be a tagged int.
        Sub sub (Int Int) Int None Pure;
        /// Product known to be a tagged int.
        Mul mul (Int Int) Int None Pure;
        /// Negation known to be a tagged int.
        Neg neg (Int) Int None Pure;
        /// Bitwise and.
        And and (Int Int) Int None Pure;
        /// Bitwise or.
        Or or (Int Int) Int None Pure;
        /// Bitwise exclusive or.
        Xor xor (Int Int) Int None Pure;
        /// Bitwise not.
        Invert invert (Int) Int None Pure;
        /// Arithmetic right shift; the count is known not to be negative and may be any size.
        Rshift rshift (Int Int) Int None Pure;
        /// Floor division; the divisor is known not to be 0, and the quotient to be in range.
        Floordiv floordiv (Int Int) Int None Pure;
        /// Python's remainder (sign of the divisor); the divisor is known not to be 0.
        Mod mod_ (Int Int) Int None Pure;
        /// a < b
        Lt lt (Int Int) Bool None Pure;
        /// a <= b
        Le le (Int Int) Bool None Pure;
        /// a > b
        Gt gt (Int Int) Bool None Pure;
        /// a >= b
        Ge ge (Int Int) Bool None Pure;
        /// a == b
        Eq eq (Int Int) Bool None Pure;
        /// a != b
        Ne ne (Int Int) Bool None Pure;

        /// Wrapping sum.
        Radd radd (Raw Raw) Raw None Pure;
        /// Wrapping difference.
        Rsub rsub (Raw Raw) Raw None Pure;
        /// Wrapping product.
        Rmul rmul (Raw Raw) Raw None Pure;
        /// Bitwise and.
        Rand rand (Raw Raw) Raw None Pure;
        /// Bitwise or.
        Ror ror (Raw Raw) Raw None Pure;
        /// Bitwise exclusive or.
        Rxor rxor (Raw Raw) Raw None Pure;
        /// Left shift by the count modulo 64.
        Rshl rshl (Raw Raw) Raw None Pure;
        /// Logical right shift by the count modulo 64.
        Rshr rshr (Raw Raw) Raw None Pure;
        /// Arithmetic right shift by the count modulo 64.
        Rsar rsar (Raw Raw) Raw None Pure;
        /// a < b, unsigned: one compare checks an index against a length.
        Rlt rlt (Raw Raw) Bool None Pure;
        /// a < b, signed.
        Rslt rslt (Raw Raw) Bool None Pure;
        /// a == b
        Req req (Raw Raw) Bool None Pure;
        /// Untags an int.
        IntToRaw int_to_raw (Int) Raw None Pure;
        /// Tags a word known to be in range.
        RawToInt raw_to_int (Raw) Int None Pure;
        /// The bits of a tagged word (for hashing and identity).
        ValToRaw val_to_raw (Val) Raw None Pure;
        /// A tagged word from its bits.
        RawToVal raw_to_val (Raw) Val None Pure;

        /// Sum.
        Fadd fadd (F64 F64) F64 None Pure;
        /// Difference.
        Fsub fsub (F64 F64) F64 None Pure;
        /// Product.
        Fmul fmul (F64 F64) F64 None Pure;
        /// IEEE quotient (test for zero before).
        Fdiv fdiv (F64 F64) F64 None Pure;
        /// Negation.
        Fneg fneg (F64) F64 None Pure;
        /// Absolute value.
        Fabs fabs (F64) F64 None Pure;
        /// Square root.
        Fsqrt fsqrt (F64) F64 None Pure;
        /// Rounds down.
        Ffloor ffloor (F64) F64 None Pure;
        /// a < b
        Flt flt (F64 F64) Bool None Pure;
        /// a <= b
        Fle fle (F64 F64) Bool None Pure;
        /// a > b
        Fgt fgt (F64 F64) Bool None Pure;
        /// a >= b
        Fge fge (F64 F64) Bool None Pure;
        /// a == b
        Feq feq (F64 F64) Bool None Pure;
        /// a != b
        Fne fne (F64 F64) Bool None Pure;
        /// The nearest double.
        IntToF64 int_to_f64 (Int) F64 None Pure;
        /// The double of a signed word.
        RawToF64 raw_to_f64 (Raw) F64 None Pure;
        /// Truncates towards zero; leaves if the double is NaN or the result is not a tagged int.
        F64ToInt f64_to_int (F64) Int None Guard;
        /// The double in a word known to be an immediate float.
        UnboxFloat unbox_float (Val) F64 None Pure;
        /// The word of a double: immediate, or a new heap float beyond the immediate range. Never fails.
        BoxFloat box_float (F64) Val None Pure;

        /// The second operand if the first is true, else the third.
        Select select (Bool Same Same) Same None Pure;
        /// True or False: the second operand (the True object) or the third (False).
        BoolToVal bool_to_val (Bool Val Val) Val None Pure;
        /// Logical not.
        Not not (Bool) Bool None Pure;
        /// Whether two words are the same (Python's `is`).
        Is is (Val Val) Bool None Pure;
        /// Whether a word is a tagged int.
        IsInt is_int (Val) Bool None Pure;

        /// Leaves unless a tagged int.
        GuardInt guard_int (Val) Unit None Guard;
        /// Leaves if a tagged int.
        GuardNotInt guard_not_int (Val) Unit None Guard;
        /// Leaves unless an immediate float.
        GuardImmFloat guard_imm_float (Val) Unit None Guard;
        /// Leaves if an immediate float.
        GuardNotImmFloat guard_not_imm_float (Val) Unit None Guard;
        /// Leaves unless a pointer.
        GuardPtr guard_ptr (Val) Unit None Guard;
        /// Leaves unless a pointer to an object of the shape.
        GuardShape guard_shape (Val) Unit Shape Guard;
        /// Leaves if a pointer to an object of the shape. The operand is known to be a pointer.
        GuardNotShape guard_not_shape (Val) Unit Shape Guard;
        /// Leaves unless true.
        GuardTrue guard_true (Bool) Unit None Guard;
        /// Leaves unless false.
        GuardFalse guard_false (Bool) Unit None Guard;
        /// Leaves unless the two words are the same; the second is a constant.
        GuardIs guard_is (Val Val) Unit None Guard;
        /// Leaves if the two words are the same.
        GuardIsNot guard_is_not (Val Val) Unit None Guard;
        /// Leaves if two objects are the same one. The program does not ask: it is recorded because it was not so, and
        /// dropped if nothing came to rely on it (0; see `Builder::rivals`).
        GuardApart guard_apart (Val Val) Unit Bool Guard;
        /// Leaves if the code was invalidated; needed again after a call that may run Python.
        GuardValid guard_valid () Unit None Guard;
        /// Leaves if the call (its operand, the inst just before) raised. The snapshot resumes with `Raise`.
        GuardNoRaise guard_no_raise (Any) Unit None Poll;
        /// Leaves if the poll flag is set.
        Safepoint safepoint () Unit None Poll;

        /// A field of an object.
        Load load (Addr) Mem Field Load;
        /// Stores into a field.
        Store store (Addr Any) Unit Field Store;
        /// An array element; the index is known to be in bounds.
        Aload aload (Addr Raw) Mem Array Load;
        /// Stores an array element.
        Astore astore (Addr Raw Any) Unit Array Store;
        /// The write barrier for storing the second operand into the first, before or after the store.
        Barrier barrier (Val Val) Unit None Store;

        /// A new object; fields are undefined until stored.
        New new () Val Alloc Alloc;
        /// A new object with that many elements, which are zero words.
        NewArray new_array (Raw) Val Alloc Alloc;

        /// Calls a helper.
        Call call (Many) Ret Helper Call;
        /// Calls a tree: the window at the slot and its link words are in the frame's memory. Its result; leaves if it
        /// does not return. Whatever lies from the callee's link words up is the callee's from then on.
        CallTree call_tree () Val Tree TreeCall;
        /// The address of a frame slot, which reads as an int: a link word.
        FrameAddr frame_addr () Val Slot Pure;
        /// Writes a frame slot (before a call that may look at the frame).
        FrameStore frame_store (Val) Unit Slot FrameStore;
        /// Reads a frame slot (after a call that may have written it).
        FrameLoad frame_load () Val Slot FrameLoad;
        /// Keeps a value alive (tests).
        Keep keep (Any) Unit None Keep;
        }
    };
}

macro_rules! make_ops {
    ($($(#[$doc:meta])* $name:ident $text:ident ($($want:ident)*) $gives:ident $imm:ident $effect:ident;)*) => {
        /// An op of the trace IR.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Op {
            $($(#[$doc])* $name,)*
        }

        impl Op {
            /// Every op, in table order.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];
        }

        static INFO: &[OpInfo] = &[$(OpInfo {
            name: trim(stringify!($text)),
            wants: &[$(Want::$want,)*],
            gives: Gives::$gives,
            imm: Imm::$imm,
            effect: Effect::$effect,
        },)*];
    };
}

/// The text name of a row: without the `_` that keeps it from being a keyword.
const fn trim(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [head @ .., b'_'] => match std::str::from_utf8(head) {
            Ok(head) => head,
            Err(_) => name,
        },
        _ => name,
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// The name in the text form.
    pub name: &'static str,
    /// What the operands must be.
    pub wants: &'static [Want],
    /// How the result type is found.
    pub gives: Gives,
    /// What the immediate is.
    pub imm: Imm,
    /// What the op does.
    pub effect: Effect,
}

for_each_inst!(make_ops);

impl Op {
    /// The row of the op.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The op of that name.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// What the op does besides defining its value.
    #[inline]
    pub fn effect(self) -> Effect {
        self.info().effect
    }

    /// Whether the inst names a snapshot.
    #[inline]
    pub fn has_snap(self) -> bool {
        matches!(self.effect(), Effect::Guard | Effect::Poll | Effect::TreeCall)
    }

    /// Whether the inst may be dropped when its value is unused.
    pub fn is_removable(self) -> bool {
        matches!(
            self.effect(),
            Effect::Const
                | Effect::Param
                | Effect::Pure
                | Effect::Load
                | Effect::Alloc
                | Effect::FrameLoad
        )
    }

    /// Whether the operands may be exchanged.
    pub fn is_commutative(self) -> bool {
        use Op::*;
        matches!(
            self,
            AddOvf
                | MulOvf
                | Add
                | Mul
                | And
                | Or
                | Xor
                | Eq
                | Ne
                | Radd
                | Rmul
                | Rand
                | Ror
                | Rxor
                | Req
                | Fadd
                | Fmul
                | Feq
                | Fne
                | Is
        )
    }

    /// The op without the overflow guard.
    pub fn unguarded(self) -> Option<Op> {
        Some(match self {
            Op::AddOvf => Op::Add,
            Op::SubOvf => Op::Sub,
            Op::MulOvf => Op::Mul,
            Op::NegOvf => Op::Neg,
            _ => return None,
        })
    }
}
