//! The recorder's second tier: helper calls and the decisions they need.
//!
//! What the ops mean is said in `semantics::direct`; here is how a call of a helper is recorded. A helper that declines
//! leaves no trace: its op becomes a residual one. In compiled code a helper that declines leaves to the op's start.

use super::Recorder;
use super::machine::Rec;
use habu_object::array::{ITEMS_OFFSET, LEN_OFFSET};
use habu_object::dict::Dict;
use habu_object::str::{Str, flag};
use habu_object::{
    Array, Builtin, Function, Gc, GetSet, Kind, Tuple, Type, Value, shape, type_flags,
};
use habu_semantics::Machine;
use habu_semantics::direct::Direct;
use habu_semantics::fields::{
    LIST, LIST_ITEMS, LIST_LEN, PROPERTY_FSET, STR_DATA, STR_FLAGS, STR_WIDTH, exact, written,
};
use habu_semantics::helpers::containers::DECLINED;
use habu_semantics::helpers::{Gives, Helper, Touches, natives};
use habu_semantics::slow::attrs::method_after;
use habu_trace::{
    AliasClass, AliasSet, ArrayDesc, ArrayId, Effects, HelperDesc, HelperId, InstId, MemType,
    Op as I, Type as IrType,
};
use habu_vm::frame::frame_function;
use habu_vm::names::Names;
use habu_vm::parameters::Source;
use habu_vm::types::native_def;
use habu_vm::{CmpOp, Exc, NativeDef, Vm, native};
use std::cell::Cell;

/// A call of a helper that has declined: it may be that the op raises.
pub(super) struct Declined {
    helper: HelperId,
    args: Vec<InstId>,
    touches: Touches,
}

