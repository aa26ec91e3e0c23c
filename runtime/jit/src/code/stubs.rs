//! The static stubs, by which Rust and compiled code call each other: trees have Cranelift's tail convention, so that
//! one can end in another without nesting.
//!
//! They are made once for each runtime through `cranelift-module` and `cranelift-jit`, and live as long as it.

use std::mem::transmute;

use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module, ModuleError, default_libcall_names};

use super::compile::CodeError;
use crate::lower::Left;

/// Code address, context, frame base.
type Enter = unsafe extern "C" fn(usize, *mut u8, *mut u64) -> Left;

/// What Rust has in place of a tree.
pub type Native = extern "C" fn(*mut u8, *mut u64) -> Left;

/// The stubs.
pub struct Stubs {
    enter: Enter,
    natives: Vec<usize>,
    /// Owns the code.
    _module: JITModule,
}

impl Stubs {
    /// Compiles them; for each of `natives` one that compiled code enters like a tree.
    pub fn new(isa: OwnedTargetIsa, natives: &[Native]) -> Result<Stubs, CodeError> {
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let failed = |e: Box<ModuleError>| CodeError::Codegen(e.to_string());
        let enter = define_enter(&mut module).map_err(failed)?;
        let ids: Result<Vec<FuncId>, _> =
            natives.iter().map(|f| define_native(&mut module, *f)).collect();
        let ids = ids.map_err(failed)?;
        module.finalize_definitions().map_err(|e| failed(Box::new(e)))?;
        let enter = module.get_finalized_function(enter);
        // SAFETY: `define_enter` gave the function exactly this signature.
        let enter = unsafe { transmute::<*const u8, Enter>(enter) };
        let natives = ids.iter().map(|id| module.get_finalized_function(*id) as usize).collect();
        Ok(Stubs { enter, natives, _module: module })
    }

    /// Runs compiled code until it leaves.
    ///
    /// # Safety
    /// `code` is the entry of compiled code; `context` and `base` are what it expects.
    #[inline]
    pub unsafe fn enter(&self, code: usize, context: *mut u8, base: *mut u64) -> Left {
        // SAFETY: as promised by the caller.
        unsafe { (self.enter)(code, context, base) }
    }

    /// The entry of the `n`th native, for compiled code.
    pub fn native(&self, n: usize) -> usize {
        self.natives[n]
    }
}

/// The signature of compiled code: context and frame base in, how and what out.
pub(crate) fn signature(convention: CallConv) -> Signature {
    let mut signature = Signature::new(convention);
    signature.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    signature.returns.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    signature
}

/// From the platform's convention to that of trees; the code's address comes first.
fn define_enter(module: &mut JITModule) -> Result<FuncId, Box<ModuleError>> {
    let mut own = signature(module.isa().default_call_conv());
    own.params.push(AbiParam::new(types::I64));
    let call = |_: &mut FunctionBuilder<'_>, params: &[Value]| (params[0], params[1..].to_vec());
    define(module, "enter", own, signature(CallConv::Tail), call, give_back)
}

/// From the convention of trees to the platform's.
fn define_native(module: &mut JITModule, f: Native) -> Result<FuncId, Box<ModuleError>> {
    let platform = module.isa().default_call_conv();
    let name = format!("native {:x}", f as usize);
    let call = |b: &mut FunctionBuilder<'_>, params: &[Value]| {
        (b.ins().iconst(types::I64, f as usize as i64), params.to_vec())
    };
    define(module, &name, signature(CallConv::Tail), signature(platform), call, give_back)
}

/// The caller gets what the callee returned.
fn give_back(b: &mut FunctionBuilder<'_>, _: &[Value], results: &[Value]) {
    b.ins().return_(results);
}

/// A function of signature `own` that calls one of signature `theirs`: `call` says which and with what, of its own
/// parameters, and `end` what becomes of the results.
pub(super) fn define(
    module: &mut JITModule,
    name: &str,
    own: Signature,
    theirs: Signature,
    call: impl FnOnce(&mut FunctionBuilder<'_>, &[Value]) -> (Value, Vec<Value>),
    end: impl FnOnce(&mut FunctionBuilder<'_>, &[Value], &[Value]),
) -> Result<FuncId, Box<ModuleError>> {
    let mut context = module.make_context();
    context.func.signature = own;
    let id = module.declare_function(name, Linkage::Local, &context.func.signature)?;
    let mut memory = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut context.func, &mut memory);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    let (callee, args) = call(&mut b, &params);
    let theirs = b.import_signature(theirs);
    let call = b.ins().call_indirect(theirs, callee, &args);
    let results = b.inst_results(call).to_vec();
    end(&mut b, &params, &results);
    b.seal_all_blocks();
    b.finalize(module.isa().frontend_config());
    module.define_function(id, &mut context)?;
    Ok(id)
}
