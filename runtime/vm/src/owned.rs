//! Rust values that native objects own: compiled patterns, compressors and the like.
//!
//! An object of a class with `type_flags::OWNER` has the number of its value in slot 0; the value is dropped when the
//! collector finds the object dead.

use crate::error::PyResult;
use crate::vm::Vm;
use habu_object::{Gc, Native, Type, Value, type_flags};
use std::any::Any;
use std::rc::Rc;

/// The values, by number.
#[derive(Default)]
struct Owned {
    rows: Vec<Option<Rc<dyn Any>>>,
    free: Vec<usize>,
}

impl Vm {
    /// An object of a class that owns `value`, which must hold no `Value`; `slots` begin at 1.
    pub fn new_owner<T: 'static>(
        &mut self,
        class: Gc<Type>,
        value: T,
        slots: &[Value],
    ) -> PyResult<Gc<Native>> {
        debug_assert!(class.has(type_flags::OWNER));
        let object = Native::zeroed(&mut self.heap, class.instance_shape.get(), slots.len() + 1)?;
        for (i, v) in slots.iter().enumerate() {
            object.set_slot(&mut self.heap, i + 1, *v);
        }
        let owned = self.state::<Owned>();
        let row = owned.free.pop().unwrap_or(owned.rows.len());
        if row == owned.rows.len() {
            owned.rows.push(None);
        }
        owned.rows[row] = Some(Rc::new(value));
        object.set_slot(&mut self.heap, 0, Value::small_int(row as i64));
        self.watched = true;
        self.heap.register_finalizer(object.header());
        Ok(object)
    }

    /// The value that an object owns.
    pub fn owned<T: 'static>(&mut self, object: Value) -> Option<Rc<T>> {
        let row = object.cast::<Native>()?.slots().first()?.get();
        let row = usize::try_from(if row.is_int() { row.as_int() } else { -1 }).ok()?;
        let value = self.state::<Owned>().rows.get(row)?.clone()?;
        value.downcast::<T>().ok()
    }

    /// Drops what a dead object owns.
    pub(crate) fn drop_owned(&mut self, object: Gc<Native>) {
        let Some(row) = object.slots().first().map(|c| c.get()).filter(|v| v.is_int()) else {
            return;
        };
        object.set_slot(&mut self.heap, 0, Value::NONE);
        let owned = self.state::<Owned>();
        if let Ok(row) = usize::try_from(row.as_int())
            && let Some(value) = owned.rows.get_mut(row).and_then(Option::take)
        {
            owned.free.push(row);
            drop(value);
        }
    }
}
