//! The second tier: what ops mean beyond their fast paths, as long as no Python code runs.
//!
//! Where an op's fast path declines, the interpreter goes straight to the residual function, which finds out by itself
//! what it works on. A machine that pays more for leaving its own world than for a decision (the recorder: a residual
//! op means a frame in memory and nothing known afterwards) comes here first: the operands' shapes are decided and
//! the op becomes loads and stores, or one helper call. As everywhere, all decisions come before all effects; a helper
//! that declines counts as a decision.

mod attrs;
mod build;
mod calls;
mod compare;
mod invoke;
mod items;
mod iterate;
mod lists;
mod matching;
mod natives;
mod operators;

use crate::helpers::Helper;
use crate::machine::{Flow, Machine};
use habu_bytecode::{Insn, Op};
use habu_object::{Gc, Kind, Tuple, Type, Value, shape};
use habu_vm::names::Names;
use habu_vm::parameters::Source;
use habu_vm::{CmpOp, NativeDef};

/// A machine with a second tier.
pub trait Direct: Machine {
    /// The shape of `v`, decided; of all ints that of ints, of all floats that of floats.
    fn shape(&mut self, v: Self::V) -> u32;
    /// `v` itself, decided.
    fn promote(&mut self, v: Self::V) -> Value;
    /// What `v` is just now. Decides nothing: good for choosing which decision to take.
    fn hint(&mut self, v: Self::V) -> Value;
    /// The class of a value whose shape is decided.
    fn class_of(&mut self, v: Self::V) -> Value;
    /// Whether a value whose shape is decided is an instance of a class, as methods want it.
    fn is_of_class(&mut self, v: Self::V, class: Value) -> bool;
    /// The builtin class of a kind.
    fn class_of_kind(&mut self, kind: Kind) -> Value;
    /// The name that the op's first word names.
    fn name(&mut self) -> Value;
    /// The constant that the op's first word names.
    fn constant(&mut self) -> Option<Value>;
    /// The Python function that is this special method of `o`, whose shape is decided.
    fn special(&mut self, o: Self::V, name: fn(&Names) -> Value) -> Option<Self::V>;
    /// Whether the class of `o`, whose shape is decided, has no attribute of this name.
    fn lacks(&mut self, o: Self::V, name: fn(&Names) -> Value) -> bool;
    /// Whether it has this attribute from the builtin class of its kind.
    fn inherits(&mut self, o: Self::V, name: fn(&Names) -> Value) -> bool;
    /// The Python function that `a op b` calls on `a` first; the shapes of both are decided.
    fn comparison_method(&mut self, op: CmpOp, a: Self::V, b: Self::V) -> Option<Self::V>;
    /// The Python function that `o.name = v` calls, if that is a property's; the shape of `o` is decided.
    fn setter(&mut self, o: Self::V, name: Value) -> Option<Self::V>;
    /// Where the parameters of `f` come from, if it is a Python function whose frame fits at register `base`; decides
    /// its code.
    fn parameters(
        &mut self,
        f: Self::V,
        positional: usize,
        keywords: &[Value],
        base: usize,
    ) -> Option<Vec<Source>>;
    /// The function of the prelude that runs instead of the native function `f` on this argument and keywords; decides
    /// what it depends on.
    fn hosted_by(&mut self, f: Self::V, args: &[Self::V], keywords: &[Value]) -> Option<Self::V>;
    /// Of a class whose fresh instances are plain: their shape and slots, and `__init__`. Decides the class.
    fn class_init(&mut self, class: Self::V) -> Option<(u32, u16, Self::V)>;
    /// The keys of a dict as it is just now, if they are strs. Decides nothing.
    fn names_in(&mut self, d: Self::V) -> Option<Gc<Tuple>>;
    /// Whether looking up an attribute of this name makes nothing.
    fn is_plain_name(&mut self, name: Value) -> bool;
    /// What `super(class, this)` starts from, where that is the class of `this`, whose shape is decided.
    fn super_type(&mut self, class: Self::V, this: Self::V) -> Option<Value>;
    /// The function that `super(class, object of this type).name` binds.
    fn super_method(&mut self, class: Value, object_type: Value, name: Value) -> Option<Value>;
    /// Whether `o.name` is `args` as exceptions have it; the shape of `o` is decided.
    fn is_exception_args(&mut self, o: Self::V, name: Value) -> bool;
    /// Whether `o.name` is first sought, and stored, in the dict of `o`, whose shape is decided.
    fn is_instance_attribute(&mut self, o: Self::V, name: Value) -> bool;
    /// `__init__` of an exception class, if that is a Python function whose frame fits at `base` with `nargs` arguments
    /// beside self, and its `__new__` is that of all exceptions. The class is decided.
    fn exception_init(&mut self, class: Self::V, nargs: usize, base: usize) -> Option<Self::V>;
    /// A new exception of a class that is decided.
    fn blank_exception(&mut self, class: Self::V, args: &[Self::V]) -> Option<Self::V>;
    /// `__new__` of a builtin class, and whether `__init__` is object's.
    fn constructor(&mut self, class: Gc<Type>) -> Option<(Value, bool)>;
    /// Whether `v` is an instance of `class`; both the shape and the class are decided. None if code must be run.
    fn instance_of(&mut self, v: Self::V, class: Self::V) -> Option<bool>;
    /// Whether the class of `v` has a flag; its shape is decided.
    fn class_has(&mut self, v: Self::V, flag: u32) -> bool;
    /// The definition of the bound native function `f` (its shape is decided), decided.
    fn native_of(&mut self, f: Self::V) -> Option<&'static NativeDef>;
    /// The magnitude of a float.
    fn fabs(&mut self, x: Self::F) -> Self::F;
    /// A float truncated to a small int; None if it is too large or no number.
    fn truncate(&mut self, x: Self::F) -> Option<Self::I>;
    /// The value that `v` is known to be, without deciding anything.
    fn known(&mut self, v: Self::V) -> Option<Value>;
    /// Calls a helper that gives a value; None if it declines.
    fn call(&mut self, helper: &'static Helper, args: &[Self::V]) -> Option<Self::V>;
    /// Calls a helper that gives a truth value, and decides it.
    fn test(&mut self, helper: &'static Helper, args: &[Self::V]) -> bool;
    /// Calls a helper that never declines, for its effect.
    fn perform(&mut self, helper: &'static Helper, args: &[Self::V]);
    /// Calls a helper on floats; None if it declines.
    fn call_float(&mut self, helper: &'static Helper, args: &[Self::F]) -> Option<Self::F>;
    /// Calls a native function with all its parameters; None if that could run Python code, or raises.
    fn call_native(&mut self, def: &'static NativeDef, args: &[Self::V]) -> Option<Self::V>;
    /// Whether the str `s` is the only one of its text among the interned.
    fn is_interned(&mut self, s: Self::V) -> bool;
    /// The character at `i`, in range, of a str of one-byte units; None if it is not one.
    fn narrow_char(&mut self, s: Self::V, i: Self::I) -> Option<(Self::I, Self::V)>;
    /// A new list of these items.
    fn new_list(&mut self, items: &[Self::V]) -> Option<Self::V>;
    /// A new tuple of these items.
    fn tuple_of(&mut self, items: &[Self::V]) -> Option<Self::V>;
    /// Whether the op is one where a bridge begins: what its parent did not foresee is then the common case.
    fn at_bridge(&self) -> bool;
}

/// Does an op whose fast path has declined, if it is one of the second tier.
pub fn run<M: Direct>(m: &mut M, op: Op, i: Insn) -> Flow {
    let done = match op {
        Op::GetItem | Op::GetItemI => items::get(m, op, i),
        Op::SetItem => items::set(m, i),
        Op::DelItem => items::delete(m, i),
        Op::BuildSlice => items::build_slice(m, i),
        Op::In | Op::NotIn | Op::JIn => items::contains(m, op, i),
        Op::GetIter => iterate::get_iter(m, i),
        Op::ForLoop => iterate::step(m, i),
        Op::LoadSuper => attrs::load_super(m, i),
        Op::LoadMethod => attrs::load_method(m, i),
        Op::LoadAttr => attrs::load(m, i),
        Op::StoreAttr => attrs::store(m, i),
        Op::Call => calls::call(m, op, i)
            .or_else(|| attrs::construct_exception(m, i))
            .or_else(|| invoke::call(m, op, i)),
        Op::CallMethod | Op::CallKw => calls::call(m, op, i).or_else(|| invoke::call(m, op, i)),
        Op::CallEx => invoke::call(m, op, i),
        Op::LoadSpecial => invoke::load_special(m, i),
        Op::ContCompare => compare::finish_method(m),
        Op::ContTruth => compare::finish_truth(m),
        Op::Unpack => items::unpack(m, i),
        Op::BuildList => build::list(m, i),
        Op::BuildTuple => build::empty_tuple(m, i),
        Op::BuildDict => build::dict(m, i),
        Op::BuildSet => build::set(m, i),
        Op::BuildString => build::string(m, i),
        Op::ListAppend => lists::append_op(m, i),
        Op::ListExtend => build::extend(m, i),
        Op::ListToTuple => build::to_tuple(m, i),
        Op::SetAdd => build::set_add(m, i),
        Op::DictSet => build::dict_set(m, i),
        Op::DictUpdate => build::dict_update(m, i),
        Op::DictMerge => build::dict_merge(m, i),
        Op::FormatSimple | Op::FormatSpec => build::format(m, op, i),
        Op::JNoCollection => matching::collection(m, i),
        Op::JNoInstance => matching::instance(m, i),
        Op::MatchKey => matching::key(m, i),
        Op::Len => matching::len(m, i),
        Op::Neg | Op::Invert => operators::unary(m, op, i),
        Op::Not | Op::JTrue | Op::JFalse => compare::truth_op(m, op, i),
        _ => operators::run(m, op, i).or_else(|| compare::run(m, op, i)),
    };
    if done.is_some() { Flow::Next } else { Flow::Slow }
}

/// Puts a result into register A.
fn finish<M: Direct>(m: &mut M, i: Insn, v: M::V) -> Option<()> {
    m.set(i.a(), v);
    Some(())
}

/// Whether objects of a shape are exactly of a builtin type: their special methods never change.
fn builtin(shape: u32) -> bool {
    shape < habu_object::kind::FIRST_FREE_SHAPE && shape != shape::INSTANCE
}

/// Whether a shape is that of ints, bools or floats.
fn number(s: u32) -> bool {
    matches!(s, shape::INT | shape::BOOL | shape::FLOAT)
}

/// Whether objects of a shape can be walked without being used up.
fn container(s: u32) -> bool {
    const CONTAINERS: [Kind; 14] = [
        Kind::Str,
        Kind::Bytes,
        Kind::ByteArray,
        Kind::Tuple,
        Kind::List,
        Kind::Dict,
        Kind::Set,
        Kind::FrozenSet,
        Kind::Range,
        Kind::DictKeys,
        Kind::DictValues,
        Kind::DictItems,
        Kind::MappingProxy,
        Kind::MemoryView,
    ];
    CONTAINERS.iter().any(|k| *k as u32 == s)
}
