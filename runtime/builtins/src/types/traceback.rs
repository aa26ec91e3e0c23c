//! `types.TracebackType`.
//!
//! Entries are made by `vm::frame` while an exception unwinds; printing is elsewhere.

use crate::args::{arg, or_none, read_only};
use habu_object::{Frame, Gc, Kind, Traceback, Value, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] =
    &[NativeDef::new("__new__", "(cls, tb_next, tb_frame, tb_lasti, tb_lineno)", new)];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("tb_next", |vm, v| Ok(or_none(this(vm, v)?.next.get())), set_next),
    GetSetDef::with_set("tb_frame", frame, read_only),
    GetSetDef::with_set(
        "tb_lasti",
        |vm, v| Ok(Value::small_int(this(vm, v)?.pc.get() as i64 * 2)),
        read_only,
    ),
    GetSetDef::new("tb_lineno", |vm, v| Ok(Value::small_int(this(vm, v)?.line.get() as i64))),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Traceback);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Traceback>> {
    match v.cast::<Traceback>() {
        Some(t) => Ok(t),
        None => Err(vm.type_error("descriptor requires a 'traceback' object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (next, frame) = (arg(args, 1), arg(args, 2));
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let msg = format!("expected traceback object or None, got '{}'", vm.type_name(next));
        return Err(vm.type_error(&msg));
    }
    let Some(f) = frame.cast::<Frame>() else {
        let msg =
            format!("traceback() argument 'tb_frame' must be frame, not {}", vm.type_name(frame));
        return Err(vm.type_error(&msg));
    };
    let last = vm.index_i64(arg(args, 3))?;
    let line = vm.index(arg(args, 4))?;
    let t = Traceback::blank(&mut vm.heap)?;
    t.next.set(next);
    t.code.set(f.code.get());
    t.frame.set(frame);
    t.globals.set(f.globals.get());
    t.pc.set(u32::try_from(last / 2).unwrap_or(0));
    t.line.set(int::to_i64(line).and_then(|n| u32::try_from(n).ok()).unwrap_or(0));
    Ok(t.value())
}

fn set_next(vm: &mut Vm, v: Value, x: Value) -> PyResult<()> {
    if x.is_unbound() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    let t = this(vm, v)?;
    if !x.is_none() && x.cast::<Traceback>().is_none() {
        let msg = format!("expected traceback object, got '{}'", vm.type_name(x));
        return Err(vm.type_error(&msg));
    }
    let mut at = x;
    while let Some(entry) = at.cast::<Traceback>() {
        if entry == t {
            return Err(vm.value_error("traceback loop detected"));
        }
        at = entry.next.get();
    }
    t.store(&mut vm.heap, &t.next, x);
    Ok(())
}

/// The frame of an entry; made when first asked for.
fn frame(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let t = this(vm, v)?;
    if let Some(f) = t.frame.get().bound() {
        return Ok(f);
    }
    let f = vm.dead_frame(t.code.get(), t.globals.get(), t.pc.get(), t.line.get())?;
    t.store(&mut vm.heap, &t.frame, f);
    Ok(f)
}
