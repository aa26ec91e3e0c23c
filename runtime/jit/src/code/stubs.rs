//! The static stubs: the trampoline by which Rust enters compiled code.
//!
//! They are made once for each runtime through `cranelift-module` and `cranelift-jit`, and live as long as it.

use std::mem::transmute;

use cranelift_codegen::ir::{AbiParam, InstBuilder, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module, ModuleError, default_libcall_names};

use super::compile::CodeError;
use crate::lower::Left;

/// Code address, context, frame base.
type Enter = unsafe extern "C" fn(usize, *mut u8, *mut u64) -> Left;

/// The stubs.
pub struct Stubs {
    enter: Enter,
    /// Owns the code.
    _module: JITModule,
}

impl Stubs {
    /// Compiles them.
    pub fn new(isa: OwnedTargetIsa) -> Result<Stubs, CodeError> {
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let enter = define_enter(&mut module).map_err(|e| CodeError::Codegen(e.to_string()))?;
        // SAFETY: `define_enter` gave the function exactly this signature.
        let enter = unsafe { transmute::<*const u8, Enter>(enter) };
        Ok(Stubs { enter, _module: module })
    }

    /// Runs compiled code until it leaves.
    ///
    /// # Safety
    /// `code` is the entry of compiled code of the usual signature; `context` and `base` are what it expects.
    #[inline]
    pub unsafe fn enter(&self, code: usize, context: *mut u8, base: *mut u64) -> Left {
        // SAFETY: as promised by the caller.
        unsafe { (self.enter)(code, context, base) }
    }
}

fn define_enter(module: &mut JITModule) -> Result<*const u8, Box<ModuleError>> {
    let mut code = module.make_signature();
    code.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    code.returns.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    let mut context = module.make_context();
    context.func.signature = code.clone();
    context.func.signature.params.push(AbiParam::new(types::I64));
    let id = module.declare_function("enter", Linkage::Local, &context.func.signature)?;
    let mut memory = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut context.func, &mut memory);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    let signature = b.import_signature(code);
    let call = b.ins().call_indirect(signature, params[0], &params[1..]);
    let left = b.inst_results(call).to_vec();
    b.ins().return_(&left);
    b.seal_all_blocks();
    b.finalize(module.isa().frontend_config());
    module.define_function(id, &mut context)?;
    module.finalize_definitions()?;
    Ok(module.get_finalized_function(id))
}
