//! Builtin functions about numbers: `abs`, `bin`, `chr`, `divmod`, `hex`, `oct`, `ord`, `pow`, `round`.

use crate::types::number::afford_digits;
use habu_object::bytes::with_bytes;
use habu_object::str::Str;
use habu_object::{Kind, Value, float, int};
use habu_vm::{BinOp, Effects, Intrinsic, NativeDef, PyResult, Vm};

pub(crate) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("abs", "(x, /)", abs)
        .intrinsic(Intrinsic::Abs)
        .effects(Effects::PureOfPlain)
        .doc("Return the absolute value of the argument."),
    NativeDef::new("bin", "(number, /)", bin)
        .effects(Effects::PureOfPlain)
        .doc("Return the binary representation of an integer."),
    NativeDef::new("chr", "(i, /)", chr)
        .effects(Effects::PureOfPlain)
        .doc("Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."),
    NativeDef::new("divmod", "(x, y, /)", divmod)
        .effects(Effects::PureOfPlain)
        .doc("Return the tuple (x//y, x%y)."),
    NativeDef::new("hex", "(number, /)", hex)
        .effects(Effects::PureOfPlain)
        .doc("Return the hexadecimal representation of an integer."),
    NativeDef::new("oct", "(number, /)", oct)
        .effects(Effects::PureOfPlain)
        .doc("Return the octal representation of an integer."),
    NativeDef::new("ord", "(c, /)", ord)
        .intrinsic(Intrinsic::Ord)
        .effects(Effects::PureOfPlain)
        .doc("Return the ordinal value of a character."),
    NativeDef::new("pow", "(base, exp, mod=None)", pow)
        .effects(Effects::PureOfPlain)
        .doc("Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments."),
    NativeDef::new("round", "(number, ndigits=None)", round)
        .effects(Effects::PureOfPlain)
        .doc("Round a number to a given precision in decimal digits."),
];

fn abs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = args[0];
    if v.is_imm_float() {
        return vm.new_float(v.as_imm_float().abs());
    }
    if v.is_int() {
        return vm.new_int(v.as_int().abs());
    }
    let name = vm.names.__abs__;
    match vm.call_special(v, name, &[])? {
        Some(r) => Ok(r),
        None => {
            let msg = format!("bad operand type for abs(): '{}'", vm.type_name(v));
            Err(vm.type_error(&msg))
        }
    }
}

fn in_radix(vm: &mut Vm, v: Value, radix: u32, prefix: &str) -> PyResult<Value> {
    let n = vm.index(v)?;
    afford_digits(vm, n, radix)?;
    let digits = int::to_string_radix(n, radix);
    let text = match digits.strip_prefix('-') {
        Some(magnitude) => format!("-{prefix}{magnitude}"),
        None => format!("{prefix}{digits}"),
    };
    vm.new_str(&text)
}

fn bin(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_radix(vm, args[0], 2, "0b")
}

fn oct(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_radix(vm, args[0], 8, "0o")
}

fn hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    in_radix(vm, args[0], 16, "0x")
}

fn chr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = vm.index(args[0])?;
    match int::to_i64(n).and_then(|n| u32::try_from(n).ok()) {
        Some(c) if c < 0x11_0000 => vm.char_str(c),
        _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = args[0];
    let (what, len) = if let Some(s) = v.cast::<Str>() {
        if s.len() == 1 {
            return Ok(Value::small_int(i64::from(s.char_at(0))));
        }
        ("string", s.len())
    } else if matches!(v.kind(), Kind::Bytes | Kind::ByteArray) {
        let single = with_bytes(v, |b| if let [one] = b { Ok(*one) } else { Err(b.len()) });
        match single {
            Some(Ok(b)) => return Ok(Value::small_int(i64::from(b))),
            Some(Err(len)) => ("string", len),
            None => ("string", 0),
        }
    } else {
        let msg = format!("ord() expected string of length 1, but {} found", vm.type_name(v));
        return Err(vm.type_error(&msg));
    };
    let msg = format!("ord() expected a character, but {what} of length {len} found");
    Err(vm.type_error(&msg))
}

fn divmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[a, b] = args else { return Ok(Value::NONE) };
    if Value::both_int(a, b) && b.as_int() != 0 {
        let (q, r) = (int::floordiv(&mut vm.heap, a, b), int::modulo(&mut vm.heap, a, b));
        if let (Ok(q), Ok(r)) = (q, r) {
            return vm.new_tuple(&[q, r]);
        }
    }
    let (name, reflected) = (vm.names.__divmod__, vm.names.__rdivmod__);
    let r = vm.binary_special(name, reflected, a, b)?;
    if r != Value::NOT_IMPLEMENTED {
        return Ok(r);
    }
    let msg = format!(
        "unsupported operand type(s) for divmod(): '{}' and '{}'",
        vm.type_name(a),
        vm.type_name(b)
    );
    Err(vm.type_error(&msg))
}

fn pow(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[base, exponent, modulus] = args else { return Ok(Value::NONE) };
    if modulus.is_unbound() || modulus.is_none() {
        return vm.binary_op(BinOp::Pow, base, exponent);
    }
    let (plain, reflected) = (vm.names.__pow__, vm.names.__rpow__);
    let (left, right) = (vm.type_of(base), vm.type_of(exponent));
    let right_first = left != right
        && vm.is_subclass(right, left)
        && vm.class_lookup(right, reflected) != vm.class_lookup(left, reflected);
    let attempts = match right_first {
        true => [(exponent, reflected, base), (base, plain, exponent)],
        false => [(base, plain, exponent), (exponent, reflected, base)],
    };
    for (n, (this, name, other)) in attempts.into_iter().enumerate() {
        if (n == 0 || left != right)
            && let Some(r) = vm.call_special(this, name, &[other, modulus])?
            && r != Value::NOT_IMPLEMENTED
        {
            return Ok(r);
        }
    }
    let msg = format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        vm.type_name(base),
        vm.type_name(exponent),
        vm.type_name(modulus)
    );
    Err(vm.type_error(&msg))
}

fn round(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let &[number, digits] = args else { return Ok(Value::NONE) };
    let whole = digits.is_unbound() || digits.is_none();
    if number.is_int() && whole {
        return Ok(number);
    }
    if number.is_imm_float()
        && digits.is_int()
        && let Some(f) = float::round(number.as_imm_float(), digits.as_int())
    {
        return vm.new_float(f);
    }
    let name = vm.names.__round__;
    let rest = if whole { &[] } else { &args[1..] };
    match vm.call_special(number, name, rest)? {
        Some(r) => Ok(r),
        None => {
            let msg = format!("type {} doesn't define __round__ method", vm.type_name(number));
            Err(vm.type_error(&msg))
        }
    }
}
