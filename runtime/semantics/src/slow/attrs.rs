//! Attributes: the protocol, and what goes into the inline caches.

use super::{Called, Frame, Jump, store_result};
use habu_bytecode::{Insn, Op, special};
use habu_object::array::INSTANCE_SLOTS_OFFSET;
use habu_object::dict::Dict;
use habu_object::{
    ClassMethod, Gc, Instance, Kind, List, Member, Module, Native, Property, StaticMethod, Super,
    Tuple, Type, Value, shape, type_flags,
};
use habu_vm::attr::TUPLE_GETTER;
use habu_vm::{Exc, PyResult, Vm};

/// What an attribute load can be cached as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plan {
    /// In-object slot at this byte offset.
    Slot(u32),
    /// The cell of a class attribute or module global.
    Cell(Value),
    /// The cell of a property with a Python getter.
    Property(Value),
    /// A function in the class, to be bound: only LOAD_METHOD caches it.
    Method(Value),
    /// An item of a tuple, if it has so many: a field of a named tuple.
    Item(usize),
    /// The class of the object.
    Class,
    /// Nothing to cache.
    No,
}

/// How `o.name` is loaded, for this shape of `o`; remembered until classes change.
pub fn plan_load(vm: &mut Vm, o: Value, name: Value) -> Plan {
    let shape = o.shape();
    if let Some((tag, data)) = vm.attr_plans.get(shape, name) {
        return match tag {
            SLOT => Plan::Slot(data as u32),
            CELL => Plan::Cell(Value::from_bits(data)),
            METHOD => Plan::Method(Value::from_bits(data)),
            ITEM => Plan::Item(data as usize),
            CLASS => Plan::Class,
            _ => Plan::Property(Value::from_bits(data)),
        };
    }
    let plan = make_plan(vm, o, name);
    let (tag, data) = match plan {
        Plan::Slot(offset) => (SLOT, offset as u64),
        Plan::Cell(cell) => (CELL, cell.bits()),
        Plan::Method(cell) => (METHOD, cell.bits()),
        Plan::Property(cell) => (PROPERTY, cell.bits()),
        Plan::Item(index) => (ITEM, index as u64),
        Plan::Class => (CLASS, 0),
        Plan::No => return plan,
    };
    vm.attr_plans.set(shape, name, tag, data);
    plan
}

const SLOT: u8 = 0;
const CELL: u8 = 1;
const METHOD: u8 = 2;
const PROPERTY: u8 = 3;
const ITEM: u8 = 4;
const CLASS: u8 = 5;

fn make_plan(vm: &mut Vm, o: Value, name: Value) -> Plan {
    let class = vm.type_of(o);
    if class.has(type_flags::CUSTOM_GETATTRIBUTE) || !o.is_ptr() && o.kind() == Kind::Unbound {
        return Plan::No;
    }
    if let Some(m) = o.cast::<Module>() {
        let Some(d) = m.dict.get().cast::<Dict>().filter(|d| d.has_cells()) else {
            return Plan::No;
        };
        if !vm.class_cell(class, name).is_unbound() {
            return Plan::No;
        }
        return vm.find_cell(d, name).map_or(Plan::No, |c| Plan::Cell(c.value()));
    }
    if matches!(o.kind(), Kind::Type | Kind::Super) || !o.is_ptr() {
        return Plan::No;
    }
    let cell = vm.class_cell(class, name);
    let on_class = Vm::cell_contents(cell);
    if !on_class.is_unbound() && vm.is_data_descriptor(on_class) {
        vm.rely_on_class(class);
        return match on_class.kind() {
            Kind::Member => match on_class.cast::<Member>() {
                Some(m) if o.kind() == Kind::Instance => {
                    Plan::Slot((INSTANCE_SLOTS_OFFSET + 8 * m.index.get()) as u32)
                }
                _ => Plan::No,
            },
            Kind::Property => match on_class.cast::<Property>() {
                // With `__getattr__` an AttributeError of the getter is not the end.
                Some(p)
                    if on_class.shape() == shape::PROPERTY
                        && p.fget.get().kind() == Kind::Function
                        && !class.has(type_flags::HAS_GETATTR) =>
                {
                    Plan::Property(cell)
                }
                _ => Plan::No,
            },
            Kind::Native => plan_field(vm, o, on_class).map_or(Plan::No, Plan::Item),
            Kind::GetSet if name == vm.names.__class__ => {
                let object = vm.types.object();
                let own = vm.class_lookup(object, name) == Some(on_class);
                if own { Plan::Class } else { Plan::No }
            }
            _ => Plan::No,
        };
    }
    if let Some(inst) = o.cast::<Instance>() {
        let shape = vm.shapes.get(o.shape());
        if shape.dict_mode {
            return Plan::No;
        }
        if let Some(slot) = shape.slot(name) {
            if slot >= inst.slots().len() {
                return Plan::No;
            }
            vm.rely_on_class(class);
            return Plan::Slot((INSTANCE_SLOTS_OFFSET + 8 * slot) as u32);
        }
    } else if vm.has_dict(o) {
        return Plan::No;
    }
    if on_class.is_unbound() {
        return Plan::No;
    }
    vm.rely_on_class(class);
    match on_class.kind() {
        Kind::Function | Kind::MethodDescr => Plan::Method(cell),
        Kind::StaticMethod | Kind::ClassMethod | Kind::Native | Kind::Super => Plan::No,
        Kind::Instance => {
            let get = vm.names.__get__;
            if vm.special(on_class, get).is_some() { Plan::No } else { Plan::Cell(cell) }
        }
        _ => Plan::Cell(cell),
    }
}

