//! Moves, constants, globals, cells, attributes with filled caches, subscripts, containers.

use super::flow::{CONT_ARGS, frame_window};
use crate::fields::{
    ARRAY_LEN, CELL, CELL_CONTENTS, FUNCTION_CLOSURE, LIST_ITEMS, LIST_LEN, PROPERTY_FGET,
    TUPLE_LEN, exact,
};
use crate::machine::{Flow, Machine};
use habu_bytecode::decode::{FAR, FAR_STORE};
use habu_bytecode::{Insn, Op};
use habu_object::{Kind, Value};

/// Does nothing.
#[inline(always)]
pub fn Nop<M: Machine>(_m: &mut M, _i: Insn) -> Flow {
    Flow::Next
}

/// R[A] = R[B]
#[inline(always)]
pub fn Move<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.b());
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = constant
#[inline(always)]
pub fn LoadK<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let bits = m.wide(0);
    let v = m.konst(Value::from_bits(bits));
    m.set(i.a(), v);
    m.skip(2);
    Flow::Next
}

/// R[A] = sBx
#[inline(always)]
pub fn LoadInt<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let n = m.small(i.sbx());
    let v = m.of_int(n);
    m.set(i.a(), v);
    Flow::Next
}

/// R[A] = far register Bx
#[inline(always)]
pub fn LoadFar<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let fars = m.reg(FAR_STORE as usize);
    let at = m.small((i.bx() - FAR) as i64);
    let v = m.item(fars, at);
    m.set(i.a(), v);
    Flow::Next
}

/// Far register Bx = R[A]
#[inline(always)]
pub fn StoreFar<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let fars = m.reg(FAR_STORE as usize);
    let at = m.small((i.bx() - FAR) as i64);
    let v = m.reg(i.a());
    if !m.stores_freely(fars, v) {
        return Flow::Slow;
    }
    m.set_item(fars, at, v);
    Flow::Next
}

/// R[A] = UNBOUND
#[inline(always)]
pub fn Unbind<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.konst(Value::UNBOUND);
    m.set(i.a(), v);
    Flow::Next
}

/// Slow if R[A] is UNBOUND.
#[inline(always)]
pub fn CheckBound<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    if m.is(v, Value::UNBOUND) {
        return Flow::Slow;
    }
    m.skip(1);
    Flow::Next
}

/// Goes to the target.
#[inline(always)]
pub fn Jump<M: Machine>(m: &mut M, _i: Insn) -> Flow {
    let offset = m.word(0) as i32;
    m.jump(offset);
    Flow::Next
}

/// R[A] = the contents of a cell, for an op of so many words behind it; an empty cell is the slow path's.
#[inline(always)]
fn load_contents<M: Machine>(m: &mut M, i: Insn, cell: M::V, words: usize) -> Flow {
    let v = m.load(cell, &CELL_CONTENTS);
    if m.is(v, Value::UNBOUND) {
        return Flow::Slow;
    }
    m.set(i.a(), v);
    m.skip(words);
    Flow::Next
}

/// R[A] = the module's own global in a known cell.
#[inline(always)]
pub fn LoadGlobalCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let cell = m.wide(1);
    let cell = m.konst(Value::from_bits(cell));
    load_contents(m, i, cell, 4)
}

/// STORE_GLOBAL to a known cell.
#[inline(always)]
pub fn StoreGlobalCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let cell = m.wide(1);
    let cell = m.konst(Value::from_bits(cell));
    let old = m.load(cell, &CELL_CONTENTS);
    if m.is(old, Value::UNBOUND) {
        return Flow::Slow;
    }
    let v = m.reg(i.a());
    if !m.stores_freely(cell, v) {
        return Flow::Slow;
    }
    m.store(cell, &CELL_CONTENTS, v);
    m.skip(3);
    Flow::Next
}

/// R[A] = a new cell holding R[A].
#[inline(always)]
pub fn MakeCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let v = m.reg(i.a());
    let Some(cell) = m.new_object(&CELL, exact(Kind::Cell)) else { return Flow::Slow };
    m.store(cell, &CELL_CONTENTS, v);
    m.set(i.a(), cell);
    Flow::Next
}

/// R[A] = contents of the cell R[B].
#[inline(always)]
pub fn LoadCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let cell = m.reg(i.b());
    load_contents(m, i, cell, 1)
}

/// Contents of the cell R[A] = R[B].
#[inline(always)]
pub fn StoreCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let cell = m.reg(i.a());
    let v = m.reg(i.b());
    if !m.stores_freely(cell, v) {
        return Flow::Slow;
    }
    m.store(cell, &CELL_CONTENTS, v);
    Flow::Next
}

