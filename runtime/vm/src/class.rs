//! Classes: method resolution order, attribute look-up with its cache, changes, creation by `type(...)`.

use crate::error::{Exc, PyResult};
use crate::vm::Vm;
use habu_object::dict::Dict;
use habu_object::{Function, Gc, Kind, Member, MethodDescr, Tuple, Type, Value, type_flags};

/// Type flag (runtime only): an inline cache or compiled code relies on this class.
pub const CACHED: u32 = 1 << 30;

/// The flags that say what patterns instances match.
const COLLECTION: u32 = type_flags::SEQUENCE | type_flags::MAPPING;

impl Vm {
    /// The namespace of a class.
    #[inline]
    pub fn class_dict(&self, class: Gc<Type>) -> Gc<Dict> {
        // SAFETY: every class gets a dict when it is made and keeps it.
        unsafe { class.dict.get().cast_unchecked() }
    }

    /// The classes of an MRO.
    pub fn mro(&self, class: Gc<Type>) -> Gc<Tuple> {
        // SAFETY: every class gets an MRO tuple when it is made.
        unsafe { class.mro.get().cast_unchecked() }
    }

    /// Whether `class` is `other` or inherits from it.
    pub fn is_subclass(&self, class: Gc<Type>, other: Gc<Type>) -> bool {
        class == other || self.mro(class).items().iter().any(|c| c.get() == other.value())
    }

    /// The cell of the class attribute `name` (interned) in the MRO, UNBOUND if there is none.
    #[inline]
    pub fn class_cell(&mut self, class: Gc<Type>, name: Value) -> Value {
        let version = class.version.get();
        let slot = (version as usize ^ (name.bits() >> 5) as usize) & (self.class_cache.len() - 1);
        let (v, n, cell) = self.class_cache[slot];
        if v == version && n == name.bits() {
            return cell;
        }
        let cell = self.class_cell_slow(class, name);
        self.class_cache[slot] = (version, name.bits(), cell);
        cell
    }

    fn class_cell_slow(&mut self, class: Gc<Type>, name: Value) -> Value {
        let mro = self.mro(class);
        for c in mro.items() {
            let Some(c) = c.get().cast::<Type>() else { continue };
            let dict = self.class_dict(c);
            if let Some(cell) = self.find_cell(dict, name) {
                return cell.value();
            }
        }
        Value::UNBOUND
    }

    /// The class attribute `name` (interned), found along the MRO and not bound to anything.
    #[inline]
    pub fn class_lookup(&mut self, class: Gc<Type>, name: Value) -> Option<Value> {
        let cell = self.class_cell(class, name);
        cell.cast::<habu_object::CellObject>().map(|c| c.contents.get())
    }

    /// The special method `name` of `v`'s class, unbound.
    #[inline]
    pub fn special(&mut self, v: Value, name: Value) -> Option<Value> {
        let class = self.type_of(v);
        self.class_lookup(class, name)
    }

    /// Must be called after an attribute of a class was added, removed, or replaced where either value is a
    /// descriptor: forgets what was cached about the class and its subclasses.
    pub fn class_changed(&mut self, class: Gc<Type>) {
        class.version.set(self.fresh_version());
        let relied_on = class.has(CACHED);
        self.refresh_flags(class);
        for sub in self.subclasses_of(class) {
            if let Some(sub) = sub.cast::<Type>() {
                self.class_changed(sub);
            }
        }
        if relied_on {
            class.flags.set(class.flags.get() & !CACHED);
            self.flush_caches();
        }
    }

    /// Instances of `class`, and of its subclasses that do not say otherwise, match the patterns that `flags` names.
    pub fn set_collection(&mut self, class: Gc<Type>, flags: u32) {
        if class.has(flags) && !class.has(COLLECTION & !flags) {
            return;
        }
        class.flags.set(class.flags.get() & !COLLECTION | flags & COLLECTION);
        for sub in self.subclasses_of(class) {
            if let Some(sub) = sub.cast::<Type>() {
                self.set_collection(sub, flags);
            }
        }
        self.class_changed(class);
    }