/// The index of the item that a descriptor of a named tuple's class stands for.
fn plan_field(vm: &mut Vm, o: Value, descriptor: Value) -> Option<usize> {
    let getter = descriptor.cast::<Native>()?;
    if vm.type_of(descriptor).value() != vm.root(TUPLE_GETTER) || o.kind() != Kind::Tuple {
        return None;
    }
    usize::try_from(getter.slots().first()?.get().as_int()).ok()
}

/// What an attribute load from a class object can be cached as.
enum TypePlan {
    /// The cell of an attribute that needs no binding.
    Cell(Value),
    /// The function of a static method.
    Static(Value),
    /// The function of a class method, to be called with the class.
    Bound(Value),
    /// Nothing to cache.
    No,
}

/// How `class.name` is loaded: classes all have the shape of their metaclass, so it is the class itself that is cached.
fn plan_type(vm: &mut Vm, class: Gc<Type>, name: Value) -> TypePlan {
    let meta = vm.type_of(class.value());
    if meta.has(type_flags::CUSTOM_GETATTRIBUTE) {
        return TypePlan::No;
    }
    if let Some(on_meta) = vm.class_lookup(meta, name)
        && vm.is_data_descriptor(on_meta)
    {
        return TypePlan::No;
    }
    let cell = vm.class_cell(class, name);
    let v = Vm::cell_contents(cell);
    let python = |f: Value| f.kind() == Kind::Function;
    let plan = match v.kind() {
        Kind::Unbound | Kind::Property | Kind::GetSet | Kind::Member | Kind::Super => TypePlan::No,
        Kind::Instance | Kind::Native => {
            let get = vm.names.__get__;
            if vm.special(v, get).is_some() { TypePlan::No } else { TypePlan::Cell(cell) }
        }
        Kind::StaticMethod => match v.cast_exact::<StaticMethod>().map(|s| s.func.get()) {
            Some(f) if python(f) => TypePlan::Static(f),
            _ => TypePlan::No,
        },
        Kind::ClassMethod => match v.cast_exact::<ClassMethod>().map(|c| c.func.get()) {
            Some(f) if python(f) => TypePlan::Bound(f),
            _ => TypePlan::No,
        },
        _ => TypePlan::Cell(cell),
    };
    if !matches!(plan, TypePlan::No) {
        vm.rely_on_class(class);
        vm.rely_on_class(meta);
    }
    plan
}

impl Frame<'_> {
    /// What the attribute caches of the running code refer to.
    fn attr_refs(&mut self) -> PyResult<Gc<List>> {
        let code = self.code();
        self.vm.attr_refs(code)
    }
}

