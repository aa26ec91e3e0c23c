//! Module `_types`: names for the types of the runtime's own objects.

use crate::util::{new_class, new_module, seal, set};
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::types::Variant;
use habu_vm::{PyResult, Vm};

/// Names of types that are layouts.
const KINDS: &[(&str, Kind)] = &[
    ("BuiltinFunctionType", Kind::Builtin),
    ("BuiltinMethodType", Kind::Builtin),
    ("CellType", Kind::Cell),
    ("CodeType", Kind::Code),
    ("EllipsisType", Kind::Ellipsis),
    ("FrameType", Kind::Frame),
    ("FunctionType", Kind::Function),
    ("GeneratorType", Kind::Generator),
    ("GenericAlias", Kind::GenericAlias),
    ("GetSetDescriptorType", Kind::GetSet),
    ("LambdaType", Kind::Function),
    ("MappingProxyType", Kind::MappingProxy),
    ("MemberDescriptorType", Kind::Member),
    ("MethodDescriptorType", Kind::MethodDescr),
    ("MethodType", Kind::Method),
    ("ModuleType", Kind::Module),
    ("NoneType", Kind::None),
    ("NotImplementedType", Kind::NotImplemented),
    ("TracebackType", Kind::Traceback),
    ("UnionType", Kind::Union),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_types", "Define names for built-in types.", &[])?;
    for (name, kind) in KINDS {
        let class = vm.types.of_kind(*kind).value();
        set(vm, m, name, class)?;
    }
    let namespace = crate::simple_namespace::class(vm)?.value();
    set(vm, m, "SimpleNamespace", namespace)?;
    let object = vm.types.object().value();
    for (name, attribute) in [("WrapperDescriptorType", "__init__"), ("MethodWrapperType", "")] {
        let class = match attribute {
            // The type of a slot's method bound to an object.
            "" => {
                let bound = vm.getattr_str(Value::NONE, "__str__")?;
                vm.type_of(bound).value()
            }
            _ => {
                let own = vm.getattr_str(object, attribute)?;
                vm.type_of(own).value()
            }
        };
        set(vm, m, name, class)?;
    }
    let dict = vm.types.of_kind(Kind::Dict);
    let key = vm.intern("fromkeys")?;
    let entries = vm.class_dict(dict);
    let of_class = vm.dict_get_str(entries, key).unwrap_or(Value::NONE);
    let class = vm.type_of(of_class).value();
    set(vm, m, "ClassMethodDescriptorType", class)?;
    let coroutine = vm.types.variant(Variant::Coroutine).value();
    set(vm, m, "CoroutineType", coroutine)?;
    let async_generator = vm.types.variant(Variant::AsyncGenerator).value();
    set(vm, m, "AsyncGeneratorType", async_generator)?;
    // What has no objects here: names for others to test against.
    for (name, own) in [("CapsuleType", "PyCapsule"), ("FrameLocalsProxyType", "FrameLocalsProxy")]
    {
        let class = new_class(vm, "builtins", own, Kind::Native, &[], &[])?;
        seal(class);
        set(vm, m, name, class.value())?;
    }
    Ok(m)
}
