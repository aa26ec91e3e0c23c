//! `re.Match`.

use super::engine::NONE;
use super::pattern::{GROUP_INDEX, INDEX_GROUP, Pattern};
use super::replace;
use super::search::{Found, Subject};
use crate::util::{CLASS_GETITEM, arg, items, native, new_class, seal, slot};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Native, Tuple, Value, int, type_flags};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};

const MATCH: &str = "re.Match";

// Slots of a match, then beginning and end of the match and of each group (-1 for groups that did not match).

const PATTERN: usize = 0;
const STRING: usize = 1;
const POS: usize = 2;
const ENDPOS: usize = 3;
const LAST_INDEX: usize = 4;
const MARKS: usize = 5;

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = new_class(vm, "re", "Match", Kind::Native, METHODS, ATTRIBUTES)?;
    class.flags.set(class.flags.get() | type_flags::NO_NEW);
    seal(class);
    vm.set_root(MATCH, class.value());
    Ok(())
}

/// A match object.
pub(super) fn new(
    vm: &mut Vm,
    pattern: &Pattern,
    subject: &Subject,
    (pos, endpos): (usize, usize),
    found: &Found,
) -> PyResult<Value> {
    let class = vm.expect_type(vm.root(MATCH));
    let n = MARKS + found.marks.len();
    let object = Native::zeroed(&mut vm.heap, class.instance_shape.get(), n)?;
    let number = |n: usize| Value::small_int(if n == NONE { -1 } else { n as i64 });
    object.set_slot(&mut vm.heap, PATTERN, pattern.object.value());
    object.set_slot(&mut vm.heap, STRING, subject.value);
    object.slots()[POS].set(number(pos));
    object.slots()[ENDPOS].set(number(endpos));
    object.slots()[LAST_INDEX].set(Value::small_int(found.last_index.into()));
    for i in 0..found.marks.len() / 2 {
        let (from, to) = found.group(i).unwrap_or((NONE, NONE));
        object.slots()[MARKS + 2 * i].set(number(from));
        object.slots()[MARKS + 2 * i + 1].set(number(to));
    }
    Ok(object.value())
}

fn groups(m: Gc<Native>) -> usize {
    (m.slots().len() - MARKS) / 2
}

fn span(m: Gc<Native>, group: usize) -> (i64, i64) {
    (m.slot(MARKS + 2 * group).as_int(), m.slot(MARKS + 2 * group + 1).as_int())
}

/// A group's text, `default` if it did not match.
pub(super) fn group(vm: &mut Vm, m: Gc<Native>, group: usize, default: Value) -> PyResult<Value> {
    let (from, to) = span(m, group);
    if from < 0 {
        return Ok(default);
    }
    let subject = Subject::new(vm, m.slot(STRING), None)?;
    subject.slice(vm, from as usize, to as usize)
}

fn no_group(vm: &mut Vm) -> Raised {
    vm.raise_msg(Exc::IndexError, "no such group")
}

/// The number of the group that a number or a name means.
fn index(vm: &mut Vm, m: Gc<Native>, v: Value) -> PyResult<usize> {
    let name = vm.names.__index__;
    let found = if int::is_int_like(v) || vm.special(v, name).is_some() {
        Some(vm.index(v)?)
    } else {
        match slot(m.slot(PATTERN), GROUP_INDEX).cast::<Dict>() {
            Some(names) => match vm.dict_get(names, v) {
                Ok(found) => found,
                Err(e) => {
                    vm.catch(e, Exc::TypeError)?;
                    None
                }
            },
            None => None,
        }
    };
    let i = found.and_then(int::to_i64).and_then(|i| usize::try_from(i).ok());
    match i.filter(|i| *i < groups(m)) {
        Some(i) => Ok(i),
        None => Err(no_group(vm)),
    }
}