/// Fills the inline cache of an op that loads from a class object and has none yet.
fn cache_type(frame: &mut Frame<'_>, i: Insn, class: Value, op: Op, what: Value) -> PyResult<()> {
    if !matches!(i.op(), Some(Op::LoadAttr | Op::LoadMethod)) {
        return Ok(());
    }
    let refs = frame.attr_refs()?;
    refs.push(&mut frame.vm.heap, class)?;
    refs.push(&mut frame.vm.heap, what)?;
    frame.set_wide(1, class);
    frame.set_wide(3, what);
    frame.quicken(op);
    Ok(())
}

/// Fills the inline cache of an op that has none yet: a site that sees several shapes keeps its first one, the others
/// are found by their plans.
fn cache(
    frame: &mut Frame<'_>,
    i: Insn,
    o: Value,
    op: Op,
    offset: u32,
    cell: Option<Value>,
) -> PyResult<()> {
    if !matches!(i.op(), Some(Op::LoadAttr | Op::LoadMethod)) {
        return Ok(());
    }
    let refs = frame.attr_refs()?;
    if let Some(cell) = cell {
        refs.push(&mut frame.vm.heap, cell)?;
        frame.set_wide(3, cell);
    }
    frame.set_word(1, o.shape());
    frame.set_word(2, offset);
    frame.quicken(op);
    Ok(())
}

pub(super) fn LoadAttr(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let o = frame.reg(i.b());
    let words = Op::LoadAttr.size() - 1;
    if let Some(class) = o.cast::<Type>()
        && let TypePlan::Cell(cell) = plan_type(frame.vm, class, name)
    {
        cache_type(frame, i, o, Op::LoadAttrType, cell)?;
        return store_result(frame, i, Vm::cell_contents(cell), words);
    }
    match plan_load(frame.vm, o, name) {
        Plan::Slot(offset) => {
            cache(frame, i, o, Op::LoadAttrSlot, offset, None)?;
            let slot = (offset as usize - INSTANCE_SLOTS_OFFSET) / 8;
            let v = o.cast::<Instance>().and_then(|o| o.slots().get(slot).map(|c| c.get()));
            if let Some(v) = v.and_then(Value::bound) {
                return store_result(frame, i, v, words);
            }
        }
        Plan::Cell(cell) => {
            cache(frame, i, o, Op::LoadAttrCell, 0, Some(cell))?;
            if let Some(v) = Vm::cell_contents(cell).bound() {
                return store_result(frame, i, v, words);
            }
        }
        Plan::Property(cell) => {
            cache(frame, i, o, Op::LoadAttrProperty, 0, Some(cell))?;
            let getter = Vm::cell_contents(cell).cast::<Property>().map(|p| p.fget.get());
            if let Some(getter) = getter {
                let ret = frame.next(words)?.pc;
                return match frame.call_then(getter, &[o], Op::ContStore, ret)? {
                    Called::Pushed(jump) => Ok(jump),
                    Called::Done(v) => store_result(frame, i, v, words),
                };
            }
        }
        Plan::Item(index) => {
            if let Some(v) = o.cast::<Tuple>().and_then(|t| t.items().get(index).map(|c| c.get())) {
                return store_result(frame, i, v, words);
            }
        }
        Plan::Class => {
            let class = frame.vm.type_of(o).value();
            return store_result(frame, i, class, words);
        }
        Plan::Method(_) | Plan::No => {}
    }
    let v = frame.vm.getattr(o, name)?;
    store_result(frame, i, v, words)
}

pub(super) use LoadAttr as LoadAttrSlot;
pub(super) use LoadAttr as LoadAttrCell;
pub(super) use LoadAttr as LoadAttrProperty;
pub(super) use LoadAttr as LoadAttrType;

