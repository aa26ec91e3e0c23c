//! The other protocols: truth, hash, len, index, iteration, subscripts, containment, repr and str.
//!
//! Exact builtin types take a short way by layout kind; everything else goes through the special methods of its class.

use crate::error::{Exc, PyResult};
use crate::types::Variant;
use crate::vm::Vm;
use habu_object::dict::{
    Dict, DictItemIter, DictItems, DictKeyIter, DictValueIter, DictValues, IterStep, Set,
};
use habu_object::format::format_exact;
use habu_object::str::Str;
use habu_object::{
    BytesIter, CallIter, Gc, Generator, Kind, List, ListIter, RangeIter, SeqIter, SetIter, StrIter,
    Tuple, TupleIter, Value, float, int, set, shape,
};

/// `hash(None)`, the same in every CPython.
const HASH_OF_NONE: i64 = 0xfca8_6420;

const WIDE_STR_ITER: u32 = Variant::StrIter.shape();
const BYTEARRAY_ITER: u32 = Variant::ByteArrayIter.shape();
const REVERSE_LIST_ITER: u32 = Variant::ListReverseIter.shape();
const REVERSE_KEY_ITER: u32 = Variant::DictReverseKeyIter.shape();
const REVERSE_VALUE_ITER: u32 = Variant::DictReverseValueIter.shape();
const REVERSE_ITEM_ITER: u32 = Variant::DictReverseItemIter.shape();

impl Vm {
    /// `bool(v)`
    #[inline]
    pub fn truth(&mut self, v: Value) -> PyResult<bool> {
        if v.is_int() {
            return Ok(v.as_int() != 0);
        }
        if v == Value::TRUE {
            return Ok(true);
        }
        if v == Value::FALSE || v.is_none() {
            return Ok(false);
        }
        self.truth_slow(v)
    }

    fn truth_slow(&mut self, v: Value) -> PyResult<bool> {
        match v.shape() {
            shape::FLOAT => return Ok(float::get(v) != Some(0.0)),
            shape::STR => return Ok(v.cast::<Str>().is_some_and(|s| !s.is_empty())),
            shape::LIST => return Ok(v.cast::<List>().is_some_and(|l| !l.is_empty())),
            shape::TUPLE => return Ok(v.cast::<Tuple>().is_some_and(|t| !t.is_empty())),
            shape::DICT => return Ok(v.cast::<Dict>().is_some_and(|d| !d.is_empty())),
            shape::INT => return Ok(!int::is_zero(v)),
            shape::FUNCTION | shape::TYPE | shape::METHOD => return Ok(true),
            _ => {}
        }
        let (bool_name, len_name) = (self.names.__bool__, self.names.__len__);
        if let Some(r) = self.call_special(v, bool_name, &[])? {
            return match r {
                Value::TRUE => Ok(true),
                Value::FALSE => Ok(false),
                _ => {
                    let msg =
                        format!("__bool__ should return bool, returned {}", self.type_name(r));
                    Err(self.type_error(&msg))
                }
            };
        }
        match self.special(v, len_name) {
            Some(_) => Ok(self.len(v)? != 0),
            None => Ok(true),
        }
    }

    /// `hash(v)`
    #[inline]
    pub fn hash(&mut self, v: Value) -> PyResult<i64> {
        if v.shape() == shape::STR {
            return Ok(self.str_hash(v));
        }
        if v.is_int() {
            return Ok(int::hash(v));
        }
        self.hash_slow(v)
    }

    fn hash_slow(&mut self, v: Value) -> PyResult<i64> {
        match v.shape() {
            shape::INT | shape::BOOL => return Ok(int::hash(v)),
            shape::FLOAT => {
                if let Some(h) = float::get(v).and_then(float::hash) {
                    return Ok(h);
                }
                return Ok(identity_hash(v));
            }
            shape::TUPLE => return self.hash_tuple(v),
            shape::FROZENSET => return Ok(v.cast::<habu_object::Set>().map_or(0, |s| s.hash())),
            shape::NONE => return Ok(HASH_OF_NONE),
            shape::FUNCTION | shape::INSTANCE => return Ok(identity_hash(v)),
            _ => {}
        }
        let name = self.names.__hash__;
        match self.special(v, name) {
            Some(f) if !f.is_none() => {
                if f == self.object_methods.hash {
                    return Ok(identity_hash(v));
                }
                let h = self.call_unbound(f, v, &[])?;
                match h.kind() {
                    // A number that fits is the hash itself, but for -1 (CPython `slot_tp_hash`).
                    Kind::Int | Kind::Bool | Kind::BigInt => Ok(match int::to_i64(h) {
                        Some(-1) => -2,
                        Some(n) => n,
                        None => int::hash(h),
                    }),
                    _ => Err(self.type_error("__hash__ method should return an integer")),
                }
            }
            _ => {
                let msg = format!("unhashable type: '{}'", self.type_name(v));
                Err(self.type_error(&msg))
            }
        }
    }