fn group_arg(vm: &mut Vm, args: &[Value]) -> PyResult<(Gc<Native>, usize)> {
    let m = native(vm, args)?;
    match arg(args, 1).bound() {
        Some(v) => Ok((m, index(vm, m, v)?)),
        None => Ok((m, 0)),
    }
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("group", "(self, /, *args)", |vm, args| {
        let m = native(vm, args)?;
        let wanted = items(arg(args, 1));
        match wanted.as_slice() {
            [] => group(vm, m, 0, Value::NONE),
            [one] => {
                let i = index(vm, m, *one)?;
                group(vm, m, i, Value::NONE)
            }
            several => {
                let t = Tuple::zeroed(&mut vm.heap, several.len())?;
                for (n, v) in several.iter().enumerate() {
                    let i = index(vm, m, *v)?;
                    let part = group(vm, m, i, Value::NONE)?;
                    t.set(&mut vm.heap, n, part);
                }
                Ok(t.value())
            }
        }
    })
    .doc("group([group1, ...]) -> str or tuple.\nReturn subgroup(s) of the match by indices or names.\nFor 0 returns \
          the entire match."),
    NativeDef::new("__getitem__", "(self, key, /)", |vm, args| {
        let (m, i) = group_arg(vm, args)?;
        group(vm, m, i, Value::NONE)
    }),
    NativeDef::new("start", "(self, group=0, /)", |vm, args| {
        let (m, i) = group_arg(vm, args)?;
        Ok(Value::small_int(span(m, i).0))
    })
    .doc("Return index of the start of the substring matched by group."),
    NativeDef::new("end", "(self, group=0, /)", |vm, args| {
        let (m, i) = group_arg(vm, args)?;
        Ok(Value::small_int(span(m, i).1))
    })
    .doc("Return index of the end of the substring matched by group."),
    NativeDef::new("span", "(self, group=0, /)", |vm, args| {
        let (m, i) = group_arg(vm, args)?;
        let (from, to) = span(m, i);
        vm.new_tuple(&[Value::small_int(from), Value::small_int(to)])
    })
    .doc("For match object m, return the 2-tuple (m.start(group), m.end(group))."),
    NativeDef::new("groups", "(self, /, default=None)", |vm, args| {
        let m = native(vm, args)?;
        let default = arg(args, 1).bound().unwrap_or(Value::NONE);
        let t = Tuple::zeroed(&mut vm.heap, groups(m) - 1)?;
        for i in 1..groups(m) {
            let part = group(vm, m, i, default)?;
            t.set(&mut vm.heap, i - 1, part);
        }
        Ok(if t.is_empty() { Value::EMPTY_TUPLE } else { t.value() })
    })
    .doc("Return a tuple containing all the subgroups of the match, from 1."),
    NativeDef::new("groupdict", "(self, /, default=None)", |vm, args| {
        let m = native(vm, args)?;
        let default = arg(args, 1).bound().unwrap_or(Value::NONE);
        let out = vm.new_dict()?;
        let names = slot(m.slot(PATTERN), GROUP_INDEX).cast::<Dict>();
        let mut pos = 0;
        while let Some((next, name, i, _)) = names.and_then(|names| names.next_entry(pos)) {
            let i = index(vm, m, i)?;
            let part = group(vm, m, i, default)?;
            vm.dict_set(out, name, part)?;
            pos = next;
        }
        Ok(out.value())
    })
    .doc("Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name."),
    NativeDef::new("expand", "(self, /, template)", |vm, args| {
        let m = native(vm, args)?;
        replace::expand(vm, m, arg(args, 1))
    })
    .doc("Return the string obtained by doing backslash substitution on the string template, as done by the sub() \
          method."),
    NativeDef::new("__copy__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__deepcopy__", "(self, memo, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let m = native(vm, args)?;
        let text = group(vm, m, 0, Value::NONE)?;
        let text = vm.repr_text(text)?;
        let text: String = text.chars().take(50).collect();
        let (from, to) = span(m, 0);
        let class = vm.type_name(m.value());
        vm.new_str(&format!("<re.{class} object; span=({from}, {to}), match={text}>"))
    }),
    CLASS_GETITEM,
];

static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("string", |_, v| Ok(slot(v, STRING))),
    GetSetDef::new("re", |_, v| Ok(slot(v, PATTERN))),
    GetSetDef::new("pos", |_, v| Ok(slot(v, POS))),
    GetSetDef::new("endpos", |_, v| Ok(slot(v, ENDPOS))),
    GetSetDef::new("lastindex", |_, v| {
        let last = slot(v, LAST_INDEX);
        Ok(if last.as_int() > 0 { last } else { Value::NONE })
    }),
    GetSetDef::new("lastgroup", |_, v| {
        let names = slot(slot(v, PATTERN), INDEX_GROUP).cast::<Tuple>();
        let last = slot(v, LAST_INDEX).as_int();
        let found = usize::try_from(last).ok().filter(|i| *i > 0).zip(names);
        Ok(match found {
            Some((i, names)) if i < names.len() => names.get(i),
            _ => Value::NONE,
        })
    }),
    GetSetDef::new("regs", |vm, v| {
        let Some(m) = v.cast::<Native>() else { return Ok(Value::NONE) };
        let t = Tuple::zeroed(&mut vm.heap, groups(m))?;
        for i in 0..groups(m) {
            let (from, to) = span(m, i);
            let pair = vm.new_tuple(&[Value::small_int(from), Value::small_int(to)])?;
            t.set(&mut vm.heap, i, pair);
        }
        Ok(t.value())
    }),
];
