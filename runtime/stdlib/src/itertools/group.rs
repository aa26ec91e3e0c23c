//! groupby, tee, batched.

use super::{index, iterator};
use crate::util::{arg, arg_or_none, class_arg, new_native};
use habu_object::{Gc, List, Native, Type, Value};
use habu_vm::{NativeDef, PyResult, Vm};

/// Roots of the classes of tee's iterators and of groups.
pub(super) const TEE: &str = "itertools._tee";
pub(super) const GROUPER: &str = "itertools._grouper";

pub(super) static CLASSES: &[(&str, &[NativeDef])] =
    &[("groupby", GROUPBY), ("_grouper", GROUP), ("_tee", TEE_ITERATOR), ("batched", BATCHED)];

pub(super) static FUNCTIONS: &[NativeDef] = &[NativeDef::new("tee", "(iterable, n=2, /)", tee)];

/// Slots of a groupby: iterator, key function, key wanted next, current key, current item, current group.
const ITERATOR: usize = 0;
const FUNCTION: usize = 1;
const TARGET: usize = 2;
const KEY: usize = 3;
const ITEM: usize = 4;
const CURRENT: usize = 5;

/// Takes an item and its key; false at the end.
fn advance(vm: &mut Vm, this: Gc<Native>) -> PyResult<bool> {
    let Some(v) = vm.next(this.slot(ITERATOR))? else { return Ok(false) };
    let f = this.slot(FUNCTION);
    let key = if f.is_none() { v } else { vm.call(f, &[v])? };
    this.set_slot(&mut vm.heap, ITEM, v);
    this.set_slot(&mut vm.heap, KEY, key);
    Ok(true)
}

fn step(vm: &mut Vm, this: Gc<Native>) -> PyResult<Option<Value>> {
    this.set_slot(&mut vm.heap, CURRENT, Value::NONE);
    loop {
        let (key, target) = (this.slot(KEY), this.slot(TARGET));
        if !key.is_unbound() && (target.is_unbound() || !vm.eq(target, key)?) {
            break;
        }
        if !advance(vm, this)? {
            return Ok(None);
        }
    }
    let key = this.slot(KEY);
    this.set_slot(&mut vm.heap, TARGET, key);
    let Some(class) = vm.root(GROUPER).cast::<Type>() else { return Ok(None) };
    let group = Native::new(&mut vm.heap, class.instance_shape.get(), &[this.value(), key])?;
    this.set_slot(&mut vm.heap, CURRENT, group.value());
    vm.new_tuple(&[key, group.value()]).map(Some)
}

iterator!(
    GROUPBY,
    "(cls, iterable, key=None)",
    |vm, args| {
        let it = vm.iter(arg(args, 1))?;
        let none = Value::UNBOUND;
        new_native(vm, args, &[it, arg_or_none(args, 2), none, none, none, Value::NONE])
    },
    step
);

// Slots: the groupby, the group's key.
iterator!(
    GROUP,
    "(cls, parent, key, /)",
    |vm, args| new_native(vm, args, &[arg(args, 1), arg(args, 2)]),
    |vm, this| {
        let Some(parent) = this.slot(0).cast::<Native>() else { return Ok(None) };
        if parent.slots().len() <= CURRENT || parent.slot(CURRENT) != this.value() {
            return Ok(None);
        }
        if parent.slot(ITEM).is_unbound() && !advance(vm, parent)? {
            return Ok(None);
        }
        if !vm.eq(this.slot(1), parent.slot(KEY))? {
            return Ok(None);
        }
        let v = parent.slot(ITEM);
        parent.set_slot(&mut vm.heap, ITEM, Value::UNBOUND);
        // The key goes with the item, so that the groupby looks for another one.
        Ok(Some(v))
    }
);

/// Items of a block that tee's iterators share.
const BLOCK: usize = 57;

/// A block is a list: the source, the next block or None, then items.
fn new_block(vm: &mut Vm, source: Value) -> PyResult<Value> {
    vm.new_list(&[source, Value::NONE])
}

