//! Methods of str that fill up to a width.

use super::{c_int_or, this};
use crate::args::arg;
use crate::types::sequence::ssize;
use habu_object::str::{MAX_LEN, Str};
use habu_object::{Gc, Value};
use habu_vm::{Effects, Exc, NativeDef, PyResult, Vm};

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new("center", "(self, width, fillchar=' ', /)", center)
        .doc("Return a centered string of length width.\n\nPadding is done using the specified fill character.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("expandtabs", "(self, /, tabsize=8)", expandtabs)
        .doc("Return a copy where all tab characters are expanded using spaces.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("ljust", "(self, width, fillchar=' ', /)", ljust)
        .doc("Return a left-justified string of length width.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("rjust", "(self, width, fillchar=' ', /)", rjust)
        .doc("Return a right-justified string of length width.")
        .effects(Effects::PureOfPlain),
    NativeDef::new("zfill", "(self, width, /)", zfill)
        .doc("Pad a numeric string with zeros on the left, to fill a field of the given width.")
        .effects(Effects::PureOfPlain),
];

/// self, width and fill character.
fn padding(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Str>, i64, u32)> {
    let s = this(vm, args)?;
    let width = ssize(vm, arg(args, 1))?;
    let fill = match arg(args, 2) {
        v if v.is_unbound() => 0x20,
        v => fill_char(vm, v)?,
    };
    check_width(vm, width)?;
    Ok((s, width, fill))
}

fn fill_char(vm: &mut Vm, v: Value) -> PyResult<u32> {
    let fill = super::expect(vm, v, "The fill character must be a unicode character")?;
    if fill.len() != 1 {
        return Err(vm.type_error("The fill character must be exactly one character long"));
    }
    Ok(fill.char_at(0))
}

fn check_width(vm: &mut Vm, width: i64) -> PyResult<()> {
    if usize::try_from(width).is_ok_and(|w| w > MAX_LEN) {
        return Err(vm.raise_args(Exc::MemoryError, &[]));
    }
    Ok(())
}

fn center(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, width, fill) = padding(vm, args)?;
    Ok(s.center(&mut vm.heap, width, fill)?.value())
}

fn ljust(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, width, fill) = padding(vm, args)?;
    Ok(s.ljust(&mut vm.heap, width, fill)?.value())
}

fn rjust(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (s, width, fill) = padding(vm, args)?;
    Ok(s.rjust(&mut vm.heap, width, fill)?.value())
}

fn zfill(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let width = ssize(vm, arg(args, 1))?;
    check_width(vm, width)?;
    Ok(s.zfill(&mut vm.heap, width)?.value())
}

fn expandtabs(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let size = c_int_or(vm, arg(args, 1), 8)?;
    Ok(s.expandtabs(&mut vm.heap, size)?.value())
}
