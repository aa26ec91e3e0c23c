//! Tuples with named fields: `sys.version_info`, `time.struct_time` and the like (CPython `structseq`).

use crate::util::arg;
use habu_object::{Gc, Kind, Tuple, Type, Value, type_flags};
use habu_vm::{Effects, GetSetDef, NativeDef, PyResult, Vm};

/// Reads item `I`.
pub(crate) fn field<const I: usize>(_vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(v.cast::<Tuple>().and_then(|t| t.items().get(I).map(|c| c.get())).unwrap_or(Value::NONE))
}

/// The attributes of a struct type, numbered in order.
macro_rules! fields {
    ($name:ident: $($index:literal $field:literal),* $(,)?) => {
        static $name: &[habu_vm::GetSetDef] =
            &[$(habu_vm::GetSetDef::new($field, crate::structseq::field::<$index>)),*];
    };
}
pub(crate) use fields;

static METHODS: &[NativeDef] =
    &[NativeDef::new("__repr__", "(self, /)", repr).effects(Effects::Any)];

/// A struct type; instances have at least as many items as it has fields.
pub(crate) fn new_type(
    vm: &mut Vm,
    module: &str,
    name: &str,
    fields: &'static [GetSetDef],
    sequence: usize,
) -> PyResult<Gc<Type>> {
    let base = vm.types.of_kind(Kind::Tuple);
    let class = vm.new_builtin_type(name, Kind::Tuple, base, type_flags::NO_DICT)?;
    let module = vm.intern(module)?;
    vm.set_class_entry(class, "__module__", module)?;
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, fields)?;
    let names = Tuple::zeroed(&mut vm.heap, sequence)?;
    for (i, f) in fields.iter().take(sequence).enumerate() {
        let name = vm.intern(f.name)?;
        names.set(&mut vm.heap, i, name);
    }
    vm.set_class_entry(class, "__match_args__", names.value())?;
    for (name, n) in
        [("n_fields", fields.len()), ("n_sequence_fields", sequence), ("n_unnamed_fields", 0)]
    {
        vm.set_class_entry(class, name, Value::small_int(n as i64))?;
    }
    Ok(class)
}

/// An instance of a struct type.
pub(crate) fn new(vm: &mut Vm, class: Gc<Type>, items: &[Value]) -> PyResult<Value> {
    Ok(Tuple::with_shape(&mut vm.heap, class.instance_shape.get(), items)?.value())
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let this = arg(args, 0);
    let class = vm.type_of(this);
    let dict = vm.class_dict(class);
    let (module, names) = (vm.intern("__module__")?, vm.intern("__match_args__")?);
    let module = vm.dict_get_str(dict, module).map(|m| vm.text(m)).unwrap_or_default();
    let names = vm.dict_get_str(dict, names).and_then(|n| n.cast::<Tuple>());
    let mut out = format!("{module}.{}(", vm.class_name(class));
    if let (Some(t), Some(names)) = (this.cast::<Tuple>(), names) {
        for i in 0..names.len().min(t.len()) {
            let text = vm.repr_text(t.get(i))?;
            let comma = if i > 0 { ", " } else { "" };
            out.push_str(&format!("{comma}{}={text}", vm.text(names.get(i))));
        }
    }
    out.push(')');
    vm.new_str(&out)
}