/// R[A].. = the closure's cells.
#[inline(always)]
pub fn CopyFree<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let f = m.callee();
    if !m.has_shape(f, exact(Kind::Function)) {
        return Flow::Slow;
    }
    let closure = m.load(f, &FUNCTION_CLOSURE);
    for k in 0..i.b() {
        let cell = m.tuple_item(closure, k);
        m.set(i.a() + k, cell);
    }
    Flow::Next
}

/// LOAD_ATTR of an in-object slot.
#[inline(always)]
pub fn LoadAttrSlot<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, offset) = (m.word(1), m.word(2));
    load_attr_slot(m, i, shape, offset)
}

/// Loads the slot at `offset` of R[B] if that has the shape.
#[inline(always)]
pub fn load_attr_slot<M: Machine>(m: &mut M, i: Insn, shape: u32, offset: u32) -> Flow {
    let Some(v) = attr_slot(m, i, shape, offset) else { return Flow::Slow };
    m.set(i.a(), v);
    m.skip(5);
    Flow::Next
}

/// What is in the slot at `offset` of R[B], if that has the shape and there is anything.
#[inline(always)]
pub(super) fn attr_slot<M: Machine>(m: &mut M, i: Insn, shape: u32, offset: u32) -> Option<M::V> {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return None;
    }
    let v = m.load_slot(o, offset);
    if m.is(v, Value::UNBOUND) { None } else { Some(v) }
}

/// Loads item `index` of the tuple R[B] if that has the shape, and so many items: a field of a named tuple.
pub fn load_attr_item<M: Machine>(m: &mut M, i: Insn, shape: u32, index: usize) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let (n, at) = (m.load_count(o, &TUPLE_LEN), m.small(index as i64));
    if !m.below(at, n) {
        return Flow::Slow;
    }
    let v = m.tuple_item(o, index);
    m.set(i.a(), v);
    m.skip(Op::LoadAttr.size() - 1);
    Flow::Next
}

/// Loads `class` if R[B] has the shape: `o.__class__`.
pub fn load_attr_class<M: Machine>(m: &mut M, i: Insn, shape: u32, class: Value) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let class = m.konst(class);
    m.set(i.a(), class);
    m.skip(Op::LoadAttr.size() - 1);
    Flow::Next
}

/// LOAD_ATTR of a class attribute or module global in a cell.
#[inline(always)]
pub fn LoadAttrCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, cell) = (m.word(1), m.wide(3));
    load_attr_cell(m, i, shape, Value::from_bits(cell))
}

/// Loads the contents of a cell if R[B] has the shape.
#[inline(always)]
pub fn load_attr_cell<M: Machine>(m: &mut M, i: Insn, shape: u32, cell: Value) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let cell = m.konst(cell);
    load_contents(m, i, cell, 5)
}

/// STORE_ATTR to an in-object slot, perhaps with a shape change.
#[inline(always)]
pub fn StoreAttrSlot<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, offset, to) = (m.word(1), m.word(2), m.word(3));
    store_attr_slot(m, i, shape, offset, to)
}

/// Stores R[B] into the slot at `offset` of R[A] if that has the shape.
#[inline(always)]
pub fn store_attr_slot<M: Machine>(m: &mut M, i: Insn, shape: u32, offset: u32, to: u32) -> Flow {
    let o = m.reg(i.a());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let v = m.reg(i.b());
    if !m.stores_freely(o, v) {
        return Flow::Slow;
    }
    m.store_slot(o, offset, v);
    if to != shape {
        m.set_shape(o, to);
    }
    m.skip(5);
    Flow::Next
}

/// LOAD_METHOD of a function in the class.
#[inline(always)]
pub fn LoadMethodCell<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, cell) = (m.word(1), m.wide(3));
    load_method_cell(m, i, shape, Value::from_bits(cell))
}

/// Loads a method from a cell if R[B] has the shape.
#[inline(always)]
pub fn load_method_cell<M: Machine>(m: &mut M, i: Insn, shape: u32, cell: Value) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let cell = m.konst(cell);
    let f = m.load(cell, &CELL_CONTENTS);
    m.set(i.a(), f);
    m.set(i.a() + 3, o);
    m.skip(5);
    Flow::Next
}

/// LOAD_METHOD of something callable in an in-object slot.
#[inline(always)]
pub fn LoadMethodSlot<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, offset) = (m.word(1), m.word(2));
    load_method_slot(m, i, shape, offset)
}

/// Loads a callable from the slot at `offset` of R[B] if that has the shape.
#[inline(always)]
pub fn load_method_slot<M: Machine>(m: &mut M, i: Insn, shape: u32, offset: u32) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let f = m.load_slot(o, offset);
    finish_plain_method(m, i, f)
}

