//! The attribute protocol: `object.__getattribute__`, `type.__getattribute__`, modules, descriptors, stores, deletes.
//!
//! Data model, "Customizing attribute access" and "Implementing descriptors". Inline caches are in `cache`.

use crate::class::CACHED;
use crate::error::{Exc, PyResult, Raised};
use crate::types::{Variant, getset_def};
use crate::vm::Vm;
use habu_object::dict::Dict;
use habu_object::{
    CellObject, ClassMethod, Exception, Function, Gc, GetSet, Instance, Kind, Member, Method,
    MethodDescr, Module, Property, StaticMethod, Super, Type, Value, shape, type_flags,
};

/// The class of what named tuples' classes have for their fields: a root. Its objects begin with the index of the item.
pub const TUPLE_GETTER: &str = "collections._tuplegetter";

impl Vm {
    /// `getattr(v, name)`; `name` is an interned str.
    pub fn getattr(&mut self, v: Value, name: Value) -> PyResult<Value> {
        match self.lookup_attr(v, name)? {
            Some(found) => Ok(found),
            None => Err(self.attribute_error(v, name)),
        }
    }

    /// `getattr(v, name)` for a Rust str.
    pub fn getattr_str(&mut self, v: Value, name: &str) -> PyResult<Value> {
        let name = self.intern(name)?;
        self.getattr(v, name)
    }

    /// `getattr(v, name)`, None where that raises AttributeError.
    pub fn lookup_attr(&mut self, v: Value, name: Value) -> PyResult<Option<Value>> {
        let class = self.type_of(v);
        if class.has(type_flags::CUSTOM_GETATTRIBUTE) {
            let getattribute = self.names.__getattribute__;
            let f = self.class_lookup(class, getattribute).unwrap_or(Value::NONE);
            return match self.call_unbound(f, v, &[name]) {
                Ok(found) => Ok(Some(found)),
                Err(e) => {
                    let error = self.catch(e, Exc::AttributeError)?;
                    if class.has(type_flags::HAS_GETATTR) {
                        self.getattr_hook(v, class, name)
                    } else {
                        Err(self.reraise(error))
                    }
                }
            };
        }
        match self.lookup_attr_generic(v, name) {
            Ok(Some(found)) => Ok(Some(found)),
            Ok(None) => self.getattr_hook(v, class, name),
            Err(e) if class.has(type_flags::HAS_GETATTR) => {
                self.catch(e, Exc::AttributeError)?;
                self.getattr_hook(v, class, name)
            }
            Err(e) => match self.catch(e, Exc::AttributeError) {
                Ok(error) => Err(self.reraise(error)),
                Err(e) => Err(e),
            },
        }
    }

    /// `__getattr__`, when the class has it.
    fn getattr_hook(&mut self, v: Value, class: Gc<Type>, name: Value) -> PyResult<Option<Value>> {
        if !class.has(type_flags::HAS_GETATTR) {
            return Ok(None);
        }
        let hook = self.names.__getattr__;
        match self.class_lookup(class, hook) {
            Some(f) => match self.call_unbound(f, v, &[name]) {
                Ok(found) => Ok(Some(found)),
                Err(e) => {
                    self.tell_attribute(v, name);
                    Err(e)
                }
            },
            None => Ok(None),
        }
    }

    /// `getattr(v, name, None)`-like: None also when an AttributeError was raised on the way.
    pub fn getattr_opt(&mut self, v: Value, name: Value) -> PyResult<Option<Value>> {
        match self.lookup_attr(v, name) {
            Ok(found) => Ok(found),
            Err(e) => {
                self.catch(e, Exc::AttributeError)?;
                Ok(None)
            }
        }
    }

    /// What `__getattribute__` of object, type, module and super finds; AttributeErrors of descriptors pass.
    pub fn lookup_attr_generic(&mut self, v: Value, name: Value) -> PyResult<Option<Value>> {
        match v.kind() {
            Kind::Type => {
                let class = self.expect_type(v);
                self.lookup_type_attr(class, name)
            }
            Kind::Super => {
                // SAFETY: the kind was just checked.
                let s: Gc<Super> = unsafe { v.cast_unchecked() };
                if name != self.names.__class__
                    && let Some(found) = self.lookup_super_attr(s, name)?
                {
                    return Ok(Some(found));
                }
                self.lookup_object_attr(v, name)
            }
            _ => self.lookup_object_attr(v, name),
        }
    }

