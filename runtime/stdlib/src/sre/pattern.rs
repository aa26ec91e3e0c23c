//! `re.Pattern` and its scanners.

use super::matched;
use super::program::{self, Program};
use super::replace;
use super::search::{Found, Mode, Subject, apply};
use crate::util::{CLASS_GETITEM, arg, native, new_class, seal, slot};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Native, Tuple, Value, int, type_flags};
use habu_vm::{CmpOp, Exc, GetSetDef, NativeDef, PyResult, Vm};
use std::rc::Rc;

const PATTERN: &str = "re.Pattern";
const SCANNER: &str = "re.Scanner";
const ITERATOR: &str = "re.iterator";

// Slots of a pattern, behind the number of its program.

pub(super) const TEXT: usize = 1;
pub(super) const FLAGS: usize = 2;
pub(super) const GROUPS: usize = 3;
pub(super) const GROUP_INDEX: usize = 4;
pub(super) const INDEX_GROUP: usize = 5;
/// True for bytes, False for str, None for neither.
const BYTES: usize = 6;
/// The list of numbers that it was made from.
const CODE: usize = 7;

pub(super) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = new_class(vm, "re", "Pattern", Kind::Native, METHODS, ATTRIBUTES)?;
    class.flags.set(class.flags.get() | type_flags::OWNER | type_flags::NO_NEW);
    seal(class);
    vm.set_root(PATTERN, class.value());
    let scanner =
        new_class(vm, "_sre", "SRE_Scanner", Kind::Native, SCANNER_METHODS, SCANNER_FIELDS)?;
    let iterator = new_class(vm, "re", "callable_iterator", Kind::Native, ITERATOR_METHODS, &[])?;
    for (class, root) in [(scanner, SCANNER), (iterator, ITERATOR)] {
        class.flags.set(class.flags.get() | type_flags::NO_NEW);
        seal(class);
        vm.set_root(root, class.value());
    }
    Ok(())
}

pub(super) fn compile(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (text, flags) = (arg(args, 0), vm.index(arg(args, 1))?);
    let groups = vm.index_i64(arg(args, 3))?;
    let Some(list) = arg(args, 2).cast::<List>() else {
        let msg =
            format!("compile() argument 'code' must be list, not {}", vm.type_name(arg(args, 2)));
        return Err(vm.type_error(&msg));
    };
    let Some(index) = arg(args, 4).cast::<Dict>() else {
        return Err(vm.type_error("compile() argument 'groupindex' must be dict"));
    };
    let Some(names) = arg(args, 5).cast::<Tuple>() else {
        return Err(vm.type_error("compile() argument 'indexgroup' must be tuple"));
    };
    let mut code = Vec::with_capacity(list.len());
    for cell in list.cells() {
        match int::to_i64(cell.get()).map(u32::try_from) {
            Some(Ok(n)) => code.push(n),
            _ => return Err(vm.overflow_error("regular expression code size limit exceeded")),
        }
    }
    let limit = 1 << 14;
    let program = match usize::try_from(groups).ok().filter(|n| *n < limit) {
        Some(groups) => program::read(&code, groups).ok(),
        None => None,
    };
    let Some(program) = program else {
        return Err(vm.raise_msg(Exc::RuntimeError, "invalid SRE code"));
    };
    let is_bytes = match text.kind() {
        Kind::Str => Value::FALSE,
        _ if text.is_none() => Value::NONE,
        _ => {
            habu_vm::buffer::Buffer::of(vm, text)?;
            Value::TRUE
        }
    };
    let class = vm.expect_type(vm.root(PATTERN));
    let groups = Value::small_int(groups);
    let slots = [text, flags, groups, index.value(), names.value(), is_bytes, list.value()];
    Ok(vm.new_owner(class, program, &slots)?.value())
}

/// A pattern that is being used.
#[derive(Clone)]
pub(super) struct Pattern {
    pub(super) object: Gc<Native>,
    pub(super) program: Rc<Program>,
}