    /// CPython `tuple_hash` (xxHash of the items' hashes).
    pub fn hash_tuple(&mut self, v: Value) -> PyResult<i64> {
        const P1: u64 = 11_400_714_785_074_694_791;
        const P2: u64 = 14_029_467_366_897_019_727;
        const P5: u64 = 2_870_177_450_012_600_261;
        let Some(t) = v.cast::<Tuple>() else { return Ok(0) };
        let mut acc = P5;
        for i in 0..t.len() {
            let lane = self.hash(t.get(i))? as u64;
            acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        }
        acc = acc.wrapping_add(t.len() as u64 ^ (P5 ^ 3_527_539));
        Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
    }

    /// `len(v)`
    pub fn len(&mut self, v: Value) -> PyResult<usize> {
        match v.shape() {
            shape::LIST => return Ok(v.cast::<List>().map_or(0, |l| l.len())),
            shape::TUPLE => return Ok(v.cast::<Tuple>().map_or(0, |t| t.len())),
            shape::STR => return Ok(v.cast::<Str>().map_or(0, |s| s.len())),
            shape::DICT => return Ok(v.cast::<Dict>().map_or(0, |d| d.len())),
            _ => {}
        }
        let name = self.names.__len__;
        let Some(r) = self.call_special(v, name, &[])? else {
            let msg = format!("object of type '{}' has no len()", self.type_name(v));
            return Err(self.type_error(&msg));
        };
        let n = self.index(r)?;
        match int::to_i64(n) {
            Some(n) if n >= 0 => Ok(n as usize),
            Some(_) => Err(self.value_error("__len__() should return >= 0")),
            None => Err(self.overflow_error("cannot fit 'int' into an index-sized integer")),
        }
    }

    /// `iter(v)`
    pub fn iter(&mut self, v: Value) -> PyResult<Value> {
        let heap = &mut self.heap;
        match v.shape() {
            shape::LIST => {
                let it = ListIter::blank(heap)?;
                it.list.set(v);
                return Ok(it.value());
            }
            shape::TUPLE => {
                let it = TupleIter::blank(heap)?;
                it.tuple.set(v);
                return Ok(it.value());
            }
            shape::STR => {
                let it = StrIter::blank(heap)?;
                it.string.set(v);
                if !v.cast::<Str>().is_some_and(|s| s.is_ascii()) {
                    self.set_shape(it.value(), WIDE_STR_ITER);
                }
                return Ok(it.value());
            }
            shape::GENERATOR | shape::RANGE_ITER..=shape::SET_ITER => return Ok(v),
            shape::ENUMERATE | shape::ZIP | shape::MAP | shape::FILTER => return Ok(v),
            shape::DICT_ITEMS => {
                if let Some(d) = v.cast::<DictItems>().and_then(|v| v.dict.get().cast::<Dict>()) {
                    return Ok(DictItemIter::new(heap, d, false)?.value());
                }
            }
            shape::DICT_VALUES => {
                if let Some(d) = v.cast::<DictValues>().and_then(|v| v.dict.get().cast::<Dict>()) {
                    return Ok(DictValueIter::new(heap, d, false)?.value());
                }
            }
            shape::SET | shape::FROZENSET => {
                if let Some(s) = v.cast::<Set>() {
                    return Ok(SetIter::new(heap, s)?.value());
                }
            }
            shape::DICT => {
                if let Some(d) = v.cast::<Dict>() {
                    return Ok(DictKeyIter::new(heap, d, false)?.value());
                }
            }
            shape::RANGE => {
                if let Some(it) = self.range_iter(v)? {
                    return Ok(it);
                }
            }
            _ => {}
        }
        let (iter_name, item_name) = (self.names.__iter__, self.names.__getitem__);
        match self.special(v, iter_name) {
            Some(f) if f.is_none() => {}
            Some(f) => {
                let it = self.call_unbound(f, v, &[])?;
                if !self.is_iterator(it) {
                    let msg =
                        format!("iter() returned non-iterator of type '{}'", self.type_name(it));
                    return Err(self.type_error(&msg));
                }
                return Ok(it);
            }
            None if self.special(v, item_name).is_some() => {
                let it = SeqIter::blank(&mut self.heap)?;
                it.sequence.set(v);
                return Ok(it.value());
            }
            None => {}
        }
        let msg = format!("'{}' object is not iterable", self.type_name(v));
        Err(self.type_error(&msg))
    }

