//! memoryview over bytes and bytearray, one dimension.
//!
//! Views are not counted: a bytearray may be resized while it is viewed (nobody can tell when the collector lets a view
//! go). Every access checks its bounds instead.

mod attrs;
mod item;

use super::bytes::buffer::{Buffer, bytes_like, exported, is_index};
use super::generic_alias::class_getitem;
use super::sequence::{Subscript, position, search_bounds, slice_extent, subscript};
use crate::args::arg;
use habu_object::bytes::{ByteArray, Bytes, with_bytes};
use habu_object::str::Str;
use habu_object::{Gc, Kind, MemoryView, SeqIter, TempVec, Tuple, Value, bytes};
use habu_vm::{CmpOp, Exc, NativeDef, PyResult, Vm};

static METHODS: &[NativeDef] = &[
    NativeDef::new("__enter__", "(self, /)", enter),
    NativeDef::new("__eq__", "(self, value, /)", eq).doc("Return self==value."),
    NativeDef::new("__exit__", "(self, /, *exc_info)", release),
    NativeDef::new("__getitem__", "(self, key, /)", getitem).doc("Return self[key]."),
    NativeDef::new("__hash__", "(self, /)", hash).doc("Return hash(self)."),
    NativeDef::new("__len__", "(self, /)", len).doc("Return len(self)."),
    NativeDef::new("__ne__", "(self, value, /)", ne).doc("Return self!=value."),
    NativeDef::new("__new__", "(cls, object)", new).doc("Create and return a new object."),
    NativeDef::new("__repr__", "(self, /)", repr).doc("Return repr(self)."),
    NativeDef::new("__setitem__", "(self, key, value, /)", setitem).doc("Set self[key] to value."),
    NativeDef::new("__delitem__", "(self, key, /)", |vm, args| {
        this(vm, arg(args, 0))?;
        Err(vm.type_error("cannot delete memory"))
    }),
    NativeDef::new("__iter__", "(self, /)", iter),
    NativeDef::new("__buffer__", "(self, flags, /)", |vm, args| new(vm, &[Value::NONE, arg(args, 0)])),
    NativeDef::new("__release_buffer__", "(self, buffer, /)", |_, _| Ok(Value::NONE)),
    NativeDef::new("__class_getitem__", "(cls, object, /)", class_getitem),
    NativeDef::new("count", "(self, value, /)", count)
        .doc("Count the number of occurrences of a value."),
    NativeDef::new("index", "(self, value, start=0, stop=sys.maxsize, /)", index)
        .doc("Return the index of the first occurrence of a value.\n\nRaises ValueError if the value is not present."),
    NativeDef::new("cast", "(self, format, shape=None)", cast)
        .doc("Cast a memoryview to a new format or shape."),
    NativeDef::new("hex", "(self, /, sep=<unrepresentable>, bytes_per_sep=1)", hex)
        .doc("Return the data in the buffer as a str of hexadecimal numbers."),
    NativeDef::new("release", "(self, /)", release)
        .doc("Release the underlying buffer exposed by the memoryview object."),
    NativeDef::new("tobytes", "(self, /, order='C')", tobytes)
        .doc("Return the data in the buffer as a byte string."),
    NativeDef::new("tolist", "(self, /)", tolist)
        .doc("Return the data in the buffer as a list of elements."),
    NativeDef::new("toreadonly", "(self, /)", toreadonly)
        .doc("Return a readonly version of the memoryview."),
];

/// Fills the class.
pub(crate) fn install(vm: &mut Vm) -> PyResult<()> {
    let class = vm.types.of_kind(Kind::MemoryView);
    vm.add_methods(class, METHODS)?;
    vm.add_getsets(class, attrs::GETSETS)?;
    let doc = vm.new_str("Create a new memoryview object which references the given object.")?;
    vm.set_class_entry(class, "__doc__", doc)
}

/// The view that a method is called on; ValueError if it was released.
fn this(vm: &mut Vm, v: Value) -> PyResult<Gc<MemoryView>> {
    match v.cast::<MemoryView>() {
        Some(view) if !view.object.get().is_unbound() => Ok(view),
        _ => Err(vm.value_error("operation forbidden on released memoryview object")),
    }
}

fn new(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let object = arg(args, 1);
    if let Some(view) = object.cast::<MemoryView>() {
        this(vm, object)?;
        return Ok(copy(vm, view)?.value());
    }
    if bytes_like(object) {
        let view = MemoryView::blank(&mut vm.heap)?;
        view.object.set(object);
        view.itemsize.set(1);
        view.stride.set(1);
        view.len.set(with_bytes(object, <[u8]>::len).unwrap_or(0));
        view.readonly.set(object.kind() == Kind::Bytes);
        let format = vm.intern("B")?;
        view.store(&mut vm.heap, &view.format, format);
        return Ok(view.value());
    }
    let name = vm.intern("__buffer__")?;
    if let Some(made) = vm.call_special(object, name, &[Value::small_int(0x11c)])? {
        return match made.kind() {
            Kind::MemoryView => Ok(made),
            _ => Err(vm.type_error("__buffer__ returned non-memoryview object")),
        };
    }
    let given = vm.type_name(object);
    Err(vm.type_error(&format!("memoryview: a bytes-like object is required, not '{given}'")))
}

