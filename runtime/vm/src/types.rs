//! The well-known classes and their birth: `object`, `type`, one class per layout kind, the exception hierarchy.
//!
//! Here the classes get name, bases, MRO, an empty namespace and their shape; crate `builtins` fills the namespaces.

use crate::error::{EXCEPTIONS, Exc, PyResult};
use crate::native::{GetSetDef, NativeDef};
use crate::vm::Vm;
use habu_gc::Marker;
use habu_object::kind::{FIRST_FREE_SHAPE, KINDS};
use habu_object::{Builtin, Gc, GetSet, Kind, MethodDescr, StaticMethod, Type, Value, type_flags};

/// Builtin classes whose instances have the layout of another kind and a shape of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// Iterator of a str that is not ASCII.
    StrIter,
    /// Iterator of a bytearray.
    ByteArrayIter,
    /// `reversed(list)`
    ListReverseIter,
    /// `reversed(dict)`
    DictReverseKeyIter,
    /// `reversed(dict.values())`
    DictReverseValueIter,
    /// `reversed(dict.items())`
    DictReverseItemIter,
    /// A native method that stands for a slot of the class.
    WrapperDescr,
    /// The same, bound to an object.
    MethodWrapper,
    /// A coroutine.
    Coroutine,
    /// An async generator.
    AsyncGenerator,
    /// What `__await__` of a coroutine returns.
    CoroutineWrapper,
    /// What `athrow` and `aclose` of an async generator return.
    AsyncThrow,
    /// `anext` with a default.
    AnextAwaitable,
}

impl Variant {
    /// The shape of instances: `boot` makes the variants' shapes right after those of the kinds.
    pub const fn shape(self) -> u32 {
        FIRST_FREE_SHAPE + self as u32
    }
}

/// The variants' kinds and Python names, in the order of the enum.
pub const VARIANTS: &[(Variant, Kind, &str)] = &[
    (Variant::StrIter, Kind::StrIter, "str_iterator"),
    (Variant::ByteArrayIter, Kind::BytesIter, "bytearray_iterator"),
    (Variant::ListReverseIter, Kind::Reversed, "list_reverseiterator"),
    (Variant::DictReverseKeyIter, Kind::DictKeyIter, "dict_reversekeyiterator"),
    (Variant::DictReverseValueIter, Kind::DictValueIter, "dict_reversevalueiterator"),
    (Variant::DictReverseItemIter, Kind::DictItemIter, "dict_reverseitemiterator"),
    (Variant::WrapperDescr, Kind::MethodDescr, "wrapper_descriptor"),
    (Variant::MethodWrapper, Kind::Builtin, "method-wrapper"),
    (Variant::Coroutine, Kind::Generator, "coroutine"),
    (Variant::AsyncGenerator, Kind::Generator, "async_generator"),
    (Variant::CoroutineWrapper, Kind::AsyncSend, "coroutine_wrapper"),
    (Variant::AsyncThrow, Kind::AsyncSend, "async_generator_athrow"),
    (Variant::AnextAwaitable, Kind::AsyncSend, "anext_awaitable"),
];

/// Well-known classes.
pub struct Types {
    kinds: [Value; KINDS.len()],
    variants: [Value; VARIANTS.len()],
    exceptions: [Value; EXCEPTIONS.len()],
}

impl Types {
    pub(crate) fn new() -> Types {
        Types {
            kinds: [Value::UNBOUND; KINDS.len()],
            variants: [Value::UNBOUND; VARIANTS.len()],
            exceptions: [Value::UNBOUND; EXCEPTIONS.len()],
        }
    }

    /// The exact builtin class of a layout kind (`object` for `Instance`, `int` for `BigInt`).
    #[inline(always)]
    pub fn of_kind(&self, kind: Kind) -> Gc<Type> {
        // SAFETY: `boot` made a class for every kind.
        unsafe { self.kinds[kind as usize].cast_unchecked() }
    }

    /// A class that shares a kind's layout.
    #[inline(always)]
    pub fn variant(&self, v: Variant) -> Gc<Type> {
        // SAFETY: `boot` made a class for every variant.
        unsafe { self.variants[v as usize].cast_unchecked() }
    }

