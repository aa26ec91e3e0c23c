//! Helpers: runtime functions that ops call with values and get a value from.
//!
//! Each is stated once: name, operands, what it touches, what it gives, body. The concrete machine calls the body, the
//! recorder calls it and emits a call with the effects stated here; compiled code enters through the `extern "C"` shim.
//! No helper runs Python code, looks at frames or leaves an exception pending. What it cannot do it *declines*, before
//! any effect, and the op is done again by its residual function. Which op calls which helper is said in `direct`.

pub mod containers;
pub mod iterators;
pub mod natives;
pub mod numbers;
pub mod text;

use habu_object::Value;
use habu_vm::Vm;

/// What compiled code passes to every helper begins like this.
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    /// The runtime.
    pub vm: *mut Vm,
}

/// A helper.
pub struct Helper {
    /// Name, for trace text.
    pub name: &'static str,
    /// Number of operands; all are values, or all are floats if it gives a float.
    pub operands: usize,
    /// What it touches.
    pub touches: Touches,
    /// What it gives.
    pub gives: Gives,
    /// Address of the function that compiled code calls: `extern "C" fn(*mut Context, operands ...)`.
    pub address: fn() -> usize,
    /// The body on the operands' bits.
    pub run: fn(&mut Vm, &[u64]) -> u64,
}

/// What a helper reads and writes of what traces remember.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Touches {
    /// The result depends on the operands' immutable contents alone: equal calls may be shared.
    Nothing,
    /// Makes a new object of the operands' immutable contents.
    Makes,
    /// Looks into dicts, sets and their iterators and makes nothing: equal calls may be shared until one is written.
    Looks,
    /// Reads lists, and makes new objects.
    ReadsLists,
    /// Reads anything, and makes new objects.
    Reads,
    /// Reads and writes dicts, sets, their iterators, bytearrays: objects of which traces remember nothing else.
    Tables,
    /// Reads and writes lists.
    Lists,
    /// Reads anything; writes builtin objects of any kind, but no cells and no attributes.
    Builtins,
}

impl Touches {
    /// Whether something is written: then the call cannot be repeated.
    pub fn writes(self) -> bool {
        matches!(self, Touches::Tables | Touches::Lists | Touches::Builtins)
    }
}

/// What a helper gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gives {
    /// Any value; UNBOUND when it declines.
    Value,
    /// An object of this shape; UNBOUND when it declines.
    Shape(u32),
    /// A truth value. Such a helper does not decline.
    Truth,
    /// A float; NaN when it declines.
    Float,
}

/// What the body of a helper returns.
pub(crate) trait Answer {
    /// As compiled code sees it.
    fn word(self) -> u64;
}

impl Answer for Option<Value> {
    #[inline(always)]
    fn word(self) -> u64 {
        self.unwrap_or(Value::UNBOUND).bits()
    }
}

impl Answer for bool {
    #[inline(always)]
    fn word(self) -> u64 {
        self.into()
    }
}

/// The runtime that compiled code runs for.
///
/// # Safety
/// `context` is what compiled code was entered with; whoever entered it holds the runtime exclusively and waits.
#[inline(always)]
pub(crate) unsafe fn runtime<'a>(context: *mut Context) -> &'a mut Vm {
    // SAFETY: by contract.
    unsafe { &mut *(*context).vm }
}

macro_rules! word {
    ($arg:ident) => {
        u64
    };
}
pub(crate) use word;

/// Rows `NAME(vm, operands) touches, gives => body;`
macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident($vm:ident $(, $arg:ident)*) $touches:ident, $gives:expr => $body:expr;)*) => { $(
        $(#[$doc])*
        pub static $name: $crate::helpers::Helper = {
            #[inline(always)]
            fn body($vm: &mut habu_vm::Vm $(, $arg: habu_object::Value)*) -> impl $crate::helpers::Answer {
                $body
            }
            extern "C" fn code(
                context: *mut $crate::helpers::Context $(, $arg: $crate::helpers::word!($arg))*
            ) -> u64 {
                // SAFETY: only compiled code calls this, with its own context.
                let vm = unsafe { $crate::helpers::runtime(context) };
                $crate::helpers::Answer::word(body(vm $(, habu_object::Value::from_bits($arg))*))
            }
            fn run(vm: &mut habu_vm::Vm, args: &[u64]) -> u64 {
                match *args {
                    [$($arg),*] => {
                        $crate::helpers::Answer::word(body(vm $(, habu_object::Value::from_bits($arg))*))
                    }
                    _ => habu_object::Value::UNBOUND.bits(),
                }
            }
            $crate::helpers::Helper {
                name: stringify!($name),
                operands: <[&str]>::len(&[$(stringify!($arg)),*]),
                touches: $crate::helpers::Touches::$touches,
                gives: $gives,
                address: || code as extern "C" fn(*mut $crate::helpers::Context $(, $crate::helpers::word!($arg))*) -> u64 as usize,
                run,
            }
        };
    )* };
}
pub(crate) use helpers;
