//! float: construction, methods and attributes. Operators are in `operators`.

mod operators;

use super::number::{as_float, float_to_int_error, format_number};
use habu_object::bytes::with_bytes;
use habu_object::float::HexError;
use habu_object::format::format_float;
use habu_object::int::IntError;
use habu_object::str::Str;
use habu_object::{Kind, Value, float, int};
use habu_vm::{BinOp, Effects, GetSetDef, NativeDef, PyResult, Vm};
use operators::pos;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__bool__", "(self, /)", truth).effects(Effects::Pure),
    NativeDef::new("__ceil__", "(self, /)", ceil)
        .doc("Return the ceiling as an Integral.")
        .effects(Effects::Pure),
    NativeDef::new("__float__", "(self, /)", pos).effects(Effects::Pure),
    NativeDef::new("__floor__", "(self, /)", floor)
        .doc("Return the floor as an Integral.")
        .effects(Effects::Pure),
    NativeDef::new("__format__", "(self, format_spec, /)", format)
        .doc("Formats the float according to format_spec."),
    NativeDef::new("__getformat__", "(cls, typestr, /)", getformat),
    NativeDef::new("__getnewargs__", "(self, /)", getnewargs),
    NativeDef::new("__hash__", "(self, /)", hash),
    NativeDef::new("__int__", "(self, /)", trunc).effects(Effects::Pure),
    NativeDef::new("__new__", "(cls, x=0, /)", new).effects(Effects::PureOfPlain),
    NativeDef::new("__repr__", "(self, /)", repr).effects(Effects::Pure),
    NativeDef::new("__round__", "(self, ndigits=None, /)", round).doc(
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like \
         built-in round(x, ndigits).",
    ),
    NativeDef::new("__trunc__", "(self, /)", trunc)
        .doc("Return the Integral closest to x between 0 and x.")
        .effects(Effects::Pure),
    NativeDef::new("as_integer_ratio", "(self, /)", as_integer_ratio)
        .doc("Return a pair of integers, whose ratio is exactly equal to the original float."),
    NativeDef::new("conjugate", "(self, /)", pos)
        .doc("Return self, the complex conjugate of any float.")
        .effects(Effects::Pure),
    NativeDef::new("from_number", "(cls, number, /)", from_number)
        .doc("Convert real number to a floating-point number."),
    NativeDef::new("fromhex", "(cls, string, /)", fromhex)
        .doc("Create a floating-point number from a hexadecimal string."),
    NativeDef::new("hex", "(self, /)", hex)
        .doc("Return a hexadecimal representation of a floating-point number.")
        .effects(Effects::Pure),
    NativeDef::new("is_integer", "(self, /)", is_integer)
        .doc("Return True if the float is an integer.")
        .effects(Effects::Pure),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("real", |vm, v| pos(vm, &[v])),
    GetSetDef::new("imag", |vm, _| vm.new_float(0.0)),
];

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Float);
    for table in operators::TABLES {
        vm.add_methods(class, table)?;
    }
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, GETSETS)?;
    let doc = vm.new_str("Convert a string or number to a floating-point number, if possible.")?;
    vm.set_class_entry(class, "__doc__", doc)
}

fn number(args: &[Value]) -> f64 {
    args.first().and_then(|v| float::get(*v)).unwrap_or_default()
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, x] = args else { return Ok(Value::NONE) };
    let class = crate::args::new_class_arg(vm, cls, Kind::Float)?;
    let exact = class == vm.types.of_kind(Kind::Float);
    if exact && float::is_exact_float(x) {
        return Ok(x);
    }
    let f = if x.is_unbound() { 0.0 } else { from_object(vm, x)? };
    if exact {
        return vm.new_float(f);
    }
    Ok(float::with_shape(&mut vm.heap, class.instance_shape.get(), f)?)
}

