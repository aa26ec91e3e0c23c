//! `types.CodeType`: the `co_` attributes, positions, `replace`.
//!
//! Code objects are made by `vm::loader` from plain data; `co_code` shows this runtime's instructions.

use crate::args::{address, arg, or_none, read_only, var_kwargs};
use habu_bytecode as bc;
use habu_object::bytes::Bytes;
use habu_object::{Array, Code, Gc, Kind, List, Tuple, Value, int, type_flags};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};
use std::rc::Rc;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", eq),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("co_lines", "(self, /)", lines),
    NativeDef::new("co_positions", "(self, /)", positions),
    NativeDef::new("co_branches", "(self, /)", |vm, _| {
        let list = vm.new_list(&[])?;
        vm.iter(list)
    }),
    NativeDef::new("replace", "(self, /, **changes)", replace),
    NativeDef::new("__replace__", "(self, /, **changes)", replace),
    NativeDef::new("__sizeof__", "(self, /)", |vm, args| {
        let data = data(vm, arg(args, 0))?;
        Ok(Value::small_int(160 + 4 * data.code.len() as i64))
    }),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::with_set("co_name", |vm, v| Ok(this(vm, v)?.name.get()), read_only),
    GetSetDef::with_set("co_qualname", |vm, v| Ok(this(vm, v)?.qualname.get()), read_only),
    GetSetDef::with_set("co_filename", |vm, v| Ok(this(vm, v)?.filename.get()), read_only),
    GetSetDef::with_set(
        "co_firstlineno",
        |vm, v| Ok(Value::small_int(data(vm, v)?.first_line as i64)),
        read_only,
    ),
    GetSetDef::with_set(
        "co_argcount",
        |vm, v| Ok(Value::small_int(data(vm, v)?.argcount as i64)),
        read_only,
    ),
    GetSetDef::with_set(
        "co_posonlyargcount",
        |vm, v| Ok(Value::small_int(data(vm, v)?.posonly as i64)),
        read_only,
    ),
    GetSetDef::with_set(
        "co_kwonlyargcount",
        |vm, v| Ok(Value::small_int(data(vm, v)?.kwonly as i64)),
        read_only,
    ),
    GetSetDef::new("co_nlocals", |vm, v| {
        Ok(Value::small_int(local_names(data(vm, v)?).len() as i64))
    }),
    GetSetDef::with_set(
        "co_stacksize",
        |vm, v| Ok(Value::small_int(data(vm, v)?.nregs as i64)),
        read_only,
    ),
    // Bits that only this runtime has are not shown.
    GetSetDef::with_set(
        "co_flags",
        |vm, v| Ok(Value::small_int((data(vm, v)?.flags & 0x0fff_ffff) as i64)),
        read_only,
    ),
    GetSetDef::with_set("co_consts", consts, read_only),
    GetSetDef::with_set(
        "co_names",
        |vm, v| {
            let names = &data(vm, v)?.names;
            strings(vm, names.iter().map(|n| &**n))
        },
        read_only,
    ),
    GetSetDef::new("co_varnames", |vm, v| {
        let names = local_names(data(vm, v)?);
        strings(vm, names.into_iter())
    }),
    GetSetDef::new("co_cellvars", |vm, v| {
        let cells = &data(vm, v)?.cellvars;
        strings(vm, cells.iter().map(|c| &*c.name))
    }),
    GetSetDef::new("co_freevars", |vm, v| {
        let cells = &data(vm, v)?.freevars;
        strings(vm, cells.iter().map(|c| &*c.name))
    }),
    GetSetDef::new("co_code", words),
    GetSetDef::new("_co_code_adaptive", words),
    GetSetDef::new("co_linetable", empty_bytes),
    GetSetDef::new("co_lnotab", empty_bytes),
    GetSetDef::new("co_exceptiontable", empty_bytes),
];

pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Code);
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)
}

fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<Code>> {
    match v.cast::<Code>() {
        Some(c) => Ok(c),
        None => Err(vm.type_error("descriptor requires a 'code' object")),
    }
}

fn data(vm: &mut Vm, v: Value) -> PyResult<&'static bc::Code> {
    let code = this(vm, v)?;
    Ok(vm.code_data(code))
}

/// Parameters, and those locals that no inner function captures.
fn local_names(data: &'static bc::Code) -> Vec<&'static str> {
    let variadic = (data.flags & bc::flags::VARARGS != 0) as usize
        + (data.flags & bc::flags::VARKEYWORDS != 0) as usize;
    let params = (data.argcount + data.kwonly) as usize + variadic;
    let captured = |i: usize| {
        let register = bc::decode::register_of(data, i);
        data.cellvars.iter().any(|c| c.reg as usize == register)
    };
    let kept = |i: usize| i < params || !captured(i);
    data.varnames.iter().enumerate().filter(|(i, _)| kept(*i)).map(|(_, n)| &**n).collect()
}

fn strings<'a>(vm: &mut Vm, names: impl Iterator<Item = &'a str>) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, 8)?;
    for name in names {
        let name = vm.intern(name)?;
        list.push(&mut vm.heap, name)?;
    }
    Ok(vm.list_to_tuple(list)?.value())
}

