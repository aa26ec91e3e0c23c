//! Calls of Python functions whose parameters are not simply the arguments in their order: defaults, keywords, `*` and
//! `**`; of bound methods, classes and callable instances with such a function behind them; special methods in Python.
//!
//! What goes where is known from the callee's code and the shape of the call (`vm::parameters`); the values of defaults
//! and the keys behind a `**` are decided like any other operand.

use super::{Direct, items};
use crate::fields::{
    FUNCTION_DEFAULTS, FUNCTION_KWDEFAULTS, LIST_ITEMS, LIST_LEN, METHOD, METHOD_FUNC, METHOD_THIS,
    TUPLE_LEN, exact,
};
use crate::helpers::containers;
use crate::ops::{CONT_ARGS, frame_window};
use habu_bytecode::{Insn, Op, special};
use habu_object::{Kind, List, Tuple, Value, shape};
use habu_vm::CmpOp;
use habu_vm::parameters::Source;
use habu_vm::stack::LINK;

/// Arguments behind a `*` or `**` that are looked at one by one.
const MAX_UNPACKED: usize = 16;

/// What is called with what.
pub(super) struct Invocation<V> {
    /// What is called.
    pub(super) callee: V,
    /// Positional arguments, then the values of keywords.
    pub(super) args: Vec<V>,
    /// The keywords' names, interned.
    pub(super) keywords: Vec<Value>,
}

/// CALL, CALL_METHOD, CALL_KW
pub(super) fn call<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<()> {
    let mut call = match op {
        Op::CallEx => unpacked(m, i)?,
        _ => placed(m, op, i)?,
    };
    if let Some(f) = m.hosted_by(call.callee, &call.args, &call.keywords) {
        call.callee = f;
    }
    let words = op.size() - 1;
    invoke(m, call, i.a() + LINK, words)
}

/// The arguments in the window of the op.
pub(super) fn placed<M: Direct>(m: &mut M, op: Op, i: Insn) -> Option<Invocation<M::V>> {
    let keywords = match op {
        Op::CallKw => {
            let names = m.constant()?.cast::<Tuple>()?;
            names.items().iter().map(|name| name.get()).collect()
        }
        _ => Vec::new(),
    };
    let callee = m.reg(i.a());
    let base = i.a() + LINK;
    let mut first = 0;
    let mut count = i.b();
    if op == Op::CallMethod || op == Op::CallKw && i.c() == 1 {
        let this = m.reg(base);
        first = usize::from(m.is(this, Value::UNBOUND));
        count += 1 - first;
    }
    let args = (0..count).map(|k| m.reg(base + first + k)).collect();
    Some(Invocation { callee, args, keywords })
}

/// The arguments in the tuple and the dict of a CALL_EX.
fn unpacked<M: Direct>(m: &mut M, i: Insn) -> Option<Invocation<M::V>> {
    let callee = m.reg(i.a());
    let (tuple, dict) = (m.reg(i.a() + LINK), m.reg(i.a() + LINK + 1));
    let mut args = match m.shape(tuple) {
        shape::TUPLE => tuple_items(m, tuple)?,
        shape::LIST => list_items(m, tuple)?,
        _ => return None,
    };
    let mut keywords = Vec::new();
    if !m.is(dict, Value::UNBOUND) {
        if !m.has_shape(dict, shape::DICT) {
            return None;
        }
        if !m.test(&containers::DICT_EMPTY, &[dict]) {
            let names = m.names_in(dict)?;
            let all = m.konst(names.value());
            if names.len() > MAX_UNPACKED || !m.test(&containers::DICT_NAMES_ARE, &[dict, all]) {
                return None;
            }
            for name in names.items() {
                let key = m.konst(name.get());
                args.push(items::find(m, dict, key)??);
                keywords.push(name.get());
            }
        }
    }
    Some(Invocation { callee, args, keywords })
}

/// The items of a tuple whose length is decided.
fn tuple_items<M: Direct>(m: &mut M, tuple: M::V) -> Option<Vec<M::V>> {
    let n = m.hint(tuple).cast::<Tuple>()?.len();
    if n > MAX_UNPACKED || !has_length(m, tuple, n) {
        return None;
    }
    Some((0..n).map(|k| m.tuple_item(tuple, k)).collect())
}

