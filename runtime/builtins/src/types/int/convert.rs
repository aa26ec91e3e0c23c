//! `int(...)`: from numbers, text and bytes; and back to text.

use crate::types::number::{afford_digits, float_to_int_error, int_result};
use habu_object::bytes::{self, with_bytes};
use habu_object::int::ParseError;
use habu_object::str::Str;
use habu_object::{Kind, Value, float, int};
use habu_vm::{BinOp, PyResult, Vm};

/// `int.__new__(cls, x=0, /, base=10)`
pub(super) fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, x, base] = args else { return Ok(Value::NONE) };
    let class = crate::args::new_class_arg(vm, cls, Kind::Int)?;
    let n = if x.is_unbound() {
        if !base.is_unbound() {
            return Err(vm.type_error("int() missing string argument"));
        }
        Value::small_int(0)
    } else if base.is_unbound() {
        from_object(vm, x)?
    } else {
        with_base(vm, x, base)?
    };
    if class == vm.types.of_kind(Kind::Int) {
        return Ok(n);
    }
    let r = int::with_shape(&mut vm.heap, class.instance_shape.get(), n);
    int_result(vm, r)
}

/// `int(x)`
pub(crate) fn from_object(vm: &mut Vm, x: Value) -> PyResult<Value> {
    if int::is_exact_int(x) {
        return Ok(x);
    }
    if x.kind() == Kind::Bool {
        return Ok(Value::small_int(i64::from(x == Value::TRUE)));
    }
    if float::is_exact_float(x) {
        let f = float::get(x).unwrap_or_default();
        return int::from_f64(&mut vm.heap, f).map_err(|e| float_to_int_error(vm, e));
    }
    if x.shape() == habu_object::shape::STR {
        return parse(vm, x, 10);
    }
    let (int_name, index_name) = (vm.names.__int__, vm.names.__index__);
    if let Some(r) = vm.call_special(x, int_name, &[])? {
        if !int::is_int_like(r) {
            let msg = format!("__int__ returned non-int (type {})", vm.type_name(r));
            return Err(vm.type_error(&msg));
        }
        return super::operators::exact(vm, r);
    }
    if vm.special(x, index_name).is_some() {
        let n = vm.index(x)?;
        return super::operators::exact(vm, n);
    }
    if matches!(x.kind(), Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::MemoryView) {
        return parse(vm, x, 10);
    }
    let msg = format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        vm.type_name(x)
    );
    Err(vm.type_error(&msg))
}

fn with_base(vm: &mut Vm, x: Value, base: Value) -> PyResult<Value> {
    let n = vm.index(base)?;
    let base = match int::to_i64(n) {
        Some(base) if base == 0 || (2..=36).contains(&base) => base as u32,
        _ => return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    if !matches!(x.kind(), Kind::Str | Kind::Bytes | Kind::ByteArray) {
        return Err(vm.type_error("int() can't convert non-string with explicit base"));
    }
    parse(vm, x, base)
}

/// The int that a str or bytes-like object spells.
fn parse(vm: &mut Vm, x: Value, base: u32) -> PyResult<Value> {
    let limit = vm.int_max_str_digits;
    let text = match x.cast::<Str>() {
        Some(s) => s.to_string_lossy().into_owned(),
        // Bytes beyond ASCII are no digits, whatever they become here.
        None => with_bytes(x, |b| b.iter().map(|b| *b as char).map(ascii_or_bad).collect())
            .unwrap_or_default(),
    };
    match int::parse(&mut vm.heap, &text, base, limit) {
        Ok(n) => Ok(n),
        Err(ParseError::Invalid) => {
            let shown = match x.kind() {
                Kind::Str => vm.repr_text(x)?,
                _ => with_bytes(x, bytes::repr).unwrap_or_default(),
            };
            let shown: String = shown.chars().take(200).collect();
            let msg = format!("invalid literal for int() with base {base}: {shown}");
            Err(vm.value_error(&msg))
        }
        Err(ParseError::TooManyDigits(n)) => {
            let msg = format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {n} digits; use \
                 sys.set_int_max_str_digits() to increase the limit"
            );
            Err(vm.value_error(&msg))
        }
        Err(ParseError::Int(e)) => Err(vm.int_error(BinOp::Add, e)),
    }
}

fn ascii_or_bad(c: char) -> char {
    if c.is_ascii() { c } else { '?' }
}

/// `int.__repr__`
pub(super) fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = args[0];
    let limit = vm.int_max_str_digits as u64;
    if limit != 0 && !n.is_int() {
        let digits = int::decimal_digits_lower_bound(n);
        if digits > limit {
            return Err(too_long(vm));
        }
        let text = int::to_decimal(n);
        if text.trim_start_matches('-').len() as u64 > limit {
            return Err(too_long(vm));
        }
        return vm.new_str(&text);
    }
    afford_digits(vm, n, 10)?;
    match int::with_decimal(n, |text| Str::from_latin1(&mut vm.heap, text.as_bytes())) {
        Ok(s) => Ok(s.value()),
        Err(e) => Err(e.into()),
    }
}

fn too_long(vm: &mut Vm) -> habu_vm::Raised {
    let msg = format!(
        "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase \
         the limit",
        vm.int_max_str_digits
    );
    vm.value_error(&msg)
}
