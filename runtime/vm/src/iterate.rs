//! A step of any iterator, and those of the iterators that drive others: `enumerate`, `zip`, `map`, `filter`, `reversed`.
//!
//! They may run Python code. The others' steps are in `protocol`.

use crate::error::{Exc, PyResult, Raised};
use crate::generator::Resumed;
use crate::vm::Vm;
use habu_object::{
    Enumerate, Filter, Gc, Generator, Kind, List, ListIter, Map, Reversed, Tuple, Value, Zip, int,
    shape,
};

/// Arguments of a `map` call that need no heap storage.
const FEW: usize = 4;

impl Vm {
    /// `next(it)`; the exception at the end is the iterator's own, with its value.
    pub fn next_or_stop(&mut self, it: Value) -> PyResult<Value> {
        if it.shape() == shape::GENERATOR
            && let Some(generator) = it.cast::<Generator>()
        {
            return match self.resume_generator(generator, Value::NONE)? {
                Resumed::Yielded(v) => Ok(v),
                Resumed::Returned(v) => Err(self.stop_iteration(v)),
            };
        }
        if let Some(step) = self.next_builtin(it)? {
            return step.ok_or_else(|| self.stop_iteration(Value::NONE));
        }
        let name = self.names.__next__;
        match self.call_special(it, name, &[])? {
            Some(v) => Ok(v),
            None => {
                let msg = format!("'{}' object is not an iterator", self.type_name(it));
                Err(self.type_error(&msg))
            }
        }
    }

    /// The step of an iterator of one of these types or their subclasses: None if `it` is no such iterator, Some(None)
    /// if it is exhausted.
    pub fn next_composite(&mut self, it: Value) -> PyResult<Option<Option<Value>>> {
        Ok(Some(match it.kind() {
            Kind::Enumerate => match it.cast::<Enumerate>() {
                Some(it) => self.next_enumerate(it)?,
                None => None,
            },
            Kind::Zip => match it.cast::<Zip>() {
                Some(it) => self.next_zip(it)?,
                None => None,
            },
            Kind::Map => match it.cast::<Map>() {
                Some(it) => self.next_map(it)?,
                None => None,
            },
            Kind::Filter => match it.cast::<Filter>() {
                Some(it) => self.next_filter(it)?,
                None => None,
            },
            Kind::Reversed => match it.cast::<Reversed>() {
                Some(it) => self.next_reversed(it)?,
                None => None,
            },
            _ => return Ok(None),
        }))
    }

    /// The step of a driven iterator: those of lists are stepped here.
    #[inline(always)]
    fn next_inner(&mut self, it: Value) -> PyResult<Option<Value>> {
        match it.cast_exact::<ListIter>() {
            Some(it) => Ok(self.next_list(it)),
            None => self.next(it),
        }
    }

    fn next_enumerate(&mut self, it: Gc<Enumerate>) -> PyResult<Option<Value>> {
        let Some(item) = self.next_inner(it.iter.get())? else { return Ok(None) };
        let count = it.count.get();
        let after = match count.is_int().then(|| Value::try_small_int(count.as_int() + 1)).flatten()
        {
            Some(after) => after,
            None => {
                let after = int::add(&mut self.heap, count, Value::small_int(1));
                after.map_err(|e| self.int_error(crate::BinOp::Add, e))?
            }
        };
        it.store(&mut self.heap, &it.count, after);
        Ok(Some(Tuple::pair(&mut self.heap, count, item)?.value()))
    }

    fn next_zip(&mut self, it: Gc<Zip>) -> PyResult<Option<Value>> {
        let Some(iters) = it.iters.get().cast::<Tuple>() else { return Ok(None) };
        let n = iters.len();
        if n == 0 {
            return Ok(None);
        }
        if n == 2 && !it.strict.get() {
            let Some(a) = self.next_inner(iters.get(0))? else { return Ok(None) };
            let Some(b) = self.next_inner(iters.get(1))? else { return Ok(None) };
            return Ok(Some(Tuple::pair(&mut self.heap, a, b)?.value()));
        }
        let items = Tuple::zeroed(&mut self.heap, n)?;
        if self.step_all(iters, items, it.strict.get(), "zip")? {
            Ok(Some(items.value()))
        } else {
            Ok(None)
        }
    }