/// `float(x)`
fn from_object(vm: &mut Vm, x: Value) -> PyResult<f64> {
    if let Some(s) = x.cast::<Str>() {
        let parsed = float::parse(&s.to_string_lossy());
        return match parsed {
            Some(f) if f.is_nan() => Ok(vm.fresh_nan(f.is_sign_negative())),
            Some(f) => Ok(f),
            None => Err(unreadable(vm, x)),
        };
    }
    if let Some(f) = as_float(vm, x)? {
        return Ok(f);
    }
    let read = with_bytes(x, |b| {
        std::str::from_utf8(b).ok().filter(|t| t.is_ascii()).and_then(float::parse)
    });
    match read {
        Some(Some(f)) => Ok(f),
        Some(None) => Err(unreadable(vm, x)),
        None => {
            let msg = format!(
                "float() argument must be a string or a real number, not '{}'",
                vm.type_name(x)
            );
            Err(vm.type_error(&msg))
        }
    }
}

fn unreadable(vm: &mut Vm, x: Value) -> habu_vm::Raised {
    match vm.repr_text(x) {
        Ok(text) => vm.value_error(&format!("could not convert string to float: {text}")),
        Err(raised) => raised,
    }
}

fn from_number(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, x] = args else { return Ok(Value::NONE) };
    let Some(f) = as_float(vm, x)? else {
        let msg = format!("must be real number, not {}", vm.type_name(x));
        return Err(vm.type_error(&msg));
    };
    of_class(vm, cls, f)
}

/// `cls(f)`
fn of_class(vm: &mut Vm, cls: Value, f: f64) -> PyResult<Value> {
    let v = vm.new_float(f)?;
    if cls == vm.types.of_kind(Kind::Float).value() { Ok(v) } else { vm.call(cls, &[v]) }
}

fn fromhex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[cls, text] = args else { return Ok(Value::NONE) };
    if text.kind() != Kind::Str {
        let msg = format!("fromhex() argument must be str, not {}", vm.type_name(text));
        return Err(vm.type_error(&msg));
    }
    match float::fromhex(&vm.text(text)) {
        Ok(f) => of_class(vm, cls, f),
        Err(HexError::Invalid) => Err(vm.value_error("invalid hexadecimal floating-point string")),
        Err(HexError::Overflow) => {
            Err(vm.overflow_error("hexadecimal value too large to represent as a float"))
        }
    }
}

fn hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_str(&float::hex(number(args)))
}

fn is_integer(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(float::is_integer(number(args))))
}

fn truth(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(number(args) != 0.0))
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.new_str(&float::repr(number(args)))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let h = float::hash(number(args)).unwrap_or_else(|| habu_vm::protocol::identity_hash(args[0]));
    vm.new_int(h)
}

fn format(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[f, spec] = args else { return Ok(Value::NONE) };
    format_number(vm, f, spec, |spec, name| format_float(number(&[f]), spec, name))
}

fn getformat(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match vm.text(args[1]).as_str() {
        "double" | "float" if cfg!(target_endian = "little") => vm.new_str("IEEE, little-endian"),
        "double" | "float" => vm.new_str("IEEE, big-endian"),
        _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn getnewargs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let f = pos(vm, args)?;
    vm.new_tuple(&[f])
}

fn whole(vm: &mut Vm, result: Result<Value, IntError>) -> PyResult<Value> {
    result.map_err(|e| float_to_int_error(vm, e))
}

fn trunc(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = float::trunc(&mut vm.heap, number(args));
    whole(vm, r)
}

fn floor(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = float::floor(&mut vm.heap, number(args));
    whole(vm, r)
}

fn ceil(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let r = float::ceil(&mut vm.heap, number(args));
    whole(vm, r)
}

fn round(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let digits = args[1];
    if digits.is_unbound() || digits.is_none() {
        let r = float::round_to_int(&mut vm.heap, number(args));
        return whole(vm, r);
    }
    let digits = vm.index(digits)?;
    let digits = int::to_i64_clamped(digits);
    match float::round(number(args), digits) {
        Some(f) => vm.new_float(f),
        None => Err(vm.overflow_error("rounded value too large to represent")),
    }
}

fn as_integer_ratio(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    match float::as_integer_ratio(&mut vm.heap, number(args)) {
        Ok((n, d)) => vm.new_tuple(&[n, d]),
        Err(IntError::Overflow) => {
            Err(vm.overflow_error("cannot convert Infinity to integer ratio"))
        }
        Err(IntError::NotANumber) => Err(vm.value_error("cannot convert NaN to integer ratio")),
        Err(e) => Err(vm.int_error(BinOp::Add, e)),
    }
}