impl Pattern {
    pub(super) fn of(vm: &mut Vm, v: Value) -> PyResult<Pattern> {
        match (v.cast::<Native>(), vm.owned::<Program>(v)) {
            (Some(object), Some(program)) => Ok(Pattern { object, program }),
            _ => Err(vm.type_error("a re.Pattern is required")),
        }
    }

    pub(super) fn groups(&self) -> usize {
        self.program.marks / 2
    }

    pub(super) fn subject(&self, vm: &mut Vm, v: Value) -> PyResult<Subject> {
        let wants_bytes = match self.object.slot(BYTES) {
            v if v.is_none() => None,
            v => Some(v == Value::TRUE),
        };
        Subject::new(vm, v, wants_bytes)
    }

    pub(super) fn apply(
        &self,
        vm: &mut Vm,
        subject: &Subject,
        range: (usize, usize),
        mode: Mode,
        advance: bool,
    ) -> PyResult<Option<Found>> {
        apply(vm, &self.program, subject, range, mode, advance)
    }
}

/// Arguments `pos` and `endpos`, as places in the subject.
pub(super) fn range(
    vm: &mut Vm,
    subject: &Subject,
    pos: Value,
    endpos: Value,
) -> PyResult<(usize, usize)> {
    let n = subject.len();
    let mut place = |v: Value, default: usize| -> PyResult<usize> {
        match v.bound() {
            None => Ok(default),
            Some(v) => {
                let i = vm.index_clamped(v)?;
                Ok(i.clamp(0, n as i64) as usize)
            }
        }
    };
    let (from, to) = (place(pos, 0)?, place(endpos, n)?);
    Ok((from.min(to), to))
}

static METHODS: &[NativeDef] = &[
    NativeDef::new("match", "(self, /, string, pos=0, endpos=9223372036854775807)", |vm, args| {
        once(vm, args, Mode::Match)
    })
    .doc("Matches zero or more characters at the beginning of the string."),
    NativeDef::new("fullmatch", "(self, /, string, pos=0, endpos=9223372036854775807)", |vm, args| {
        once(vm, args, Mode::FullMatch)
    })
    .doc("Matches against all of the string."),
    NativeDef::new("search", "(self, /, string, pos=0, endpos=9223372036854775807)", |vm, args| {
        once(vm, args, Mode::Search)
    })
    .doc("Scan through string looking for a match, and return a corresponding match object instance."),
    NativeDef::new("findall", "(self, /, string, pos=0, endpos=9223372036854775807)", findall)
        .doc("Return a list of all non-overlapping matches of pattern in string."),
    NativeDef::new("finditer", "(self, /, string, pos=0, endpos=9223372036854775807)", |vm, args| {
        scanner(vm, args, ITERATOR)
    })
    .doc("Return an iterator over all non-overlapping matches for the RE pattern in string."),
    NativeDef::new("scanner", "(self, /, string, pos=0, endpos=9223372036854775807)", |vm, args| {
        scanner(vm, args, SCANNER)
    }),
    NativeDef::new("split", "(self, /, string, maxsplit=0)", split)
        .doc("Split string by the occurrences of pattern."),
    NativeDef::new("sub", "(self, /, repl, string, count=0)", |vm, args| {
        replace::sub(vm, args).map(|(text, _)| text)
    })
    .doc("Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by \
          the replacement repl."),
    NativeDef::new("subn", "(self, /, repl, string, count=0)", |vm, args| {
        let (text, n) = replace::sub(vm, args)?;
        vm.new_tuple(&[text, Value::small_int(n as i64)])
    })
    .doc("Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping \
          occurrences of pattern with the replacement repl."),
    NativeDef::new("__copy__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__deepcopy__", "(self, memo, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__eq__", "(self, value, /)", |vm, args| equal(vm, args, true)),
    NativeDef::new("__ne__", "(self, value, /)", |vm, args| equal(vm, args, false)),
    NativeDef::new("__hash__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let parts = vm.new_tuple(&[this.slot(TEXT), this.slot(FLAGS), this.slot(BYTES)])?;
        let hash = vm.hash(parts)?;
        vm.new_int(hash)
    }),
    CLASS_GETITEM,
];

