//! Tuples with named fields: `sys.version_info`, `os.stat_result` and the like (CPython `structseq`).
//!
//! The tuple holds the visible items; hidden ones, which are attributes only, are in a tuple beside the object.

use crate::util::{arg, class_arg};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, Tuple, Type, Value, int, type_flags};
use habu_vm::{GetSetDef, NativeDef, PyResult, Vm};

/// Reads item `I`, visible or hidden.
pub(crate) fn field<const I: usize>(vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(item(vm, v, I))
}

fn hidden(vm: &Vm, v: Value) -> Option<Gc<Tuple>> {
    Value::from_bits(vm.heap.side_get(v.object()?)?).cast::<Tuple>()
}

fn item(vm: &Vm, v: Value, i: usize) -> Value {
    let Some(t) = v.cast::<Tuple>() else { return Value::NONE };
    if i < t.len() {
        return t.get(i);
    }
    let rest = hidden(vm, v);
    rest.and_then(|r| r.items().get(i - t.len()).map(|c| c.get())).unwrap_or(Value::NONE)
}

/// The named fields of a struct type with the numbers of their items; what is not numbered has no name.
macro_rules! fields {
    ($name:ident: $($index:literal $field:literal),* $(,)?) => {
        static $name: &[habu_vm::GetSetDef] =
            &[$(habu_vm::GetSetDef::new($field, crate::structseq::field::<$index>)),*];
    };
}
pub(crate) use fields;

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, sequence, dict={})", construct),
    NativeDef::new("__repr__", "(self, /)", repr),
    NativeDef::new("__reduce__", "(self, /)", reduce),
    NativeDef::new("__replace__", "(self, /, **changes)", replace),
];

/// How many items are visible, how many there are, and how many of the visible have no name.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) visible: usize,
    pub(crate) all: usize,
    pub(crate) unnamed: usize,
}

/// A struct type of which all fields but the last are visible and named.
pub(crate) fn new_type(
    vm: &mut Vm,
    module: &str,
    name: &str,
    fields: &'static [GetSetDef],
    visible: usize,
) -> PyResult<Gc<Type>> {
    let layout = Layout { visible, all: fields.len(), unnamed: 0 };
    new_type_with(vm, module, name, fields, layout)
}

/// A struct type.
pub(crate) fn new_type_with(
    vm: &mut Vm,
    module: &str,
    name: &str,
    fields: &'static [GetSetDef],
    layout: Layout,
) -> PyResult<Gc<Type>> {
    let base = vm.types.of_kind(Kind::Tuple);
    let class = vm.new_builtin_type(name, Kind::Tuple, base, type_flags::NO_DICT)?;
    let module = vm.intern(module)?;
    vm.set_class_entry(class, "__module__", module)?;
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, fields)?;
    let names = Tuple::zeroed(&mut vm.heap, layout.visible - layout.unnamed)?;
    for (i, f) in fields.iter().take(names.len()).enumerate() {
        let name = vm.intern(f.name)?;
        names.set(&mut vm.heap, i, name);
    }
    vm.set_class_entry(class, "__match_args__", names.value())?;
    let all = Tuple::zeroed(&mut vm.heap, fields.len())?;
    for (i, f) in fields.iter().enumerate() {
        let name = vm.intern(f.name)?;
        all.set(&mut vm.heap, i, name);
    }
    vm.set_class_entry(class, FIELDS, all.value())?;
    for (name, n) in [
        ("n_fields", layout.all),
        ("n_sequence_fields", layout.visible),
        ("n_unnamed_fields", layout.unnamed),
    ] {
        vm.set_class_entry(class, name, Value::small_int(n as i64))?;
    }
    Ok(class)
}

/// Class entry: the names of all named fields. No attribute look-up finds it, for it is no identifier.
const FIELDS: &str = "fields of the struct";

fn entry(vm: &mut Vm, class: Gc<Type>, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let mro = vm.mro(class);
    for i in 0..mro.len() {
        let Some(c) = mro.get(i).cast::<Type>() else { continue };
        let dict = vm.class_dict(c);
        if let Some(v) = vm.dict_get_str(dict, name) {
            return Ok(v);
        }
    }
    Ok(Value::NONE)
}

fn number(vm: &mut Vm, class: Gc<Type>, name: &str) -> PyResult<usize> {
    Ok(int::to_i64_clamped(entry(vm, class, name)?).max(0) as usize)
}

/// An instance of a struct type; missing items are None.
pub(crate) fn new(vm: &mut Vm, class: Gc<Type>, items: &[Value]) -> PyResult<Value> {
    let visible = number(vm, class, "n_sequence_fields")?;
    let (shown, rest) = items.split_at(visible.min(items.len()));
    let t = Tuple::with_shape(&mut vm.heap, class.instance_shape.get(), shown)?;
    if !rest.is_empty() {
        let rest = vm.new_tuple(rest)?;
        if let Some(o) = t.value().object() {
            vm.heap.side_set(o, rest.bits());
        }
    }
    Ok(t.value())
}

/// An instance with the items of a tuple.
fn from_tuple(vm: &mut Vm, class: Gc<Type>, items: Gc<Tuple>) -> PyResult<Value> {
    let visible = number(vm, class, "n_sequence_fields")?.min(items.len());
    let t = Tuple::zeroed_with_shape(&mut vm.heap, class.instance_shape.get(), visible)?;
    for i in 0..visible {
        t.set(&mut vm.heap, i, items.get(i));
    }
    let more = items.len() - visible;
    if more > 0 {
        let rest = Tuple::zeroed(&mut vm.heap, more)?;
        for i in 0..more {
            rest.set(&mut vm.heap, i, items.get(visible + i));
        }
        if let Some(o) = t.value().object() {
            vm.heap.side_set(o, rest.value().bits());
        }
    }
    Ok(t.value())
}