/// The items of a list whose length is decided.
fn list_items<M: Direct>(m: &mut M, list: M::V) -> Option<Vec<M::V>> {
    let n = m.hint(list).cast::<List>()?.len();
    let (len, count) = (m.load_count(list, &LIST_LEN), m.small(n as i64));
    if n > MAX_UNPACKED || !m.cmp_int(CmpOp::Eq, len, count) {
        return None;
    }
    let items = m.load(list, &LIST_ITEMS);
    let at = |m: &mut M, k: usize| {
        let k = m.small(k as i64);
        m.item(items, k)
    };
    Some((0..n).map(|k| at(m, k)).collect())
}

/// Whether a tuple has this length, which it has just now.
fn has_length<M: Direct>(m: &mut M, tuple: M::V, n: usize) -> bool {
    let (len, n) = (m.load_count(tuple, &TUPLE_LEN), m.small(n as i64));
    m.cmp_int(CmpOp::Eq, len, n)
}

/// Makes a call whose result goes to the callee word of the window at `base`.
fn invoke<M: Direct>(
    m: &mut M,
    mut call: Invocation<M::V>,
    base: usize,
    words: usize,
) -> Option<()> {
    match m.hint(call.callee).kind() {
        Kind::Function => {}
        Kind::Method => {
            if !m.has_shape(call.callee, exact(Kind::Method)) {
                return None;
            }
            let this = m.load(call.callee, &METHOD_THIS);
            call.callee = m.load(call.callee, &METHOD_FUNC);
            call.args.insert(0, this);
        }
        Kind::Type => return construct(m, call, base, words),
        Kind::Instance => {
            m.shape(call.callee);
            let f = m.special(call.callee, |n| n.__call__)?;
            call.args.insert(0, call.callee);
            call.callee = f;
        }
        _ => return None,
    }
    let params = bind(m, &call, base)?;
    m.skip(words);
    for (k, v) in params.into_iter().enumerate() {
        m.set(base + k, v);
    }
    m.push_frame(call.callee, base);
    Some(())
}

/// `Class(args)` where the instance is plain and `__init__` a Python function.
fn construct<M: Direct>(
    m: &mut M,
    mut call: Invocation<M::V>,
    base: usize,
    words: usize,
) -> Option<()> {
    let (shape, slots, init) = m.class_init(call.callee)?;
    let o = m.new_instance(shape, slots)?;
    call.args.insert(0, o);
    call.callee = init;
    let params = bind(m, &call, base + CONT_ARGS)?;
    m.skip(words);
    let none = m.konst(Value::NONE);
    m.push_continuation(base, [o, none], Op::ContInit);
    for (k, v) in params.into_iter().enumerate() {
        m.set(CONT_ARGS + k, v);
    }
    m.push_frame(init, CONT_ARGS);
    Some(())
}

/// The values of the callee's parameters, if it is a Python function whose frame fits at `base`.
fn bind<M: Direct>(m: &mut M, call: &Invocation<M::V>, base: usize) -> Option<Vec<M::V>> {
    let positional = call.args.len() - call.keywords.len();
    let sources = m.parameters(call.callee, positional, &call.keywords, base)?;
    // All defaults first: a dict that is made is an effect.
    let mut params = Vec::with_capacity(sources.len());
    for source in &sources {
        params.push(match source {
            Source::Argument(k) => Some(*call.args.get(*k)?),
            Source::Default(k) => Some(default(m, call.callee, *k)?),
            Source::KeywordDefault(name) => Some(keyword_default(m, call.callee, *name)?),
            Source::Rest(from) => Some(m.tuple_of(call.args.get(*from..positional)?)?),
            Source::Keywords(_) => None,
        });
    }
    for (param, source) in params.iter_mut().zip(&sources) {
        if let Source::Keywords(rest) = source {
            *param = Some(dict_of(m, call, positional, rest)?);
        }
    }
    params.into_iter().collect()
}

