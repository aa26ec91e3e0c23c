//! `compile`, `eval`, `exec`, `globals`, `locals`, `breakpoint`, and `__import__` until the import system takes over.

use super::tree;
use habu_bytecode::flags as bc_flags;
use habu_compiler::Options;
use habu_object::bytes::with_bytes;
use habu_object::dict::Dict;
use habu_object::str::Str;
use habu_object::{Code, Gc, Kind, Value};
use habu_vm::{CompileRequest, Exc, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("__import__", "(name, globals=None, locals=None, fromlist=(), level=0)", import)
        .doc("Import a module."),
    NativeDef::new("breakpoint", "(*args, **kws)", breakpoint)
        .doc("Call sys.breakpointhook(*args, **kws)."),
    NativeDef::new(
        "compile",
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        compile,
    )
    .doc("Compile source into a code object that can be executed by exec() or eval()."),
    NativeDef::new("eval", "(source, /, globals=None, locals=None)", eval)
        .doc("Evaluate the given source in the context of globals and locals."),
    NativeDef::new("exec", "(source, /, globals=None, locals=None, *, closure=None)", exec)
        .doc("Execute the given source in the context of globals and locals."),
    NativeDef::new("globals", "()", globals)
        .doc("Return the dictionary containing the current scope's global variables."),
    NativeDef::new("locals", "()", locals)
        .doc("Return a dictionary containing the current scope's local variables."),
];

fn import(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let import = vm.root("__import__");
    let &[name, globals, locals, fromlist, level] = args else { return Ok(Value::NONE) };
    if import.is_unbound() {
        let msg = format!("No module named '{}'", vm.text(name));
        return Err(vm.raise_msg(Exc::ModuleNotFoundError, &msg));
    }
    let or = |v: Value, default: Value| if v.is_unbound() { default } else { v };
    let args = [
        name,
        or(globals, Value::NONE),
        or(locals, Value::NONE),
        or(fromlist, Value::EMPTY_TUPLE),
        or(level, Value::small_int(0)),
    ];
    vm.call(import, &args)
}

fn breakpoint(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let name = vm.names.breakpointhook;
    let Some(hook) = super::print::sys_attr(vm, name) else {
        return Err(vm.raise_msg(Exc::RuntimeError, "lost sys.breakpointhook"));
    };
    let positional = vm.list_from_iter(args[0])?;
    let given: Vec<Value> = positional.cells().iter().map(|c| c.get()).collect();
    vm.call(hook, &given)
}

/// Globals of the innermost Python frame; the `__main__`-less dict of builtins if there is none.
pub(crate) fn current_globals(vm: &Vm) -> Value {
    vm.frame_at(0).map_or(vm.builtins, |f| f.func.globals.get())
}

/// Locals of the innermost Python frame.
pub(crate) fn current_locals(vm: &mut Vm) -> PyResult<Value> {
    match vm.frame_at(0) {
        Some(frame) => vm.locals_of(frame),
        None => Ok(vm.builtins),
    }
}

fn globals(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    Ok(current_globals(vm))
}

fn locals(vm: &mut Vm, _args: &[Value]) -> PyResult<Value> {
    current_locals(vm)
}

/// Source text of a str or bytes-like object; None for anything else.
fn source_text(vm: &mut Vm, v: Value, filename: &str) -> PyResult<Option<String>> {
    let text = if let Some(s) = v.cast::<Str>() {
        if s.surrogate_at().is_some() {
            // Raises UnicodeEncodeError.
            let encode = vm.intern("encode")?;
            vm.call_method(v, encode, &[])?;
        }
        s.to_string_lossy().into_owned()
    } else if matches!(v.kind(), Kind::Bytes | Kind::ByteArray | Kind::MemoryView) {
        let Some(bytes) = with_bytes(v, |b| b.to_vec()) else { return Ok(None) };
        match habu_compiler::decode_source(&bytes, filename) {
            Ok(text) => text,
            Err(e) => return Err(tree::raise_syntax_error(vm, &e)),
        }
    } else {
        return Ok(None);
    };
    if text.contains('\0') {
        return Err(vm.raise_msg(Exc::SyntaxError, "source code string cannot contain null bytes"));
    }
    Ok(Some(text))
}