    /// A builtin exception class.
    #[inline(always)]
    pub fn exceptions(&self, exc: Exc) -> Gc<Type> {
        // SAFETY: `boot` made every class of the table.
        unsafe { self.exceptions[exc as usize].cast_unchecked() }
    }

    /// `object`
    #[inline(always)]
    pub fn object(&self) -> Gc<Type> {
        self.of_kind(Kind::Instance)
    }

    /// `type`
    #[inline(always)]
    pub fn type_(&self) -> Gc<Type> {
        self.of_kind(Kind::Type)
    }

    pub(crate) fn trace(&self, marker: &mut Marker<'_>) {
        for v in self.kinds.iter().chain(&self.variants).chain(&self.exceptions) {
            marker.mark_word(v.bits());
        }
    }
}

/// Kinds whose class may be subclassed by class statements.
fn subclassable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Instance
            | Kind::Int
            | Kind::Float
            | Kind::Complex
            | Kind::Str
            | Kind::Bytes
            | Kind::ByteArray
            | Kind::Tuple
            | Kind::List
            | Kind::Dict
            | Kind::Set
            | Kind::FrozenSet
            | Kind::Property
            | Kind::ClassMethod
            | Kind::StaticMethod
            | Kind::Super
            | Kind::Type
            | Kind::Module
            | Kind::Exception
            | Kind::Enumerate
            | Kind::Zip
            | Kind::Map
            | Kind::Filter
            | Kind::Reversed
            | Kind::WeakRef
            | Kind::GenericAlias
    )
}

/// Kinds whose instances may be weakly referenced.
fn weakrefable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Set
            | Kind::FrozenSet
            | Kind::Function
            | Kind::Method
            | Kind::Builtin
            | Kind::Type
            | Kind::Code
            | Kind::Generator
            | Kind::Module
            | Kind::Exception
            | Kind::MemoryView
    )
}

/// Makes every core class.
pub(crate) fn boot(vm: &mut Vm) -> PyResult<()> {
    let metaclass_shape = Kind::Type as u32;
    for (kind, _) in KINDS {
        let class = Type::blank(&mut vm.heap, metaclass_shape)?;
        vm.types.kinds[*kind as usize] = class.value();
        vm.shapes.set_builtin(*kind, class);
    }
    let int = vm.types.of_kind(Kind::Int);
    vm.types.kinds[Kind::BigInt as usize] = int.value();
    vm.shapes.set_builtin(Kind::BigInt, int);
    for (kind, name) in KINDS {
        if *kind == Kind::BigInt {
            continue;
        }
        let class = vm.types.of_kind(*kind);
        let bases: &[Gc<Type>] = match kind {
            Kind::Instance => &[],
            Kind::Bool => &[vm.types.of_kind(Kind::Int)],
            _ => &[vm.types.object()],
        };
        let mut flags = type_flags::NO_DICT;
        if subclassable(*kind) {
            flags |= type_flags::BASETYPE;
        }
        if weakrefable(*kind) {
            flags |= type_flags::WEAKREFABLE;
        }
        if matches!(kind, Kind::Function | Kind::Module | Kind::Exception | Kind::Type) {
            flags &= !type_flags::NO_DICT;
        }
        if *kind == Kind::Type {
            flags |= type_flags::METACLASS;
        }
        flags |= match kind {
            Kind::List | Kind::Tuple | Kind::Range | Kind::MemoryView => type_flags::SEQUENCE,
            Kind::Dict | Kind::MappingProxy => type_flags::MAPPING,
            _ => 0,
        };
        class.instance_kind.set(*kind as u8);
        class.instance_shape.set(*kind as u32);
        vm.init_type(class, name, bases, flags)?;
    }
    // `bool` comes before `int` in the table, so its MRO was made before int's base was known.
    let bool_ = vm.types.of_kind(Kind::Bool);
    vm.set_linear_mro(bool_)?;
    vm.class_changed(bool_);
    for (variant, kind, name) in VARIANTS {
        let object = vm.types.object();
        let mut flags = type_flags::NO_DICT | type_flags::NO_NEW;
        if weakrefable(*kind) {
            flags |= type_flags::WEAKREFABLE;
        }
        let class = vm.new_builtin_type(name, *kind, object, flags)?;
        debug_assert_eq!(class.instance_shape.get(), variant.shape());
        vm.types.variants[*variant as usize] = class.value();
    }
    // BaseException is the class of kind `Exception`; the others are its descendants with shapes of their own.
    for (exc, name, base) in EXCEPTIONS {
        let class = match base {
            None => vm.types.of_kind(Kind::Exception),
            Some(base) => {
                let base = vm.types.exceptions(*base);
                let flags = type_flags::BASETYPE | type_flags::EXCEPTION;
                vm.new_builtin_type(name, Kind::Exception, base, flags)?
            }
        };
        class.flags.set(class.flags.get() | type_flags::EXCEPTION);
        vm.types.exceptions[*exc as usize] = class.value();
    }
    let memory_error = vm.types.exceptions(Exc::MemoryError);
    vm.memory_error = vm.new_exception(memory_error, &[])?.value();
    Ok(())
}