/// LOAD_METHOD of something that is not bound, in a cell.
#[inline(always)]
pub fn LoadMethodPlain<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, cell) = (m.word(1), m.wide(3));
    load_method_plain(m, i, shape, Value::from_bits(cell))
}

/// Loads a callable that is not bound from a cell if R[B] has the shape.
#[inline(always)]
pub fn load_method_plain<M: Machine>(m: &mut M, i: Insn, shape: u32, cell: Value) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let cell = m.konst(cell);
    let f = m.load(cell, &CELL_CONTENTS);
    finish_plain_method(m, i, f)
}

/// The attribute form of LOAD_METHOD: no self.
#[inline(always)]
fn finish_plain_method<M: Machine>(m: &mut M, i: Insn, f: M::V) -> Flow {
    if m.is(f, Value::UNBOUND) {
        return Flow::Slow;
    }
    let none = m.konst(Value::UNBOUND);
    m.set(i.a(), f);
    m.set(i.a() + 3, none);
    m.skip(5);
    Flow::Next
}

/// LOAD_METHOD of a class object's function or static method.
#[inline(always)]
pub fn LoadMethodStatic<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (class, f) = (m.wide(1), m.wide(3));
    let o = m.reg(i.b());
    if !m.is(o, Value::from_bits(class)) {
        return Flow::Slow;
    }
    let f = m.konst(Value::from_bits(f));
    finish_plain_method(m, i, f)
}

/// LOAD_METHOD of a class object's class method.
#[inline(always)]
pub fn LoadMethodClass<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (class, f) = (m.wide(1), m.wide(3));
    let o = m.reg(i.b());
    if !m.is(o, Value::from_bits(class)) {
        return Flow::Slow;
    }
    let f = m.konst(Value::from_bits(f));
    m.set(i.a(), f);
    m.set(i.a() + 3, o);
    m.skip(5);
    Flow::Next
}

/// LOAD_ATTR of a class object's plain attribute.
#[inline(always)]
pub fn LoadAttrType<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (class, cell) = (m.wide(1), m.wide(3));
    let o = m.reg(i.b());
    if !m.is(o, Value::from_bits(class)) {
        return Flow::Slow;
    }
    let cell = m.konst(Value::from_bits(cell));
    load_contents(m, i, cell, 5)
}

/// LOAD_ATTR of a property: the getter's frame over a continuation that stores what it returns.
#[inline(always)]
pub fn LoadAttrProperty<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (shape, cell) = (m.word(1), m.wide(3));
    load_attr_property(m, i, shape, Value::from_bits(cell))
}

/// Calls the getter of the property in a cell if R[B] has the shape.
#[inline(always)]
pub fn load_attr_property<M: Machine>(m: &mut M, i: Insn, shape: u32, cell: Value) -> Flow {
    let o = m.reg(i.b());
    if !m.has_shape(o, shape) {
        return Flow::Slow;
    }
    let cell = m.konst(cell);
    let property = m.load(cell, &CELL_CONTENTS);
    if !m.has_shape(property, exact(Kind::Property)) {
        return Flow::Slow;
    }
    let getter = m.load(property, &PROPERTY_FGET);
    let window = frame_window(m);
    if !m.is_simple_function(getter, 1, window + CONT_ARGS) {
        return Flow::Slow;
    }
    let (address, none) = (m.op_address(), m.konst(Value::NONE));
    let address = m.konst(address);
    m.skip(5);
    m.push_continuation(window, [address, none], Op::ContStore);
    m.set(CONT_ARGS, o);
    m.push_frame(getter, CONT_ARGS);
    Flow::Next
}

/// R[A] = R[B][R[C]] for lists and tuples with small indices.
#[inline(always)]
pub fn GetItem<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let o = m.reg(i.b());
    let key = m.reg(i.c());
    if !m.is_int(key) {
        return Flow::Slow;
    }
    let k = m.int(key);
    index(m, i, o, k)
}

/// R[A] = R[B][C]
#[inline(always)]
pub fn GetItemI<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let o = m.reg(i.b());
    let k = m.small(i.c() as i64);
    index(m, i, o, k)
}

#[inline(always)]
fn index<M: Machine>(m: &mut M, i: Insn, o: M::V, k: M::I) -> Flow {
    if m.has_shape(o, exact(Kind::List)) {
        let n = m.load_count(o, &LIST_LEN);
        let Some(k) = in_range(m, k, n) else { return Flow::Slow };
        let items = m.load(o, &LIST_ITEMS);
        let v = m.item(items, k);
        m.set(i.a(), v);
        return Flow::Next;
    }
    if m.has_shape(o, exact(Kind::Tuple)) {
        let n = m.load_count(o, &TUPLE_LEN);
        let Some(k) = in_range(m, k, n) else { return Flow::Slow };
        let v = m.item(o, k);
        m.set(i.a(), v);
        return Flow::Next;
    }
    Flow::Slow
}