/// The flags that `compile()` knows, CPython's (`PyCF_`, and `CO_` of the features of `__future__`).
mod flag {
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub(super) const DONT_IMPLY_DEDENT: i64 = 0x200;
    /// `PyCF_ONLY_AST`
    pub(super) const ONLY_AST: i64 = 0x400;
    /// `PyCF_TYPE_COMMENTS`
    pub(super) const TYPE_COMMENTS: i64 = 0x1000;
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub(super) const TOP_LEVEL_AWAIT: i64 = 0x2000;
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub(super) const INCOMPLETE_INPUT: i64 = 0x4000;
    /// `PyCF_OPTIMIZED_AST`, beside `ONLY_AST`
    pub(super) const OPTIMIZED_AST: i64 = 0x8000;
    /// Features that all code has, and nested scopes.
    pub(super) const FEATURES: i64 = 0x1fe_0000 | 0x10;
    pub(super) const ALL: i64 = DONT_IMPLY_DEDENT
        | ONLY_AST
        | TYPE_COMMENTS
        | TOP_LEVEL_AWAIT
        | INCOMPLETE_INPUT
        | OPTIMIZED_AST
        | FEATURES;
}

fn compile(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[source, filename, mode, flags, dont_inherit, optimize, ..] = args else {
        return Ok(Value::NONE);
    };
    let filename = path_text(vm, filename)?;
    if mode.kind() != Kind::Str {
        let msg = format!("compile() argument 'mode' must be str, not {}", vm.type_name(mode));
        return Err(vm.type_error(&msg));
    }
    let mode = vm.text(mode);
    let number = |vm: &mut Vm, v: Value, default: i64| match v.bound() {
        Some(v) => vm.index_i64(v),
        None => Ok(default),
    };
    let flags = number(vm, flags, 0)?;
    if flags & !flag::ALL != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    let optimize = match number(vm, optimize, -1)? {
        -1 => vm.options.optimize,
        n @ 0..=2 => n as u8,
        _ => return Err(vm.value_error("compile(): invalid optimize value")),
    };
    let only_tree = flags & flag::ONLY_AST != 0;
    match mode.as_str() {
        "exec" | "eval" | "single" => {}
        "func_type" if only_tree => {}
        "func_type" => {
            let msg = "compile() mode 'func_type' requires flag PyCF_ONLY_AST";
            return Err(vm.value_error(msg));
        }
        _ if only_tree => {
            let msg = "compile() mode must be 'exec', 'eval', 'single' or 'func_type'";
            return Err(vm.value_error(msg));
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    }
    let inherits = match dont_inherit.bound() {
        Some(v) => !vm.truth(v)?,
        None => true,
    };
    let future = if inherits { inherited(vm) } else { 0 } | flags as u32 & bc_flags::FUTURE;
    let top_level_await = flags & flag::TOP_LEVEL_AWAIT != 0;
    if tree::is_tree(vm, source)? {
        let Some(nodes) = tree::given(vm, source, &mode)? else { return Ok(source) };
        if only_tree {
            return Ok(source);
        }
        let options = Options { optimize, mode: tree::mode(&mode), future, top_level_await };
        return tree::compile(vm, &nodes, &filename, &options);
    }
    match source_text(vm, source, &filename)? {
        Some(text) if only_tree => tree::parse(vm, &text, &filename, &mode),
        Some(text) => {
            let request = CompileRequest {
                source: &text,
                filename: &filename,
                mode: &mode,
                optimize,
                future,
                top_level_await,
            };
            (vm.ports.compile)(vm, &request)
        }
        None => Err(vm.type_error("compile() arg 1 must be a string, bytes or AST object")),
    }
}

/// A file's name.
fn path_text(vm: &mut Vm, filename: Value) -> PyResult<String> {
    match filename.kind() {
        Kind::Str => return Ok(vm.text(filename)),
        Kind::Bytes => {
            let text = with_bytes(filename, |b| String::from_utf8_lossy(b).into_owned());
            return Ok(text.unwrap_or_default());
        }
        _ => {}
    }
    let name = vm.intern("__fspath__")?;
    match vm.call_special(filename, name, &[])? {
        Some(path) => Ok(vm.text(path)),
        None => {
            let what = vm.type_name(filename);
            let msg = format!("expected str, bytes or os.PathLike object, not {what}");
            Err(vm.type_error(&msg))
        }
    }
}

/// The features of `__future__` of the code that runs.
fn inherited(vm: &Vm) -> u32 {
    vm.frame_at(0).map_or(0, |f| Vm::function_code(f.func).flags.get() & bc_flags::FUTURE)
}

/// The module of a name without dots.
pub(crate) fn import_by_name(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let unbound = Value::UNBOUND;
    import(vm, &[name, unbound, unbound, unbound, unbound])
}

fn eval(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[source, globals, locals] = args else { return Ok(Value::NONE) };
    let (globals, locals) = namespaces(vm, "eval", globals, locals)?;
    let code = match source.cast::<Code>() {
        Some(code) => code,
        None => {
            let Some(text) = source_text(vm, source, "<string>")? else {
                return Err(vm.type_error("eval() arg 1 must be a string, bytes or code object"));
            };
            compiled(vm, text.trim_start_matches([' ', '\t']), "eval")?
        }
    };
    run(vm, "eval", code, globals, locals)
}

fn exec(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[source, globals, locals, closure] = args else { return Ok(Value::NONE) };
    let (globals, locals) = namespaces(vm, "exec", globals, locals)?;
    let code = match source.cast::<Code>() {
        Some(code) => code,
        None => {
            if !closure.is_unbound() && !closure.is_none() {
                return Err(vm.type_error("closure argument can only be used with a code object"));
            }
            let Some(text) = source_text(vm, source, "<string>")? else {
                return Err(vm.type_error("exec() arg 1 must be a string, bytes or code object"));
            };
            compiled(vm, &text, "exec")?
        }
    };
    run(vm, "exec", code, globals, locals)?;
    Ok(Value::NONE)
}

fn compiled(vm: &mut Vm, text: &str, mode: &str) -> PyResult<Gc<Code>> {
    let request = CompileRequest {
        source: text,
        filename: "<string>",
        mode,
        optimize: vm.options.optimize,
        future: inherited(vm),
        top_level_await: false,
    };
    let code = (vm.ports.compile)(vm, &request)?;
    match code.cast::<Code>() {
        Some(code) => Ok(code),
        None => Err(vm.raise_msg(Exc::SystemError, "compiler made no code object")),
    }
}

/// Where the code of `exec` and `eval` runs: what was given, else what the caller has.
fn namespaces(
    vm: &mut Vm,
    function: &str,
    globals: Value,
    locals: Value,
) -> PyResult<(Gc<Dict>, Value)> {
    let given = |v: Value| v.bound().filter(|v| !v.is_none());
    let getitem = vm.names.__getitem__;
    if let Some(locals) = given(locals)
        && vm.special(locals, getitem).is_none()
    {
        let msg = match function {
            "eval" => "locals must be a mapping".to_owned(),
            _ => format!("locals must be a mapping or None, not {}", vm.type_name(locals)),
        };
        return Err(vm.type_error(&msg));
    }
    let (globals, locals) = match (given(globals), given(locals)) {
        (Some(g), Some(l)) => (g, l),
        (Some(g), None) => (g, g),
        (None, Some(l)) => (current_globals(vm), l),
        (None, None) => (current_globals(vm), current_locals(vm)?),
    };
    let Some(dict) = globals.cast::<Dict>() else {
        let msg = match function {
            "eval" => "globals must be a dict".to_owned(),
            _ => format!("exec() globals must be a dict, not {}", vm.type_name(globals)),
        };
        return Err(vm.type_error(&msg));
    };
    let key = vm.names.__builtins__;
    if vm.dict_get_str(dict, key).is_none() {
        let builtins = vm.builtins;
        vm.dict_set_str(dict, key, builtins)?;
    }
    Ok((dict, locals))
}

fn run(
    vm: &mut Vm,
    function: &str,
    code: Gc<Code>,
    globals: Gc<Dict>,
    namespace: Value,
) -> PyResult<Value> {
    if !vm.code_data(code).freevars.is_empty() {
        let msg = format!("code object passed to {function}() may not contain free variables");
        return Err(vm.type_error(&msg));
    }
    let takes_namespace = code.flags.get() & habu_bytecode::flags::NAMESPACE != 0;
    let f = vm.new_function(code, globals.value())?;
    let key = vm.names.__builtins__;
    let builtins = match vm.dict_get_str(globals, key) {
        Some(m) if m.kind() == Kind::Module => vm.getattr_str(m, "__dict__")?,
        Some(d) => d,
        None => vm.builtins,
    };
    f.store(&mut vm.heap, &f.builtins, builtins);
    if takes_namespace { vm.call(f.value(), &[namespace]) } else { vm.call(f.value(), &[]) }
}
