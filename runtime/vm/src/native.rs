//! Native functions: how Rust code appears in Python, and how its parameters are bound.
//!
//! A native function is a row `NativeDef { name, signature text, function, doc }`. The signature text is what
//! `inspect.signature` would show; it decides how arguments are bound. The function receives one value per
//! parameter in the order of the text: UNBOUND for an omitted optional one, a tuple for `*args`, a dict (or UNBOUND
//! when there are no keywords) for `**kwargs`.

use crate::error::PyResult;
use crate::vm::Vm;
use habu_object::{Kind, Value};

/// The Rust function behind a native function.
pub type NativeFn = fn(&mut Vm, &[Value]) -> PyResult<Value>;

/// A native function or method.
pub struct NativeDef {
    /// Python name.
    pub name: &'static str,
    /// Signature text, e.g. `(self, iterable, /, *, key=None)`.
    pub signature: &'static str,
    /// The function.
    pub func: NativeFn,
    /// Binding facts derived from the text.
    pub params: Params,
    /// Docstring.
    pub doc: &'static str,
    /// What compiled code may assume of a call.
    pub effects: Effects,
    /// The function of the prelude that runs instead on a generator, empty if none: see `hosted`.
    pub hosted: &'static str,
    /// The one that runs instead where the `key` is a Python function.
    pub keyed: &'static str,
    /// How the semantics know it again.
    pub intrinsic: Option<Intrinsic>,
}

/// What a native function may do, for the recorder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effects {
    /// Anything: may run Python code.
    Any,
    /// Reads and writes builtin objects but never runs Python code and keeps no reference to its frame.
    NoPython,
    /// Depends on its arguments' immutable contents alone.
    Pure,
    /// As `NoPython` if every argument is omitted or exactly None, bool, int, float, str, bytes or bytearray; else
    /// `Any`, because an argument's `__index__` or the like may run.
    NoPythonOfPlain,
    /// As `Pure` under the same condition, bytearrays excluded.
    PureOfPlain,
    /// Has no effect but making new objects; may run Python code (then it is given up and done again as `Any`). Holds
    /// if no argument is an iterator or an object of a native module, which the call might use up.
    Repeatable,
    /// As `Repeatable`, but at last, after everything that may run Python code or raise, writes builtin objects.
    RepeatableWrites,
}

/// Whether objects of a kind cannot change, so that one may stand for an equal one.
pub fn is_immutable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::None
            | Kind::Bool
            | Kind::NotImplemented
            | Kind::Int
            | Kind::BigInt
            | Kind::Float
            | Kind::Complex
            | Kind::Str
            | Kind::Bytes
            | Kind::Tuple
    )
}

/// Native functions whose meaning the semantics know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named as the functions")]
pub enum Intrinsic {
    Len,
    Abs,
    Ord,
    Min,
    Max,
    IsInstance,
    ListAppend,
    ListPop,
    DictGet,
    Next,
    ExceptionInit,
}

/// Parameters that a native function may have.
pub const MAX_PARAMS: usize = 16;

/// Binding facts of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    /// Parameters in all.
    pub total: u8,
    /// Leading parameters that may be given by position.
    pub positional: u8,
    /// Leading parameters that must be given by position.
    pub positional_only: u8,
    /// Leading parameters without default.
    pub required: u8,
    /// Index of `*args`, 255 if none.
    pub var_args: u8,
    /// Index of `**kwargs`, 255 if none.
    pub var_kwargs: u8,
    /// How many positional arguments more than `required` need no rearranging beyond padding; 255 if `*args` takes them.
    pub spare: u8,
    /// Where the names of the parameters stand in the signature text: first byte and length.
    names: [(u16, u8); MAX_PARAMS],
}

impl NativeDef {
    /// A row without documentation whose function may do anything.
    pub const fn new(name: &'static str, signature: &'static str, func: NativeFn) -> NativeDef {
        NativeDef {
            name,
            signature,
            func,
            params: Params::parse(signature),
            doc: "",
            effects: Effects::Any,
            hosted: "",
            keyed: "",
            intrinsic: None,
        }
    }

    /// The row with a docstring.
    pub const fn doc(self, doc: &'static str) -> NativeDef {
        NativeDef { doc, ..self }
    }

    /// The row with effects declared.
    pub const fn effects(self, effects: Effects) -> NativeDef {
        NativeDef { effects, ..self }
    }

    /// The row with a function of the prelude for generators.
    pub const fn hosted(self, hosted: &'static str) -> NativeDef {
        NativeDef { hosted, ..self }
    }

    /// The row with a function of the prelude for keys.
    pub const fn keyed(self, keyed: &'static str) -> NativeDef {
        NativeDef { keyed, ..self }
    }

    /// The row of a function whose meaning the semantics know.
    pub const fn intrinsic(self, intrinsic: Intrinsic) -> NativeDef {
        NativeDef { intrinsic: Some(intrinsic), ..self }
    }

