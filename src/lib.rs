//! Habu: a Python 3.14 runtime with a tracing JIT.
//!
//! ```text
//! source ─ ruff parser → AST ─ compiler → bytecode ── .pyc cache
//!                                            │
//!                       interp ⇄ inline caches, hot counters         vm: frames, calls, errors
//!                                            │ port `hot`
//!                       jit: record → trace IR → optimise → CLIF → machine code
//! ```
//!
//! This crate is the front door: it installs the floors under `runtime/` into each other and offers them as a
//! [`Runtime`] to embed, and as the command `habu`.

pub mod commands;
pub mod options;
pub mod report;

pub use habu_builtins::functions::tree::raise_syntax_error;
use habu_compiler::Mode;
use habu_object::dict::Dict;
use habu_object::{Gc, Value};
use habu_vm::{CompileRequest, Exc, Options, Ports, PyResult, Vm};
use std::rc::Rc;

/// Native stack that the interpreter's thread gets, in bytes.
pub const NATIVE_STACK: usize = 256 << 20;

/// A Python runtime.
pub struct Runtime {
    /// Its state.
    pub vm: Box<Vm>,
}

impl Runtime {
    /// A runtime with all builtins and native modules. Must be called on the thread that will run it, with about
    /// [`NATIVE_STACK`] bytes of stack.
    pub fn new(options: Options) -> PyResult<Runtime> {
        let ports = Ports {
            run: habu_interp::run,
            hot: habu_jit::tree::hot,
            enter: habu_jit::tree::enter,
            exchange: habu_jit::tree::exchange,
            fork: habu_jit::tree::fork,
            invalidate: habu_jit::tree::invalidate,
            compile,
            compile_module: compile_file,
            unraisable: habu_stdlib::unraisable,
            never_awaited: habu_stdlib::never_awaited,
            warn: habu_stdlib::warn,
            intrinsic,
            module_attribute: habu_stdlib::missing_attribute,
        };
        let mut vm = Vm::new(options, ports, NATIVE_STACK);
        habu_builtins::install(&mut vm)?;
        habu_stdlib::install(&mut vm, habu_library::IMAGE)?;
        if vm.options.jit
            && let Some(jit) = habu_jit::tree::Jit::new(&mut vm)
        {
            vm.jit = Some(Box::new(jit));
        }
        Ok(Runtime { vm })
    }

    /// The namespace of a fresh `__main__` module.
    pub fn main_namespace(&mut self) -> PyResult<Gc<Dict>> {
        let m = self.vm.new_module("__main__")?;
        if let Some(modules) = self.vm.modules.cast::<Dict>() {
            let name = self.vm.names.__main__;
            self.vm.dict_set_str(modules, name, m.value())?;
        }
        let dict = m.dict.get();
        let Some(dict) = dict.cast::<Dict>() else { return self.vm.new_dict() };
        let builtins = self.vm.builtins;
        if let Some(modules) = self.vm.modules.cast::<Dict>() {
            let name = self.vm.names.builtins;
            let module = self.vm.dict_get_str(modules, name).unwrap_or(builtins);
            let key = self.vm.names.__builtins__;
            self.vm.dict_set_str(dict, key, module)?;
        }
        Ok(dict)
    }

    /// Runs program text as `__main__`.
    pub fn run_main(&mut self, source: &str, filename: &str) -> PyResult<Value> {
        let globals = self.main_namespace()?;
        let data = compile_module(&mut self.vm, source, filename)?;
        if filename == "<string>" {
            habu_stdlib::remember_source(&mut self.vm, filename, source)?;
        } else if filename != "<stdin>" {
            let file = self.vm.new_str(filename)?;
            let key = self.vm.names.__file__;
            self.vm.dict_set_str(globals, key, file)?;
        }
        let code = self.vm.load_code(&Rc::new(data))?;
        self.vm.run_code(code, globals.value(), None)
    }
}

/// Compiles a module whose names are globals.
fn compile_module(vm: &mut Vm, source: &str, filename: &str) -> PyResult<habu_bytecode::Code> {
    let mut options = habu_compiler::Options::new(Mode::Module);
    options.optimize = vm.options.optimize;
    compile_with(vm, source, filename, &options)
}

/// Compiles and warns.
fn compile_with(
    vm: &mut Vm,
    source: &str,
    filename: &str,
    options: &habu_compiler::Options,
) -> PyResult<habu_bytecode::Code> {
    let (code, warnings) =
        habu_compiler::compile_and_warn(source, filename, options).map_err(|mut e| {
            // Of a text that is well formed only its file knows the lines.
            if e.later && options.mode != Mode::Module && !std::path::Path::new(filename).exists() {
                e.text = None;
            }
            raise_syntax_error(vm, &e)
        })?;
    for w in &warnings {
        if let Err(e) = habu_stdlib::syntax_warning(vm, &w.msg, &w.filename, w.line) {
            let raised = vm.take_raised(e);
            let class = vm.exc_type(Exc::SyntaxWarning);
            // A warning that is to be an error is one that has a place.
            return Err(match vm.is_instance_exact(raised, class) {
                true => raise_syntax_error(vm, w),
                false => vm.reraise(raised),
            });
        }
    }
    Ok(code)
}

/// Bytes that parser and compiler take for a byte of dense source.
const BYTES_PER_BYTE: usize = 128;
/// Sources up to this many bytes are compiled without asking for memory first.
const SHORT_SOURCE: usize = 1 << 20;

/// The port behind `compile()` and `exec`.
fn compile(vm: &mut Vm, request: &CompileRequest<'_>) -> PyResult<Value> {
    let CompileRequest { source, filename, .. } = *request;
    let mode = match request.mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    // Parser and compiler abort if there is no memory.
    let room = source.len().saturating_mul(BYTES_PER_BYTE);
    if source.len() > SHORT_SOURCE && Vec::<u8>::new().try_reserve_exact(room).is_err() {
        return Err(habu_gc::OutOfMemory.into());
    }
    let options = habu_compiler::Options {
        mode,
        optimize: request.optimize,
        future: request.future,
        top_level_await: request.top_level_await,
    };
    let data = compile_with(vm, source, filename, &options)?;
    Ok(vm.load_code(&Rc::new(data))?.value())
}

/// The port behind imports of source files.
fn compile_file(vm: &mut Vm, source: &[u8], filename: &str) -> PyResult<habu_bytecode::Code> {
    match habu_compiler::decode_source(source, filename) {
        Ok(text) => compile_module(vm, &text, filename),
        Err(e) => Err(raise_syntax_error(vm, &e)),
    }
}

/// What INTRINSIC does: groups are the builtins', the others are of the library.
fn intrinsic(vm: &mut Vm, which: u32, args: &[Value]) -> PyResult<Value> {
    use habu_bytecode::intrinsic::{GROUP_MATCH, GROUP_RAISED};
    match (which, args) {
        (GROUP_MATCH, &[e, class]) => habu_builtins::group_match(vm, e, class),
        (GROUP_RAISED, &[e, raised]) => habu_builtins::group_raised(vm, e, raised),
        _ => habu_stdlib::intrinsic(vm, which, args),
    }
}