impl Vm {
    /// Fills a blank builtin class.
    fn init_type(
        &mut self,
        class: Gc<Type>,
        name: &str,
        bases: &[Gc<Type>],
        flags: u32,
    ) -> PyResult<()> {
        let name = self.intern(name)?;
        class.store(&mut self.heap, &class.name, name);
        class.store(&mut self.heap, &class.qualname, name);
        let bases: Vec<Value> = bases.iter().map(|b| b.value()).collect();
        let tuple = self.new_tuple(&bases)?;
        class.store(&mut self.heap, &class.bases, tuple);
        class.base.set(bases.first().copied().unwrap_or(Value::NONE));
        let dict = habu_object::dict::Dict::with_cells(&mut self.heap)?;
        class.store(&mut self.heap, &class.dict, dict.value());
        class.flags.set(flags);
        class.version.set(self.fresh_version());
        self.set_linear_mro(class)?;
        if let Some(base) = class.base.get().cast::<Type>() {
            self.add_subclass(base, class)?;
        }
        Ok(())
    }

    /// The MRO of a class with at most one base.
    fn set_linear_mro(&mut self, class: Gc<Type>) -> PyResult<()> {
        // The classes are all reachable from `class` through their bases, so the Vec hides nothing.
        let mut mro = vec![class.value()];
        let mut at = class.base.get();
        while let Some(base) = at.cast::<Type>() {
            mro.push(at);
            at = base.base.get();
        }
        let tuple = self.new_tuple(&mro)?;
        class.store(&mut self.heap, &class.mro, tuple);
        Ok(())
    }

    /// A new native class with one base; instances have layout `kind` and a shape of their own.
    pub fn new_builtin_type(
        &mut self,
        name: &str,
        kind: Kind,
        base: Gc<Type>,
        flags: u32,
    ) -> PyResult<Gc<Type>> {
        let class = Type::blank(&mut self.heap, Kind::Type as u32)?;
        class.instance_kind.set(kind as u8);
        class.inline_slots.set(0);
        let shape = self.shapes.add_root(class, kind, 0, 0);
        class.instance_shape.set(shape);
        // What patterns a class matches its subclasses match, too.
        let collection = base.flags.get() & (type_flags::SEQUENCE | type_flags::MAPPING);
        self.init_type(class, name, &[base], flags | collection)?;
        Ok(class)
    }

    /// Adds native methods to a class. `__new__`, and names listed in `statics`, become static functions; names in
    /// `class_methods` class methods.
    pub fn add_methods(&mut self, class: Gc<Type>, methods: &'static [NativeDef]) -> PyResult<()> {
        for def in methods {
            let is_new = def.name == "__new__";
            let is_class = def.signature.starts_with("(cls") && !is_new;
            let is_static = is_new || def.signature.starts_with("(@");
            let value = if is_class {
                let f = self.new_builtin(def, Value::UNBOUND)?;
                let c = habu_object::ClassMethod::blank(&mut self.heap)?;
                c.func.set(f);
                c.value()
            } else if is_static {
                let f = self.new_builtin(def, Value::UNBOUND)?;
                if let Some(b) = f.cast::<Builtin>() {
                    // Static ones are of their class as the functions of a module are of the module.
                    b.module.set(class.value());
                }
                let s = StaticMethod::blank(&mut self.heap)?;
                s.func.set(f);
                s.value()
            } else {
                let m = MethodDescr::blank(&mut self.heap)?;
                if is_slot(def.name) {
                    self.set_shape(m.value(), Variant::WrapperDescr.shape());
                }
                m.class.set(class.value());
                m.def.set(&raw const *def as usize);
                let address = &raw const *def as usize;
                match def.name {
                    "__next__" => class.step.set(address),
                    "__call__" => class.call.set(address),
                    _ => {}
                }
                m.value()
            };
            self.enter_class(class, def.name, value)?;
        }
        self.class_changed(class);
        Ok(())
    }

