//! The encoder behind `json.dumps`.

use super::strings::quote;
use crate::util::{arg, native, new_native, slot};
use habu_object::dict::Dict;
use habu_object::str::{Str, StrBuf};
use habu_object::{Builtin, Gc, Kind, List, Native, Tuple, Value, float, int};
use habu_vm::{GetSetDef, NativeDef, PyResult, Raised, Vm};

// Slots of an encoder.

const MARKERS: usize = 0;
const DEFAULT: usize = 1;
const ENCODER: usize = 2;
const INDENT: usize = 3;
const KEY_SEPARATOR: usize = 4;
const ITEM_SEPARATOR: usize = 5;
const SORT_KEYS: usize = 6;
const SKIP_KEYS: usize = 7;
const ALLOW_NAN: usize = 8;

pub(super) static METHODS: &[NativeDef] = &[
    NativeDef::new(
        "__new__",
        "(cls, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        |vm, args| {
            let mut slots = [Value::NONE; 9];
            slots.copy_from_slice(&args[1..10]);
            if !slots[MARKERS].is_none() && slots[MARKERS].kind() != Kind::Dict {
                let given = vm.type_name(slots[MARKERS]);
                let msg = format!("make_encoder() argument 1 must be dict or None, not {given}");
                return Err(vm.type_error(&msg));
            }
            for i in [KEY_SEPARATOR, ITEM_SEPARATOR] {
                if slots[i].kind() != Kind::Str {
                    let given = vm.type_name(slots[i]);
                    let msg = format!("make_encoder() argument {} must be str, not {given}", i + 1);
                    return Err(vm.type_error(&msg));
                }
            }
            for i in [SORT_KEYS, SKIP_KEYS, ALLOW_NAN] {
                slots[i] = Value::bool(vm.truth(slots[i])?);
            }
            new_native(vm, args, &slots)
        },
    ),
    NativeDef::new("__call__", "(self, /, obj, _current_indent_level)", |vm, args| {
        let this = native(vm, args)?;
        let level = vm.index_i64(arg(args, 2))?.max(0) as usize;
        let mut e = Encoder { this, out: StrBuf::with_capacity(64) };
        e.value(vm, arg(args, 1), level)?;
        let text = e.out.finish(&mut vm.heap)?;
        vm.new_tuple(&[text.value()])
    }),
];

pub(super) static ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef::new("markers", |_, v| Ok(slot(v, MARKERS))),
    GetSetDef::new("default", |_, v| Ok(slot(v, DEFAULT))),
    GetSetDef::new("encoder", |_, v| Ok(slot(v, ENCODER))),
    GetSetDef::new("indent", |_, v| Ok(slot(v, INDENT))),
    GetSetDef::new("key_separator", |_, v| Ok(slot(v, KEY_SEPARATOR))),
    GetSetDef::new("item_separator", |_, v| Ok(slot(v, ITEM_SEPARATOR))),
    GetSetDef::new("sort_keys", |_, v| Ok(slot(v, SORT_KEYS))),
    GetSetDef::new("skipkeys", |_, v| Ok(slot(v, SKIP_KEYS))),
];

struct Encoder {
    this: Gc<Native>,
    out: StrBuf,
}

impl Encoder {
    fn push(&mut self, v: Value) {
        if let Some(s) = v.cast::<Str>() {
            self.out.push_value(s);
        }
    }

    fn value(&mut self, vm: &mut Vm, v: Value, level: usize) -> PyResult<()> {
        match v.kind() {
            Kind::None => self.out.push_str("null"),
            Kind::Bool => self.out.push_str(if v == Value::TRUE { "true" } else { "false" }),
            Kind::Str => self.string(vm, v)?,
            Kind::Int | Kind::BigInt => self.int(vm, v)?,
            Kind::Float => {
                let text = self.float_text(vm, v)?;
                self.out.push_str(&text);
            }
            Kind::List | Kind::Tuple => {
                vm.check_native_stack()?;
                self.marked(vm, v, |e, vm| e.sequence(vm, v, level))?;
            }
            Kind::Dict => {
                vm.check_native_stack()?;
                self.marked(vm, v, |e, vm| e.mapping(vm, v, level))?;
            }
            _ => {
                vm.check_native_stack()?;
                self.marked(vm, v, |e, vm| {
                    let made = vm.call(e.this.slot(DEFAULT), &[v])?;
                    e.value(vm, made, level)
                })
                .map_err(|e| note_object(vm, e, v))?;
            }
        }
        Ok(())
    }

