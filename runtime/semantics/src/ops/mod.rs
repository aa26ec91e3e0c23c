//! The fast path of every op, generic over the machine, and the residual function that does the rest.
//!
//! A fast path either completes the op (`Flow::Next`) or changes nothing and says `Flow::Slow`; then the op's residual
//! function in `crate::slow` does all of it. Functions carry the ops' names.
#![allow(non_snake_case, reason = "functions are named as the ops of the table")]

pub mod arith;
pub mod compare;
pub mod data;
pub mod exceptions;
pub mod flow;
pub mod generators;
pub mod matching;

pub use arith::*;
pub use compare::*;
pub use data::*;
pub use exceptions::*;
pub use flow::*;
pub use generators::{
    AsyncYield, CloseIter, ContGen, ContSend, GenRet, GetAIter, GetANext, GetAwaitable,
    GetYieldFromIter, MakeGenerator, Send, Yield,
};
pub use matching::*;

use crate::machine::{Flow, Machine};
use habu_bytecode::{Insn, Op};

/// The second part of the fast path of ops whose first part says `Flow::More`: what is less frequent and would make
/// the first part's handler larger and slower.
#[inline(always)]
pub fn more<M: Machine>(op: Op, m: &mut M, i: Insn) -> Flow {
    match op {
        Op::ForLoop => flow::for_generator(m, i),
        Op::Call => flow::call_object(m, i),
        Op::CallMethod => flow::call_plain_method(m, i),
        _ => Flow::Slow,
    }
}

macro_rules! slow_only {
    ($($name:ident)*) => { $(
        /// Has no fast path: the residual function does the op.
        #[inline(always)]
        pub fn $name<M: Machine>(_m: &mut M, _i: Insn) -> Flow {
            Flow::Slow
        }
    )* };
}

slow_only! {
    EnterFar LoadCommon LoadGlobal StoreGlobal DelGlobal LoadName StoreName DelName LoadNameCell DelCell
    LoadAttr StoreAttr DelAttr LoadMethod LoadSpecial LoadSuper DelItem BuildSlice
    Pow IPow MatMul IMatMul In NotIn JIn
    CallKw CallEx LoadBuildClass
    BuildList BuildSet BuildDict BuildString ListExtend ListToTuple SetAdd SetUpdate DictSet DictUpdate
    DictMerge FormatSimple FormatSpec UnpackEx
    Intrinsic JNoInstance MatchKey CheckKeys MatchAttr MatchArg
    ImportName ImportFrom ImportStar
    Halt Leave ContCompare ContTruth EnterTree JumpBackTree ForLoopTree
}