    /// Adds native attributes to a class.
    pub fn add_getsets(&mut self, class: Gc<Type>, getsets: &'static [GetSetDef]) -> PyResult<()> {
        for def in getsets {
            let g = GetSet::blank(&mut self.heap)?;
            g.class.set(class.value());
            g.def.set(&raw const *def as usize);
            self.enter_class(class, def.name, g.value())?;
        }
        self.class_changed(class);
        Ok(())
    }

    /// Puts a value in a class namespace while the class is being built.
    pub fn set_class_entry(&mut self, class: Gc<Type>, name: &str, value: Value) -> PyResult<()> {
        self.enter_class(class, name, value)?;
        self.class_changed(class);
        Ok(())
    }

    fn enter_class(&mut self, class: Gc<Type>, name: &str, value: Value) -> PyResult<()> {
        let name = self.intern(name)?;
        let dict = self.class_dict(class);
        self.dict_set_str(dict, name, value)
    }

    /// A native function object, bound to `this` unless that is UNBOUND.
    pub fn new_builtin(&mut self, def: &'static NativeDef, this: Value) -> PyResult<Value> {
        let f = Builtin::blank(&mut self.heap)?;
        f.this.set(this);
        f.module.set(Value::NONE);
        f.def.set(&raw const *def as usize);
        Ok(f.value())
    }

    /// Adds native functions to a module namespace.
    pub fn add_functions(
        &mut self,
        module: Gc<habu_object::Module>,
        defs: &'static [NativeDef],
    ) -> PyResult<()> {
        for def in defs {
            let f = self.new_builtin(def, Value::UNBOUND)?;
            if let Some(b) = f.cast::<Builtin>() {
                b.module.set(module.name.get());
            }
            let name = self.intern(def.name)?;
            self.module_set(module, name, f)?;
        }
        Ok(())
    }
}

/// Whether CPython keeps this special method in a slot of the class.
pub fn is_slot(name: &str) -> bool {
    let special = name.starts_with("__") && name.ends_with("__");
    special
        && !matches!(
            name,
            "__reduce__"
                | "__reduce_ex__"
                | "__dir__"
                | "__format__"
                | "__sizeof__"
                | "__getstate__"
                | "__setstate__"
                | "__reversed__"
                | "__length_hint__"
                | "__getnewargs__"
                | "__instancecheck__"
                | "__subclasscheck__"
                | "__subclasses__"
                | "__copy__"
                | "__deepcopy__"
                | "__enter__"
                | "__exit__"
                | "__round__"
                | "__trunc__"
                | "__floor__"
                | "__ceil__"
                | "__bytes__"
                | "__complex__"
                | "__mro_entries__"
                | "__alloc__"
                | "__missing__"
                | "__replace__"
                | "__set_name__"
        )
}

/// The definition behind a native function, method or bound native method.
#[inline(always)]
pub fn native_def(v: Value) -> Option<&'static NativeDef> {
    let address = match v.kind() {
        Kind::Builtin => v.cast::<Builtin>()?.def.get(),
        Kind::MethodDescr => v.cast::<MethodDescr>()?.def.get(),
        _ => return None,
    };
    // SAFETY: both layouts are made by this file alone, from references to static definitions.
    Some(unsafe { &*(address as *const NativeDef) })
}

/// The definition behind a native attribute.
#[inline(always)]
pub fn getset_def(g: Gc<GetSet>) -> &'static GetSetDef {
    // SAFETY: as `native_def`.
    unsafe { &*(g.def.get() as *const GetSetDef) }
}