pub(super) fn LoadMethod(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let o = frame.reg(i.b());
    let words = Op::LoadMethod.size() - 1;
    if let Some(class) = o.cast::<Type>() {
        load_class_method(frame, i, class, name)?;
        return frame.next(words);
    }
    let (f, this) = match plan_load(frame.vm, o, name) {
        Plan::Method(cell) => {
            cache(frame, i, o, Op::LoadMethodCell, 0, Some(cell))?;
            (Vm::cell_contents(cell), o)
        }
        Plan::Cell(cell) => {
            cache(frame, i, o, Op::LoadMethodPlain, 0, Some(cell))?;
            match Vm::cell_contents(cell).bound() {
                Some(f) => (f, Value::UNBOUND),
                None => load_method(frame, o, name)?,
            }
        }
        Plan::Slot(offset) => {
            cache(frame, i, o, Op::LoadMethodSlot, offset, None)?;
            load_method(frame, o, name)?
        }
        _ => load_method(frame, o, name)?,
    };
    frame.set(i.a(), f);
    frame.set(i.a() + 3, this);
    frame.next(words)
}

pub(super) use LoadMethod as LoadMethodCell;
pub(super) use LoadMethod as LoadMethodSlot;
pub(super) use LoadMethod as LoadMethodPlain;
pub(super) use LoadMethod as LoadMethodStatic;
pub(super) use LoadMethod as LoadMethodClass;

/// LOAD_METHOD from a class object.
fn load_class_method(frame: &mut Frame<'_>, i: Insn, class: Gc<Type>, name: Value) -> PyResult<()> {
    let o = class.value();
    let (f, this) = match plan_type(frame.vm, class, name) {
        TypePlan::Bound(f) => {
            cache_type(frame, i, o, Op::LoadMethodClass, f)?;
            (f, o)
        }
        TypePlan::Static(f) => {
            cache_type(frame, i, o, Op::LoadMethodStatic, f)?;
            (f, Value::UNBOUND)
        }
        TypePlan::Cell(cell) => {
            let f = Vm::cell_contents(cell);
            if f.kind() == Kind::Function {
                cache_type(frame, i, o, Op::LoadMethodStatic, f)?;
            }
            (f, Value::UNBOUND)
        }
        TypePlan::No => load_method(frame, o, name)?,
    };
    frame.set(i.a(), f);
    frame.set(i.a() + 3, this);
    Ok(())
}

/// The function and self of a method, or any attribute and UNBOUND.
fn load_method(frame: &mut Frame<'_>, o: Value, name: Value) -> PyResult<(Value, Value)> {
    let vm = &mut *frame.vm;
    if let Some(s) = o.cast::<Super>()
        && let Some(found) = super_method(vm, s, name)
    {
        return Ok((found, s.object.get()));
    }
    let class = vm.type_of(o);
    if !class.has(type_flags::CUSTOM_GETATTRIBUTE)
        && !matches!(o.kind(), Kind::Type | Kind::Super | Kind::Module)
        && let Some(f) = vm.class_lookup(class, name)
        && matches!(f.kind(), Kind::Function | Kind::MethodDescr)
        && vm.own_attr(o, name).is_none()
    {
        return Ok((f, o));
    }
    let v = vm.getattr(o, name)?;
    Ok((v, Value::UNBOUND))
}

/// The function that `super().name` binds to an instance, unbound.
fn super_method(vm: &mut habu_vm::Vm, s: Gc<Super>, name: Value) -> Option<Value> {
    let start = s.object_type.get().cast::<Type>()?;
    if s.object.get() == start.value() {
        return None;
    }
    method_after(vm, s.class.get(), start, name)
}

/// The function of this name that comes after `class` in the order of `start`.
pub fn method_after(vm: &mut Vm, class: Value, start: Gc<Type>, name: Value) -> Option<Value> {
    let mro = vm.mro(start);
    let at = mro.items().iter().position(|c| c.get() == class)?;
    for i in at + 1..mro.len() {
        let c = mro.get(i).cast::<Type>()?;
        let dict = vm.class_dict(c);
        if let Some(found) = vm.dict_get_str(dict, name) {
            return matches!(found.kind(), Kind::Function | Kind::MethodDescr).then_some(found);
        }
    }
    None
}

pub(super) fn StoreAttr(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let (o, v) = (frame.reg(i.a()), frame.reg(i.b()));
    let words = Op::StoreAttr.size() - 1;
    let before = o.shape();
    if let Some((offset, after)) = frame.vm.store_plans.get(before, name)
        && let Some(inst) = o.cast::<Instance>()
        && let Some(cell) = inst.slots().get((offset as usize - INSTANCE_SLOTS_OFFSET) / 8)
    {
        inst.store(&mut frame.vm.heap, cell, v);
        frame.vm.set_shape(o, after);
        return frame.next(words);
    }
    frame.vm.setattr(o, name, v)?;
    if let Some(inst) = o.cast::<Instance>() {
        plan_store(frame, i, inst, name, before)?;
    }
    frame.next(words)
}

