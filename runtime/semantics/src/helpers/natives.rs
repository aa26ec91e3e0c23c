//! How compiled code calls a native function: all its parameters as values, as an attempt.

use super::{Context, runtime, word};
use habu_object::Value;
use habu_object::dict::Dict;
use habu_vm::{Effects, NativeDef, Vm};

/// Calls a native function with all its parameters, unless that takes Python code or raises.
pub fn call(vm: &mut Vm, def: &'static NativeDef, args: &[Value]) -> Option<Value> {
    // What traces remember of cells does not bear a write through the namespace they belong to.
    if !matches!(def.effects, Effects::Pure | Effects::PureOfPlain | Effects::Repeatable)
        && args.first().and_then(|d| d.cast::<Dict>()).is_some_and(|d| d.has_cells())
    {
        return None;
    }
    vm.attempt(|vm| (def.func)(vm, args))
}

macro_rules! shims {
    ($($name:ident $count:literal ($($arg:ident)*);)*) => {
        $(
            extern "C" fn $name(context: *mut Context, def: u64 $(, $arg: word!($arg))*) -> u64 {
                // SAFETY: only compiled code calls this, with its own context.
                let vm = unsafe { runtime(context) };
                // SAFETY: definitions are static; the number in the code is the address of one.
                let def = unsafe { &*(def as *const NativeDef) };
                call(vm, def, &[$(Value::from_bits($arg)),*]).unwrap_or(Value::UNBOUND).bits()
            }
        )*

        /// The address of the function `(context, definition, parameters ...)` for that many parameters.
        pub fn address(parameters: usize) -> Option<usize> {
            Some(match parameters {
                $($count => $name as extern "C" fn(*mut Context, u64 $(, word!($arg))*) -> u64 as usize,)*
                _ => return None,
            })
        }
    };
}
shims! {
    call_0 0 ();
    call_1 1 (a);
    call_2 2 (a b);
    call_3 3 (a b c);
    call_4 4 (a b c d);
    call_5 5 (a b c d e);
    call_6 6 (a b c d e f);
}
