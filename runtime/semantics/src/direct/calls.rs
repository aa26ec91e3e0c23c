//! Calls of native functions, native methods and builtin classes.
//!
//! What is called is decided first: a native function by its identity, a method by the identity of its descriptor and
//! the shape of the object. The meaning of some is known here (`natives`); of the others `NativeDef::effects` says
//! whether compiled code may call them.

use super::invoke::{Invocation, placed};
use super::{Direct, finish, natives};
use crate::fields::BUILTIN_THIS;
use habu_bytecode::{Insn, Op};
use habu_object::str::Str;
use habu_object::{Builtin, Gc, Kind, MethodDescr, StaticMethod, Type, Value, shape, type_flags};
use habu_vm::types::native_def;
use habu_vm::{Effects, NativeDef};

/// Parameters of a native function that compiled code may call.
const MAX_PARAMETERS: usize = 6;

/// CALL, CALL_METHOD, CALL_KW
pub(super) fn call<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let Invocation { callee, args, keywords } = placed(m, op, i)?;
    let v = call_value(m, callee, &args, &keywords)?;
    m.skip(op.size() - 1);
    finish(m, i, v)
}

/// A call of anything native.
fn call_value<M: Direct>(m: &mut M, f: M::V, args: &[M::V], keywords: &[Value]) -> Option<M::V> {
    let callee = m.hint(f);
    match callee.kind() {
        Kind::Builtin => {
            let this = callee.cast::<Builtin>()?.this.get();
            if this.is_unbound() {
                m.promote(f);
                return native(m, native_def(callee)?, args, keywords);
            }
            // A bound method may be another object each time.
            if !m.has_shape(f, shape::BUILTIN) {
                return None;
            }
            let def = m.native_of(f)?;
            let this = m.load(f, &BUILTIN_THIS);
            if m.is(this, Value::UNBOUND) {
                return None;
            }
            let all: Vec<M::V> = std::iter::once(this).chain(args.iter().copied()).collect();
            native(m, def, &all, keywords)
        }
        Kind::MethodDescr => call_descriptor(m, f, args, keywords),
        Kind::Type => {
            m.promote(f);
            construct(m, callee.cast::<Type>()?, f, args, keywords)
        }
        _ => None,
    }
}

/// A call of a method of a builtin type on an object of exactly that type.
fn call_descriptor<M: Direct>(
    m: &mut M,
    f: M::V,
    args: &[M::V],
    keywords: &[Value],
) -> Option<M::V> {
    let callee = m.hint(f);
    let descriptor = callee.cast::<MethodDescr>()?;
    let this = *args.first()?;
    m.promote(f);
    m.shape(this);
    if !m.is_of_class(this, descriptor.class.get()) {
        return None;
    }
    native(m, native_def(callee)?, args, keywords)
}

/// A call of a builtin class.
fn construct<M: Direct>(
    m: &mut M,
    class: Gc<Type>,
    f: M::V,
    args: &[M::V],
    keywords: &[Value],
) -> Option<M::V> {
    if class.has(type_flags::HEAP | type_flags::NO_NEW) || m.hint(f).shape() != shape::TYPE {
        return None;
    }
    let kind = Kind::from_u8(class.instance_kind.get());
    // Other builtin classes have instances of the kind too: OrderedDict.
    if keywords.is_empty()
        && class.value() == m.class_of_kind(kind)
        && let Some(v) = natives::construct(m, kind, args)
    {
        return Some(v);
    }
    let (new, plain_init) = m.constructor(class)?;
    let new = new.cast::<StaticMethod>()?.func.get();
    if new.kind() != Kind::Builtin || !plain_init {
        return None;
    }
    let all: Vec<M::V> = std::iter::once(f).chain(args.iter().copied()).collect();
    native(m, native_def(new)?, &all, keywords)
}

/// A call of a native function with these arguments, the last ones given by keyword.
fn native<M: Direct>(
    m: &mut M,
    def: &'static NativeDef,
    args: &[M::V],
    keywords: &[Value],
) -> Option<M::V> {
    if keywords.is_empty()
        && let Some(intrinsic) = def.intrinsic
        && let Some(v) = natives::run(m, intrinsic, args)
    {
        return Some(v);
    }
    let total = def.params.total as usize;
    if def.effects == Effects::Any || total > MAX_PARAMETERS {
        return None;
    }
    let mut all = args.to_vec();
    if !keywords.is_empty() {
        all = by_position(m, def, args, keywords)?;
    } else if !def.params.fits(args.len()) {
        let at = def.params.var_args as usize;
        // `*args` alone, given by position.
        if at != 0 || def.params.positional != 0 || args.is_empty() {
            return None;
        }
        all = vec![m.tuple_of(args)?];
    }
    if !allowed(m, def.effects, args) {
        return None;
    }
    while all.len() < total {
        all.push(m.konst(Value::UNBOUND));
    }
    m.call_native(def, &all)
}

/// The arguments in the order of the parameters, UNBOUND where there is none.
fn by_position<M: Direct>(
    m: &mut M,
    def: &'static NativeDef,
    args: &[M::V],
    keywords: &[Value],
) -> Option<Vec<M::V>> {
    const NONE: u8 = u8::MAX;
    let p = &def.params;
    let positional = args.len() - keywords.len();
    if p.var_args != NONE || p.var_kwargs != NONE || positional > p.positional as usize {
        return None;
    }
    let mut all: Vec<Option<M::V>> = args[..positional].iter().copied().map(Some).collect();
    all.resize(p.total as usize, None);
    for (name, v) in keywords.iter().zip(&args[positional..]) {
        let name = name.cast::<Str>()?;
        let at = def.param_names().position(|n| name.eq_text(n))?;
        if at < p.positional_only as usize || all[at].is_some() {
            return None;
        }
        all[at] = Some(*v);
    }
    if all.iter().take(p.required as usize).any(Option::is_none) {
        return None;
    }
    let absent = m.konst(Value::UNBOUND);
    Some(all.into_iter().map(|v| v.unwrap_or(absent)).collect())
}

/// Whether the arguments are such that the declared effects are all there are.
fn allowed<M: Direct>(m: &mut M, effects: Effects, args: &[M::V]) -> bool {
    args.iter().all(|v| {
        let s = m.shape(*v);
        match effects {
            Effects::Any => false,
            Effects::Pure | Effects::NoPython => true,
            Effects::PureOfPlain => plain(s),
            Effects::NoPythonOfPlain => plain(s) || s == shape::BYTEARRAY,
            Effects::Repeatable | Effects::RepeatableWrites => !may_be_used_up(m.hint(*v).kind()),
        }
    })
}

/// Whether an object of this kind may be an iterator.
fn may_be_used_up(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ListIter
            | Kind::TupleIter
            | Kind::StrIter
            | Kind::BytesIter
            | Kind::RangeIter
            | Kind::DictKeyIter
            | Kind::DictValueIter
            | Kind::DictItemIter
            | Kind::SetIter
            | Kind::SeqIter
            | Kind::CallIter
            | Kind::Reversed
            | Kind::Enumerate
            | Kind::Zip
            | Kind::Map
            | Kind::Filter
            | Kind::Generator
            | Kind::Native
    )
}

/// Whether objects of a shape are values of builtin types without contents that could change or run code.
fn plain(s: u32) -> bool {
    matches!(
        s,
        shape::NONE
            | shape::BOOL
            | shape::INT
            | shape::FLOAT
            | shape::COMPLEX
            | shape::STR
            | shape::BYTES
            | shape::TYPE
            | shape::SLICE
            | shape::ELLIPSIS
            | shape::FUNCTION
    )
}
