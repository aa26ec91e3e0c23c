//! Operators of bytes and bytearray that change nothing: +, *, %, comparison, subscripts, containment, repr.

use super::buffer::{Buffer, byte, bytes_like, is_index};
use super::{percent, tables, this};
use crate::args::arg;
use crate::types::sequence::{
    Subscript, check_repeat, comparisons, position, repeat_count, slice_extent,
};
use habu_object::bytes::{self, ByteArray, Bytes, BytesIter};
use habu_object::slice::Extent;
use habu_object::{Kind, Value};
use habu_vm::types::Variant;
use habu_vm::{CmpOp, Exc, PyResult, Vm};

tables! {
    plain {
        __len__ "(self, /)" "Return len(self).";
        __repr__ "(self, /)" "Return repr(self).";
        __str__ "(self, /)" "Return str(self).";
    }
    given {
        "__add__" "(self, value, /)" add "Return self+value.";
        "__contains__" "(self, key, /)" contains "Return bool(key in self).";
        "__eq__" "(self, value, /)" eq "Return self==value.";
        "__ge__" "(self, value, /)" ge "Return self>=value.";
        "__getitem__" "(self, key, /)" getitem "Return self[key].";
        "__gt__" "(self, value, /)" gt "Return self>value.";
        "__iter__" "(self, /)" iter "Implement iter(self).";
        "__le__" "(self, value, /)" le "Return self<=value.";
        "__lt__" "(self, value, /)" lt "Return self<value.";
        "__mod__" "(self, value, /)" modulo "Return self%value.";
        "__mul__" "(self, value, /)" mul "Return self*value.";
        "__ne__" "(self, value, /)" ne "Return self!=value.";
        "__rmod__" "(self, value, /)" rmod "Return value%self.";
        "__rmul__" "(self, value, /)" mul "Return value*self.";
    }
}

fn __len__(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(this(vm, args)?.len() as i64))
}

fn __repr__(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let of = this(vm, args)?;
    let text = bytes::repr(&of);
    let Buffer::Array(_) = of else { return vm.new_str(&text) };
    // CPython `bytearray_repr` escapes single quotes inside of double ones too.
    let text = if text.starts_with("b\"") { text.replace('\'', "\\'") } else { text };
    let text = format!("{}({text})", vm.type_name(arg(args, 0)));
    vm.new_str(&text)
}

fn __str__(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    vm.repr(arg(args, 0))
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let it = BytesIter::new(&mut vm.heap, this)?.value();
    if this.kind() == Kind::ByteArray {
        vm.set_shape(it, Variant::ByteArrayIter.shape());
    }
    Ok(it)
}

/// `a + b`, an object of the kind of `a`.
fn concat(vm: &mut Vm, a: &Buffer, b: &Buffer) -> PyResult<Value> {
    if let Buffer::Array(_) = a {
        let sum = ByteArray::new(&mut vm.heap, a)?;
        sum.extend(&mut vm.heap, b)?;
        return Ok(sum.value());
    }
    Ok(Bytes::concat(&mut vm.heap, a, b)?.value())
}

fn add(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let a = this(vm, args)?;
    let Some(b) = Buffer::try_of(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    match (&a, &b) {
        (Buffer::Bytes(a), b) if b.is_empty() && a.is_exact() => Ok(a.value()),
        (Buffer::Bytes(a), Buffer::Bytes(b)) if a.is_empty() && b.is_exact() => Ok(b.value()),
        _ => concat(vm, &a, &b),
    }
}

fn mul(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let Some(n) = repeat_count(vm, arg(args, 1))? else { return Ok(Value::NOT_IMPLEMENTED) };
    let of = this(vm, args)?;
    check_repeat(vm, of.len(), n)?;
    match of {
        Buffer::Array(_) => {
            let copy = ByteArray::new(&mut vm.heap, &of)?;
            copy.repeat_in_place(&mut vm.heap, n as i64)?;
            Ok(copy.value())
        }
        _ if n == 1 => of.same(vm),
        _ => Ok(Bytes::repeat(&mut vm.heap, &of, n as i64)?.value()),
    }
}

fn modulo(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let format = this(vm, args)?;
    percent::format(vm, &format, arg(args, 1))
}

fn rmod(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, format) = (arg(args, 0), arg(args, 1));
    if format.kind() != this.kind() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let format = Buffer::of(vm, format)?;
    percent::format(vm, &format, this)
}

fn contains(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 1);
    if is_index(vm, v) {
        let b = byte(vm, v, "byte must be in range(0, 256)")?;
        return Ok(Value::bool(bytes::contains(&this(vm, args)?, &[b])));
    }
    let needle = Buffer::of(vm, v)?;
    Ok(Value::bool(bytes::contains(&this(vm, args)?, &needle)))
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this_value = arg(args, 0);
    let array = this_value.kind() == Kind::ByteArray;
    let what = if array { "bytearray" } else { "byte" };
    match crate::types::sequence::subscript(vm, arg(args, 1), what)? {
        Subscript::Index(i) => {
            let of = this(vm, args)?;
            match position(i, of.len()).and_then(|i| of.get(i)) {
                Some(b) => Ok(Value::small_int(i64::from(*b))),
                None if array => Err(vm.raise_msg(Exc::IndexError, "bytearray index out of range")),
                None => Err(vm.raise_msg(Exc::IndexError, "index out of range")),
            }
        }
        Subscript::Slice(slice) => {
            let extent = slice_extent(vm, slice, || {
                bytes::with_bytes(this_value, <[u8]>::len).unwrap_or(0)
            })?;
            let of = this(vm, args)?;
            part(vm, &of, extent)
        }
    }
}

fn part(vm: &mut Vm, of: &Buffer, extent: Extent) -> PyResult<Value> {
    if extent.step == 1 {
        let (from, to) = extent.range();
        return of.part(vm, from..to);
    }
    if let Buffer::Array(_) = of {
        let picked: Vec<u8> = extent.indices().filter_map(|i| of.get(i).copied()).collect();
        return of.like(vm, &picked);
    }
    Ok(Bytes::slice(&mut vm.heap, of, extent)?.value())
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let (a, b) = (arg(args, 0), arg(args, 1));
    // A memoryview compares itself with bytes: only by == and !=.
    let view = a.kind() == Kind::Bytes && b.kind() == Kind::MemoryView;
    if !bytes_like(b) || view {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (Buffer::of(vm, a)?, Buffer::of(vm, b)?);
    Ok(Value::bool(match op {
        CmpOp::Eq => *a == *b,
        CmpOp::Ne => *a != *b,
        _ => op.holds((*a).cmp(&*b)),
    }))
}

comparisons!(compare);