impl Recorder<'_> {
    /// Records that the op raises, if that is why its helper has declined, and if the exception is caught in the trace.
    pub(super) fn raise_declined(&mut self) -> bool {
        let Some(declined) = self.declined.take() else { return false };
        let Some(now) = self.vm.declined.bound() else { return false };
        if declined.touches.writes() || now == self.vm.memory_error {
            return false;
        }
        // The call must really be made: what it shares with an equal one is not the exception.
        let mut desc = self.b.descs().helper(declined.helper).clone();
        desc.effects = self.effects(Touches::Reads);
        let helper = self.b.descs().add_helper(desc);
        let snap = self.guard_snapshot();
        let result = self.b.call(helper, &declined.args);
        let unbound = self.b.const_val(Value::UNBOUND.bits());
        self.b.guard_is(result, unbound, |_| snap);
        let helper = self.helper_desc(&DECLINED);
        let id = self.may_decline(helper, &[], Touches::Reads);
        let e = Rec { now, id };
        if !self.is_caught(e) {
            return false;
        }
        self.unwind_to_handler(e, true);
        true
    }

    /// Effects of what touches these things.
    fn effects(&mut self, touches: Touches) -> Effects {
        let mut lists: Vec<AliasClass> = Vec::new();
        for field in written(Touches::Lists) {
            lists.push(self.shelf.alias(field.name, field.offset));
        }
        lists.push(self.shelf.alias("array.items", 0));
        let tables = vec![self.shelf.alias("tables", 0)];
        let read = |classes: &Vec<AliasClass>| Effects {
            reads: AliasSet::Some(classes.clone()),
            ..Effects::default()
        };
        match touches {
            Touches::Nothing => Effects::pure(),
            Touches::Makes => Effects::default(),
            Touches::Looks => Effects { shared: true, ..read(&tables) },
            Touches::ReadsLists => read(&lists),
            Touches::Reads => Effects { reads: AliasSet::All, ..Effects::default() },
            Touches::Tables => Effects { writes: AliasSet::Some(tables.clone()), ..read(&tables) },
            Touches::Lists => Effects { writes: AliasSet::Some(lists.clone()), ..read(&lists) },
            Touches::Builtins => {
                let mut writes = [lists, tables].concat();
                for field in written(touches) {
                    writes.push(self.shelf.alias(field.name, field.offset));
                }
                writes.sort_unstable();
                writes.dedup();
                Effects {
                    reads: AliasSet::All,
                    writes: AliasSet::Some(writes),
                    ..Effects::default()
                }
            }
        }
    }

    /// The descriptor of a helper.
    fn helper_desc(&mut self, h: &'static Helper) -> HelperId {
        let (argument, ret, shape) = match h.gives {
            Gives::Value => (IrType::Val, IrType::Val, None),
            Gives::Shape(shape) => (IrType::Val, IrType::Val, Some(shape)),
            Gives::Truth => (IrType::Val, IrType::Bool, None),
            Gives::Float => (IrType::F64, IrType::F64, None),
        };
        let args = vec![argument; h.operands];
        self.add_helper(h.name, (h.address)(), args, ret, shape, h.touches)
    }

    fn add_helper(
        &mut self,
        name: &'static str,
        address: usize,
        args: Vec<IrType>,
        ret: IrType,
        shape: Option<u32>,
        touches: Touches,
    ) -> HelperId {
        if let Some(id) = self.helpers.get(&(address, name, touches)) {
            return *id;
        }
        let effects = self.effects(touches);
        let desc =
            HelperDesc { name: name.to_owned(), args, ret, shape, effects, addr: address as u64 };
        let id = self.b.descs().add_helper(desc);
        self.helpers.insert((address, name, touches), id);
        id
    }

    /// Emits a call that leaves to the op's start if it gives UNBOUND.
    fn may_decline(&mut self, helper: HelperId, args: &[InstId], touches: Touches) -> InstId {
        let snap = self.guard_snapshot();
        let id = self.b.call(helper, args);
        let unbound = self.b.const_val(Value::UNBOUND.bits());
        self.b.guard_is_not(id, unbound, |_| snap);
        self.effect |= touches.writes();
        id
    }

    /// Elements that are no Python objects' and never change.
    fn constant_array(&mut self, name: &'static str, elem: MemType) -> ArrayId {
        if let Some(id) = self.tables.get(name) {
            return *id;
        }
        let alias = self.shelf.alias(name, 0);
        let id = self.b.descs().add_array(ArrayDesc {
            name: name.to_owned(),
            base: 0,
            elem,
            alias,
            immutable: true,
        });
        self.tables.insert(name, id);
        id
    }

    /// Decides that a raw word is what it is now.
    fn pin_word(&mut self, id: InstId, now: i64) {
        let wanted = self.b.const_raw(now);
        let same = self.b.op(I::Req, &[id, wanted]);
        self.decide(same, true);
    }

    /// Whether `v` is an instance of one class, as far as classes alone decide that.
    fn is_instance(&mut self, v: Value, class: Value) -> Option<bool> {
        if class.shape() != shape::TYPE {
            return None;
        }
        let own = self.vm.type_of(v);
        self.vm.rely_on_class(own);
        if self.vm.is_subclass(own, class.cast::<Type>()?) {
            return Some(true);
        }
        // `__class__` may lie.
        let name = self.vm.names.__class__;
        let plain = self.vm.class_lookup(own, name).is_some_and(|c| c.cast::<GetSet>().is_some());
        (plain && !own.has(type_flags::CUSTOM_GETATTRIBUTE)).then_some(false)
    }

    /// `__init__` of a class whose fresh instances are plain.
    pub(super) fn plain_init(&mut self, f: Rec<Value>) -> Option<Value> {
        let class = f.now.cast::<Type>()?;
        let (new, init) = (self.vm.names.__new__, self.vm.names.__init__);
        let flags = type_flags::ABSTRACT | type_flags::HAS_DEL | type_flags::NO_NEW;
        if self.vm.type_of(f.now) != self.vm.types.type_()
            || class.has(flags)
            || class.instance_kind.get() != Kind::Instance as u8
            || self.vm.class_lookup(class, new) != Some(self.vm.object_methods.new)
        {
            return None;
        }
        self.vm.class_lookup(class, init)
    }

    /// A list's storage with these items, and nothing more.
    fn new_storage(&mut self, items: &[Rec<Value>]) -> InstId {
        let shape = Kind::Array as u32;
        let header = Recorder::header_word(shape, habu_gc::VARIABLE, Kind::Array as u8);
        let elems = self.items(false);
        let desc = habu_trace::AllocDesc {
            name: "array".to_owned(),
            size: ITEMS_OFFSET as u32,
            header,
            shape,
            stable: true,
            fields: Vec::new(),
            elems: Some(elems),
        };
        let alloc = self.b.descs().add_alloc(desc);
        let n = self.b.const_raw(items.len() as i64);
        let id = self.b.new_array(alloc, n);
        let len = self.field_at("array.len", LEN_OFFSET as u32, MemType::Len, true);
        self.b.store(id, len, n);
        for (k, v) in items.iter().enumerate() {
            let at = self.b.const_raw(k as i64);
            self.b.astore(id, elems, at, v.id);
        }
        id
    }
}

