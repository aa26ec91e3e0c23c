//! `types.FrameType`.
//!
//! What a frame object refers to is decided in `vm::inspect`; there is no tracing by `f_trace`.

use crate::args::{address, arg, or_none};
use habu_object::dict::Dict;
use habu_object::{Code, Frame, Gc, Kind, Value, type_flags};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] =
    &[NativeDef::new("__repr__", "(self, /)", repr), NativeDef::new("clear", "(self, /)", clear)];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("f_code", |vm, v| Ok(this(vm, v)?.code.get())),
    GetSetDef::new("f_globals", |vm, v| Ok(this(vm, v)?.globals.get())),
    GetSetDef::new("f_locals", |vm, v| {
        let f = this(vm, v)?;
        vm.frame_locals(f)
    }),
    GetSetDef::new("f_builtins", builtins),
    GetSetDef::new("f_back", |vm, v| {
        let f = this(vm, v)?;
        vm.frame_back(f)
    }),
    GetSetDef::new("f_lineno", |vm, v| {
        let f = this(vm, v)?;
        Ok(Value::small_int(vm.frame_position(f).1 as i64))
    }),
    GetSetDef::new("f_lasti", |vm, v| {
        let f = this(vm, v)?;
        Ok(Value::small_int(vm.frame_position(f).0 as i64 * 2))
    }),
    GetSetDef::with_set("f_trace", |_, _| Ok(Value::NONE), |_, _, _| Ok(())),
    GetSetDef::with_set("f_trace_lines", |_, _| Ok(Value::TRUE), |_, _, _| Ok(())),
    GetSetDef::with_set("f_trace_opcodes", |_, _| Ok(Value::FALSE), |_, _, _| Ok(())),
    GetSetDef::new("f_generator", |_, _| Ok(Value::NONE)),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Frame);
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Frame>> {
    match v.cast::<Frame>() {
        Some(f) => Ok(f),
        None => Err(vm.type_error("descriptor requires a 'frame' object")),
    }
}

fn builtins(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let globals = this(vm, v)?.globals.get().cast::<Dict>();
    let name = vm.names.__builtins__;
    let found = globals.and_then(|d| vm.dict_get_str(d, name));
    let found = match found.and_then(|v| v.cast::<habu_object::Module>()) {
        Some(m) => Some(or_none(m.dict.get())),
        None => found,
    };
    Ok(found.unwrap_or(vm.builtins))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = this(vm, arg(args, 0))?;
    let line = vm.frame_position(f).1;
    let (file, name) = match f.code.get().cast::<Code>() {
        Some(c) => (vm.repr_text(c.filename.get())?, vm.text(c.name.get())),
        None => ("'?'".to_owned(), "?".to_owned()),
    };
    let text =
        format!("<frame at {:#x}, file {file}, line {line}, code {name}>", address(arg(args, 0)));
    vm.new_str(&text)
}

fn clear(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = this(vm, arg(args, 0))?;
    if vm.frame_is_live(f) {
        return Err(vm.raise_msg(habu_vm::Exc::RuntimeError, "cannot clear an executing frame"));
    }
    f.locals.set(Value::UNBOUND);
    Ok(Value::NONE)
}