/// The index counted from the front, if it is in range.
#[inline(always)]
fn in_range<M: Machine>(m: &mut M, k: M::I, n: M::I) -> Option<M::I> {
    if m.below(k, n) {
        return Some(k);
    }
    let zero = m.small(0);
    if !m.cmp_int(habu_vm::CmpOp::Lt, k, zero) {
        return None;
    }
    let k = m.add(k, n)?;
    if m.below(k, n) { Some(k) } else { None }
}

/// R[A][R[B]] = R[C] for lists.
#[inline(always)]
pub fn SetItem<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let o = m.reg(i.a());
    let key = m.reg(i.b());
    if !m.has_shape(o, exact(Kind::List)) || !m.is_int(key) {
        return Flow::Slow;
    }
    let k = m.int(key);
    let n = m.load_count(o, &LIST_LEN);
    let Some(k) = in_range(m, k, n) else { return Flow::Slow };
    let items = m.load(o, &LIST_ITEMS);
    let v = m.reg(i.c());
    if !m.stores_freely(items, v) {
        return Flow::Slow;
    }
    m.set_item(items, k, v);
    Flow::Next
}

/// R[A].append(R[B]) on a list under construction.
#[inline(always)]
pub fn ListAppend<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let (l, v) = (m.reg(i.a()), m.reg(i.b()));
    let done = m.has_shape(l, exact(Kind::List)) && append_in_place(m, l, v);
    if done { Flow::Next } else { Flow::Slow }
}

/// `l.append(v)` of an exact list whose storage has a free place; false, with nothing changed, if it has none.
#[inline(always)]
pub(crate) fn append_in_place<M: Machine>(m: &mut M, l: M::V, v: M::V) -> bool {
    m.make_room(l);
    let items = m.load(l, &LIST_ITEMS);
    if m.is(items, Value::UNBOUND) {
        return false;
    }
    let (n, room) = (m.load_count(l, &LIST_LEN), m.load_count(items, &ARRAY_LEN));
    if !m.below(n, room) || !m.stores_freely(items, v) {
        return false;
    }
    let one = m.small(1);
    let Some(next) = m.add(n, one) else { return false };
    m.set_item(items, n, v);
    m.store_count(l, &LIST_LEN, next);
    true
}

/// R[A] = (R[B], ...)
#[inline(always)]
pub fn BuildTuple<M: Machine>(m: &mut M, i: Insn) -> Flow {
    if i.c() == 0 {
        return Flow::Slow;
    }
    match m.new_tuple(i.b(), i.c()) {
        Some(t) => {
            m.set(i.a(), t);
            Flow::Next
        }
        None => Flow::Slow,
    }
}

/// R[A].. = R[B], an exact tuple or list of the right length.
#[inline(always)]
pub fn Unpack<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let o = m.reg(i.b());
    let wanted = m.small(i.c() as i64);
    if m.has_shape(o, exact(Kind::Tuple)) {
        let n = m.load_count(o, &TUPLE_LEN);
        if !m.cmp_int(habu_vm::CmpOp::Eq, n, wanted) {
            return Flow::Slow;
        }
        if i.c() == 2 {
            let (x, y) = (m.tuple_item(o, 0), m.tuple_item(o, 1));
            m.set(i.a(), x);
            m.set(i.a() + 1, y);
            return Flow::Next;
        }
        for k in 0..i.c() {
            let v = m.tuple_item(o, k);
            m.set(i.a() + k, v);
        }
        return Flow::Next;
    }
    if m.has_shape(o, exact(Kind::List)) {
        let n = m.load_count(o, &LIST_LEN);
        if !m.cmp_int(habu_vm::CmpOp::Eq, n, wanted) {
            return Flow::Slow;
        }
        let items = m.load(o, &LIST_ITEMS);
        for k in 0..i.c() {
            let at = m.small(k as i64);
            let v = m.item(items, at);
            m.set(i.a() + k, v);
        }
        return Flow::Next;
    }
    Flow::Slow
}

/// Builtins through a cell need the shadow version, which only the slow path and the recorder's invariants know.
#[inline(always)]
pub fn LoadGlobalBuiltin<M: Machine>(m: &mut M, i: Insn) -> Flow {
    let version = m.word(3);
    if !m.shadow_unchanged(version) {
        return Flow::Slow;
    }
    let cell = m.wide(1);
    let cell = m.konst(Value::from_bits(cell));
    load_contents(m, i, cell, 4)
}