    /// The iterator of a range of small ints; None for larger ones.
    pub fn range_iter(&mut self, v: Value) -> PyResult<Option<Value>> {
        let Some(r) = v.cast::<habu_object::Range>() else { return Ok(None) };
        let (start, step, length) = (r.start.get(), r.step.get(), r.length.get());
        if !(start.is_int() && step.is_int() && length.is_int() && r.stop.get().is_int()) {
            return Ok(None);
        }
        // The number after the last one must be representable too.
        let past = start.as_int() as i128 + step.as_int() as i128 * length.as_int() as i128;
        if i64::try_from(past).ok().and_then(Value::try_small_int).is_none() {
            return Ok(None);
        }
        let it = RangeIter::blank(&mut self.heap)?;
        it.next.set(start);
        it.left.set(length);
        it.step.set(step);
        Ok(Some(it.value()))
    }

    /// Whether `v` has `__next__`.
    pub fn is_iterator(&mut self, v: Value) -> bool {
        let name = self.names.__next__;
        self.special(v, name).is_some()
    }

    /// `next(iterator)`, None when it is exhausted.
    pub fn next(&mut self, it: Value) -> PyResult<Option<Value>> {
        // Native loops over endless iterators have no back-edge.
        if self.poll != 0 {
            self.serve_poll()?;
        }
        if let Some(step) = self.next_builtin(it)? {
            return Ok(step);
        }
        let result = match self.step_native(it) {
            Some(result) => result,
            None => {
                let name = self.names.__next__;
                let Some(f) = self.special(it, name) else {
                    let msg = format!("'{}' object is not an iterator", self.type_name(it));
                    return Err(self.type_error(&msg));
                };
                self.call_unbound(f, it, &[])
            }
        };
        match result {
            Ok(v) => Ok(Some(v)),
            Err(e) => {
                self.catch(e, Exc::StopIteration)?;
                Ok(None)
            }
        }
    }

    /// The step of an iterator of an exact builtin type: None if `it` is no such iterator, Some(None) if it is
    /// exhausted. Generators and the iterators that drive others may run Python code.
    #[inline]
    pub fn next_builtin(&mut self, it: Value) -> PyResult<Option<Option<Value>>> {
        Ok(Some(match it.shape() {
            shape::LIST_ITER => match it.cast::<ListIter>() {
                Some(it) => self.next_list(it),
                None => None,
            },
            shape::TUPLE_ITER => it.cast::<TupleIter>().and_then(|it| {
                let t = it.tuple.get().cast::<Tuple>()?;
                let i = it.index.get();
                if i < t.len() {
                    it.index.set(i + 1);
                    return Some(t.get(i));
                }
                it.tuple.set(Value::UNBOUND);
                None
            }),
            shape::RANGE_ITER => it.cast::<RangeIter>().and_then(|it| {
                let left = it.left.get().as_int();
                if left <= 0 {
                    return None;
                }
                let v = it.next.get();
                it.left.set(Value::small_int(left - 1));
                it.next.set(Value::small_int(v.as_int() + it.step.get().as_int()));
                Some(v)
            }),
            shape::GENERATOR => match it.cast::<Generator>() {
                Some(g) => self.next_generator(g)?,
                None => None,
            },
            shape::STR_ITER | WIDE_STR_ITER => match it.cast::<StrIter>() {
                Some(it) => self.next_str(it)?,
                None => None,
            },
            shape::DICT_KEY_ITER | REVERSE_KEY_ITER => {
                match it.cast::<DictKeyIter>().map(|it| it.advance()) {
                    Some(step) => self.dict_step(step, |_, k, _| Ok(k))?,
                    None => None,
                }
            }
            shape::DICT_VALUE_ITER | REVERSE_VALUE_ITER => {
                match it.cast::<DictValueIter>().map(|it| it.advance()) {
                    Some(step) => self.dict_step(step, |_, _, v| Ok(v))?,
                    None => None,
                }
            }
            shape::DICT_ITEM_ITER | REVERSE_ITEM_ITER => {
                match it.cast::<DictItemIter>().map(|it| it.advance()) {
                    Some(step) => self
                        .dict_step(step, |vm, k, v| Ok(Tuple::pair(&mut vm.heap, k, v)?.value()))?,
                    None => None,
                }
            }
            shape::SET_ITER => match it.cast::<habu_object::SetIter>().map(|it| it.advance()) {
                Some(set::SetStep::Key(k)) => Some(k),
                Some(set::SetStep::Resized) => {
                    return Err(
                        self.raise_msg(Exc::RuntimeError, "Set changed size during iteration")
                    );
                }
                _ => None,
            },
            shape::BYTES_ITER | BYTEARRAY_ITER => match it.cast::<BytesIter>() {
                Some(it) => {
                    let i = it.index.get();
                    let byte = byte_at(it.bytes.get(), i);
                    match byte {
                        Some(b) => {
                            it.index.set(i + 1);
                            Some(Value::small_int(b as i64))
                        }
                        None => {
                            it.bytes.set(Value::UNBOUND);
                            None
                        }
                    }
                }
                None => None,
            },
            shape::SEQ_ITER => match it.cast::<SeqIter>() {
                Some(it) => self.next_seq(it)?,
                None => None,
            },
            shape::CALL_ITER => match it.cast::<CallIter>() {
                Some(it) => self.next_call(it)?,
                None => None,
            },
            shape::ENUMERATE
            | shape::ZIP
            | shape::MAP
            | shape::FILTER
            | shape::REVERSED
            | REVERSE_LIST_ITER => return self.next_composite(it),
            _ => return Ok(None),
        }))
    }