/// How messages name the class.
fn full_name(vm: &mut Vm, class: Gc<Type>) -> PyResult<String> {
    let module = entry(vm, class, "__module__")?;
    let (module, name) = (vm.text(module), vm.class_name(class));
    Ok(if module.is_empty() { name } else { format!("{module}.{name}") })
}

fn construct(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let class = class_arg(vm, args)?;
    let name = full_name(vm, class)?;
    let given = match vm.list_from_iter(arg(args, 1)) {
        Ok(list) => list,
        Err(e) => {
            vm.catch(e, habu_vm::Exc::TypeError)?;
            return Err(vm.type_error("constructor requires a sequence"));
        }
    };
    let dict = arg(args, 2);
    let extra = match dict.bound() {
        None => None,
        Some(d) => match d.cast::<Dict>() {
            Some(d) => Some(d),
            None => {
                return Err(vm.type_error(&format!("{name}() takes a dict as second arg, if any")));
            }
        },
    };
    let (visible, all) = (number(vm, class, "n_sequence_fields")?, number(vm, class, "n_fields")?);
    let n = given.len();
    let complaint = match () {
        _ if visible == all && n != visible => Some(("a", visible)),
        _ if n < visible => Some(("an at least", visible)),
        _ if n > all => Some(("an at most", all)),
        _ => None,
    };
    if let Some((bound, wanted)) = complaint {
        let msg = format!("{name}() takes {bound} {wanted}-sequence ({n}-sequence given)");
        return Err(vm.type_error(&msg));
    }
    let items = vm.new_list(&[])?;
    let items = vm.list_from_iter(items)?;
    items.extend(&mut vm.heap, given)?;
    let names = entry(vm, class, FIELDS)?;
    let unnamed = number(vm, class, "n_unnamed_fields")?;
    let mut used = 0;
    while items.len() < all {
        let name = names.cast::<Tuple>().map_or(Value::NONE, |t| t.get(items.len() - unnamed));
        let v = match extra {
            Some(d) => vm.dict_get(d, name)?,
            None => None,
        };
        used += usize::from(v.is_some());
        items.push(&mut vm.heap, v.unwrap_or(Value::NONE))?;
    }
    if extra.is_some_and(|d| d.len() > used) {
        let msg = format!("{name}() got duplicate or unexpected field name(s)");
        return Err(vm.type_error(&msg));
    }
    let t = vm.list_to_tuple(items)?;
    from_tuple(vm, class, t)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    let mut out = format!("{}(", full_name(vm, class)?);
    let names = entry(vm, class, FIELDS)?;
    if let (Some(t), Some(names)) = (this.cast::<Tuple>(), names.cast::<Tuple>()) {
        for i in 0..names.len().min(t.len()) {
            let text = vm.repr_text(t.get(i))?;
            let comma = if i > 0 { ", " } else { "" };
            out.push_str(&format!("{comma}{}={text}", vm.text(names.get(i))));
        }
    }
    out.push(')');
    vm.new_str(&out)
}

/// The hidden items by their names.
fn hidden_dict(vm: &mut Vm, this: Value) -> PyResult<Gc<Dict>> {
    let class = vm.type_of(this);
    let names = entry(vm, class, FIELDS)?;
    let visible = number(vm, class, "n_sequence_fields")?;
    let unnamed = number(vm, class, "n_unnamed_fields")?;
    let all = number(vm, class, "n_fields")?;
    let d = vm.new_dict()?;
    for i in visible..all {
        let name = names.cast::<Tuple>().map_or(Value::NONE, |t| t.get(i - unnamed));
        let v = item(vm, this, i);
        vm.dict_set(d, name, v)?;
    }
    Ok(d)
}

fn reduce(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    let Some(t) = this.cast::<Tuple>() else { return Ok(Value::NONE) };
    let items = Tuple::zeroed(&mut vm.heap, t.len())?;
    for i in 0..t.len() {
        items.set(&mut vm.heap, i, t.get(i));
    }
    let rest = hidden_dict(vm, this)?;
    let args = vm.new_tuple(&[items.value(), rest.value()])?;
    vm.new_tuple(&[class.value(), args])
}

fn replace(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    if number(vm, class, "n_unnamed_fields")? > 0 {
        let name = full_name(vm, class)?;
        let msg =
            format!("__replace__() is not supported for {name} because it has unnamed field(s)");
        return Err(vm.type_error(&msg));
    }
    let names = entry(vm, class, FIELDS)?;
    let (names, changes) = (names.cast::<Tuple>(), arg(args, 1).cast::<Dict>());
    let changes = match changes {
        Some(d) => d.copy(&mut vm.heap)?,
        None => vm.new_dict()?,
    };
    let n = names.map_or(0, |n| n.len());
    let items = Tuple::zeroed(&mut vm.heap, n)?;
    for i in 0..n {
        let name = names.map_or(Value::NONE, |n| n.get(i));
        let changed = vm.dict_del(changes, name)?;
        let v = changed.unwrap_or(item(vm, this, i));
        items.set(&mut vm.heap, i, v);
    }
    if !changes.is_empty() {
        let keys = vm.list_from_iter(changes.value())?;
        let text = vm.repr_text(keys.value())?;
        let name = full_name(vm, class)?;
        return Err(vm.type_error(&format!("{name}() got unexpected field name(s): {text}")));
    }
    from_tuple(vm, class, items)
}
