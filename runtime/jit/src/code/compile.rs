//! One function from CLIF to placed code: `Context` reuse, relocations, texts.

use std::fmt;

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function, LibCall, Signature, UserFuncName};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{Context, FinalizedRelocTarget};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

use super::arch;
use super::arena::{Arena, ArenaError, CodeRef};

/// Above this size a `Context` is dropped after use: it keeps most of its memory.
const KEEP_CODE: usize = 64 << 10;

/// Why a function could not be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeError {
    /// Cranelift does not support the processor or a setting.
    Target(String),
    /// Cranelift rejects the function.
    Codegen(String),
    /// The arena is full or not to be had.
    Arena(ArenaError),
    /// A relocation that code outside object files cannot have.
    Reloc(String),
}

impl CodeError {
    pub(crate) fn target(e: impl fmt::Display) -> CodeError {
        CodeError::Target(e.to_string())
    }
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodeError::Target(e) => write!(f, "no code for this machine: {e}"),
            CodeError::Codegen(e) => write!(f, "code generation failed: {e}"),
            CodeError::Arena(e) => e.fmt(f),
            CodeError::Reloc(e) => write!(f, "cannot link code: {e}"),
        }
    }
}

impl std::error::Error for CodeError {}

/// Machine code that is not yet placed.
#[derive(Debug)]
pub struct Artifact {
    bytes: Vec<u8>,
    relocs: Vec<Patch>,
    /// The disassembly, if asked for.
    pub asm: Option<String>,
}

#[derive(Debug)]
struct Patch {
    kind: Reloc,
    offset: usize,
    target: Target,
    addend: i64,
}

#[derive(Debug)]
enum Target {
    /// An absolute address.
    Address(u64),
    /// An offset in the code itself.
    Own(u64),
}

impl Artifact {
    /// Length of the code.
    pub fn code_len(&self) -> usize {
        self.bytes.len()
    }

    /// Places the code in the arena.
    pub fn link(&self, arena: &mut Arena) -> Result<CodeRef, CodeError> {
        let mut failed = None;
        let code = arena.place(self.bytes.len(), |code, rx| {
            code.copy_from_slice(&self.bytes);
            failed = self.relocs.iter().find(|patch| !patch.apply(code, rx));
        });
        match (code, failed) {
            (Ok(code), None) => Ok(code),
            (Ok(code), Some(patch)) => {
                // SAFETY: nobody has seen the code.
                unsafe { arena.free(code) };
                Err(CodeError::Reloc(format!("{patch:?}")))
            }
            (Err(e), _) => Err(CodeError::Arena(e)),
        }
    }
}

impl Patch {
    fn apply(&self, code: &mut [u8], rx: usize) -> bool {
        let base = match self.target {
            Target::Address(address) => address,
            Target::Own(offset) => rx as u64 + offset,
        };
        let target = base.wrapping_add_signed(self.addend);
        if self.kind == Reloc::Abs8 {
            code[self.offset..self.offset + 8].copy_from_slice(&target.to_le_bytes());
            return true;
        }
        arch::relocate(code, self.offset, rx, self.kind, target)
    }
}

/// The compiler's reusable memory: one for each thread that compiles.
pub struct CodeGen {
    context: Context,
    builder: FunctionBuilderContext,
    /// Whether `compile` makes the disassembly.
    pub disasm: bool,
}

impl Default for CodeGen {
    fn default() -> CodeGen {
        CodeGen::new()
    }
}

impl CodeGen {
    /// New memory.
    pub fn new() -> CodeGen {
        CodeGen { context: Context::new(), builder: FunctionBuilderContext::new(), disasm: false }
    }

    /// Begins a function of the signature and lets `body` fill it. `body` does not seal blocks.
    pub fn build<R, E>(
        &mut self,
        isa: &dyn TargetIsa,
        signature: Signature,
        body: impl FnOnce(FunctionBuilder<'_>) -> Result<(FunctionBuilder<'_>, R), E>,
    ) -> Result<R, E> {
        self.context.clear();
        self.context.func = Function::with_name_signature(UserFuncName::user(0, 0), signature);
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.builder);
        match body(builder) {
            Ok((mut builder, result)) => {
                builder.seal_all_blocks();
                builder.finalize(isa.frontend_config());
                Ok(result)
            }
            Err(e) => {
                // The builder was dropped halfway and its memory not cleared.
                self.builder = FunctionBuilderContext::new();
                Err(e)
            }
        }
    }

    /// The function that was built, as text.
    pub fn clif(&self) -> String {
        self.context.func.display().to_string()
    }

    /// Compiles the function that was built; external names are indices into `symbols`.
    pub fn compile(&mut self, isa: &dyn TargetIsa, symbols: &[u64]) -> Result<Artifact, CodeError> {
        self.context.set_disasm(self.disasm);
        let names: Vec<u32> =
            self.context.func.params.user_named_funcs().values().map(|name| name.index).collect();
        let compiled = self
            .context
            .compile(isa, &mut ControlPlane::default())
            .map_err(|e| CodeError::Codegen(format!("{:?}", e.inner)))?;
        let mut relocs = Vec::new();
        for reloc in compiled.buffer.relocs() {
            let target = match &reloc.target {
                FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
                    Target::Address(symbols[names[name.as_u32() as usize] as usize])
                }
                FinalizedRelocTarget::ExternalName(ExternalName::LibCall(call)) => {
                    Target::Address(libcall(*call)?)
                }
                FinalizedRelocTarget::Func(offset) => Target::Own(u64::from(*offset)),
                other => return Err(CodeError::Reloc(format!("{other:?}"))),
            };
            let (kind, offset, addend) = (reloc.kind, reloc.offset as usize, reloc.addend);
            relocs.push(Patch { kind, offset, target, addend });
        }
        let asm = compiled.vcode.clone();
        let bytes = compiled.code_buffer().to_vec();
        if bytes.len() > KEEP_CODE {
            self.context = Context::new();
        }
        Ok(Artifact { bytes, relocs, asm })
    }
}

/// What Cranelift calls where the processor lacks the instruction.
fn libcall(call: LibCall) -> Result<u64, CodeError> {
    extern "C" fn floor(x: f64) -> f64 {
        x.floor()
    }
    match call {
        LibCall::FloorF64 => Ok(floor as *const () as u64),
        other => Err(CodeError::Reloc(format!("library call {other:?}"))),
    }
}