    /// Writes a container, which must not be in itself.
    fn marked(
        &mut self,
        vm: &mut Vm,
        v: Value,
        write: impl FnOnce(&mut Encoder, &mut Vm) -> PyResult<()>,
    ) -> PyResult<()> {
        let Some(markers) = self.this.slot(MARKERS).cast::<Dict>() else {
            return write(self, vm);
        };
        let key = Value::small_int((v.bits() >> 4) as i64);
        if vm.dict_get(markers, key)?.is_some() {
            return Err(vm.value_error("Circular reference detected"));
        }
        vm.dict_set(markers, key, v)?;
        write(self, vm)?;
        vm.dict_del(markers, key)?;
        Ok(())
    }

    fn string(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let encoder = self.this.slot(ENCODER);
        let ours = encoder
            .cast::<Builtin>()
            .and_then(|_| habu_vm::types::native_def(encoder))
            .map(|def| def.name);
        match (ours, v.cast::<Str>()) {
            (Some("encode_basestring_ascii"), Some(s)) => quote(s, true, &mut self.out),
            (Some("encode_basestring"), Some(s)) => quote(s, false, &mut self.out),
            _ => {
                let text = vm.call(encoder, &[v])?;
                if text.kind() != Kind::Str {
                    let given = vm.type_name(text);
                    let msg = format!("encoder() must return a string, not {given}");
                    return Err(vm.type_error(&msg));
                }
                self.push(text);
            }
        }
        Ok(())
    }

    fn int(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if v.is_int() {
            self.out.push_str(&int::to_decimal(v));
            return Ok(());
        }
        // `int.__repr__`, whatever a subclass says; it minds the limit of digits.
        let text = int_repr(vm, v)?;
        self.push(text);
        Ok(())
    }

    fn float_text(&mut self, vm: &mut Vm, v: Value) -> PyResult<String> {
        let x = float::get(v).unwrap_or(f64::NAN);
        if x.is_finite() {
            return Ok(float::repr(x));
        }
        if self.this.slot(ALLOW_NAN) != Value::TRUE {
            let text = float::repr(x);
            let msg = format!("Out of range float values are not JSON compliant: {text}");
            return Err(vm.value_error(&msg));
        }
        let name = match () {
            _ if x.is_nan() => "NaN",
            _ if x > 0.0 => "Infinity",
            _ => "-Infinity",
        };
        Ok(name.to_owned())
    }

    /// A new line at a level, if there is indentation.
    fn line(&mut self, level: usize) {
        let indent = self.this.slot(INDENT);
        if indent.is_none() {
            return;
        }
        self.out.push_str("\n");
        for _ in 0..level {
            self.push(indent);
        }
    }

    fn sequence(&mut self, vm: &mut Vm, v: Value, level: usize) -> PyResult<()> {
        let item_at = |i: usize| match (v.cast::<List>(), v.cast::<Tuple>()) {
            (Some(list), _) => list.get(i),
            (_, Some(t)) if i < t.len() => Some(t.get(i)),
            _ => None,
        };
        let Some(mut item) = item_at(0) else {
            self.out.push_str("[]");
            return Ok(());
        };
        self.out.push_str("[");
        self.line(level + 1);
        let mut i = 0;
        loop {
            self.value(vm, item, level + 1).map_err(|e| note_item(vm, e, v, i))?;
            i += 1;
            match item_at(i) {
                Some(next) => item = next,
                None => break,
            }
            self.push(self.this.slot(ITEM_SEPARATOR));
            self.line(level + 1);
        }
        self.line(level);
        self.out.push_str("]");
        Ok(())
    }

