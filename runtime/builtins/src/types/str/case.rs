//! Case methods and the is... predicates of str: all without arguments.

use super::this;
use habu_object::Value;
use habu_vm::{Effects, NativeDef, PyResult, Vm};

macro_rules! mapped {
    ($($name:ident)*) => { $(
        fn $name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
            let s = this(vm, args)?;
            Ok(s.$name(&mut vm.heap)?.value())
        }
    )* };
}

mapped! { capitalize casefold lower swapcase title upper }

macro_rules! asked {
    ($($name:ident)*) => { $(
        fn $name(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
            Ok(Value::bool(this(vm, args)?.$name()))
        }
    )* };
}

asked! {
    isalnum isalpha isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper
}

fn isascii(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::bool(this(vm, args)?.is_ascii()))
}

macro_rules! rows {
    ($($name:ident $doc:literal;)*) => {
        pub(super) static METHODS: &[NativeDef] = &[$(
            NativeDef::new(stringify!($name), "(self, /)", $name).doc($doc).effects(Effects::Pure),
        )*];
    };
}

rows! {
    capitalize "Return a capitalized version of the string.\n\nMore specifically, make the first character have upper \
                case and the rest lower\ncase.";
    casefold "Return a version of the string suitable for caseless comparisons.";
    isalnum "Return True if the string is an alpha-numeric string, False otherwise.";
    isalpha "Return True if the string is an alphabetic string, False otherwise.";
    isascii "Return True if all characters in the string are ASCII, False otherwise.";
    isdecimal "Return True if the string is a decimal string, False otherwise.";
    isdigit "Return True if the string is a digit string, False otherwise.";
    isidentifier "Return True if the string is a valid Python identifier, False otherwise.";
    islower "Return True if the string is a lowercase string, False otherwise.";
    isnumeric "Return True if the string is a numeric string, False otherwise.";
    isprintable "Return True if all characters in the string are printable, False otherwise.";
    isspace "Return True if the string is a whitespace string, False otherwise.";
    istitle "Return True if the string is a title-cased string, False otherwise.";
    isupper "Return True if the string is an uppercase string, False otherwise.";
    lower "Return a copy of the string converted to lowercase.";
    swapcase "Convert uppercase characters to lowercase and lowercase characters to uppercase.";
    title "Return a version of the string where each word is titlecased.";
    upper "Return a copy of the string converted to uppercase.";
}