    /// `object.__getattribute__`
    pub fn lookup_object_attr(&mut self, v: Value, name: Value) -> PyResult<Option<Value>> {
        let class = self.type_of(v);
        let found = self.class_lookup(class, name);
        if let Some(descriptor) = found
            && self.is_data_descriptor(descriptor)
            && !self.only_sets(descriptor)
        {
            return self.descriptor_get(descriptor, v, class).map(Some);
        }
        if let Some(own) = self.own_attr(v, name) {
            return Ok(Some(own));
        }
        match found {
            Some(descriptor) => self.descriptor_get(descriptor, v, class).map(Some),
            None if v.kind() == Kind::Module => self.module_getattr(v, name),
            None => Ok(None),
        }
    }

    /// PEP 562: a module's own `__getattr__`.
    fn module_getattr(&mut self, v: Value, name: Value) -> PyResult<Option<Value>> {
        let hook = self.names.__getattr__;
        match self.own_attr(v, hook) {
            Some(f) => match self.call(f, &[name]) {
                Ok(found) => Ok(Some(found)),
                Err(e) => {
                    let error = self.catch(e, Exc::AttributeError)?;
                    Err(self.reraise(error))
                }
            },
            None => (self.ports.module_attribute)(self, v, name),
        }
    }

    /// `type.__getattribute__`
    fn lookup_type_attr(&mut self, class: Gc<Type>, name: Value) -> PyResult<Option<Value>> {
        let meta = self.type_of(class.value());
        let on_meta = self.class_lookup(meta, name);
        if let Some(descriptor) = on_meta
            && self.is_data_descriptor(descriptor)
            && !self.only_sets(descriptor)
        {
            return self.descriptor_get(descriptor, class.value(), meta).map(Some);
        }
        if let Some(own) = self.class_lookup(class, name) {
            return self.descriptor_get_unbound(own, class).map(Some);
        }
        match on_meta {
            Some(descriptor) => self.descriptor_get(descriptor, class.value(), meta).map(Some),
            None => Ok(None),
        }
    }

    fn lookup_super_attr(&mut self, s: Gc<Super>, name: Value) -> PyResult<Option<Value>> {
        let Some(start) = s.object_type.get().cast::<Type>() else { return Ok(None) };
        let mro = self.mro(start);
        let at = mro.items().iter().position(|c| c.get() == s.class.get());
        let Some(at) = at else { return Ok(None) };
        for i in at + 1..mro.len() {
            let Some(c) = mro.get(i).cast::<Type>() else { continue };
            let dict = self.class_dict(c);
            if let Some(found) = self.dict_get_str(dict, name) {
                let object = s.object.get();
                return if object == start.value() {
                    self.descriptor_get_unbound(found, start).map(Some)
                } else {
                    self.descriptor_get(found, object, start).map(Some)
                };
            }
        }
        Ok(None)
    }

    /// Whether a class attribute takes precedence over the instance's own.
    pub fn is_data_descriptor(&mut self, d: Value) -> bool {
        match d.kind() {
            Kind::Property | Kind::GetSet | Kind::Member => true,
            Kind::Instance | Kind::Native | Kind::ClassMethod | Kind::StaticMethod => {
                let (set, delete) = (self.names.__set__, self.names.__delete__);
                self.special(d, set).is_some() || self.special(d, delete).is_some()
            }
            _ => false,
        }
    }

    /// Whether a data descriptor has no `__get__`: then the instance's own attribute is found before it.
    fn only_sets(&mut self, d: Value) -> bool {
        let get = self.names.__get__;
        matches!(d.kind(), Kind::Instance | Kind::Native) && self.special(d, get).is_none()
    }

