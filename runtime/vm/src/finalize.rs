//! What a collection leaves to do: callbacks of weak references, and `__del__`.
//!
//! The collector only queues; the queues are worked off at the next safepoint (`Vm::serve_poll`).

use crate::error::Raised;
use crate::vm::Vm;
use habu_object::{Value, WeakRef};

impl Vm {
    /// Runs what the last collections have queued. Exceptions go to stderr and no further.
    pub fn run_finalizers(&mut self) {
        if self.finalizing || !self.heap.has_pending() {
            return;
        }
        self.finalizing = true;
        let handled = std::mem::replace(&mut self.handled, Value::NONE);
        while let Some(object) = self.heap.pop_cleared() {
            let reference = Value::from_bits(object.as_ptr() as u64 + 1);
            let Some(r) = reference.cast::<WeakRef>() else { continue };
            let callback = r.callback.replace(Value::NONE);
            if !callback.is_none()
                && let Err(e) = self.call(callback, &[reference])
            {
                self.unraisable(e, callback);
            }
        }
        while let Some(object) = self.heap.pop_finalizer() {
            let v = Value::from_bits(object.as_ptr() as u64 + 1);
            let name = self.names.__del__;
            let Some(f) = self.special(v, name) else { continue };
            if let Err(e) = self.call_unbound(f, v, &[]) {
                self.unraisable(e, f);
            }
        }
        self.handled = handled;
        self.finalizing = false;
    }

    /// Reports an exception that cannot be passed on.
    fn unraisable(&mut self, raised: Raised, place: Value) {
        let exception = self.take_raised(raised);
        let place = self.text_or_nothing(place, Vm::repr_text);
        let message = self.text_or_nothing(exception, Vm::str_text);
        let name = self.type_name(exception);
        let separator = if message.is_empty() { "" } else { ": " };
        eprintln!("Exception ignored in: {place}\n{name}{separator}{message}");
    }

    fn text_or_nothing(
        &mut self,
        v: Value,
        f: fn(&mut Vm, Value) -> crate::PyResult<String>,
    ) -> String {
        match f(self, v) {
            Ok(text) => text,
            Err(e) => {
                self.take_raised(e);
                String::new()
            }
        }
    }
}