/// The default that is the `k`th from the end.
fn default<M: Direct>(m: &mut M, f: M::V, k: usize) -> Option<M::V> {
    let defaults = m.load(f, &FUNCTION_DEFAULTS);
    if m.is(defaults, Value::UNBOUND) || !m.has_shape(defaults, shape::TUPLE) {
        return None;
    }
    let n = m.hint(defaults).cast::<Tuple>()?.len();
    if !has_length(m, defaults, n) {
        return None;
    }
    Some(m.tuple_item(defaults, n.checked_sub(k)?))
}

fn keyword_default<M: Direct>(m: &mut M, f: M::V, name: Value) -> Option<M::V> {
    let defaults = m.load(f, &FUNCTION_KWDEFAULTS);
    if m.is(defaults, Value::UNBOUND) || !m.has_shape(defaults, shape::DICT) {
        return None;
    }
    let name = m.konst(name);
    items::find(m, defaults, name)?
}

/// A dict of these keywords of the call.
fn dict_of<M: Direct>(
    m: &mut M,
    call: &Invocation<M::V>,
    positional: usize,
    keywords: &[usize],
) -> Option<M::V> {
    let entry = |m: &mut M, k: usize| (m.konst(call.keywords[k]), call.args[positional + k]);
    match *keywords {
        [] => m.call(&containers::DICT_NEW, &[]),
        [a] => {
            let (key, v) = entry(m, a);
            m.call(&containers::DICT_OF_ONE, &[key, v])
        }
        [a, b] => {
            let ((key, v), (other, w)) = (entry(m, a), entry(m, b));
            m.call(&containers::DICT_OF_TWO, &[key, v, other, w])
        }
        _ => {
            let (keys, values): (Vec<M::V>, Vec<M::V>) =
                keywords.iter().map(|k| entry(m, *k)).unzip();
            let (keys, values) = (m.tuple_of(&keys)?, m.tuple_of(&values)?);
            m.call(&containers::DICT_OF, &[keys, values])
        }
    }
}

/// R[A] = the special method C of R[B], bound.
pub(super) fn load_special<M: Direct>(m: &mut M, i: Insn) -> Option<()> {
    let o = m.reg(i.b());
    m.shape(o);
    let f = match i.c() as u8 {
        special::ENTER => m.special(o, |n| n.__enter__),
        special::EXIT => m.special(o, |n| n.__exit__),
        special::AENTER => m.special(o, |n| n.__aenter__),
        _ => m.special(o, |n| n.__aexit__),
    }?;
    let method = m.new_object(&METHOD, exact(Kind::Method))?;
    m.store(method, &METHOD_FUNC, f);
    m.store(method, &METHOD_THIS, o);
    super::finish(m, i, method)
}

/// Runs a special method in Python on behalf of an op with this many words; `then` goes on with its result.
pub(super) fn run_special<M: Direct>(
    m: &mut M,
    f: M::V,
    args: &[M::V],
    words: usize,
    then: Op,
) -> Option<()> {
    let params = bind_special(m, f, args)?;
    let none = m.konst(Value::NONE);
    push_special(m, f, params, none, words, then);
    Some(())
}

/// The decisions of `run_special`: the callee's parameters.
pub(super) fn bind_special<M: Direct>(m: &mut M, f: M::V, args: &[M::V]) -> Option<Vec<M::V>> {
    let window = frame_window(m);
    let call = Invocation { callee: f, args: args.to_vec(), keywords: Vec::new() };
    bind(m, &call, window + CONT_ARGS)
}

/// Its effects; `kept` is the second word of the continuation.
pub(super) fn push_special<M: Direct>(
    m: &mut M,
    f: M::V,
    params: Vec<M::V>,
    kept: M::V,
    words: usize,
    then: Op,
) {
    let window = frame_window(m);
    let address = m.op_address();
    let address = m.konst(address);
    m.skip(words);
    m.push_continuation(window, [address, kept], then);
    for (k, v) in params.into_iter().enumerate() {
        m.set(CONT_ARGS + k, v);
    }
    m.push_frame(f, CONT_ARGS);
}