    /// `descriptor.__get__(v, class)`; the descriptor itself if it is none.
    pub fn descriptor_get(&mut self, d: Value, v: Value, class: Gc<Type>) -> PyResult<Value> {
        match d.kind() {
            Kind::Function => self.new_method(d, v),
            Kind::MethodDescr => {
                // SAFETY: the kind was just checked.
                let m: Gc<MethodDescr> = unsafe { d.cast_unchecked() };
                let shape = if d.shape() == shape::METHOD_DESCR {
                    shape::BUILTIN
                } else {
                    Variant::MethodWrapper.shape()
                };
                let f = habu_object::Builtin::blank_with_shape(&mut self.heap, shape)?;
                f.this.set(v);
                f.module.set(Value::NONE);
                f.def.set(m.def.get());
                Ok(f.value())
            }
            Kind::GetSet => {
                // SAFETY: the kind was just checked.
                let g: Gc<GetSet> = unsafe { d.cast_unchecked() };
                (getset_def(g).get)(self, v)
            }
            Kind::Member => {
                // SAFETY: the kind was just checked.
                let m: Gc<Member> = unsafe { d.cast_unchecked() };
                self.member_get(m, v)
            }
            Kind::Property if d.shape() == shape::PROPERTY => {
                // SAFETY: the kind was just checked.
                let p: Gc<Property> = unsafe { d.cast_unchecked() };
                self.property_get(p, v)
            }
            Kind::ClassMethod | Kind::StaticMethod if d.shape() == d.kind() as u32 => {
                self.descriptor_get_unbound(d, class)
            }
            Kind::Instance
            | Kind::Native
            | Kind::Property
            | Kind::ClassMethod
            | Kind::StaticMethod
            | Kind::Super => {
                let get = self.names.__get__;
                match self.special(d, get) {
                    Some(f) => self.call_unbound(f, d, &[v, class.value()]),
                    None => Ok(d),
                }
            }
            _ => Ok(d),
        }
    }

    /// `property.__get__(v)`
    pub fn property_get(&mut self, p: Gc<Property>, v: Value) -> PyResult<Value> {
        let getter = p.fget.get();
        if getter.is_none() || getter.is_unbound() {
            return Err(self.property_error(p, v, "getter"));
        }
        self.call(getter, &[v])
    }

    /// `property.__set__(v, value)`; UNBOUND deletes.
    pub fn property_set(&mut self, p: Gc<Property>, v: Value, value: Value) -> PyResult<()> {
        let deleting = value.is_unbound();
        let f = if deleting { p.fdel.get() } else { p.fset.get() };
        if f.is_none() || f.is_unbound() {
            return Err(self.property_error(p, v, if deleting { "deleter" } else { "setter" }));
        }
        if deleting {
            self.call(f, &[v])?
        } else {
            self.call(f, &[v, value])?
        };
        Ok(())
    }

    /// `classmethod(f).__get__(None, class)`
    pub fn class_method_get(&mut self, f: Value, class: Value) -> PyResult<Value> {
        match f.kind() {
            Kind::Builtin => {
                // SAFETY: the kind was just checked.
                let b: Gc<habu_object::Builtin> = unsafe { f.cast_unchecked() };
                let bound = habu_object::Builtin::blank(&mut self.heap)?;
                bound.this.set(class);
                bound.module.set(Value::NONE);
                bound.def.set(b.def.get());
                Ok(bound.value())
            }
            _ => self.new_method(f, class),
        }
    }

    /// `descriptor.__get__(None, class)`
    pub fn descriptor_get_unbound(&mut self, d: Value, class: Gc<Type>) -> PyResult<Value> {
        match d.kind() {
            Kind::ClassMethod if d.shape() == shape::CLASSMETHOD => {
                // SAFETY: the kind was just checked.
                let c: Gc<ClassMethod> = unsafe { d.cast_unchecked() };
                self.class_method_get(c.func.get(), class.value())
            }
            Kind::StaticMethod if d.shape() == shape::STATICMETHOD => {
                // SAFETY: the kind was just checked.
                let s: Gc<StaticMethod> = unsafe { d.cast_unchecked() };
                Ok(s.func.get())
            }
            Kind::Instance
            | Kind::Native
            | Kind::Property
            | Kind::ClassMethod
            | Kind::StaticMethod
            | Kind::Super
                if d.shape() != shape::PROPERTY =>
            {
                let get = self.names.__get__;
                match self.special(d, get) {
                    Some(f) => self.call_unbound(f, d, &[Value::NONE, class.value()]),
                    None => Ok(d),
                }
            }
            _ => Ok(d),
        }
    }