/// Where an iterator over the items of `it` begins: one over those of a tee's iterator shares its blocks.
fn start(vm: &mut Vm, it: Value) -> PyResult<(Value, Value)> {
    match it.cast::<Native>().filter(|_| vm.type_of(it).value() == vm.root(TEE)) {
        Some(other) => Ok((other.slot(0), other.slot(1))),
        None => Ok((new_block(vm, it)?, Value::small_int(0))),
    }
}

fn tee(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let n = match arg(args, 1).bound() {
        Some(v) => index(vm, v)?,
        None => 2,
    };
    if n < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    let Some(class) = vm.root(TEE).cast::<Type>() else { return Ok(Value::NONE) };
    let list = List::new(&mut vm.heap, n as usize)?;
    if n > 0 {
        let it = vm.iter(arg(args, 0))?;
        let (block, at) = start(vm, it)?;
        for _ in 0..n {
            let t = Native::new(&mut vm.heap, class.instance_shape.get(), &[block, at])?;
            list.push(&mut vm.heap, t.value())?;
        }
    }
    Ok(vm.list_to_tuple(list)?.value())
}

// Slots: block, items of it that were given.
iterator!(
    TEE_ITERATOR,
    "(cls, iterable, /)",
    |vm, args| {
        let class = class_arg(vm, args)?;
        let it = vm.iter(arg(args, 1))?;
        let (block, at) = start(vm, it)?;
        Ok(Native::new(&mut vm.heap, class.instance_shape.get(), &[block, at])?.value())
    },
    |vm, this| {
        loop {
            let Some(block) = this.slot(0).cast::<List>() else { return Ok(None) };
            let at = this.slot(1).as_int() as usize;
            if let Some(v) = block.get(2 + at) {
                this.set_slot(&mut vm.heap, 1, Value::small_int(at as i64 + 1));
                return Ok(Some(v));
            }
            let source = block.get(0).unwrap_or(Value::NONE);
            if at < BLOCK {
                if source == Value::NOT_IMPLEMENTED {
                    let msg = "cannot re-enter the tee iterator";
                    return Err(vm.raise_msg(habu_vm::Exc::RuntimeError, msg));
                }
                // While the source is stepped there is none.
                block.set(&mut vm.heap, 0, Value::NOT_IMPLEMENTED);
                let stepped = vm.next(source);
                block.set(&mut vm.heap, 0, source);
                let Some(v) = stepped? else { return Ok(None) };
                block.push(&mut vm.heap, v)?;
                continue;
            }
            let mut next = block.get(1).unwrap_or(Value::NONE);
            if next.is_none() {
                next = new_block(vm, source)?;
                block.set(&mut vm.heap, 1, next);
            }
            this.set_slot(&mut vm.heap, 0, next);
            this.set_slot(&mut vm.heap, 1, Value::small_int(0));
        }
    },
    NativeDef::new("__copy__", "(self, /)", |vm, args| {
        let this = crate::util::native(vm, args)?;
        let shape = arg(args, 0).shape();
        Ok(Native::new(&mut vm.heap, shape, &[this.slot(0), this.slot(1)])?.value())
    }),
);

// Slots: iterator or None, size, strict.
iterator!(
    BATCHED,
    "(cls, iterable, n, *, strict=False)",
    |vm, args| {
        let n = index(vm, arg(args, 2))?;
        if n < 1 {
            return Err(vm.value_error("n must be at least one"));
        }
        let strict = match arg(args, 3).bound() {
            Some(v) => vm.truth(v)?,
            None => false,
        };
        let it = vm.iter(arg(args, 1))?;
        new_native(vm, args, &[it, Value::small_int(n.min(1 << 60)), Value::bool(strict)])
    },
    |vm, this| {
        if this.slot(0).is_none() {
            return Ok(None);
        }
        let n = this.slot(1).as_int() as usize;
        let out = List::new(&mut vm.heap, n.min(64))?;
        while out.len() < n {
            match vm.next(this.slot(0))? {
                Some(v) => out.push(&mut vm.heap, v)?,
                None => {
                    this.set_slot(&mut vm.heap, 0, Value::NONE);
                    break;
                }
            }
        }
        if out.is_empty() {
            return Ok(None);
        }
        if out.len() < n && this.slot(2) == Value::TRUE {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        Ok(Some(vm.list_to_tuple(out)?.value()))
    }
);
