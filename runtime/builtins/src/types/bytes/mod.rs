//! bytes: its own methods, and those that it shares with bytearray, one file a subject.
//!
//! A shared method returns an object of its receiver's kind, never of a subclass. The algorithms are in
//! `habu_object::bytes`; here are arguments and errors.

pub(crate) use habu_vm::buffer;
pub(crate) mod construct;
mod hex;
mod operators;
mod pad;
mod percent;
mod search;
mod split;
mod text;

pub(crate) use hex::hex_args;

use buffer::Buffer;
use habu_object::{Gc, Kind, Type, Value};
use habu_vm::{NativeDef, PyResult, Vm};

static BYTES: &[&[NativeDef]] = &[
    construct::METHODS,
    operators::BYTES,
    search::BYTES,
    split::BYTES,
    text::BYTES,
    pad::BYTES,
    hex::BYTES,
];

static ARRAY: &[&[NativeDef]] =
    &[operators::ARRAY, search::ARRAY, split::ARRAY, text::ARRAY, pad::ARRAY, hex::ARRAY];

const DOC: &str = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) \
                   -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter \
                   initialized with null bytes\nbytes() -> empty bytes object";

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::Bytes);
    for table in BYTES {
        vm.add_methods(class, table)?;
    }
    let doc = vm.new_str(DOC)?;
    vm.set_class_entry(class, "__doc__", doc)
}

/// Adds the methods that bytearray shares.
pub(crate) fn install_shared(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    for table in ARRAY {
        vm.add_methods(class, table)?;
    }
    Ok(())
}

/// The bytes or bytearray that a method is called on; the binding has checked its class.
#[inline(always)]
fn this(vm: &mut Vm, args: &[Value]) -> PyResult<Buffer> {
    Buffer::of(vm, crate::args::arg(args, 0))
}

/// Declares table `BYTES` and its twin `ARRAY`, whose methods read storage that can change.
///
/// `plain` rows take no arguments, `given` rows do.
macro_rules! tables {
    (plain { $($plain:ident $psig:literal $pdoc:literal;)* } given { $($given:literal $gsig:literal $func:ident $gdoc:literal;)* }) => {
        pub(super) static BYTES: &[habu_vm::NativeDef] = &[
            $(habu_vm::NativeDef::new(stringify!($plain), $psig, $plain).doc($pdoc).effects(habu_vm::Effects::Pure),)*
            $(habu_vm::NativeDef::new($given, $gsig, $func).doc($gdoc).effects(habu_vm::Effects::PureOfPlain),)*
        ];
        pub(super) static ARRAY: &[habu_vm::NativeDef] = &[
            $(habu_vm::NativeDef::new(stringify!($plain), $psig, $plain).doc($pdoc).effects(habu_vm::Effects::NoPython),)*
            $(habu_vm::NativeDef::new($given, $gsig, $func).doc($gdoc).effects(habu_vm::Effects::NoPythonOfPlain),)*
        ];
    };
}
use tables;
