//! count, cycle, repeat, chain, islice, takewhile and the other iterators that take items one by one.

use super::{index, iterator};
use crate::util::{arg, arg_or_none, class_arg, given, items, native, new_native};
use habu_object::{Gc, List, Native, Tuple, Value, int};
use habu_vm::{BinOp, Exc, NativeDef, PyResult, Vm};

pub(super) static CLASSES: &[(&str, &[NativeDef])] = &[
    ("count", COUNT),
    ("cycle", CYCLE),
    ("repeat", REPEAT),
    ("accumulate", ACCUMULATE),
    ("chain", CHAIN),
    ("compress", COMPRESS),
    ("dropwhile", DROPWHILE),
    ("takewhile", TAKEWHILE),
    ("filterfalse", FILTERFALSE),
    ("islice", ISLICE),
    ("pairwise", PAIRWISE),
    ("starmap", STARMAP),
    ("zip_longest", ZIP_LONGEST),
];

iterator!(
    COUNT,
    "(cls, start=0, step=1)",
    |vm, args| {
        let start = arg(args, 1).bound().unwrap_or(Value::small_int(0));
        let step = arg(args, 2).bound().unwrap_or(Value::small_int(1));
        for v in [start, step] {
            let (add, number) = (vm.names.__add__, vm.names.__int__);
            let (index, float) = (vm.names.__index__, vm.names.__float__);
            let names = [number, index, float];
            let complex = v.kind() == habu_object::Kind::Complex;
            if vm.special(v, add).is_none()
                || !(complex || names.iter().any(|n| vm.special(v, *n).is_some()))
            {
                return Err(vm.type_error("a number is required"));
            }
        }
        new_native(vm, args, &[start, step])
    },
    |vm, this| {
        let (now, step) = (this.slot(0), this.slot(1));
        let next = vm.binary_op(BinOp::Add, now, step)?;
        this.set_slot(&mut vm.heap, 0, next);
        Ok(Some(now))
    },
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let now = vm.repr_text(this.slot(0))?;
        if this.slot(1) == Value::small_int(1) {
            return vm.new_str(&format!("count({now})"));
        }
        let step = vm.repr_text(this.slot(1))?;
        vm.new_str(&format!("count({now}, {step})"))
    }),
);

// Slots: iterator or None, saved items, next saved item.
iterator!(
    CYCLE,
    "(cls, iterable, /)",
    |vm, args| {
        let it = vm.iter(arg(args, 1))?;
        let saved = vm.new_list(&[])?;
        new_native(vm, args, &[it, saved, Value::small_int(0)])
    },
    |vm, this| {
        let Some(saved) = this.slot(1).cast::<List>() else { return Ok(None) };
        if !this.slot(0).is_none() {
            if let Some(v) = vm.next(this.slot(0))? {
                saved.push(&mut vm.heap, v)?;
                return Ok(Some(v));
            }
            this.set_slot(&mut vm.heap, 0, Value::NONE);
        }
        let i = this.slot(2).as_int() as usize;
        let Some(v) = saved.get(i) else { return Ok(None) };
        let i = if i + 1 >= saved.len() { 0 } else { i + 1 };
        this.set_slot(&mut vm.heap, 2, Value::small_int(i as i64));
        Ok(Some(v))
    }
);

// Slots: object, times left or None.
iterator!(
    REPEAT,
    "(cls, object, times=None)",
    |vm, args| {
        let times = match arg(args, 2).bound() {
            Some(v) => Value::small_int(index(vm, v)?.clamp(0, 1 << 60)),
            None => Value::NONE,
        };
        new_native(vm, args, &[arg(args, 1), times])
    },
    |vm, this| {
        let left = this.slot(1);
        if left.is_int() {
            if left.as_int() <= 0 {
                return Ok(None);
            }
            this.set_slot(&mut vm.heap, 1, Value::small_int(left.as_int() - 1));
        }
        Ok(Some(this.slot(0)))
    },
    NativeDef::new("__length_hint__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        if this.slot(1).is_none() {
            return Err(vm.type_error("len() of unsized object"));
        }
        Ok(this.slot(1))
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let object = vm.repr_text(this.slot(0))?;
        let times = if this.slot(1).is_int() {
            format!(", {}", this.slot(1).as_int())
        } else {
            String::new()
        };
        vm.new_str(&format!("repeat({object}{times})"))
    }),
);

// Slots: iterator, function or None, total or UNBOUND, whether the initial value is still to come.
iterator!(
    ACCUMULATE,
    "(cls, iterable, func=None, *, initial=None)",
    |vm, args| {
        let it = vm.iter(arg(args, 1))?;
        let initial = given(args, 3);
        let pending = Value::bool(initial.is_some());
        new_native(
            vm,
            args,
            &[it, arg_or_none(args, 2), initial.unwrap_or(Value::UNBOUND), pending],
        )
    },
    |vm, this| {
        if this.slot(3) == Value::TRUE {
            this.set_slot(&mut vm.heap, 3, Value::FALSE);
            return Ok(Some(this.slot(2)));
        }
        let Some(v) = vm.next(this.slot(0))? else { return Ok(None) };
        let total = match (this.slot(2).bound(), this.slot(1)) {
            (None, _) => v,
            (Some(total), f) if f.is_none() => vm.binary_op(BinOp::Add, total, v)?,
            (Some(total), f) => vm.call(f, &[total, v])?,
        };
        this.set_slot(&mut vm.heap, 2, total);
        Ok(Some(total))
    }
);