    /// Direct subclasses. All are reachable from `class.subclasses`, so the Vec hides nothing from the collector.
    pub fn subclasses_of(&self, class: Gc<Type>) -> Vec<Value> {
        match class.subclasses.get().cast::<habu_object::List>() {
            Some(list) => list.cells().iter().map(|c| c.get()).collect(),
            None => Vec::new(),
        }
    }

    pub(crate) fn add_subclass(&mut self, base: Gc<Type>, class: Gc<Type>) -> PyResult<()> {
        let list = match base.subclasses.get().cast::<habu_object::List>() {
            Some(list) => list,
            None => {
                let list = habu_object::List::new(&mut self.heap, 4)?;
                base.store(&mut self.heap, &base.subclasses, list.value());
                list
            }
        };
        list.push(&mut self.heap, class.value())?;
        Ok(())
    }

    /// Recomputes the flags that say which special methods Python code has overridden.
    pub fn refresh_flags(&mut self, class: Gc<Type>) {
        let object = self.types.object();
        if class == object {
            return;
        }
        let mut flags = class.flags.get()
            & !(type_flags::HAS_DEL
                | type_flags::CUSTOM_GETATTRIBUTE
                | type_flags::HAS_GETATTR
                | type_flags::CUSTOM_SETATTR
                | type_flags::CUSTOM_EQ);
        let n = &self.names;
        let (del, getattribute, getattr, setattr, delattr, eq, hash) = (
            n.__del__,
            n.__getattribute__,
            n.__getattr__,
            n.__setattr__,
            n.__delattr__,
            n.__eq__,
            n.__hash__,
        );
        let python = |v: Option<Value>, name: &str| v.is_some_and(|f| is_custom(f, name));
        if self.class_lookup(class, del).is_some() {
            flags |= type_flags::HAS_DEL;
        }
        if python(self.class_lookup(class, getattribute), "__getattribute__") {
            flags |= type_flags::CUSTOM_GETATTRIBUTE;
        }
        if self.class_lookup(class, getattr).is_some() {
            flags |= type_flags::HAS_GETATTR;
        }
        if python(self.class_lookup(class, setattr), "__setattr__")
            || python(self.class_lookup(class, delattr), "__delattr__")
        {
            flags |= type_flags::CUSTOM_SETATTR;
        }
        if python(self.class_lookup(class, eq), "__eq__")
            || python(self.class_lookup(class, hash), "__hash__")
        {
            flags |= type_flags::CUSTOM_EQ;
        }
        class.flags.set(flags);
    }

    /// C3 linearisation of `class` with `bases` (CPython `mro_implementation`); TypeError if there is none.
    pub fn compute_mro(&mut self, class: Gc<Type>, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
        // Every class here is reachable from `bases`, so these Vecs hide nothing from the collector.
        let mut sequences: Vec<Vec<Value>> = Vec::new();
        for b in bases.items() {
            let Some(b) = b.get().cast::<Type>() else {
                return Err(self.type_error("bases must be types"));
            };
            sequences.push(self.mro(b).items().iter().map(|c| c.get()).collect());
        }
        sequences.push(bases.items().iter().map(|c| c.get()).collect());
        let mut out = vec![class.value()];
        loop {
            sequences.retain(|s| !s.is_empty());
            if sequences.is_empty() {
                break;
            }
            let head = sequences
                .iter()
                .map(|s| s[0])
                .find(|head| !sequences.iter().any(|s| s[1..].contains(head)));
            let Some(head) = head else {
                let names: Vec<String> = bases
                    .items()
                    .iter()
                    .filter_map(|b| b.get().cast::<Type>().map(|b| self.class_name(b)))
                    .collect();
                let msg = format!(
                    "Cannot create a consistent method resolution order (MRO) for bases {}",
                    names.join(", ")
                );
                return Err(self.type_error(&msg));
            };
            out.push(head);
            for s in &mut sequences {
                if s[0] == head {
                    s.remove(0);
                }
            }
        }
        Ok(Tuple::new(&mut self.heap, &out)?)
    }