    fn mapping(&mut self, vm: &mut Vm, v: Value, level: usize) -> PyResult<()> {
        let Some(d) = v.cast::<Dict>() else { return Ok(()) };
        if vm.len(v)? == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push_str("{");
        let sorted = self.this.slot(SORT_KEYS) == Value::TRUE;
        let exact = Vm::exact_dict(v).is_some();
        let mut first = true;
        if sorted || !exact {
            let name = vm.names.items;
            let view = vm.call_method(v, name, &[])?;
            let items = vm.list_from_iter(view)?;
            if sorted {
                let name = vm.intern("sort")?;
                vm.call_method(items.value(), name, &[])?;
            }
            let mut i = 0;
            while let Some(pair) = items.get(i) {
                i += 1;
                match pair.cast::<Tuple>() {
                    Some(t) if t.len() == 2 => {
                        self.pair(vm, v, t.get(0), t.get(1), level, &mut first)?;
                    }
                    _ => return Err(vm.value_error("items must return 2-tuples")),
                }
            }
        } else {
            let mut pos = 0;
            while let Some((next, key, item, _)) = d.next_entry(pos) {
                self.pair(vm, v, key, item, level, &mut first)?;
                pos = next;
            }
        }
        if !first {
            self.line(level);
        }
        self.out.push_str("}");
        Ok(())
    }

    fn pair(
        &mut self,
        vm: &mut Vm,
        of: Value,
        key: Value,
        item: Value,
        level: usize,
        first: &mut bool,
    ) -> PyResult<()> {
        let key_text = match key.kind() {
            Kind::Str => key,
            Kind::Float => {
                let text = self.float_text(vm, key)?;
                vm.new_str(&text)?
            }
            Kind::Bool => vm.intern(if key == Value::TRUE { "true" } else { "false" })?,
            Kind::None => vm.intern("null")?,
            Kind::Int | Kind::BigInt => int_repr(vm, key)?,
            _ if self.this.slot(SKIP_KEYS) == Value::TRUE => return Ok(()),
            _ => {
                let given = vm.type_name(key);
                let msg = format!("keys must be str, int, float, bool or None, not {given}");
                return Err(vm.type_error(&msg));
            }
        };
        if !*first {
            self.push(self.this.slot(ITEM_SEPARATOR));
        }
        *first = false;
        self.line(level + 1);
        self.string(vm, key_text)?;
        self.push(self.this.slot(KEY_SEPARATOR));
        self.value(vm, item, level + 1).map_err(|e| note_key(vm, e, of, key))
    }
}

fn int_repr(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let class = vm.types.of_kind(Kind::Int);
    let name = vm.names.__repr__;
    match vm.class_lookup(class, name) {
        Some(f) => vm.call(f, &[v]),
        None => vm.new_str(&int::to_decimal(v)),
    }
}

/// Adds a note to the pending exception.
#[cold]
fn note(vm: &mut Vm, raised: Raised, text: &str) -> Raised {
    let e = vm.take_raised(raised);
    let done = (|| {
        let text = vm.new_str(text)?;
        let name = vm.intern("add_note")?;
        vm.call_method(e, name, &[text])
    })();
    crate::util::quiet(vm, done);
    vm.reraise(e)
}

#[cold]
fn note_item(vm: &mut Vm, raised: Raised, of: Value, i: usize) -> Raised {
    let text = format!("when serializing {} item {i}", vm.type_name(of));
    note(vm, raised, &text)
}

#[cold]
fn note_key(vm: &mut Vm, raised: Raised, of: Value, key: Value) -> Raised {
    let e = vm.take_raised(raised);
    let key = vm.repr_text(key);
    let key = crate::util::quiet(vm, key).unwrap_or_default();
    let text = format!("when serializing {} item {key}", vm.type_name(of));
    let raised = vm.reraise(e);
    note(vm, raised, &text)
}

#[cold]
fn note_object(vm: &mut Vm, raised: Raised, v: Value) -> Raised {
    let text = format!("when serializing {} object", vm.type_name(v));
    note(vm, raised, &text)
}