    #[inline]
    pub(crate) fn next_list(&mut self, it: Gc<ListIter>) -> Option<Value> {
        let list = it.list.get().cast::<List>()?;
        let i = it.index.get();
        match list.get(i) {
            Some(v) => {
                it.index.set(i + 1);
                Some(v)
            }
            None => {
                it.list.set(Value::UNBOUND);
                None
            }
        }
    }

    #[inline]
    fn next_str(&mut self, it: Gc<StrIter>) -> PyResult<Option<Value>> {
        let Some(s) = it.string.get().cast::<Str>() else { return Ok(None) };
        let i = it.index.get();
        if i < s.len() {
            it.index.set(i + 1);
            return Ok(Some(self.char_str(s.char_at(i))?));
        }
        it.string.set(Value::UNBOUND);
        Ok(None)
    }

    /// The one-character str of a code point.
    #[inline]
    pub fn char_str(&mut self, c: u32) -> PyResult<Value> {
        Ok(self.chars.get(&mut self.heap, c)?.value())
    }

    #[inline]
    fn dict_step(
        &mut self,
        step: IterStep,
        make: impl FnOnce(&mut Vm, Value, Value) -> PyResult<Value>,
    ) -> PyResult<Option<Value>> {
        match step {
            IterStep::Entry(k, v) => make(self, k, v).map(Some),
            IterStep::Done => Ok(None),
            IterStep::Resized => {
                Err(self.raise_msg(Exc::RuntimeError, "dictionary changed size during iteration"))
            }
            IterStep::Rekeyed => {
                Err(self.raise_msg(Exc::RuntimeError, "dictionary keys changed during iteration"))
            }
        }
    }

    fn next_seq(&mut self, it: Gc<SeqIter>) -> PyResult<Option<Value>> {
        let Some(seq) = it.sequence.get().bound() else { return Ok(None) };
        let i = it.index.get();
        let index = self.new_int(i)?;
        match self.getitem(seq, index) {
            Ok(v) => {
                it.index.set(i + 1);
                Ok(Some(v))
            }
            Err(e) => {
                let raised = self.take_raised(e);
                let (index, stop) =
                    (self.exc_type(Exc::IndexError), self.exc_type(Exc::StopIteration));
                if self.is_instance_exact(raised, index) || self.is_instance_exact(raised, stop) {
                    it.sequence.set(Value::UNBOUND);
                    return Ok(None);
                }
                Err(self.reraise(raised))
            }
        }
    }