    /// The base that decides the layout of instances (CPython `best_base`).
    pub fn best_base(&mut self, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
        for (i, b) in bases.items().iter().enumerate() {
            if bases.items()[..i].iter().any(|other| other.get() == b.get()) {
                let name = self.class_name(self.expect_type(b.get()));
                return Err(self.type_error(&format!("duplicate base class {name}")));
            }
        }
        let mut best: Option<(Gc<Type>, Gc<Type>)> = None;
        for b in bases.items() {
            let Some(b) = b.get().cast::<Type>() else {
                return Err(self.type_error("bases must be types"));
            };
            if !b.has(type_flags::BASETYPE) {
                let msg = format!("type '{}' is not an acceptable base type", self.class_name(b));
                return Err(self.type_error(&msg));
            }
            let solid = self.solid_base(b);
            match best {
                Some((_, winner)) if self.is_subclass(winner, solid) => {}
                Some((_, winner)) if !self.is_subclass(solid, winner) => {
                    return Err(self.type_error("multiple bases have instance lay-out conflict"));
                }
                _ => best = Some((b, solid)),
            }
        }
        Ok(best.map_or_else(|| self.types.object(), |(b, _)| b))
    }

    /// The class in the line of `__base__` that last added to the layout (CPython `solid_base`).
    fn solid_base(&mut self, class: Gc<Type>) -> Gc<Type> {
        let mut at = class;
        while let Some(base) = at.base.get().cast::<Type>() {
            let own_slots =
                !at.slots.get().is_unbound() && self.fixed_slots(at) > self.fixed_slots(base);
            if at.instance_kind.get() != base.instance_kind.get() || own_slots {
                break;
            }
            at = base;
        }
        at
    }