pub(super) use StoreAttr as StoreAttrSlot;

/// Fills the cache of an attribute store that has just been done, if it went to an in-object slot.
fn plan_store(
    frame: &mut Frame<'_>,
    i: Insn,
    o: Gc<Instance>,
    name: Value,
    before: u32,
) -> PyResult<()> {
    let vm = &mut *frame.vm;
    let after = o.value().shape();
    let class = vm.type_of(o.value());
    if class.has(type_flags::CUSTOM_SETATTR) || vm.shapes.get(after).dict_mode {
        return Ok(());
    }
    let on_class = vm.class_lookup(class, name);
    let slot = match on_class {
        Some(d) if d.kind() == Kind::Member => d.cast::<Member>().map(|m| m.index.get()),
        Some(d) if vm.is_data_descriptor(d) => None,
        _ => vm.shapes.get(after).slot(name),
    };
    let Some(slot) = slot.filter(|s| *s < o.slots().len()) else { return Ok(()) };
    // All instances with the shape before have as many in-object slots as this one: the count is part of the shape.
    vm.rely_on_class(class);
    let offset = (INSTANCE_SLOTS_OFFSET + 8 * slot) as u32;
    vm.store_plans.set(before, name, offset, after);
    if i.op() != Some(Op::StoreAttr) {
        return Ok(());
    }
    frame.attr_refs()?;
    frame.set_word(1, before);
    frame.set_word(2, offset);
    frame.set_word(3, after);
    frame.quicken(Op::StoreAttrSlot);
    Ok(())
}

pub(super) fn DelAttr(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let name = frame.name(0);
    let o = frame.reg(i.a());
    frame.vm.delattr(o, name)?;
    frame.next(1)
}

pub(super) fn LoadSpecial(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let o = frame.reg(i.b());
    let vm = &mut *frame.vm;
    let n = &vm.names;
    let (name, method, is_async) = match i.c() as u8 {
        special::ENTER => (n.__enter__, "__enter__", false),
        special::EXIT => (n.__exit__, "__exit__", false),
        special::AENTER => (n.__aenter__, "__aenter__", true),
        _ => (n.__aexit__, "__aexit__", true),
    };
    let class = vm.type_of(o);
    match vm.class_lookup(class, name) {
        Some(f) => {
            let bound = vm.descriptor_get(f, o, class)?;
            store_result(frame, i, bound, 0)
        }
        None => {
            let kinds =
                [("context manager", "with"), ("asynchronous context manager", "async with")];
            let (kind, _) = kinds[usize::from(is_async)];
            let mut msg = format!(
                "'{}' object does not support the {kind} protocol (missed {method} method)",
                vm.class_name(class)
            );
            let n = &vm.names;
            let others = match is_async {
                true => [n.__enter__, n.__exit__],
                false => [n.__aenter__, n.__aexit__],
            };
            if others.into_iter().all(|name| vm.class_lookup(class, name).is_some()) {
                let (other, statement) = kinds[usize::from(!is_async)];
                msg.push_str(&format!(
                    " but it supports the {other} protocol. Did you mean to use '{statement}'?"
                ));
            }
            Err(vm.type_error(&msg))
        }
    }
}

pub(super) fn LoadSuper(frame: &mut Frame<'_>, i: Insn) -> PyResult<Jump> {
    let callee = frame.reg(i.a());
    let class = Vm::cell_contents(frame.reg(i.b()));
    let this = frame.reg(i.c());
    let vm = &mut *frame.vm;
    if callee != vm.types.of_kind(Kind::Super).value() {
        let v = vm.call(callee, &[])?;
        return store_result(frame, i, v, 0);
    }
    if class.is_unbound() {
        return Err(vm.raise_msg(Exc::RuntimeError, "super(): empty __class__ cell"));
    }
    let v = vm.new_super(class, this)?;
    store_result(frame, i, v, 0)
}