    /// A bound method.
    pub fn new_method(&mut self, func: Value, this: Value) -> PyResult<Value> {
        let m = Method::blank(&mut self.heap)?;
        m.func.set(func);
        m.this.set(this);
        Ok(m.value())
    }

    fn member_get(&mut self, m: Gc<Member>, v: Value) -> PyResult<Value> {
        let found = self.member_cell(m, v)?.get();
        if found.is_unbound() {
            let class = self.qualified_type_name(v);
            let name = m.name.get();
            let msg = format!("'{class}' object has no attribute '{}'", self.text(name));
            let raised = self.raise_msg(Exc::AttributeError, &msg);
            self.tell_attribute(v, name);
            return Err(raised);
        }
        Ok(found)
    }

    fn member_cell(
        &mut self,
        m: Gc<Member>,
        v: Value,
    ) -> PyResult<&'static std::cell::Cell<Value>> {
        let class = self.expect_type(m.class.get());
        if !self.is_instance_exact(v, class) {
            let msg = format!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                self.text(m.name.get()),
                self.class_name(class),
                self.type_name(v)
            );
            return Err(self.type_error(&msg));
        }
        match v.cast::<Instance>() {
            // SAFETY: the slot lives as long as the instance, which the caller holds; instances do not move.
            Some(o) => Ok(unsafe { &*std::ptr::from_ref(&o.slots()[m.index.get()]) }),
            None => Err(self.type_error("object has no slots")),
        }
    }

    fn property_error(&mut self, p: Gc<Property>, v: Value, what: &str) -> Raised {
        let name = p.name.get();
        let class = self.text(self.type_of(v).qualname.get());
        let msg = match name.kind() {
            Kind::Str => {
                format!("property '{}' of '{class}' object has no {what}", self.text(name))
            }
            _ => format!("property of '{class}' object has no {what}"),
        };
        self.raise_msg(Exc::AttributeError, &msg)
    }

    /// The attribute in the object's own storage.
    #[inline]
    pub fn own_attr(&mut self, v: Value, name: Value) -> Option<Value> {
        match v.kind() {
            Kind::Instance => {
                // SAFETY: the kind was just checked.
                let o: Gc<Instance> = unsafe { v.cast_unchecked() };
                let shape = self.shapes.get(v.shape());
                if shape.dict_mode {
                    let dict = o.overflow.get().cast::<Dict>()?;
                    return self.dict_get_str(dict, name);
                }
                let slot = shape.slot(name)?;
                instance_slot(o, slot)
            }
            _ => {
                let dict = self.own_dict(v)?;
                self.dict_get_str(dict, name)
            }
        }
    }

    /// The attribute dict of an object that is not a plain instance, if it has one yet.
    fn own_dict(&mut self, v: Value) -> Option<Gc<Dict>> {
        let dict = match v.kind() {
            Kind::Module => v.cast::<Module>()?.dict.get(),
            Kind::Function => v.cast::<Function>()?.dict.get(),
            Kind::ClassMethod => v.cast::<ClassMethod>()?.dict.get(),
            Kind::StaticMethod => v.cast::<StaticMethod>()?.dict.get(),
            Kind::Exception => v.cast::<Exception>()?.dict.get(),
            _ => match v.object().and_then(|o| self.heap.side_get(o)) {
                Some(bits) => Value::from_bits(bits),
                None => return None,
            },
        };
        dict.cast::<Dict>()
    }

    /// Whether objects like `v` can have attributes of their own.
    pub fn has_dict(&self, v: Value) -> bool {
        v.is_ptr() && !self.type_of(v).has(type_flags::NO_DICT)
    }

    /// `v.__dict__`: made, and the instance put in dictionary mode, on first use.
    pub fn instance_dict(&mut self, v: Value) -> PyResult<Option<Gc<Dict>>> {
        if !self.has_dict(v) {
            return Ok(None);
        }
        if let Some(o) = v.cast::<Instance>() {
            let shape = v.shape();
            if !self.shapes.get(shape).dict_mode {
                self.make_dict_mode(o, shape)?;
            }
            return Ok(o.overflow.get().cast::<Dict>());
        }
        if let Some(dict) = self.own_dict(v) {
            return Ok(Some(dict));
        }
        let dict = self.new_dict()?;
        self.set_instance_dict(v, dict)?;
        if let Some(f) = wrapped(v) {
            self.copy_identity(f, dict)?;
        }
        Ok(Some(dict))
    }

    /// What class methods and static methods show of their function as their own.
    fn copy_identity(&mut self, f: Value, dict: Gc<Dict>) -> PyResult<()> {
        let n = &self.names;
        for name in [n.__module__, n.__name__, n.__qualname__, n.__doc__] {
            if let Some(v) = self.getattr_opt(f, name)? {
                self.dict_set_str(dict, name, v)?;
            }
        }
        Ok(())
    }

    /// `v.__dict__ = dict`
    pub fn set_instance_dict(&mut self, v: Value, dict: Gc<Dict>) -> PyResult<()> {
        match v.kind() {
            Kind::Instance => {
                // SAFETY: the kind was just checked.
                let o: Gc<Instance> = unsafe { v.cast_unchecked() };
                self.leave_slots(o, dict);
            }
            Kind::Function => {
                if let Some(f) = v.cast::<Function>() {
                    f.store(&mut self.heap, &f.dict, dict.value());
                }
            }
            Kind::ClassMethod => {
                if let Some(f) = v.cast::<ClassMethod>() {
                    f.store(&mut self.heap, &f.dict, dict.value());
                }
            }
            Kind::StaticMethod => {
                if let Some(f) = v.cast::<StaticMethod>() {
                    f.store(&mut self.heap, &f.dict, dict.value());
                }
            }
            Kind::Exception => {
                if let Some(e) = v.cast::<Exception>() {
                    e.store(&mut self.heap, &e.dict, dict.value());
                }
            }
            _ => {
                if let Some(o) = v.object() {
                    self.heap.side_set(o, dict.value().bits());
                }
            }
        }
        Ok(())
    }

    fn make_dict_mode(&mut self, o: Gc<Instance>, shape: u32) -> PyResult<()> {
        let dict = self.new_dict()?;
        let n = self.shapes.get(shape).keys.len();
        for slot in 0..n {
            let key = self.shapes.get(shape).keys[slot];
            if key.is_unbound() {
                continue;
            }
            if let Some(v) = instance_slot(o, slot) {
                self.dict_set_str(dict, key, v)?;
            }
        }
        self.leave_slots(o, dict);
        Ok(())
    }

    /// Goes over to dictionary mode with this dict; what the slots held is held no longer.
    fn leave_slots(&mut self, o: Gc<Instance>, dict: Gc<Dict>) {
        let shape = o.value().shape();
        let from = self.shapes.get(shape);
        if !from.dict_mode {
            for (slot, _) in from.keys.iter().enumerate().filter(|(_, key)| !key.is_unbound()) {
                if let Some(cell) = o.slots().get(slot) {
                    cell.set(Value::UNBOUND);
                }
            }
        }
        let to = self.shapes.dict_shape(shape);
        self.set_shape(o.value(), to);
        o.store(&mut self.heap, &o.overflow, dict.value());
    }

    /// `setattr(v, name, value)`, `name` an interned str.
    pub fn setattr(&mut self, v: Value, name: Value, value: Value) -> PyResult<()> {
        let class = self.type_of(v);
        if class.has(type_flags::CUSTOM_SETATTR) {
            let setattr = self.names.__setattr__;
            if let Some(f) = self.class_lookup(class, setattr)
                && crate::class::is_custom(f, "__setattr__")
            {
                self.call_unbound(f, v, &[name, value])?;
                return Ok(());
            }
        }
        self.setattr_generic(v, name, value)
    }

    /// `delattr(v, name)`
    pub fn delattr(&mut self, v: Value, name: Value) -> PyResult<()> {
        let class = self.type_of(v);
        if class.has(type_flags::CUSTOM_SETATTR) {
            let delattr = self.names.__delattr__;
            if let Some(f) = self.class_lookup(class, delattr)
                && crate::class::is_custom(f, "__delattr__")
            {
                self.call_unbound(f, v, &[name])?;
                return Ok(());
            }
        }
        self.setattr_generic(v, name, Value::UNBOUND)
    }

    /// `object.__setattr__`, `type.__setattr__`, modules; UNBOUND deletes.
    pub fn setattr_generic(&mut self, v: Value, name: Value, value: Value) -> PyResult<()> {
        let class = self.type_of(v);
        if let Some(d) = self.class_lookup(class, name)
            && self.descriptor_set(d, v, value)?
        {
            return Ok(());
        }
        match v.kind() {
            Kind::Type => {
                let target = self.expect_type(v);
                self.set_type_attr(target, name, value)
            }
            Kind::Module => match v.cast::<Module>() {
                Some(m) if value.is_unbound() => {
                    let dict = m.dict.get();
                    match dict.cast::<Dict>() {
                        Some(d) if self.dict_del_str(d, name)? => Ok(()),
                        _ => {
                            let attr = self.text(name);
                            let msg = format!("'module' object has no attribute '{attr}'");
                            Err(self.raise_msg(Exc::AttributeError, &msg))
                        }
                    }
                }
                Some(m) => self.module_set(m, name, value),
                None => Ok(()),
            },
            _ if !self.has_dict(v) => Err(self.cannot_set_attr(v, name)),
            Kind::Instance => self.set_instance_attr(v, name, value),
            _ => {
                let Some(dict) = self.instance_dict(v)? else { return Ok(()) };
                if value.is_unbound() {
                    if !self.dict_del_str(dict, name)? {
                        return Err(self.attribute_error(v, name));
                    }
                    return Ok(());
                }
                self.dict_set_str(dict, name, value)
            }
        }
    }

    /// Runs a data descriptor's `__set__` or `__delete__`; false if `d` is none.
    pub fn descriptor_set(&mut self, d: Value, v: Value, value: Value) -> PyResult<bool> {
        match d.kind() {
            Kind::Property if d.shape() == shape::PROPERTY => {
                // SAFETY: the kind was just checked.
                let p: Gc<Property> = unsafe { d.cast_unchecked() };
                self.property_set(p, v, value)?;
                Ok(true)
            }
            Kind::Member => {
                // SAFETY: the kind was just checked.
                let m: Gc<Member> = unsafe { d.cast_unchecked() };
                let cell = self.member_cell(m, v)?;
                if value.is_unbound() && cell.get().is_unbound() {
                    return Err(self.raise_args(Exc::AttributeError, &[m.name.get()]));
                }
                cell.set(value);
                if let Some(o) = v.object() {
                    self.heap.barrier(o);
                }
                Ok(true)
            }
            Kind::GetSet => {
                // SAFETY: the kind was just checked.
                let g: Gc<GetSet> = unsafe { d.cast_unchecked() };
                let def = getset_def(g);
                match def.set {
                    Some(set) => set(self, v, value)?,
                    None => {
                        let class = self.expect_type(g.class.get());
                        let msg = format!(
                            "attribute '{}' of '{}' objects is not writable",
                            def.name,
                            self.class_name(class)
                        );
                        return Err(self.raise_msg(Exc::AttributeError, &msg));
                    }
                }
                Ok(true)
            }
            Kind::Instance
            | Kind::Native
            | Kind::Property
            | Kind::ClassMethod
            | Kind::StaticMethod => {
                let name =
                    if value.is_unbound() { self.names.__delete__ } else { self.names.__set__ };
                match self.special(d, name) {
                    Some(f) if value.is_unbound() => {
                        self.call_unbound(f, d, &[v])?;
                        Ok(true)
                    }
                    Some(f) => {
                        self.call_unbound(f, d, &[v, value])?;
                        Ok(true)
                    }
                    None => Ok(false),
                }
            }
            _ => Ok(false),
        }
    }

    fn set_instance_attr(&mut self, v: Value, name: Value, value: Value) -> PyResult<()> {
        // SAFETY: callers have checked the kind.
        let o: Gc<Instance> = unsafe { v.cast_unchecked() };
        let id = v.shape();
        let shape = self.shapes.get(id);
        if value.is_unbound() || shape.dict_mode {
            let Some(dict) = self.instance_dict(v)? else { return Ok(()) };
            if value.is_unbound() {
                if !self.dict_del_str(dict, name)? {
                    return Err(self.attribute_error(v, name));
                }
                return Ok(());
            }
            return self.dict_set_str(dict, name, value);
        }
        if let Some(slot) = shape.slot(name) {
            return self.set_slot(o, slot, value);
        }
        let slot = shape.keys.len();
        match self.shapes.add_attr(id, name) {
            Some(to) => {
                self.set_slot(o, slot, value)?;
                self.set_shape(v, to);
                if slot >= self.shapes.get(id).inline_slots as usize {
                    self.learn_slots(id, slot + 1);
                }
                Ok(())
            }
            None => {
                self.make_dict_mode(o, id)?;
                let Some(dict) = o.overflow.get().cast::<Dict>() else { return Ok(()) };
                self.dict_set_str(dict, name, value)
            }
        }
    }

    /// Stores into slot `slot` of an instance, in the object or its overflow array.
    fn set_slot(&mut self, o: Gc<Instance>, slot: usize, value: Value) -> PyResult<()> {
        let inline = o.slots();
        if slot < inline.len() {
            o.store(&mut self.heap, &inline[slot], value);
            return Ok(());
        }
        let at = slot - inline.len();
        let old = o.overflow.get().cast::<habu_object::Array>();
        let array = match old {
            Some(a) if at < a.len() => a,
            _ => {
                let new = habu_object::Array::zeroed(&mut self.heap, (at + 1).next_multiple_of(4))?;
                for (i, cell) in new.items().iter().enumerate() {
                    cell.set(old.filter(|a| i < a.len()).map_or(Value::UNBOUND, |a| a.get(i)));
                }
                o.store(&mut self.heap, &o.overflow, new.value());
                new
            }
        };
        array.set(&mut self.heap, at, value);
        Ok(())
    }

    /// Gives later instances of the class more in-object slots.
    fn learn_slots(&mut self, shape: u32, needed: usize) {
        let class = self.shapes.get(shape).class;
        let Some(class) = class.cast::<Type>() else { return };
        if needed <= 32 && needed > class.inline_slots.get() as usize {
            let slots = (needed + needed / 2).min(32) as u16;
            class.inline_slots.set(slots);
            let fixed = self.fixed_slots(class);
            let kind = Kind::from_u8(class.instance_kind.get());
            let root = self.shapes.add_root(class, kind, slots, fixed);
            class.instance_shape.set(root);
        }
    }

    /// Sets or (UNBOUND) deletes an attribute of a class.
    pub fn set_type_attr(&mut self, class: Gc<Type>, name: Value, value: Value) -> PyResult<()> {
        if !class.has(type_flags::HEAP) {
            return Err(self.immutable_class(class, name));
        }
        let dict = self.class_dict(class);
        let old = self.dict_get_str(dict, name);
        if value.is_unbound() {
            if !self.dict_del_str(dict, name)? {
                return Err(self.attribute_error(class.value(), name));
            }
        } else {
            self.dict_set_str(dict, name, value)?;
        }
        // Caches hold the cell, so replacing one plain value by another changes nothing they rely on.
        let plain = |v: Value| {
            v.is_int()
                || v.is_imm_float()
                || matches!(
                    v.kind(),
                    Kind::None
                        | Kind::Bool
                        | Kind::Str
                        | Kind::List
                        | Kind::Dict
                        | Kind::Tuple
                        | Kind::Set
                )
        };
        if !(old.is_some_and(plain) && !value.is_unbound() && plain(value)) {
            self.class_changed(class);
        }
        Ok(())
    }

    /// Sets a module global, minding builtins that it may hide from now on.
    pub fn module_set(&mut self, m: Gc<Module>, name: Value, value: Value) -> PyResult<()> {
        match m.dict.get().cast::<Dict>() {
            Some(dict) => self.dict_set_str(dict, name, value),
            None => Ok(()),
        }
    }

    /// Marks a class and its ancestors as relied on by caches.
    pub fn rely_on_class(&mut self, class: Gc<Type>) {
        class.flags.set(class.flags.get() | CACHED);
    }

    /// The AttributeError for a missing attribute, with `name` and `obj` set.
    #[cold]
    pub fn attribute_error(&mut self, v: Value, name: Value) -> Raised {
        let attr = self.text(name);
        let msg = match v.cast::<Type>() {
            Some(class) => {
                format!("type object '{}' has no attribute '{attr}'", self.class_name(class))
            }
            None => match v.cast::<Module>() {
                Some(m) => {
                    let key = self.names.__name__;
                    let own = self.own_attr(m.value(), key).unwrap_or(m.name.get());
                    format!("module '{}' has no attribute '{attr}'", self.text(own))
                }
                None => format!("'{}' object has no attribute '{attr}'", self.type_name(v)),
            },
        };
        let raised = self.raise_msg(Exc::AttributeError, &msg);
        self.tell_attribute(v, name);
        raised
    }

    /// Gives the pending AttributeError its `obj` and `name`, unless it has them.
    fn tell_attribute(&mut self, v: Value, name: Value) {
        let class = self.exc_type(Exc::AttributeError);
        if self.type_of(self.raised) == class
            && let Some(e) = self.raised.cast::<Exception>()
            && [&e.extra0, &e.extra1].iter().all(|c| c.get().is_unbound() || c.get().is_none())
        {
            e.store(&mut self.heap, &e.extra0, name);
            e.store(&mut self.heap, &e.extra1, v);
        }
    }

    fn cannot_set_attr(&mut self, v: Value, name: Value) -> Raised {
        let class = self.type_of(v);
        let attr = self.text(name);
        let exists = self.class_lookup(class, name).is_some();
        let type_name = self.class_name(class);
        let msg = if exists {
            format!("'{type_name}' object attribute '{attr}' is read-only")
        } else if class.has(type_flags::CUSTOM_SETATTR) {
            format!("'{type_name}' object has no attribute '{attr}'")
        } else {
            format!(
                "'{type_name}' object has no attribute '{attr}' and no __dict__ for setting new attributes"
            )
        };
        let raised = self.raise_msg(Exc::AttributeError, &msg);
        self.tell_attribute(v, name);
        raised
    }

    /// The value as a class; callers have checked its kind.
    #[inline]
    pub fn expect_type(&self, v: Value) -> Gc<Type> {
        v.cast::<Type>().unwrap_or_else(|| self.types.object())
    }

    /// The contents of a cell, unbound or not.
    pub fn cell_contents(cell: Value) -> Value {
        cell.cast::<CellObject>().map_or(Value::UNBOUND, |c| c.contents.get())
    }
}

/// The function in a class method or static method that has been given one.
fn wrapped(v: Value) -> Option<Value> {
    match v.kind() {
        Kind::ClassMethod => v.cast::<ClassMethod>()?.func.get().bound(),
        Kind::StaticMethod => v.cast::<StaticMethod>()?.func.get().bound(),
        _ => None,
    }
}

/// What slot `slot` of an instance holds, None if unbound.
#[inline]
pub fn instance_slot(o: Gc<Instance>, slot: usize) -> Option<Value> {
    let inline = o.slots();
    if slot < inline.len() {
        return inline[slot].get().bound();
    }
    let array = o.overflow.get().cast::<habu_object::Array>()?;
    let at = slot - inline.len();
    if at < array.len() { array.get(at).bound() } else { None }
}
