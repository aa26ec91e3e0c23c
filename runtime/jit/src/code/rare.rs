//! Calls that are rarely made: through stubs that leave every register as it was, so that the code around them need
//! not keep its values on the stack.
//!
//! A stub takes the context, the address of the function and the arguments, saves what the platform's convention lets
//! the function spoil, calls it, and puts what it returns in the context: Cranelift's `preserve_all` convention has no
//! return values. There is one stub for each kind of function, for all runtimes of the process.

use std::sync::OnceLock;

use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature, Type, Value};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_frontend::FunctionBuilder;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, ModuleError, default_libcall_names};

use super::compile::CodeError;
use super::isa::{OptLevel, host_isa};
use super::stubs::define;

/// A kind of function: what it takes after the context, and what it returns.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rare {
    /// A word to a word.
    Word,
    /// A double to a word.
    Double,
    /// Two doubles to a double.
    Doubles,
}

impl Rare {
    const ALL: [Rare; 3] = [Rare::Word, Rare::Double, Rare::Doubles];

    /// The types of the arguments after the context, and of the result.
    pub(crate) fn types(self) -> (&'static [Type], Type) {
        match self {
            Rare::Word => (&[I64], I64),
            Rare::Double => (&[F64], I64),
            Rare::Doubles => (&[F64, F64], F64),
        }
    }

    /// The stub's signature: context, function, arguments.
    pub(crate) fn signature(self) -> Signature {
        let mut signature = Signature::new(CallConv::PreserveAll);
        let words = [I64, I64];
        let params = words.iter().chain(self.types().0);
        signature.params.extend(params.map(|&ty| AbiParam::new(ty)));
        signature
    }

    /// The addresses of the stubs, by kind.
    pub(crate) fn stubs() -> Result<[u64; 3], CodeError> {
        static STUBS: OnceLock<Result<[u64; 3], CodeError>> = OnceLock::new();
        STUBS.get_or_init(|| make(host_isa(OptLevel::None, false)?)).clone()
    }
}

/// Compiles the stubs, which are never freed.
fn make(isa: OwnedTargetIsa) -> Result<[u64; 3], CodeError> {
    let failed = |e: ModuleError| CodeError::Codegen(e.to_string());
    let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
    let mut ids = Vec::new();
    for rare in Rare::ALL {
        ids.push(define_rare(&mut module, rare).map_err(|e| failed(*e))?);
    }
    module.finalize_definitions().map_err(failed)?;
    let mut stubs = [0; 3];
    for (stub, id) in stubs.iter_mut().zip(ids) {
        *stub = module.get_finalized_function(id) as u64;
    }
    Ok(stubs)
}

fn define_rare(module: &mut JITModule, rare: Rare) -> Result<FuncId, Box<ModuleError>> {
    let (params, result) = rare.types();
    let mut callee = Signature::new(module.isa().default_call_conv());
    let types = std::iter::once(&I64).chain(params);
    callee.params.extend(types.map(|&ty| AbiParam::new(ty)));
    callee.returns.push(AbiParam::new(result));
    let call = |_: &mut FunctionBuilder<'_>, given: &[Value]| {
        (given[1], [&given[..1], &given[2..]].concat())
    };
    define(
        module,
        &format!("rare {rare:?}"),
        rare.signature(),
        callee,
        call,
        |b, given, results| {
            b.ins().store(MemFlagsData::trusted(), results[0], given[0], crate::lower::RESULT);
            b.ins().return_(&[]);
        },
    )
}