static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("pattern", |_, v| Ok(slot(v, TEXT))),
    GetSetDef::new("flags", |_, v| Ok(slot(v, FLAGS))),
    GetSetDef::new("groups", |_, v| Ok(slot(v, GROUPS))),
    GetSetDef::new("groupindex", |vm, v| {
        let class = vm.types.of_kind(Kind::MappingProxy).value();
        vm.call(class, &[slot(v, GROUP_INDEX)])
    }),
];

fn once(vm: &mut Vm, args: &[Value], mode: Mode) -> PyResult<Value> {
    let pattern = Pattern::of(vm, arg(args, 0))?;
    let subject = pattern.subject(vm, arg(args, 1))?;
    let range = range(vm, &subject, arg(args, 2), arg(args, 3))?;
    match pattern.apply(vm, &subject, range, mode, false)? {
        Some(found) => matched::new(vm, &pattern, &subject, range, &found),
        None => Ok(Value::NONE),
    }
}

fn findall(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let pattern = Pattern::of(vm, arg(args, 0))?;
    let subject = pattern.subject(vm, arg(args, 1))?;
    let (mut at, end) = range(vm, &subject, arg(args, 2), arg(args, 3))?;
    let groups = pattern.groups();
    let list = List::new(&mut vm.heap, 4)?;
    let mut advance = false;
    while let Some(found) = pattern.apply(vm, &subject, (at, end), Mode::Search, advance)? {
        let item = match groups {
            0 => subject.slice(vm, found.from(), found.to())?,
            1 => {
                let empty = subject.slice(vm, 0, 0)?;
                found.part(vm, &subject, 1, empty)?
            }
            _ => {
                let empty = subject.slice(vm, 0, 0)?;
                let t = Tuple::zeroed(&mut vm.heap, groups)?;
                for i in 0..groups {
                    let part = found.part(vm, &subject, i + 1, empty)?;
                    t.set(&mut vm.heap, i, part);
                }
                t.value()
            }
        };
        list.push(&mut vm.heap, item)?;
        advance = found.to() == found.from();
        at = found.to();
    }
    Ok(list.value())
}

fn split(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let pattern = Pattern::of(vm, arg(args, 0))?;
    let subject = pattern.subject(vm, arg(args, 1))?;
    let max = match arg(args, 2).bound() {
        Some(v) => vm.index_clamped(v)?,
        None => 0,
    };
    let list = List::new(&mut vm.heap, 4)?;
    let (mut at, end) = (0, subject.len());
    let (mut advance, mut n) = (false, 0);
    while max == 0 || n < max {
        let Some(found) = pattern.apply(vm, &subject, (at, end), Mode::Search, advance)? else {
            break;
        };
        let part = subject.slice(vm, at, found.from())?;
        list.push(&mut vm.heap, part)?;
        for i in 1..=pattern.groups() {
            let part = found.part(vm, &subject, i, Value::NONE)?;
            list.push(&mut vm.heap, part)?;
        }
        n += 1;
        advance = found.to() == found.from();
        at = found.to();
    }
    let rest = subject.slice(vm, at, end)?;
    list.push(&mut vm.heap, rest)?;
    Ok(list.value())
}

