//! `translate` and `maketrans` of str.

use super::{expect, this};
use crate::args::arg;
use habu_object::dict::Dict;
use habu_object::str::{Str, Translated};
use habu_object::{Gc, Value, int, shape};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("maketrans", "(@x, y=None, z=None, /)", maketrans)
        .doc("Return a translation table usable for str.translate().")
        .effects(Effects::NoPythonOfPlain),
    NativeDef::new("translate", "(self, table, /)", translate)
        .doc("Replace each character in the string using the given translation table."),
];

fn translate(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let table = arg(args, 1);
    let dict = if table.shape() == shape::DICT { table.cast::<Dict>() } else { None };
    let buf = s.translate(|c| {
        let key = Value::small_int(c.into());
        let found = match dict {
            Some(dict) => vm.dict_get(dict, key)?,
            None => look_up(vm, table, key)?,
        };
        match found {
            None => Ok(Translated::Same),
            Some(v) => meaning(vm, v),
        }
    })?;
    Ok(buf.finish(&mut vm.heap)?.value())
}

/// `table[key]`, None if that raises LookupError.
fn look_up(vm: &mut Vm, table: Value, key: Value) -> PyResult<Option<Value>> {
    match vm.getitem(table, key) {
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            vm.catch(e, Exc::LookupError)?;
            Ok(None)
        }
    }
}

fn meaning(vm: &mut Vm, v: Value) -> PyResult<Translated> {
    if v.is_none() {
        return Ok(Translated::Deleted);
    }
    if let Some(text) = v.cast::<Str>() {
        return Ok(Translated::Text(text));
    }
    if !int::is_int_like(v) {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    match int::to_i64(v).and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x11_0000) {
        Some(c) => Ok(Translated::Char(c)),
        None => Err(vm.value_error("character mapping must be in range(0x110000)")),
    }
}

fn maketrans(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (x, y, z) = (arg(args, 0), arg(args, 1), arg(args, 2));
    let table = vm.new_dict()?;
    if y.is_unbound() {
        from_dict(vm, table, x)?;
        return Ok(table.value());
    }
    let y = expect(vm, y, "maketrans() argument 2 must be str")?;
    let z = match z {
        z if z.is_unbound() => None,
        z => Some(expect(vm, z, "maketrans() argument 3 must be str")?),
    };
    let Some(x) = x.cast::<Str>() else {
        return Err(vm.type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    let point = |s: Gc<Str>, i| Value::small_int(s.char_at(i).into());
    for i in 0..x.len() {
        vm.dict_set(table, point(x, i), point(y, i))?;
    }
    if let Some(z) = z {
        for i in 0..z.len() {
            vm.dict_set(table, point(z, i), Value::NONE)?;
        }
    }
    Ok(table.value())
}

fn from_dict(vm: &mut Vm, table: Gc<Dict>, x: Value) -> PyResult<()> {
    let Some(given) = x.cast::<Dict>() else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let mut pos = 0;
    while let Some((next, key, v, _)) = given.next_entry(pos) {
        pos = next;
        let key = match key.cast::<Str>() {
            Some(s) if s.len() == 1 => Value::small_int(s.char_at(0).into()),
            Some(_) => {
                return Err(vm.value_error("string keys in translate table must be of length 1"));
            }
            None if int::is_int_like(key) => key,
            None => {
                return Err(vm.type_error("keys in translate table must be strings or integers"));
            }
        };
        vm.dict_set(table, key, v)?;
    }
    Ok(())
}