// Slots: iterator of iterables or None, current iterator or None.
iterator!(
    CHAIN,
    "(cls, *iterables)",
    |vm, args| {
        let all = vm.iter(arg(args, 1))?;
        new_native(vm, args, &[all, Value::NONE])
    },
    |vm, this| {
        loop {
            if !this.slot(1).is_none() {
                if let Some(v) = vm.next(this.slot(1))? {
                    return Ok(Some(v));
                }
                this.set_slot(&mut vm.heap, 1, Value::NONE);
            }
            if this.slot(0).is_none() {
                return Ok(None);
            }
            match vm.next(this.slot(0))? {
                Some(iterable) => {
                    let it = vm.iter(iterable)?;
                    this.set_slot(&mut vm.heap, 1, it);
                }
                None => this.set_slot(&mut vm.heap, 0, Value::NONE),
            }
        }
    },
    NativeDef::new("from_iterable", "(cls, iterable, /)", |vm, args| {
        let class = class_arg(vm, args)?;
        let all = vm.iter(arg(args, 1))?;
        let shape = class.instance_shape.get();
        Ok(Native::new(&mut vm.heap, shape, &[all, Value::NONE])?.value())
    }),
    NativeDef::new("__class_getitem__", "(cls, item, /)", |_, args| Ok(arg(args, 0))),
);

iterator!(
    COMPRESS,
    "(cls, data, selectors)",
    |vm, args| {
        let (data, selectors) = (vm.iter(arg(args, 1))?, vm.iter(arg(args, 2))?);
        new_native(vm, args, &[data, selectors])
    },
    |vm, this| {
        loop {
            let Some(v) = vm.next(this.slot(0))? else { return Ok(None) };
            let Some(wanted) = vm.next(this.slot(1))? else { return Ok(None) };
            if vm.truth(wanted)? {
                return Ok(Some(v));
            }
        }
    }
);

fn predicate_and_iterator(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let it = vm.iter(arg(args, 2))?;
    new_native(vm, args, &[arg(args, 1), it, Value::FALSE])
}

// Slots: predicate, iterator, whether the prefix is over.
iterator!(DROPWHILE, "(cls, predicate, iterable, /)", predicate_and_iterator, |vm, this| {
    loop {
        let Some(v) = vm.next(this.slot(1))? else { return Ok(None) };
        if this.slot(2) == Value::TRUE {
            return Ok(Some(v));
        }
        let dropped = vm.call(this.slot(0), &[v])?;
        if !vm.truth(dropped)? {
            this.set_slot(&mut vm.heap, 2, Value::TRUE);
            return Ok(Some(v));
        }
    }
});

iterator!(TAKEWHILE, "(cls, predicate, iterable, /)", predicate_and_iterator, |vm, this| {
    if this.slot(2) == Value::TRUE {
        return Ok(None);
    }
    let Some(v) = vm.next(this.slot(1))? else { return Ok(None) };
    let taken = vm.call(this.slot(0), &[v])?;
    if vm.truth(taken)? {
        return Ok(Some(v));
    }
    this.set_slot(&mut vm.heap, 2, Value::TRUE);
    Ok(None)
});

iterator!(FILTERFALSE, "(cls, function, iterable, /)", predicate_and_iterator, |vm, this| {
    loop {
        let Some(v) = vm.next(this.slot(1))? else { return Ok(None) };
        let f = this.slot(0);
        let good = if f.is_none() || f == vm.types.of_kind(habu_object::Kind::Bool).value() {
            v
        } else {
            vm.call(f, &[v])?
        };
        if !vm.truth(good)? {
            return Ok(Some(v));
        }
    }
});

iterator!(STARMAP, "(cls, function, iterable, /)", predicate_and_iterator, |vm, this| {
    let Some(v) = vm.next(this.slot(1))? else { return Ok(None) };
    let t = vm.tuple_from_iter(v)?;
    let values = items(t.value());
    vm.call(this.slot(0), &values).map(Some)
});

fn islice_bound(vm: &mut Vm, v: Value, what: &str) -> PyResult<Option<i64>> {
    if v.is_none() {
        return Ok(None);
    }
    let n = if int::is_int_like(v) || vm.special(v, vm.names.__index__).is_some() {
        int::to_i64(vm.index(v)?).filter(|n| *n >= 0)
    } else {
        None
    };
    match n {
        Some(n) => Ok(Some(n)),
        None => {
            let msg = match what {
                "Step" => "Step for islice() must be a positive integer or None.".to_owned(),
                "Stop" => {
                    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
                        .to_owned()
                }
                _ => "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
                    .to_owned(),
            };
            Err(vm.value_error(&msg))
        }
    }
}