/// Names of flags, in the order in which they are shown.
const FLAG_NAMES: &[(i64, &str)] = &[
    (2, "re.IGNORECASE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
    (256, "re.ASCII"),
    (4, "re.LOCALE"),
    (32, "re.UNICODE"),
];

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = native(vm, args)?;
    let text = vm.repr_text(this.slot(TEXT))?;
    let text: String = text.chars().take(200).collect();
    let mut flags = int::to_i64_clamped(this.slot(FLAGS));
    // A str pattern has this one unless it says otherwise.
    if this.slot(BYTES) == Value::FALSE && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut names: Vec<String> = Vec::new();
    for (bit, name) in FLAG_NAMES {
        if flags & bit != 0 {
            flags &= !bit;
            names.push((*name).to_owned());
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let names = if names.is_empty() { String::new() } else { format!(", {}", names.join("|")) };
    vm.new_str(&format!("re.compile({text}{names})"))
}

fn equal(vm: &mut Vm, args: &[Value], wanted: bool) -> PyResult<Value> {
    let (a, b) = (native(vm, args)?, arg(args, 1));
    let class = vm.expect_type(vm.root(PATTERN));
    let Some(b) = b.cast::<Native>().filter(|b| vm.is_instance_exact(b.value(), class)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let mut same = a == b;
    if !same {
        same = true;
        for i in [FLAGS, BYTES, GROUPS, CODE, TEXT] {
            same = same && vm.compare_bool(CmpOp::Eq, a.slot(i), b.slot(i))?;
        }
    }
    Ok(Value::bool(same == wanted))
}

// Slots of scanners and iterators: pattern, string, where to go on (None: at its end), end, whether the next match must
// not be empty.

const NEXT: usize = 2;

fn scanner(vm: &mut Vm, args: &[Value], class: &'static str) -> PyResult<Value> {
    let pattern = Pattern::of(vm, arg(args, 0))?;
    let subject = pattern.subject(vm, arg(args, 1))?;
    let (from, to) = range(vm, &subject, arg(args, 2), arg(args, 3))?;
    let class = vm.expect_type(vm.root(class));
    let n = |n: usize| Value::small_int(n as i64);
    let slots = [pattern.object.value(), subject.value, n(from), n(to), Value::FALSE, n(from)];
    Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &slots)?.value())
}

fn advance(vm: &mut Vm, args: &[Value], mode: Mode) -> PyResult<Option<Value>> {
    let this = native(vm, args)?;
    if this.slot(NEXT).is_none() {
        return Ok(None);
    }
    let pattern = Pattern::of(vm, this.slot(0))?;
    let subject = pattern.subject(vm, this.slot(1))?;
    let (at, end) = (this.slot(NEXT).as_int() as usize, this.slot(3).as_int() as usize);
    let must_advance = this.slot(4) == Value::TRUE;
    let end = end.min(subject.len());
    let found = pattern.apply(vm, &subject, (at, end), mode, must_advance)?;
    let Some(found) = found else {
        this.set_slot(&mut vm.heap, NEXT, Value::NONE);
        return Ok(None);
    };
    this.set_slot(&mut vm.heap, NEXT, Value::small_int(found.to() as i64));
    this.set_slot(&mut vm.heap, 4, Value::bool(found.to() == found.from()));
    let first = this.slot(5).as_int() as usize;
    matched::new(vm, &pattern, &subject, (first, end), &found).map(Some)
}

static SCANNER_METHODS: &[NativeDef] = &[
    NativeDef::new("match", "(self, /)", |vm, args| {
        Ok(advance(vm, args, Mode::Match)?.unwrap_or(Value::NONE))
    }),
    NativeDef::new("search", "(self, /)", |vm, args| {
        Ok(advance(vm, args, Mode::Search)?.unwrap_or(Value::NONE))
    }),
];

static SCANNER_FIELDS: &[GetSetDef] = &[GetSetDef::new("pattern", |_, v| Ok(slot(v, 0)))];

static ITERATOR_METHODS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__next__", "(self, /)", |vm, args| match advance(vm, args, Mode::Search)? {
        Some(m) => Ok(m),
        None => Err(vm.stop_iteration(Value::NONE)),
    }),
    NativeDef::new("__reduce__", "(self, /)", |vm, _| {
        Err(vm.type_error("cannot pickle 'callable_iterator' object"))
    }),
];