    fn next_call(&mut self, it: Gc<CallIter>) -> PyResult<Option<Value>> {
        let Some(f) = it.callable.get().bound() else { return Ok(None) };
        match self.call(f, &[]) {
            // The call may have used the iterator up.
            Ok(_) if it.callable.get().is_unbound() => Ok(None),
            Ok(v) => {
                if self.eq(v, it.sentinel.get())? {
                    it.callable.set(Value::UNBOUND);
                    return Ok(None);
                }
                Ok(Some(v))
            }
            Err(e) => {
                it.callable.set(Value::UNBOUND);
                self.catch(e, Exc::StopIteration)?;
                Ok(None)
            }
        }
    }

    /// Calls `f` with every item of an iterable.
    pub fn for_each(
        &mut self,
        iterable: Value,
        mut f: impl FnMut(&mut Vm, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        if iterable.shape() == shape::TUPLE
            && let Some(t) = iterable.cast::<Tuple>()
        {
            for i in 0..t.len() {
                f(self, t.get(i))?;
            }
            return Ok(());
        }
        if iterable.shape() == shape::LIST
            && let Some(l) = iterable.cast::<List>()
        {
            let mut i = 0;
            while let Some(v) = l.get(i) {
                f(self, v)?;
                i += 1;
            }
            return Ok(());
        }
        let it = self.iter(iterable)?;
        while let Some(v) = self.next(it)? {
            f(self, v)?;
        }
        Ok(())
    }

    /// `list(iterable)`
    pub fn list_from_iter(&mut self, iterable: Value) -> PyResult<Gc<List>> {
        let list = List::new(&mut self.heap, 0)?;
        self.extend_list(list, iterable)?;
        Ok(list)
    }

    /// `list.extend(iterable)`
    pub fn extend_list(&mut self, list: Gc<List>, iterable: Value) -> PyResult<()> {
        match iterable.shape() {
            shape::LIST => {
                if let Some(other) = iterable.cast::<List>() {
                    list.extend(&mut self.heap, other)?;
                    return Ok(());
                }
            }
            shape::TUPLE => {
                if let Some(t) = iterable.cast::<Tuple>() {
                    list.extend_from_cells(&mut self.heap, t.items())?;
                    return Ok(());
                }
            }
            shape::STR => {
                if let Some(s) = iterable.cast::<Str>() {
                    list.reserve(&mut self.heap, s.len())?;
                    for i in 0..s.len() {
                        let c = self.char_str(s.char_at(i))?;
                        list.push(&mut self.heap, c)?;
                    }
                    return Ok(());
                }
            }
            shape::SET | shape::FROZENSET => {
                if let Some(s) = iterable.cast::<habu_object::Set>() {
                    list.reserve(&mut self.heap, s.len())?;
                    let mut at = 0;
                    while let Some((next, key, _)) = s.next_key(at) {
                        at = next;
                        list.push(&mut self.heap, key)?;
                    }
                    return Ok(());
                }
            }
            _ => {}
        }
        self.for_each(iterable, |vm, v| Ok(list.push(&mut vm.heap, v)?))
    }

    /// `tuple(iterable)`
    pub fn tuple_from_iter(&mut self, iterable: Value) -> PyResult<Gc<Tuple>> {
        if iterable.shape() == shape::TUPLE
            && let Some(t) = iterable.cast::<Tuple>()
        {
            return Ok(t);
        }
        let list = self.list_from_iter(iterable)?;
        self.list_to_tuple(list)
    }

    /// `tuple(list)`
    pub fn list_to_tuple(&mut self, list: Gc<List>) -> PyResult<Gc<Tuple>> {
        Ok(Tuple::from_cells(&mut self.heap, list.cells())?)
    }

    /// `v[key]`
    pub fn getitem(&mut self, v: Value, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.cast_exact::<habu_object::Slice>()
            && let Some(found) = self.get_slice(v, slice)?
        {
            return Ok(found);
        }
        match v.shape() {
            shape::LIST if key.is_int() => {
                if let Some(l) = v.cast::<List>() {
                    let i = key.as_int();
                    let i = if i < 0 { i + l.len() as i64 } else { i };
                    return match usize::try_from(i).ok().and_then(|i| l.get(i)) {
                        Some(found) => Ok(found),
                        None => Err(self.raise_msg(Exc::IndexError, "list index out of range")),
                    };
                }
            }
            shape::TUPLE if key.is_int() => {
                if let Some(t) = v.cast::<Tuple>() {
                    let i = key.as_int();
                    let i = if i < 0 { i + t.len() as i64 } else { i };
                    return match usize::try_from(i) {
                        Ok(i) if i < t.len() => Ok(t.get(i)),
                        _ => Err(self.raise_msg(Exc::IndexError, "tuple index out of range")),
                    };
                }
            }
            shape::DICT => {
                if let Some(d) = v.cast::<Dict>() {
                    return match self.dict_get(d, key)? {
                        Some(found) => Ok(found),
                        None => Err(self.key_error(key)),
                    };
                }
            }
            shape::STR if key.is_int() => {
                if let Some(s) = v.cast::<Str>() {
                    let i = key.as_int();
                    let i = if i < 0 { i + s.len() as i64 } else { i };
                    return match usize::try_from(i) {
                        Ok(i) if i < s.len() => self.char_str(s.char_at(i)),
                        _ => Err(self.raise_msg(Exc::IndexError, "string index out of range")),
                    };
                }
            }
            _ => {}
        }
        let name = self.names.__getitem__;
        if let Some(r) = self.call_special(v, name, &[key])? {
            return Ok(r);
        }
        if v.kind() == Kind::Type {
            let name = self.names.__class_getitem__;
            if let Some(f) = self.getattr_opt(v, name)? {
                return self.call(f, &[key]);
            }
            if v == self.types.of_kind(Kind::Type).value() {
                // `type` itself has no `__class_getitem__`, or all classes would have it.
                let alias = self.types.of_kind(Kind::GenericAlias).value();
                return self.call(alias, &[v, key]);
            }
            let class = self.expect_type(v);
            let msg = format!("type '{}' is not subscriptable", self.class_name(class));
            return Err(self.type_error(&msg));
        }
        let msg = format!("'{}' object is not subscriptable", self.type_name(v));
        Err(self.type_error(&msg))
    }

    /// `v[slice]` for exact lists and strs and slices of small ints; None for all else.
    fn get_slice(&mut self, v: Value, slice: Gc<habu_object::Slice>) -> PyResult<Option<Value>> {
        match v.shape() {
            shape::LIST => {
                match v.cast::<List>().and_then(|l| slice.extent(l.len()).map(|e| (l, e))) {
                    Some((l, extent)) => Ok(Some(l.slice(&mut self.heap, extent)?.value())),
                    None => Ok(None),
                }
            }
            shape::STR => match v.cast::<Str>().and_then(|s| slice.extent(s.len()).map(|e| (s, e)))
            {
                Some((s, extent)) => Ok(Some(s.slice(&mut self.heap, extent)?.value())),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// `v[key] = item`
    pub fn setitem(&mut self, v: Value, key: Value, item: Value) -> PyResult<()> {
        match v.shape() {
            shape::LIST if key.is_int() => {
                if let Some(l) = v.cast::<List>() {
                    let i = key.as_int();
                    let i = if i < 0 { i + l.len() as i64 } else { i };
                    return match usize::try_from(i) {
                        Ok(i) if i < l.len() => {
                            l.set(&mut self.heap, i, item);
                            Ok(())
                        }
                        _ => {
                            Err(self
                                .raise_msg(Exc::IndexError, "list assignment index out of range"))
                        }
                    };
                }
            }
            shape::DICT => {
                if let Some(d) = v.cast::<Dict>() {
                    return self.dict_set(d, key, item);
                }
            }
            _ => {}
        }
        let name = self.names.__setitem__;
        if self.call_special(v, name, &[key, item])?.is_some() {
            return Ok(());
        }
        let msg = format!("'{}' object does not support item assignment", self.type_name(v));
        Err(self.type_error(&msg))
    }

    /// `del v[key]`
    pub fn delitem(&mut self, v: Value, key: Value) -> PyResult<()> {
        let name = self.names.__delitem__;
        if self.call_special(v, name, &[key])?.is_some() {
            return Ok(());
        }
        // CPython words it otherwise where the type has a table of sequence functions.
        let names = [self.names.__len__, self.names.__contains__, self.names.__getitem__];
        let index = self.names.__index__;
        let sequence = self.type_of(v).has(habu_object::type_flags::HEAP)
            || names.into_iter().any(|name| self.special(v, name).is_some());
        let not =
            if sequence && self.special(key, index).is_some() { "doesn't" } else { "does not" };
        let msg = format!("'{}' object {not} support item deletion", self.type_name(v));
        Err(self.type_error(&msg))
    }

    /// `item in v`
    pub fn contains(&mut self, v: Value, item: Value) -> PyResult<bool> {
        match v.shape() {
            shape::DICT => {
                if let Some(d) = v.cast::<Dict>() {
                    return Ok(self.dict_get(d, item)?.is_some());
                }
            }
            shape::LIST => {
                if let Some(l) = v.cast::<List>() {
                    let mut i = 0;
                    while let Some(x) = l.get(i) {
                        if self.eq(x, item)? {
                            return Ok(true);
                        }
                        i += 1;
                    }
                    return Ok(false);
                }
            }
            shape::TUPLE => {
                if let Some(t) = v.cast::<Tuple>() {
                    for i in 0..t.len() {
                        if self.eq(t.get(i), item)? {
                            return Ok(true);
                        }
                    }
                    return Ok(false);
                }
            }
            shape::STR if item.shape() == shape::STR => {
                if let (Some(s), Some(sub)) = (v.cast::<Str>(), item.cast::<Str>()) {
                    return Ok(s.contains(&sub));
                }
            }
            shape::SET | shape::FROZENSET => {
                if let Some(s) =
                    v.cast::<Set>().filter(|_| matches!(item.shape(), shape::INT | shape::STR))
                {
                    let hash = self.element_hash(item)?;
                    return s.contains(item, hash, |a, b| self.eq(a, b));
                }
            }
            _ => {}
        }
        let name = self.names.__contains__;
        match self.special(v, name) {
            Some(f) if f.is_none() => {
                let msg = format!("'{}' object is not a container", self.type_name(v));
                return Err(self.type_error(&msg));
            }
            Some(f) => {
                let r = self.call_unbound(f, v, &[item])?;
                return self.truth(r);
            }
            None => {}
        }
        let iter_name = self.names.__iter__;
        let item_name = self.names.__getitem__;
        if self.special(v, iter_name).is_none() && self.special(v, item_name).is_none() {
            let msg =
                format!("argument of type '{}' is not a container or iterable", self.type_name(v));
            return Err(self.type_error(&msg));
        }
        let it = self.iter(v)?;
        while let Some(x) = self.next(it)? {
            if self.eq(x, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `repr(v)` as a str object.
    pub fn repr(&mut self, v: Value) -> PyResult<Value> {
        self.check_native_stack()?;
        let name = self.names.__repr__;
        match self.call_special(v, name, &[])? {
            Some(r) if r.kind() == Kind::Str => Ok(r),
            Some(r) => {
                let msg = format!("__repr__ returned non-string (type {})", self.type_name(r));
                Err(self.type_error(&msg))
            }
            None => {
                let msg = format!("<{} object>", self.type_name(v));
                self.new_str(&msg)
            }
        }
    }

    /// `repr(v)` as text.
    pub fn repr_text(&mut self, v: Value) -> PyResult<String> {
        let s = self.repr(v)?;
        Ok(self.text(s))
    }

    /// `str(v)` as a str object.
    pub fn str(&mut self, v: Value) -> PyResult<Value> {
        if v.shape() == shape::STR {
            return Ok(v);
        }
        if v.is_int() {
            let heap = &mut self.heap;
            return int::with_decimal(v, |digits| Ok(Str::new(heap, digits)?.value()));
        }
        self.check_native_stack()?;
        let name = self.names.__str__;
        match self.call_special(v, name, &[])? {
            Some(r) if r.kind() == Kind::Str => Ok(r),
            Some(r) => {
                let msg = format!("__str__ returned non-string (type {})", self.type_name(r));
                Err(self.type_error(&msg))
            }
            None => self.repr(v),
        }
    }

    /// `str(v)` as text.
    pub fn str_text(&mut self, v: Value) -> PyResult<String> {
        let s = self.str(v)?;
        Ok(self.text(s))
    }

    /// `format(v, '')`
    pub fn format_plain(&mut self, v: Value) -> PyResult<Value> {
        if v.is_int() || v.shape() == shape::STR {
            return self.str(v);
        }
        let empty = self.names.empty;
        self.format(v, empty)
    }

    /// `format(v, spec)`
    pub fn format(&mut self, v: Value, spec: Value) -> PyResult<Value> {
        let empty = spec.cast::<Str>().is_some_and(|s| s.is_empty());
        if empty && (v.shape() == shape::STR || v.is_int()) {
            return self.str(v);
        }
        let text = spec.cast::<Str>().filter(|_| !empty).and_then(|s| format_exact(v, s.as_str()?));
        if let Some(text) = text {
            return self.new_str(&text);
        }
        let name = self.names.__format__;
        match self.call_special(v, name, &[spec])? {
            Some(r) if r.kind() == Kind::Str => Ok(r),
            Some(r) => {
                let msg = format!("__format__ must return a str, not {}", self.type_name(r));
                Err(self.type_error(&msg))
            }
            None => self.str(v),
        }
    }

    /// Runs `f` unless the repr of `v` is already being computed (a container that holds itself): then None.
    pub fn guard_repr<T>(
        &mut self,
        v: Value,
        f: impl FnOnce(&mut Vm) -> PyResult<T>,
    ) -> PyResult<Option<T>> {
        if self.repr_active.len() >= self.recursion_limit {
            return Err(self.recursion_error());
        }
        if self.repr_active.contains(&v.bits()) {
            return Ok(None);
        }
        self.repr_active.push(v.bits());
        let r = f(self);
        self.repr_active.pop();
        r.map(Some)
    }
}

impl Vm {
    /// `set.add(v)`
    pub fn set_add(&mut self, s: Gc<habu_object::Set>, v: Value) -> PyResult<()> {
        let hash = self.element_hash(v)?;
        s.add(self, v, hash, |vm: &mut Vm, a, b| vm.eq(a, b))?;
        Ok(())
    }

    /// `ascii(v)`
    pub fn ascii(&mut self, v: Value) -> PyResult<Value> {
        let text = self.repr_text(v)?;
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c as u32 {
                n if n < 128 => out.push(c),
                n if n < 256 => out.push_str(&format!("\\x{n:02x}")),
                n if n < 0x10000 => out.push_str(&format!("\\u{n:04x}")),
                n => out.push_str(&format!("\\U{n:08x}")),
            }
        }
        self.new_str(&out)
    }

    /// How messages name a callable: `module.qualname()`, or its str.
    pub fn callable_name(&mut self, f: Value) -> PyResult<String> {
        let (qualname, module) = (self.names.__qualname__, self.names.__module__);
        let Some(name) = self.getattr_opt(f, qualname)? else { return self.str_text(f) };
        let name = self.text(name);
        match self.getattr_opt(f, module)? {
            Some(m) if m.kind() == Kind::Str && self.text(m) != "builtins" => {
                Ok(format!("{}.{name}()", self.text(m)))
            }
            _ => Ok(format!("{name}()")),
        }
    }

    /// `super(class, object)` with the checks of CPython's `supercheck`.
    pub fn new_super(&mut self, class: Value, object: Value) -> PyResult<Value> {
        let Some(start) = class.cast::<habu_object::Type>() else {
            return Err(self.type_error("super() argument 1 must be a type"));
        };
        let own = self.type_of(object);
        let object_type = match object.cast::<habu_object::Type>() {
            Some(c) if self.is_subclass(c, start) => c,
            _ if self.is_subclass(own, start) => own,
            _ => {
                return Err(
                    self.type_error("super(type, obj): obj must be an instance or subtype of type")
                );
            }
        };
        let s = habu_object::Super::blank(&mut self.heap)?;
        s.class.set(class);
        s.object.set(object);
        s.object_type.set(object_type.value());
        Ok(s.value())
    }

    /// Serves what the poll flag announced: signals, finalizers, threads that wait, requests of the JIT. In an attempt
    /// all that has to wait.
    pub fn serve_poll(&mut self) -> PyResult<()> {
        if self.attempting {
            return Ok(());
        }
        self.poll = 0;
        self.serve_signals()?;
        if self.heap.take_exhausted() {
            return Err(habu_gc::OutOfMemory.into());
        }
        self.run_finalizers();
        self.yield_gil();
        Ok(())
    }
}

/// `object.__hash__`: the address, rotated as CPython does.
pub fn identity_hash(v: Value) -> i64 {
    let address = v.bits() & !3;
    (address.rotate_right(4) as i64) & 0x1fff_ffff_ffff_ffff
}

/// Byte `i` of bytes or a bytearray.
fn byte_at(v: Value, i: usize) -> Option<u8> {
    if let Some(b) = v.cast::<habu_object::bytes::Bytes>() {
        return b.bytes().get(i).copied();
    }
    let b = v.cast::<habu_object::ByteArray>()?;
    if i >= b.len.get() {
        return None;
    }
    let blob = b.blob.get().cast::<habu_object::Blob>()?;
    blob.bytes().get(i).map(|c| c.get())
}