    /// The most derived metaclass of `meta` and the classes of `bases` (CPython `_PyType_CalculateMetaclass`).
    pub fn winner_metaclass(&mut self, meta: Gc<Type>, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
        let mut winner = meta;
        for b in bases.items() {
            let class = self.type_of(b.get());
            if self.is_subclass(winner, class) {
                continue;
            }
            if self.is_subclass(class, winner) {
                winner = class;
                continue;
            }
            return Err(self.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases",
            ));
        }
        Ok(winner)
    }

    /// `type.__new__(meta, name, bases, namespace)` without `__set_name__` and `__init_subclass__`.
    pub fn new_class(
        &mut self,
        meta: Gc<Type>,
        name: Value,
        bases: Gc<Tuple>,
        namespace: Gc<Dict>,
    ) -> PyResult<Gc<Type>> {
        let bases = if bases.is_empty() {
            let object = self.types.object().value();
            Tuple::new(&mut self.heap, &[object])?
        } else {
            bases
        };
        let base = self.best_base(bases)?;
        let class = Type::blank(&mut self.heap, meta.instance_shape.get())?;
        class.name.set(name);
        class.qualname.set(name);
        class.bases.set(bases.value());
        class.base.set(base.value());
        class.instance_kind.set(base.instance_kind.get());
        let inherited = type_flags::EXCEPTION
            | type_flags::METACLASS
            | type_flags::WEAKREFABLE
            | type_flags::OWNER;
        let mut flags = type_flags::HEAP | type_flags::BASETYPE | (base.flags.get() & inherited);
        for b in bases.items() {
            if let Some(b) = b.get().cast::<Type>() {
                flags |= b.flags.get() & type_flags::WEAKREFABLE;
                // The first base that is a collection says of what kind.
                if flags & COLLECTION == 0 {
                    flags |= b.flags.get() & COLLECTION;
                }
            }
        }
        class.flags.set(flags);
        class.version.set(self.fresh_version());
        let mro = self.compute_mro(class, bases)?;
        class.store(&mut self.heap, &class.mro, mro.value());
        let dict = Dict::with_cells(&mut self.heap)?;
        class.store(&mut self.heap, &class.dict, dict.value());
        self.dict_copy_into(namespace, dict)?;
        self.set_slots(class, base, bases)?;
        let fixed = self.fixed_slots(class);
        let shape = self.shapes.add_root(
            class,
            Kind::from_u8(class.instance_kind.get()),
            class.inline_slots.get(),
            fixed,
        );
        class.instance_shape.set(shape);
        self.refresh_flags(class);
        for b in bases.items() {
            if let Some(b) = b.get().cast::<Type>() {
                self.add_subclass(b, class)?;
            }
        }
        Ok(class)
    }

    /// Decides in-object slots: those of `__slots__`, and room for the attributes that the class body's methods set.
    fn set_slots(&mut self, class: Gc<Type>, base: Gc<Type>, bases: Gc<Tuple>) -> PyResult<()> {
        let dict = self.class_dict(class);
        let inherited = base.inline_slots.get();
        let fixed = self.fixed_slots(base);
        let dict_name = self.names.__dict__;
        let mut has_dict = false;
        for b in bases.items() {
            let Some(b) = b.get().cast::<Type>().filter(|b| !b.has(type_flags::NO_DICT)) else {
                continue;
            };
            // Exact builtins have one only if they show it.
            has_dict |= b.has(type_flags::HEAP) || self.class_lookup(b, dict_name).is_some();
        }
        let Some(slots) = self.dict_get_str(dict, self.names.__slots__) else {
            let expected = self.dict_get_str(dict, self.names.__static_attributes__);
            let own = expected.and_then(|t| t.cast::<Tuple>()).map_or(0, |t| t.len()) as u16;
            let wanted = (inherited.max(fixed) + own).clamp(4, 32).max(inherited);
            class.inline_slots.set(wanted);
            return Ok(());
        };
        let names = self.slot_names(slots)?;
        let mut next = fixed;
        let mut homeless = false;
        let names_tuple: Gc<Tuple> = names;
        // In the order of their names, so that classes with the same ones are laid out alike. The tuple keeps them.
        let mut sorted: Vec<Value> = names_tuple.items().iter().map(|n| n.get()).collect();
        sorted.sort_by_cached_key(|n| self.text(*n));
        for n in sorted {
            if n == self.names.__dict__ {
                if has_dict {
                    return Err(self.type_error("__dict__ slot disallowed: we already got one"));
                }
                has_dict = true;
                continue;
            }
            if n == self.names.__weakref__ {
                if class.has(type_flags::WEAKREFABLE) || base.has(type_flags::WEAKREFABLE) {
                    return Err(self.type_error("__weakref__ slot disallowed: we already got one"));
                }
                class.flags.set(class.flags.get() | type_flags::WEAKREFABLE);
                continue;
            }
            let text = self.text(n);
            if let Some(found) = self.dict_get_str(dict, n) {
                if found.cast::<Member>().is_some_and(|m| m.class.get() == class.value()) {
                    // Named twice.
                    continue;
                }
                let msg = format!("'{text}' in __slots__ conflicts with class variable");
                return Err(self.value_error(&msg));
            }
            if !is_identifier(&text) {
                return Err(self.type_error("__slots__ must be identifiers"));
            }
            let kind = Kind::from_u8(base.instance_kind.get());
            if matches!(kind, Kind::Int | Kind::Bytes | Kind::Tuple) {
                let msg = format!(
                    "nonempty __slots__ not supported for subtype of '{}'",
                    self.class_name(base)
                );
                return Err(self.type_error(&msg));
            }
            if kind != Kind::Instance {
                // Layouts of builtin types have no room: the attributes go to a dict like others.
                homeless = true;
                continue;
            }
            let mangled = self.mangle(class, &text)?;
            let member = Member::blank(&mut self.heap)?;
            member.class.set(class.value());
            member.name.set(mangled);
            member.index.set(next as usize);
            next += 1;
            self.dict_set_str(dict, mangled, member.value())?;
        }
        class.slots.set(names_tuple.value());
        has_dict |= homeless;
        if !has_dict {
            class.flags.set(class.flags.get() | type_flags::NO_DICT);
        }
        if class.instance_kind.get() != Kind::Instance as u8 {
            let rest = class.flags.get() & !type_flags::NO_DICT;
            class.flags.set(rest | if has_dict { 0 } else { type_flags::NO_DICT });
        }
        let room = if has_dict { (next + 4).max(inherited) } else { next };
        class.inline_slots.set(room);
        Ok(())
    }

    /// In-object slots that `__slots__` of a class and its ancestors have taken.
    pub fn fixed_slots(&mut self, class: Gc<Type>) -> u16 {
        let mro = self.mro(class);
        let mut n = 0;
        for c in mro.items() {
            let Some(c) = c.get().cast::<Type>().filter(|c| !c.slots.get().is_unbound()) else {
                continue;
            };
            let dict = self.class_dict(c);
            for v in self.dict_values(dict) {
                if let Some(m) = v.cast::<Member>() {
                    n = n.max(m.index.get() as u16 + 1);
                }
            }
        }
        n
    }

    fn slot_names(&mut self, slots: Value) -> PyResult<Gc<Tuple>> {
        if slots.kind() == Kind::Str {
            let name = self.intern_value(slots)?;
            return Ok(Tuple::new(&mut self.heap, &[name])?);
        }
        let list = self.list_from_iter(slots)?;
        for i in 0..list.len() {
            let v = list.get(i).unwrap_or(Value::NONE);
            if v.kind() != Kind::Str {
                let msg = format!("__slots__ items must be strings, not '{}'", self.type_name(v));
                return Err(self.type_error(&msg));
            }
            let name = self.intern_value(v)?;
            list.set(&mut self.heap, i, name);
        }
        self.list_to_tuple(list)
    }

    /// The private name `__x` of a class as `_Class__x`, interned.
    fn mangle(&mut self, class: Gc<Type>, name: &str) -> PyResult<Value> {
        if name.starts_with("__") && !name.ends_with("__") {
            let class_name = self.class_name(class);
            let stripped = class_name.trim_start_matches('_');
            if !stripped.is_empty() {
                return self.intern(&format!("_{stripped}{name}"));
            }
        }
        self.intern(name)
    }

    /// Raises TypeError because an attribute of an immutable class was to be changed.
    pub(crate) fn immutable_class(&mut self, class: Gc<Type>, name: Value) -> crate::error::Raised {
        let msg = format!(
            "cannot set '{}' attribute of immutable type '{}'",
            self.text(name),
            self.class_name(class)
        );
        self.raise_msg(Exc::TypeError, &msg)
    }

    /// `class.__module__` as messages and reprs show it; None for builtins.
    pub fn class_module(&self, class: Gc<Type>) -> Option<String> {
        let module = self.dict_get_str(self.class_dict(class), self.names.__module__)?;
        let text = (module.kind() == Kind::Str).then(|| self.text(module))?;
        if text == "builtins" { None } else { Some(text) }
    }

    /// `module.qualname`, or the bare name for builtins.
    pub fn full_class_name(&self, class: Gc<Type>) -> String {
        let heap_made = class.has(type_flags::HEAP);
        let name = self.text(if heap_made { class.qualname.get() } else { class.name.get() });
        match self.class_module(class) {
            Some(module) => format!("{module}.{}", self.text(class.qualname.get())),
            None => name,
        }
    }

    /// The class of a value as messages with `%T` name it: with its module, unless that goes without saying.
    pub fn qualified_type_name(&self, v: Value) -> String {
        let class = self.type_of(v);
        match self.class_module(class) {
            Some(module) if module == "__main__" => self.text(class.qualname.get()),
            _ => self.full_class_name(class),
        }
    }

    /// The function of a cell that holds a plain Python function.
    pub fn cell_function(cell: Value) -> Option<Gc<Function>> {
        cell.cast::<habu_object::CellObject>()?.contents.get().cast::<Function>()
    }
}

/// Whether a name may be that of a slot.
fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// Whether a special method is not the one of a core type: it is of a Python class or of a native module's class, or a
/// core type's method of another name.
pub(crate) fn is_custom(method: Value, name: &str) -> bool {
    match method.cast::<MethodDescr>().and_then(|m| m.class.get().cast::<Type>()) {
        Some(class) => {
            class.instance_kind.get() == Kind::Native as u8
                || crate::types::native_def(method).is_none_or(|def| def.name != name)
        }
        None => true,
    }
}