    /// Names of the parameters, in order.
    pub fn param_names(&self) -> impl Iterator<Item = &'static str> {
        let names = &self.params.names[..self.params.total as usize];
        names.iter().map(|(start, len)| {
            let start = *start as usize;
            self.signature.get(start..start + *len as usize).unwrap_or_default()
        })
    }
}

impl Params {
    /// Reads the facts off a signature text. Defaults must not contain commas.
    pub const fn parse(signature: &str) -> Params {
        let text = signature.as_bytes();
        let mut p = Params {
            total: 0,
            positional: 0,
            positional_only: 0,
            required: 0,
            var_args: 255,
            var_kwargs: 255,
            spare: 255,
            names: [(0, 0); MAX_PARAMS],
        };
        let mut keyword_only = false;
        let mut i = 0;
        while i < text.len() {
            while i < text.len() && (text[i] == b'(' || text[i] == b' ' || text[i] == b',') {
                i += 1;
            }
            if i >= text.len() || text[i] == b')' {
                break;
            }
            let start = i;
            let mut has_default = false;
            let mut name = start;
            while text[name] == b'*' {
                name += 1;
            }
            let mut name_end = name;
            while i < text.len() && text[i] != b',' && !(text[i] == b')' && i + 1 == text.len()) {
                if text[i] == b'=' {
                    has_default = true;
                }
                if !has_default && i >= name && text[i] != b' ' {
                    name_end = i + 1;
                }
                i += 1;
            }
            if (p.total as usize) < MAX_PARAMS {
                p.names[p.total as usize] = (name as u16, (name_end - name) as u8);
            }
            if text[start] == b'/' {
                p.positional_only = p.total;
            } else if text[start] == b'*' && start + 1 < text.len() && text[start + 1] == b'*' {
                p.var_kwargs = p.total;
                p.total += 1;
            } else if text[start] == b'*' {
                keyword_only = true;
                if i > start + 1 {
                    p.var_args = p.total;
                    p.total += 1;
                }
            } else {
                p.total += 1;
                if !keyword_only {
                    p.positional = p.total;
                    if !has_default {
                        p.required = p.total;
                    }
                }
            }
        }
        assert!(p.total as usize <= MAX_PARAMS, "too many parameters");
        if p.var_args == 255 {
            p.spare = p.positional - p.required;
        }
        p
    }

    /// Whether a call with `n` positional arguments and no keywords needs nothing but a tuple for `*args`.
    #[inline(always)]
    pub fn packs(&self, n: usize) -> bool {
        self.var_args != 255 && n >= self.required as usize
    }

    /// Whether a call with `n` positional arguments and no keywords needs no rearranging beyond padding.
    #[inline(always)]
    pub fn fits(&self, n: usize) -> bool {
        // One comparison for both bounds.
        self.spare != 255 && n.wrapping_sub(self.required as usize) <= self.spare as usize
    }
}

/// A native attribute: getter and, unless read-only, setter (which gets UNBOUND to delete).
pub struct GetSetDef {
    /// Python name.
    pub name: &'static str,
    /// Reads the attribute.
    pub get: fn(&mut Vm, Value) -> PyResult<Value>,
    /// Writes or (UNBOUND) deletes the attribute.
    pub set: Option<fn(&mut Vm, Value, Value) -> PyResult<()>>,
    /// Docstring.
    pub doc: &'static str,
}

impl GetSetDef {
    /// A read-only attribute.
    pub const fn new(name: &'static str, get: fn(&mut Vm, Value) -> PyResult<Value>) -> GetSetDef {
        GetSetDef { name, get, set: None, doc: "" }
    }

    /// A writable attribute.
    pub const fn with_set(
        name: &'static str,
        get: fn(&mut Vm, Value) -> PyResult<Value>,
        set: fn(&mut Vm, Value, Value) -> PyResult<()>,
    ) -> GetSetDef {
        GetSetDef { name, get, set: Some(set), doc: "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_texts_give_binding_facts() {
        let p = Params::parse("(self, iterable, /, *, key=None, reverse=False)");
        assert_eq!((p.total, p.positional, p.positional_only, p.required), (4, 2, 2, 2));
        let p = Params::parse("(*args, sep=' ', **kw)");
        assert_eq!((p.total, p.positional, p.var_args, p.var_kwargs), (3, 0, 0, 2));
        let p = Params::parse("()");
        assert_eq!(p.total, 0);
        let p = Params::parse("(x, base=10)");
        assert_eq!((p.total, p.positional, p.positional_only, p.required), (2, 2, 0, 1));
        let names = |signature| {
            let def = NativeDef::new("f", signature, |_, _| Ok(Value::NONE));
            def.param_names().collect::<Vec<_>>()
        };
        assert_eq!(names("(self, /, *args, sep=' ', **kw)"), ["self", "args", "sep", "kw"]);
        assert_eq!(names("(x, *, base=10)"), ["x", "base"]);
    }
}
