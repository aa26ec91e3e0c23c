//! Case methods and predicates of bytes and bytearray: ASCII only, without arguments.

use super::buffer::Buffer;
use super::{tables, this};
use habu_object::bytes::{self, Bytes};
use habu_object::{Value, shape};
use habu_vm::{PyResult, Vm};

tables! {
    plain {
        capitalize "(self, /)" "Return a copy of B with only its first character capitalized (ASCII) and the rest lower-cased.";
        isalnum "(self, /)" "Return True if all characters in B are alphanumeric and there is at least one, False otherwise.";
        isalpha "(self, /)" "Return True if all characters in B are alphabetic and there is at least one, False otherwise.";
        isascii "(self, /)" "Return True if B is empty or all characters in B are ASCII, False otherwise.";
        isdigit "(self, /)" "Return True if all characters in B are digits and there is at least one, False otherwise.";
        islower "(self, /)" "Return True if all cased characters in B are lowercase and there is at least one, False otherwise.";
        isspace "(self, /)" "Return True if all characters in B are whitespace and there is at least one, False otherwise.";
        istitle "(self, /)" "Return True if B is a titlecased string and there is at least one character in B, False otherwise.";
        isupper "(self, /)" "Return True if all cased characters in B are uppercase and there is at least one, False otherwise.";
        lower "(self, /)" "Return a copy of B with all ASCII characters converted to lowercase.";
        swapcase "(self, /)" "Return a copy of B with uppercase ASCII characters converted to lowercase and vice versa.";
        title "(self, /)" "Return a titlecased version of B.";
        upper "(self, /)" "Return a copy of B with all ASCII characters converted to uppercase.";
    }
    given {}
}

/// A copy that `f` changes in place.
fn mapped(vm: &mut Vm, args: &[Value], f: impl FnOnce(&mut [u8])) -> PyResult<Value> {
    let of = this(vm, args)?;
    if let Buffer::Bytes(_) = of {
        let made = Bytes::build(&mut vm.heap, shape::BYTES, of.len(), |to| {
            to.copy_from_slice(&of);
            f(to);
        });
        return Ok(made?.value());
    }
    let mut copy = of.to_vec();
    f(&mut copy);
    of.like(vm, &copy)
}

fn lower(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    mapped(vm, args, <[u8]>::make_ascii_lowercase)
}

fn upper(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    mapped(vm, args, <[u8]>::make_ascii_uppercase)
}

fn swapcase(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    mapped(vm, args, bytes::swap_case)
}

fn capitalize(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    mapped(vm, args, bytes::capitalize)
}

fn title(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    mapped(vm, args, bytes::title_case)
}

macro_rules! asked {
    ($($name:ident)*) => { $(
        fn $name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
            Ok(Value::bool(bytes::$name(&this(vm, args)?)))
        }
    )* };
}

asked! { isalnum isalpha isdigit islower isspace istitle isupper }

fn isascii(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(this(vm, args)?.is_ascii()))
}