fn consts(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let code = this(vm, v)?;
    let list = List::new(&mut vm.heap, 8)?;
    if let Some(array) = code.consts.get().cast::<Array>() {
        list.extend_from_cells(&mut vm.heap, array.items())?;
    }
    Ok(vm.list_to_tuple(list)?.value())
}

fn words(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let bytes: Vec<u8> = data(vm, v)?.code.iter().flat_map(|w| w.to_le_bytes()).collect();
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn empty_bytes(vm: &mut Vm, _v: Value) -> PyResult<Value> {
    Ok(Bytes::new(&mut vm.heap, &[])?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let code = this(vm, arg(args, 0))?;
    let text = format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        vm.text(code.name.get()),
        address(code.value()),
        vm.text(code.filename.get()),
        vm.code_data(code).first_line
    );
    vm.new_str(&text)
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = data(vm, arg(args, 0))?;
    let Some(b) = arg(args, 1).cast::<Code>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let b = vm.code_data(b);
    Ok(Value::bool(std::ptr::eq(a, b) || a == b))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let code = this(vm, arg(args, 0))?;
    let data = vm.code_data(code);
    let name = vm.hash(code.name.get())?;
    let h = name ^ ((data.first_line as i64) << 20) ^ data.code.len() as i64;
    vm.new_int(if h == -1 { -2 } else { h })
}

fn optional(n: u32) -> Value {
    if n == 0 { Value::NONE } else { Value::small_int(n as i64) }
}

/// `(start, end, line)` in bytes, neighbours with one line joined.
fn lines(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = data(vm, arg(args, 0))?;
    let list = List::new(&mut vm.heap, data.positions.len())?;
    let mut at = 0;
    while at < data.positions.len() {
        let first = data.positions[at];
        at += 1;
        while at < data.positions.len() && data.positions[at].line == first.line {
            at += 1;
        }
        let end = data.positions.get(at).map_or(data.code.len() as u32, |p| p.pc);
        let row = [
            Value::small_int(first.pc as i64 * 2),
            Value::small_int(end as i64 * 2),
            optional(first.line),
        ];
        let row = vm.new_tuple(&row)?;
        list.push(&mut vm.heap, row)?;
    }
    vm.iter(list.value())
}

/// `(line, end_line, column, end_column)` of each instruction word.
fn positions(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let data = data(vm, arg(args, 0))?;
    let list = List::new(&mut vm.heap, data.code.len())?;
    for pc in 0..data.code.len() as u32 {
        let row = match data.position(pc).filter(|p| p.line != 0) {
            Some(p) => [
                Value::small_int(p.line as i64),
                Value::small_int(p.end_line as i64),
                Value::small_int(p.col as i64),
                Value::small_int(p.end_col as i64),
            ],
            None => [Value::NONE; 4],
        };
        let row = vm.new_tuple(&row)?;
        list.push(&mut vm.heap, row)?;
    }
    vm.iter(list.value())
}

/// A copy with other names, first line or flags; other fields may only be given as they are.
fn replace(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let code = this(vm, arg(args, 0))?;
    let mut copy = vm.code_data(code).clone();
    let Some(changes) = var_kwargs(args, 1) else {
        return Ok(vm.load_code(&Rc::new(copy))?.value());
    };
    let mut consts = None;
    let mut pos = 0;
    while let Some((next, key, v, _)) = changes.next_entry(pos) {
        pos = next;
        let field = vm.text(key);
        let text = if v.kind() == Kind::Str { Some(vm.text(v)) } else { None };
        let number = int::to_i64(v).and_then(|n| u32::try_from(n).ok());
        match (field.as_str(), text, number) {
            ("co_name", Some(t), _) => copy.name = t.into(),
            ("co_qualname", Some(t), _) => copy.qualname = t.into(),
            ("co_filename", Some(t), _) => copy.filename = t.into(),
            ("co_firstlineno", _, Some(n)) => copy.first_line = n,
            ("co_flags", _, Some(n)) => copy.flags = copy.flags & !0x0fff_ffff | n & 0x0fff_ffff,
            ("co_consts", ..) => consts = v.cast::<Tuple>(),
            _ => unchanged(vm, code.value(), key, v)?,
        }
    }
    let new = vm.load_code(&Rc::new(copy))?;
    if let Some(wanted) = consts
        && let Some(array) = new.consts.get().cast::<Array>()
    {
        for (i, v) in wanted.items().iter().enumerate().take(array.len()) {
            array.set(&mut vm.heap, i, v.get());
        }
    }
    Ok(new.value())
}

/// TypeError unless the field's value is the present one.
fn unchanged(vm: &mut Vm, code: Value, field: Value, v: Value) -> PyResult<()> {
    let name = vm.intern_value(field)?;
    let text = vm.text(name);
    let class = vm.type_of(code);
    if !text.starts_with("co_") || vm.class_lookup(class, name).is_none() {
        let msg = format!("replace() got an unexpected keyword argument '{text}'");
        return Err(vm.type_error(&msg));
    }
    let old = vm.getattr(code, name)?;
    if vm.eq(old, or_none(v))? {
        return Ok(());
    }
    let msg = format!("code.replace() cannot change {text}");
    Err(vm.value_error(&msg))
}