/// Another view of the same items.
fn copy(vm: &mut Vm, of: Gc<MemoryView>) -> PyResult<Gc<MemoryView>> {
    let view = MemoryView::blank(&mut vm.heap)?;
    view.object.set(of.object.get());
    view.format.set(of.format.get());
    view.start.set(of.start.get());
    view.len.set(of.len.get());
    view.stride.set(of.stride.get());
    view.itemsize.set(of.itemsize.get());
    view.readonly.set(of.readonly.get());
    Ok(view)
}

fn enter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    this(vm, arg(args, 0)).map(Gc::value)
}

fn release(_vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if let Some(view) = arg(args, 0).cast::<MemoryView>() {
        view.object.set(Value::UNBOUND);
    }
    Ok(Value::NONE)
}

fn repr(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let released = this_released(v);
    let address = crate::args::address(v);
    let what = if released { "released memory" } else { "memory" };
    vm.new_str(&format!("<{what} at 0x{address:x}>"))
}

fn this_released(v: Value) -> bool {
    v.cast::<MemoryView>().is_none_or(|view| view.object.get().is_unbound())
}

fn len(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    Ok(Value::small_int(this(vm, arg(args, 0))?.len.get() as i64))
}

fn hash(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    if let Some(hash) = arg(args, 0).cast::<MemoryView>().and_then(|view| view.hash.get().bound()) {
        return Ok(hash);
    }
    let view = this(vm, arg(args, 0))?;
    if !view.readonly.get() {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    let code = item::code(&view);
    if !matches!(code, 'B' | 'b' | 'c') {
        let msg = "memoryview: hashing is restricted to formats 'B', 'b' or 'c'";
        return Err(vm.value_error(msg));
    }
    let bytes = Buffer::of(vm, view.value())?;
    let hash = vm.hash_key.hash_bytes(&bytes);
    // The object that is viewed must be hashable too.
    vm.hash(view.object.get())?;
    let hash = vm.new_int(hash)?;
    view.store(&mut vm.heap, &view.hash, hash);
    Ok(hash)
}

fn iter(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let it = SeqIter::blank(&mut vm.heap)?;
    it.sequence.set(view.value());
    Ok(it.value())
}

fn count(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (mut n, mut i) = (0, 0);
    while i < this(vm, arg(args, 0))?.len.get() {
        let view = this(vm, arg(args, 0))?;
        let item = item::get(vm, &view, i)?;
        n += i64::from(vm.eq(item, arg(args, 1))?);
        i += 1;
    }
    vm.new_int(n)
}

fn index(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let len = this(vm, arg(args, 0))?.len.get();
    let (start, stop) = search_bounds(vm, arg(args, 2), arg(args, 3), len)?;
    for i in start..stop.min(len) {
        let view = this(vm, arg(args, 0))?;
        let item = item::get(vm, &view, i)?;
        if vm.eq(item, arg(args, 1))? {
            return vm.new_int(i as i64);
        }
    }
    Err(vm.value_error("memoryview.index(x): x not found"))
}

fn compare(vm: &mut Vm, op: CmpOp, args: &[Value]) -> PyResult<Value> {
    let (a, mut b) = (arg(args, 0), arg(args, 1));
    if !bytes_like(b) {
        let Some(view) = exported(vm, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
        b = view.value();
    }
    let wanted = op == CmpOp::Eq;
    if this_released(a) || b.kind() == Kind::MemoryView && this_released(b) {
        return Ok(Value::bool((a == b) == wanted));
    }
    let other = match b.cast::<MemoryView>() {
        Some(other) => other,
        None => match new(vm, &[Value::NONE, b])?.cast::<MemoryView>() {
            Some(other) => other,
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
    };
    let view = this(vm, a)?;
    if item::code(&view) == item::code(&other)
        && !matches!(item::code(&view), 'f' | 'd' | 'e' | '?')
    {
        let (x, y) = (Buffer::of(vm, a)?, Buffer::of(vm, b)?);
        return Ok(Value::bool((*x == *y) == wanted));
    }
    if view.len.get() != other.len.get() {
        return Ok(Value::bool(!wanted));
    }
    for i in 0..view.len.get() {
        let (x, y) = (item::get(vm, &view, i)?, item::get(vm, &other, i)?);
        if !vm.compare_bool(CmpOp::Eq, x, y)? {
            return Ok(Value::bool(!wanted));
        }
    }
    Ok(Value::bool(wanted))
}

fn eq(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Eq, args)
}

fn ne(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    compare(vm, CmpOp::Ne, args)
}

fn getitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    match key(vm, arg(args, 1))? {
        Subscript::Index(i) => {
            // The index may have released the view.
            let view = this(vm, view.value())?;
            let i = checked(vm, &view, i)?;
            item::get(vm, &view, i)
        }
        Subscript::Slice(slice) => {
            let extent = slice_extent(vm, slice, || view.len.get())?;
            let part = copy(vm, view)?;
            part.start.set(view.start.get() + extent.start as isize * view.stride.get());
            part.len.set(extent.count);
            part.stride.set(view.stride.get() * extent.step as isize);
            Ok(part.value())
        }
    }
}

fn key(vm: &mut Vm, key: Value) -> PyResult<Subscript> {
    if let Some(parts) = key.cast::<Tuple>() {
        return multiple_key(vm, parts);
    }
    match subscript(vm, key, "memoryview") {
        Ok(key) => Ok(key),
        Err(e) => {
            vm.catch(e, Exc::TypeError)?;
            Err(vm.type_error("memoryview: invalid slice key"))
        }
    }
}

/// A tuple of indices or of slices: views have one dimension.
fn multiple_key(vm: &mut Vm, parts: Gc<Tuple>) -> PyResult<Subscript> {
    let all = |vm: &mut Vm, fits: fn(&mut Vm, Value) -> bool| {
        parts.items().iter().all(|part| fits(vm, part.get()))
    };
    if all(vm, is_index) {
        return match parts.items() {
            [] => Err(vm.raise_msg(Exc::NotImplementedError, "sub-views are not implemented")),
            [one] => subscript(vm, one.get(), "memoryview"),
            _ => {
                let n = parts.len();
                let msg = format!("cannot index 1-dimension view with {n}-element tuple");
                Err(vm.type_error(&msg))
            }
        };
    }
    if all(vm, |_, v| v.kind() == Kind::Slice) {
        let msg = "multi-dimensional slicing is not implemented";
        return Err(vm.raise_msg(Exc::NotImplementedError, msg));
    }
    Err(vm.type_error("memoryview: invalid slice key"))
}

fn checked(vm: &mut Vm, view: &MemoryView, i: i64) -> PyResult<usize> {
    match position(i, view.len.get()) {
        Some(i) => Ok(i),
        None => Err(vm.raise_msg(Exc::IndexError, "index out of bounds on dimension 1")),
    }
}

fn setitem(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    if view.readonly.get() {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    match key(vm, arg(args, 1))? {
        Subscript::Index(i) => {
            let view = this(vm, view.value())?;
            let i = checked(vm, &view, i)?;
            item::set(vm, &view, i, arg(args, 2))?;
        }
        Subscript::Slice(slice) => {
            let given = Buffer::of(vm, arg(args, 2))?.to_vec();
            let extent = slice_extent(vm, slice, || view.len.get())?;
            let view = this(vm, view.value())?;
            let size = view.itemsize.get();
            if given.len() != extent.count * size {
                let msg = "memoryview assignment: lvalue and rvalue have different structures";
                return Err(vm.value_error(msg));
            }
            for (i, part) in extent.indices().zip(given.chunks_exact(size.max(1))) {
                item::write(vm, &view, i, part)?;
            }
        }
    }
    Ok(Value::NONE)
}

fn tobytes(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let bytes = Buffer::of(vm, view.value())?;
    Ok(Bytes::new(&mut vm.heap, &bytes)?.value())
}

fn tolist(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let mut items = TempVec::new(&mut vm.heap, view.len.get())?;
    for i in 0..view.len.get() {
        let v = item::get(vm, &view, i)?;
        items.push(&mut vm.heap, v)?;
    }
    Ok(items.into_list(&mut vm.heap)?.value())
}

fn toreadonly(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let view = copy(vm, view)?;
    view.readonly.set(true);
    Ok(view.value())
}

fn hex(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let (separator, group) = super::bytes::hex_args(vm, args)?;
    let text = bytes::hex(&Buffer::of(vm, view.value())?, separator, group);
    vm.new_str(&text)
}

fn cast(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let view = this(vm, arg(args, 0))?;
    let Some(format) = arg(args, 1).cast::<Str>() else {
        let given = vm.type_name(arg(args, 1));
        return Err(vm.type_error(&format!("cast() argument 'format' must be str, not {given}")));
    };
    if view.stride.get() != view.itemsize.get() as isize {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let text = format.to_string_lossy().into_owned();
    let Some(size) = item::parse(&text).and_then(item::size) else {
        let msg = "memoryview: destination format must be a native single character format prefixed with \
                   an optional '@'";
        return Err(vm.value_error(msg));
    };
    let total = view.len.get() * view.itemsize.get();
    let byte = |code: Option<char>| matches!(code, Some('B' | 'b' | 'c'));
    if !byte(item::parse(&text)) && !byte(Some(item::code(&view))) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    if !total.is_multiple_of(size) {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let made = copy(vm, view)?;
    made.format.set(format.value());
    made.itemsize.set(size);
    made.stride.set(size as isize);
    made.len.set(total / size);
    Ok(made.value())
}

/// The bytearray behind a view.
fn array(view: &MemoryView) -> Option<Gc<ByteArray>> {
    view.object.get().cast::<ByteArray>()
}