impl Direct for Recorder<'_> {
    fn shape(&mut self, v: Rec<Value>) -> u32 {
        self.pin_kind(v);
        v.now.shape()
    }

    fn promote(&mut self, v: Rec<Value>) -> Value {
        self.pin(v);
        v.now
    }

    fn hint(&mut self, v: Rec<Value>) -> Value {
        v.now
    }

    fn class_of(&mut self, v: Rec<Value>) -> Value {
        self.vm.type_of(v.now).value()
    }

    fn class_of_kind(&mut self, kind: Kind) -> Value {
        self.vm.types.of_kind(kind).value()
    }

    fn is_of_class(&mut self, v: Rec<Value>, class: Value) -> bool {
        let own = self.vm.type_of(v.now);
        if own.value() == class {
            return true;
        }
        self.vm.rely_on_class(own);
        class.cast::<Type>().is_some_and(|class| self.vm.is_subclass(own, class))
    }

    fn name(&mut self) -> Value {
        self.op_name().unwrap_or(Value::UNBOUND)
    }

    fn is_plain_name(&mut self, name: Value) -> bool {
        let n = &self.vm.names;
        let harmless = [n.__class__, n.__name__, n.__qualname__, n.__doc__];
        harmless.contains(&name) || !self.vm.text(name).starts_with("__")
    }

    fn constant(&mut self) -> Option<Value> {
        // SAFETY: the window is live.
        let f = unsafe { frame_function(self.base) }?;
        let consts = Vm::function_code(f).consts.get().cast::<Array>()?;
        Some(consts.get(self.word(0) as usize))
    }

    fn special(&mut self, o: Rec<Value>, name: fn(&Names) -> Value) -> Option<Rec<Value>> {
        let class = self.vm.type_of(o.now);
        let f = self.vm.class_lookup(class, name(&self.vm.names))?;
        f.cast_exact::<Function>()?;
        self.vm.rely_on_class(class);
        Some(self.konst(f))
    }

    fn lacks(&mut self, o: Rec<Value>, name: fn(&Names) -> Value) -> bool {
        let class = self.vm.type_of(o.now);
        self.vm.rely_on_class(class);
        self.vm.class_lookup(class, name(&self.vm.names)).is_none()
    }

    fn inherits(&mut self, o: Rec<Value>, name: fn(&Names) -> Value) -> bool {
        let (class, base) = (self.vm.type_of(o.now), self.vm.types.of_kind(o.now.kind()));
        let name = name(&self.vm.names);
        self.vm.rely_on_class(class);
        self.vm.class_lookup(class, name) == self.vm.class_lookup(base, name)
    }

    fn comparison_method(&mut self, op: CmpOp, a: Rec<Value>, b: Rec<Value>) -> Option<Rec<Value>> {
        let (class, other) = (self.vm.type_of(a.now), self.vm.type_of(b.now));
        if class != other && self.vm.is_subclass(other, class) {
            return None;
        }
        let name = self.vm.cmp_name(op);
        let f = self.vm.class_lookup(class, name)?.cast_exact::<Function>()?;
        self.vm.rely_on_class(class);
        self.vm.rely_on_class(other);
        Some(self.konst(f.value()))
    }

    fn setter(&mut self, o: Rec<Value>, name: Value) -> Option<Rec<Value>> {
        let class = self.vm.type_of(o.now);
        let property = self.vm.class_lookup(class, name)?;
        if class.has(type_flags::CUSTOM_SETATTR) || property.shape() != exact(Kind::Property) {
            return None;
        }
        self.vm.rely_on_class(class);
        let property = self.konst(property);
        Some(self.load(property, &PROPERTY_FSET))
    }

    fn parameters(
        &mut self,
        f: Rec<Value>,
        positional: usize,
        keywords: &[Value],
        base: usize,
    ) -> Option<Vec<Source>> {
        let function = f.now.cast_exact::<Function>()?;
        if !self.has_room(function, base) {
            return None;
        }
        let sources = self.vm.sources(Vm::function_code(function), positional, keywords)?;
        self.pin_code(f);
        Some(sources)
    }

    fn hosted_by(
        &mut self,
        f: Rec<Value>,
        args: &[Rec<Value>],
        keywords: &[Value],
    ) -> Option<Rec<Value>> {
        let (&first, values) = args.split_first()?;
        if keywords.is_empty() || keywords.len() != values.len() {
            return None;
        }
        let names: Vec<Cell<Value>> = keywords.iter().copied().map(Cell::new).collect();
        let hosted = self.vm.hosted_by(f.now, first.now, &names, |k| values[k].now)?;
        self.pin(f);
        self.pin_kind(first);
        for v in values {
            match v.now.cast_exact::<Function>() {
                Some(_) => self.pin_code(*v),
                None => self.pin_kind(*v),
            }
        }
        Some(self.konst(hosted.value()))
    }

    fn class_init(&mut self, class: Rec<Value>) -> Option<(u32, u16, Rec<Value>)> {
        let init = self.plain_init(class)?;
        let c = class.now.cast::<Type>()?;
        self.pin(class);
        self.vm.rely_on_class(c);
        let init = self.konst(init);
        Some((c.instance_shape.get(), c.inline_slots.get(), init))
    }

    fn names_in(&mut self, d: Rec<Value>) -> Option<Gc<Tuple>> {
        let d = d.now.cast::<Dict>()?;
        let names = Tuple::zeroed(&mut self.vm.heap, d.len()).ok()?;
        let (mut at, mut n) = (0, 0);
        while let Some((next, key, _, _)) = d.next_entry(at) {
            if key.kind() != Kind::Str {
                return None;
            }
            let key = self.vm.intern_value(key).ok()?;
            names.set(&mut self.vm.heap, n, key);
            (at, n) = (next, n + 1);
        }
        Some(names)
    }

    fn super_type(&mut self, class: Rec<Value>, this: Rec<Value>) -> Option<Value> {
        let start = class.now.cast::<Type>()?;
        let own = self.vm.type_of(this.now);
        let fits = this.now.kind() != Kind::Type && self.vm.is_subclass(own, start);
        self.vm.rely_on_class(own);
        fits.then(|| own.value())
    }

    fn super_method(&mut self, class: Value, object_type: Value, name: Value) -> Option<Value> {
        let start = object_type.cast::<Type>()?;
        self.vm.rely_on_class(start);
        method_after(self.vm, class, start, name)
    }

    fn is_exception_args(&mut self, o: Rec<Value>, name: Value) -> bool {
        let (class, base) = (self.vm.type_of(o.now), self.vm.exc_type(Exc::BaseException));
        let found = self.vm.class_lookup(class, name);
        self.vm.rely_on_class(class);
        self.vm.text(name) == "args"
            && !class.has(type_flags::CUSTOM_GETATTRIBUTE)
            && found.is_some()
            && found == self.vm.class_lookup(base, name)
    }

    fn is_instance_attribute(&mut self, o: Rec<Value>, name: Value) -> bool {
        let class = self.vm.type_of(o.now);
        self.vm.rely_on_class(class);
        if class.has(type_flags::CUSTOM_GETATTRIBUTE | type_flags::CUSTOM_SETATTR) {
            return false;
        }
        match self.vm.class_lookup(class, name) {
            Some(found) => !self.vm.is_data_descriptor(found),
            None => self.is_plain_name(name),
        }
    }

    fn exception_init(
        &mut self,
        class: Rec<Value>,
        nargs: usize,
        base: usize,
    ) -> Option<Rec<Value>> {
        let c = class.now.cast::<Type>()?;
        let (new, init) = (self.vm.names.__new__, self.vm.names.__init__);
        let flags = type_flags::HAS_DEL | type_flags::ABSTRACT | type_flags::NO_NEW;
        if !c.has(type_flags::EXCEPTION)
            || c.has(flags)
            || self.vm.type_of(class.now) != self.vm.types.type_()
            || self.vm.class_lookup(c, new) != Some(self.vm.root("BaseException.__new__"))
            || self.vm.has_special_fields(c)
        {
            return None;
        }
        let init = self.vm.class_lookup(c, init)?;
        if !self.fits(init.cast::<Function>()?, nargs + 1, base + habu_semantics::ops::CONT_ARGS) {
            return None;
        }
        self.pin(class);
        self.vm.rely_on_class(c);
        Some(self.konst(init))
    }

    fn blank_exception(&mut self, class: Rec<Value>, args: &[Rec<Value>]) -> Option<Rec<Value>> {
        let class = class.now.cast::<Type>()?;
        let args = match args {
            [] => self.konst(Value::EMPTY_TUPLE),
            _ => self.make_tuple(args)?,
        };
        self.new_blank_exception(class, args)
    }

    fn constructor(&mut self, class: Gc<Type>) -> Option<(Value, bool)> {
        let (new, init) = (self.vm.names.__new__, self.vm.names.__init__);
        let new = self.vm.class_lookup(class, new)?;
        let init = self.vm.class_lookup(class, init);
        Some((new, init == Some(self.vm.object_methods.init)))
    }

    fn instance_of(&mut self, v: Rec<Value>, class: Rec<Value>) -> Option<bool> {
        let answer = self.is_instance(v.now, class.now)?;
        self.pin_kind(v);
        self.pin(class);
        Some(answer)
    }

    fn class_has(&mut self, v: Rec<Value>, flag: u32) -> bool {
        let class = self.vm.type_of(v.now);
        self.vm.rely_on_class(class);
        self.pin_kind(v);
        class.has(flag)
    }

    fn native_of(&mut self, f: Rec<Value>) -> Option<&'static NativeDef> {
        let def = native_def(f.now)?;
        let offset = std::mem::offset_of!(Builtin, def) as u32;
        let field = self.field_at("builtin.def", offset, MemType::Raw64, true);
        let address = self.b.load(f.id, field);
        self.pin_word(address, def as *const NativeDef as i64);
        Some(def)
    }

    fn fabs(&mut self, x: Rec<f64>) -> Rec<f64> {
        Rec { now: x.now.abs(), id: self.b.op(I::Fabs, &[x.id]) }
    }

    fn truncate(&mut self, x: Rec<f64>) -> Option<Rec<i64>> {
        if x.now.is_nan() || x.now.abs() >= 2f64.powi(61) {
            return None;
        }
        let snap = self.guard_snapshot();
        let id = self.b.guarded(I::F64ToInt, &[x.id], |_| snap);
        Some(Rec { now: (x.now as i64) << 2, id })
    }

    fn known(&mut self, v: Rec<Value>) -> Option<Value> {
        self.b.const_bits(v.id).map(Value::from_bits)
    }

    fn call(&mut self, helper: &'static Helper, args: &[Rec<Value>]) -> Option<Rec<Value>> {
        let bits: Vec<u64> = args.iter().map(|v| v.now.bits()).collect();
        self.vm.declined = Value::UNBOUND;
        let now = Value::from_bits((helper.run)(self.vm, &bits)).bound();
        let args: Vec<InstId> = args.iter().map(|v| v.id).collect();
        let desc = self.helper_desc(helper);
        let Some(now) = now else {
            self.declined = Some(Declined { helper: desc, args, touches: helper.touches });
            return None;
        };
        let id = self.may_decline(desc, &args, helper.touches);
        Some(self.made(now, id))
    }

    fn test(&mut self, helper: &'static Helper, args: &[Rec<Value>]) -> bool {
        let bits: Vec<u64> = args.iter().map(|v| v.now.bits()).collect();
        let now = (helper.run)(self.vm, &bits) != 0;
        let ids: Vec<InstId> = args.iter().map(|v| v.id).collect();
        let desc = self.helper_desc(helper);
        let cond = self.b.call(desc, &ids);
        self.decide(cond, now)
    }

    fn perform(&mut self, helper: &'static Helper, args: &[Rec<Value>]) {
        let bits: Vec<u64> = args.iter().map(|v| v.now.bits()).collect();
        (helper.run)(self.vm, &bits);
        let ids: Vec<InstId> = args.iter().map(|v| v.id).collect();
        let desc = self.helper_desc(helper);
        self.b.call(desc, &ids);
        self.effect = true;
    }

    fn call_float(&mut self, helper: &'static Helper, args: &[Rec<f64>]) -> Option<Rec<f64>> {
        let bits: Vec<u64> = args.iter().map(|v| v.now.to_bits()).collect();
        let now = f64::from_bits((helper.run)(self.vm, &bits));
        if now.is_nan() {
            return None;
        }
        let ids: Vec<InstId> = args.iter().map(|v| v.id).collect();
        let desc = self.helper_desc(helper);
        let id = self.b.call(desc, &ids);
        let number = self.b.op(I::Feq, &[id, id]);
        self.decide(number, true);
        Some(Rec { now, id })
    }

    fn call_native(&mut self, def: &'static NativeDef, args: &[Rec<Value>]) -> Option<Rec<Value>> {
        let values: Vec<Value> = args.iter().map(|v| v.now).collect();
        let address = natives::address(args.len())?;
        self.vm.declined = Value::UNBOUND;
        let now = natives::call(self.vm, def, &values);
        // A new object that can change is not shared.
        let fixed = now.is_none_or(|v| !v.is_ptr() || native::is_immutable(v.kind()));
        let touches = match def.effects {
            native::Effects::Pure | native::Effects::PureOfPlain if fixed => Touches::Nothing,
            native::Effects::Pure | native::Effects::PureOfPlain | native::Effects::Repeatable => {
                Touches::Reads
            }
            _ => Touches::Builtins,
        };
        let mut types = vec![IrType::Val; args.len() + 1];
        types[0] = IrType::Raw;
        let desc = self.add_helper(def.name, address, types, IrType::Val, None, touches);
        let at = self.b.const_raw(def as *const NativeDef as i64);
        let mut ids = vec![at];
        ids.extend(args.iter().map(|v| v.id));
        let Some(now) = now else {
            self.declined = Some(Declined { helper: desc, args: ids, touches });
            return None;
        };
        let id = self.may_decline(desc, &ids, touches);
        Some(self.made(now, id))
    }

    fn is_interned(&mut self, s: Rec<Value>) -> bool {
        let now = s.now.cast::<Str>().is_some_and(|s| s.is_interned());
        if self.b.const_bits(s.id).is_some() {
            return now;
        }
        let field = self.field(&STR_FLAGS);
        let flags = self.b.load(s.id, field);
        let mask = self.b.const_raw(flag::INTERNED.into());
        let bit = self.b.op(I::Rand, &[flags, mask]);
        let cond = self.b.op(I::Req, &[bit, mask]);
        self.decide(cond, now)
    }

    fn narrow_char(&mut self, s: Rec<Value>, i: Rec<i64>) -> Option<(Rec<i64>, Rec<Value>)> {
        let string = s.now.cast::<Str>()?;
        let field = self.field(&STR_WIDTH);
        let (width, one) = (self.b.load(s.id, field), self.b.const_raw(1));
        let cond = self.b.op(I::Req, &[width, one]);
        if !self.decide(cond, string.width() == 1) {
            return None;
        }
        let code = string.char_at((i.now >> 2) as usize);
        let field = self.field(&STR_DATA);
        let (data, index) = (self.b.load(s.id, field), self.b.op(I::IntToRaw, &[i.id]));
        let bytes = self.constant_array("str.bytes", MemType::U8);
        let byte = self.b.aload(data, bytes, index);
        let chars = self.constant_array("vm.chars", MemType::Val);
        let table = self.b.const_raw(self.vm.chars.as_ptr() as i64);
        let id = self.b.aload(table, chars, byte);
        let now = self.vm.char_str(code).ok()?;
        let code = Rec { now: i64::from(code) << 2, id: self.b.op(I::RawToInt, &[byte]) };
        Some((code, Rec { now, id }))
    }

    fn new_list(&mut self, items: &[Rec<Value>]) -> Option<Rec<Value>> {
        let values: Vec<Value> = items.iter().map(|v| v.now).collect();
        let now = self.vm.new_list(&values).ok()?;
        let storage = (!items.is_empty()).then(|| self.new_storage(items));
        let list = self.blank(&LIST, exact(Kind::List));
        if let Some(storage) = storage {
            let (items_field, len_field) = (self.field(&LIST_ITEMS), self.field(&LIST_LEN));
            let n = self.b.const_raw(items.len() as i64);
            self.b.store(list, items_field, storage);
            self.b.store(list, len_field, n);
            self.b.barrier(list, storage);
        }
        Some(self.made(now, list))
    }

    fn tuple_of(&mut self, items: &[Rec<Value>]) -> Option<Rec<Value>> {
        self.make_tuple(items)
    }

    fn at_bridge(&self) -> bool {
        self.at_bridge
    }
}