// Slots: iterator or None, next index to give, stop or None, step, items taken so far.
iterator!(
    ISLICE,
    "(cls, iterable, /, *args)",
    |vm, args| {
        let bounds = items(arg(args, 2));
        let (start, stop, step) = match bounds.as_slice() {
            [stop] => (Some(0), islice_bound(vm, *stop, "Stop")?, Some(1)),
            [start, stop] => (islice_bound(vm, *start, "")?, islice_bound(vm, *stop, "")?, Some(1)),
            [start, stop, step] => {
                let start = islice_bound(vm, *start, "")?;
                (start, islice_bound(vm, *stop, "")?, islice_bound(vm, *step, "Step")?)
            }
            other => {
                let n = other.len() + 1;
                let (bound, count) = if n < 2 { ("at least", 2) } else { ("at most", 4) };
                let msg = format!("islice expected {bound} {count} arguments, got {n}");
                return Err(vm.type_error(&msg));
            }
        };
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(vm.value_error("Step for islice() must be a positive integer or None."));
        }
        let it = vm.iter(arg(args, 1))?;
        let stop = stop.map_or(Value::NONE, |n| Value::small_int(n.min(1 << 60)));
        let n = |n: i64| Value::small_int(n.min(1 << 60));
        new_native(vm, args, &[it, n(start.unwrap_or(0)), stop, n(step), n(0)])
    },
    |vm, this| {
        if this.slot(0).is_none() {
            return Ok(None);
        }
        let (wanted, stop) = (this.slot(1).as_int(), this.slot(2));
        let limit = if stop.is_int() { stop.as_int() } else { i64::MAX };
        let mut taken = this.slot(4).as_int();
        while taken < wanted.min(limit) {
            if vm.next(this.slot(0))?.is_none() {
                this.set_slot(&mut vm.heap, 0, Value::NONE);
                return Ok(None);
            }
            taken += 1;
            this.set_slot(&mut vm.heap, 4, Value::small_int(taken));
        }
        if taken >= limit {
            this.set_slot(&mut vm.heap, 0, Value::NONE);
            return Ok(None);
        }
        let v = vm.next(this.slot(0))?;
        if v.is_none() {
            this.set_slot(&mut vm.heap, 0, Value::NONE);
        }
        let next = wanted.saturating_add(this.slot(3).as_int()).min(limit).min(1 << 60);
        this.set_slot(&mut vm.heap, 1, Value::small_int(next));
        this.set_slot(&mut vm.heap, 4, Value::small_int(taken + 1));
        Ok(v)
    }
);

// Slots: iterator, last item or UNBOUND.
iterator!(
    PAIRWISE,
    "(cls, iterable, /)",
    |vm, args| {
        let it = vm.iter(arg(args, 1))?;
        new_native(vm, args, &[it, Value::UNBOUND])
    },
    |vm, this| {
        let mut last = this.slot(1);
        if last.is_unbound() {
            let Some(v) = vm.next(this.slot(0))? else { return Ok(None) };
            this.set_slot(&mut vm.heap, 1, v);
            last = v;
        }
        let Some(v) = vm.next(this.slot(0))? else { return Ok(None) };
        this.set_slot(&mut vm.heap, 1, v);
        vm.new_tuple(&[last, v]).map(Some)
    }
);

// Slots: list of iterators (None when exhausted), number not exhausted, fill value.
iterator!(
    ZIP_LONGEST,
    "(cls, *iterables, fillvalue=None)",
    |vm, args| {
        let list = List::new(&mut vm.heap, 4)?;
        for v in items(arg(args, 1)) {
            let it = vm.iter(v)?;
            list.push(&mut vm.heap, it)?;
        }
        let n = Value::small_int(list.len() as i64);
        new_native(vm, args, &[list.value(), n, arg_or_none(args, 2)])
    },
    |vm, this| {
        let Some(list) = this.slot(0).cast::<List>() else { return Ok(None) };
        if this.slot(1).as_int() == 0 {
            return Ok(None);
        }
        let out: Gc<Tuple> = Tuple::zeroed(&mut vm.heap, list.len())?;
        for i in 0..list.len() {
            let it = list.get(i).unwrap_or(Value::NONE);
            let found = if it.is_none() { None } else { vm.next(it)? };
            if found.is_none() && !it.is_none() {
                list.set(&mut vm.heap, i, Value::NONE);
                let left = this.slot(1).as_int() - 1;
                this.set_slot(&mut vm.heap, 1, Value::small_int(left));
                if left == 0 {
                    return Ok(None);
                }
            }
            out.set(&mut vm.heap, i, found.unwrap_or(this.slot(2)));
        }
        Ok(Some(out.value()))
    }
);

/// ValueError for a negative count.
pub(super) fn not_negative(vm: &mut Vm, n: i64, what: &str) -> PyResult<usize> {
    match usize::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => Err(vm.raise_msg(Exc::ValueError, &format!("{what} must be non-negative"))),
    }
}