    /// Steps every iterator, from left to right; false when one is exhausted.
    fn step_all(
        &mut self,
        iters: Gc<Tuple>,
        items: Gc<Tuple>,
        strict: bool,
        name: &str,
    ) -> PyResult<bool> {
        for i in 0..iters.len() {
            match self.next(iters.get(i))? {
                Some(v) => items.set(&mut self.heap, i, v),
                None if !strict => return Ok(false),
                None if i > 0 => return Err(self.uneven(name, i, "shorter")),
                None => {
                    for i in 1..iters.len() {
                        if self.next(iters.get(i))?.is_some() {
                            return Err(self.uneven(name, i, "longer"));
                        }
                    }
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    #[cold]
    fn uneven(&mut self, name: &str, i: usize, how: &str) -> Raised {
        let range = if i == 1 { " " } else { "s 1-" };
        self.value_error(&format!("{name}() argument {} is {how} than argument{range}{i}", i + 1))
    }

    fn next_map(&mut self, it: Gc<Map>) -> PyResult<Option<Value>> {
        let Some(iters) = it.iters.get().cast::<Tuple>() else { return Ok(None) };
        let func = it.func.get();
        let n = iters.len();
        if n == 1 {
            let Some(v) = self.next(iters.get(0))? else { return Ok(None) };
            return self.call(func, &[v]).map(Some);
        }
        let items = Tuple::zeroed(&mut self.heap, n)?;
        if !self.step_all(iters, items, it.strict.get(), "map")? {
            return Ok(None);
        }
        if n <= FEW {
            let mut few = [Value::NONE; FEW];
            for (to, from) in few.iter_mut().zip(items.items()) {
                *to = from.get();
            }
            return self.call(func, &few[..n]).map(Some);
        }
        // The tuple keeps them alive, so the Vec hides nothing from the collector.
        let many: Vec<Value> = items.items().iter().map(|c| c.get()).collect();
        let result = self.call(func, &many).map(Some);
        std::hint::black_box(items);
        result
    }

    fn next_filter(&mut self, it: Gc<Filter>) -> PyResult<Option<Value>> {
        let func = it.func.get();
        let by_truth = func.is_none() || func == self.types.of_kind(Kind::Bool).value();
        let iter = it.iter.get();
        while let Some(v) = self.next(iter)? {
            let good = if by_truth { v } else { self.call(func, &[v])? };
            if self.truth(good)? {
                return Ok(Some(v));
            }
        }
        Ok(None)
    }

    fn next_reversed(&mut self, it: Gc<Reversed>) -> PyResult<Option<Value>> {
        let Some(sequence) = it.sequence.get().bound() else { return Ok(None) };
        let i = it.index.get();
        if let Ok(at) = usize::try_from(i) {
            let item = match sequence.shape() {
                shape::LIST => sequence.cast::<List>().and_then(|l| l.get(at)),
                shape::TUPLE => {
                    sequence.cast::<Tuple>().and_then(|t| Some(t.items().get(at)?.get()))
                }
                _ => self.item_or_end(sequence, i)?,
            };
            if let Some(v) = item {
                it.index.set(i - 1);
                return Ok(Some(v));
            }
        }
        it.index.set(-1);
        it.sequence.set(Value::UNBOUND);
        Ok(None)
    }

    /// `sequence[i]`; None if that raises IndexError or StopIteration.
    fn item_or_end(&mut self, sequence: Value, i: i64) -> PyResult<Option<Value>> {
        let index = self.new_int(i)?;
        match self.getitem(sequence, index) {
            Ok(v) => Ok(Some(v)),
            Err(e) => {
                let raised = self.take_raised(e);
                let (index, stop) =
                    (self.exc_type(Exc::IndexError), self.exc_type(Exc::StopIteration));
                if self.is_instance_exact(raised, index) || self.is_instance_exact(raised, stop) {
                    return Ok(None);
                }
                Err(self.reraise(raised))
            }
        }
    }
}
