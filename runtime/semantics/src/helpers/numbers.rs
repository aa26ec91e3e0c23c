//! Numbers beyond small ints and immediate floats, and what needs a function in any case.

use super::Gives::{Float, Truth, Value as Any};
use super::{Context, Gives, Helper, Touches, helpers};
use habu_object::float;
use habu_vm::{BinOp, CmpOp};

macro_rules! binary {
    ($($name:ident $op:ident;)*) => {
        helpers! { $(
            /// The operator of this name on exact ints, bools and floats; declines if it raises.
            $name(vm, a, b) Nothing, Any => vm.attempt(|vm| vm.number_op(BinOp::$op, a, b)).flatten();
        )* }

        /// The helper of an operator on numbers.
        pub fn arithmetic(op: BinOp) -> Option<&'static Helper> {
            Some(match op {
                $(BinOp::$op => &$name,)*
                BinOp::MatMul => return None,
            })
        }
    };
}
binary! {
    NUMBER_ADD Add;
    NUMBER_SUB Sub;
    NUMBER_MUL Mul;
    NUMBER_TRUEDIV TrueDiv;
    NUMBER_FLOORDIV FloorDiv;
    NUMBER_MOD Mod;
    NUMBER_POW Pow;
    NUMBER_LSHIFT LShift;
    NUMBER_RSHIFT RShift;
    NUMBER_AND And;
    NUMBER_OR Or;
    NUMBER_XOR Xor;
}

macro_rules! comparisons {
    ($($name:ident $op:ident;)*) => {
        helpers! { $(
            /// The comparison of this name of two numbers or two exact strs.
            $name(vm, a, b) Nothing, Truth => vm.simple_compare(CmpOp::$op, a, b).unwrap_or(false);
        )* }

        /// The helper of a comparison of two numbers or two exact strs.
        pub fn comparison(op: CmpOp) -> &'static Helper {
            match op {
                $(CmpOp::$op => &$name,)*
            }
        }
    };
}
comparisons! {
    SIMPLE_LT Lt;
    SIMPLE_LE Le;
    SIMPLE_GT Gt;
    SIMPLE_GE Ge;
    SIMPLE_EQ Eq;
    SIMPLE_NE Ne;
}

helpers! {
    /// -a of an exact number.
    NUMBER_NEG(vm, a) Nothing, Any => vm.attempt(|vm| {
        let name = vm.names.__neg__;
        vm.unary_op(a, name)
    });
    /// ~a of an exact int.
    NUMBER_INVERT(vm, a) Nothing, Any => vm.attempt(|vm| {
        let name = vm.names.__invert__;
        vm.unary_op(a, name)
    });
}

/// Rows `NAME(operands) => body;` on doubles: NaN when the helper declines, or when an operand is NaN.
macro_rules! float_helpers {
    ($($(#[$doc:meta])* $name:ident($($arg:ident),*) => $body:expr;)*) => { $(
        $(#[$doc])*
        pub static $name: Helper = {
            #[inline(always)]
            fn body($($arg: f64),*) -> f64 {
                $body
            }
            extern "C" fn code(_: *mut Context $(, $arg: float_helpers!(type $arg))*) -> f64 {
                body($($arg),*)
            }
            Helper {
                name: stringify!($name),
                operands: <[&str]>::len(&[$(stringify!($arg)),*]),
                touches: Touches::Nothing,
                gives: Gives::Float,
                address: || code as extern "C" fn(*mut Context $(, float_helpers!(type $arg))*) -> f64 as usize,
                run: |_, args| match *args {
                    [$($arg),*] => body($(f64::from_bits($arg)),*).to_bits(),
                    _ => f64::NAN.to_bits(),
                },
            }
        };
    )* };
    (type $arg:ident) => { f64 };
}

float_helpers! {
    /// a ** b
    FLOAT_POW(a, b) => float::pow(a, b).unwrap_or(f64::NAN);
    /// a // b
    FLOAT_FLOORDIV(a, b) => float::floordiv(a, b).unwrap_or(f64::NAN);
    /// a % b
    FLOAT_MOD(a, b) => float::modulo(a, b).unwrap_or(f64::NAN);
}

/// What kind of answer floats give.
pub const FLOAT: Gives = Float;
