//! Module `_struct`: Python values in bytes as C lays them out. `format` reads formats, `values` converts.

mod format;
mod values;

use crate::util::{
    arg, items, native, new_exception, new_module, new_native, new_owner_class, raise_root, set,
    slot,
};
use format::Layout;
use habu_object::bytes::Bytes;
use habu_object::str::Str;
use habu_object::str::codec::{Encoding, Errors};
use habu_object::{Gc, Kind, Module, Value};
use habu_vm::buffer::{self, Buffer};
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Raised, Vm};
use std::rc::Rc;

const ERROR: &str = "struct.error";
const STRUCT: &str = "struct.Struct";
const ITERATOR: &str = "struct.unpack_iterator";
/// Root of the dict of `Struct`s by format.
const CACHE: &str = "struct.cache";

/// Formats that are kept.
const KEPT: usize = 100;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("calcsize", "(format, /)", |vm, args| {
        let layout = cached(vm, arg(args, 0))?;
        Ok(Value::small_int(layout.size as i64))
    })
    .doc("Return size in bytes of the struct described by the format string."),
    NativeDef::new("pack", "(format, /, *values)", |vm, args| {
        let layout = cached(vm, arg(args, 0))?;
        pack(vm, &layout, &items(arg(args, 1)))
    })
    .doc("Pack values and return the packed bytes."),
    NativeDef::new(
        "pack_into",
        "(format, buffer=<unrepresentable>, offset=<unrepresentable>, /, *values)",
        |vm, args| {
            let layout = cached(vm, arg(args, 0))?;
            pack_into(vm, &layout, arg(args, 1), arg(args, 2), &items(arg(args, 3)))
        },
    )
    .doc("Pack values and write the packed bytes into the buffer."),
    NativeDef::new("unpack", "(format, buffer, /)", |vm, args| {
        let layout = cached(vm, arg(args, 0))?;
        unpack(vm, &layout, arg(args, 1))
    })
    .doc("Return a tuple containing values unpacked according to the format string."),
    NativeDef::new("unpack_from", "(format, /, buffer, offset=0)", |vm, args| {
        let layout = cached(vm, arg(args, 0))?;
        unpack_from(vm, &layout, arg(args, 1), arg(args, 2))
    })
    .doc("Return a tuple containing values unpacked according to the format string."),
    NativeDef::new("iter_unpack", "(format, buffer, /)", |vm, args| {
        let of = cached_struct(vm, arg(args, 0))?;
        iter_unpack(vm, of, arg(args, 1))
    })
    .doc("Return an iterator yielding tuples unpacked from the given bytes."),
    NativeDef::new("_clearcache", "()", |vm, _| {
        vm.set_root(CACHE, Value::UNBOUND);
        Ok(Value::NONE)
    }),
];

// Slots of a Struct, behind the number of its layout: the format as it was given. Of an iterator: the Struct, the bytes,
// the place in them.

static METHODS: &[NativeDef] = &[
    NativeDef::new("__new__", "(cls, /, *args, **kwargs)", |vm, args| {
        let class = crate::util::class_arg(vm, args)?;
        let nothing = Layout { items: Vec::new(), size: 0, values: 0, big_endian: false };
        let slots = [Value::NONE, Value::NONE];
        Ok(vm.new_owner(class, std::cell::RefCell::new(Rc::new(nothing)), &slots)?.value())
    }),
    NativeDef::new("__init__", "(self, /, format)", |vm, args| {
        let text = format_text(vm, arg(args, 1))?;
        let layout = Rc::new(format::parse(vm, &text)?);
        let this = native(vm, args)?;
        if let Some(own) = vm.owned::<Own>(this.value()) {
            *own.borrow_mut() = layout;
        }
        let text = vm.new_str(&String::from_utf8_lossy(&text))?;
        this.set_slot(&mut vm.heap, 1, text);
        Ok(Value::NONE)
    }),
    NativeDef::new("pack", "(self, /, *values)", |vm, args| {
        let layout = layout(vm, arg(args, 0))?;
        pack(vm, &layout, &items(arg(args, 1)))
    }),
    NativeDef::new(
        "pack_into",
        "(self, buffer=<unrepresentable>, offset=<unrepresentable>, /, *values)",
        |vm, args| {
            let layout = layout(vm, arg(args, 0))?;
            pack_into(vm, &layout, arg(args, 1), arg(args, 2), &items(arg(args, 3)))
        },
    ),
    NativeDef::new("unpack", "(self, buffer, /)", |vm, args| {
        let layout = layout(vm, arg(args, 0))?;
        unpack(vm, &layout, arg(args, 1))
    }),
    NativeDef::new("unpack_from", "(self, /, buffer, offset=0)", |vm, args| {
        let layout = layout(vm, arg(args, 0))?;
        unpack_from(vm, &layout, arg(args, 1), arg(args, 2))
    }),
    NativeDef::new("iter_unpack", "(self, buffer, /)", |vm, args| {
        iter_unpack(vm, arg(args, 0), arg(args, 1))
    }),
    NativeDef::new("__sizeof__", "(self, /)", |vm, args| {
        let layout = layout(vm, arg(args, 0))?;
        Ok(Value::small_int((size_of::<Layout>() + size_of_val(layout.items.as_slice())) as i64))
    }),
    NativeDef::new("__repr__", "(self, /)", |vm, args| {
        layout(vm, arg(args, 0))?;
        let this = native(vm, args)?;
        let (class, text) = (vm.type_name(this.value()), vm.repr_text(this.slot(1))?);
        vm.new_str(&format!("{class}({text})"))
    }),
];

static GETSETS: &[GetSetDef] = &[
    GetSetDef::new("format", |vm, v| {
        layout(vm, v)?;
        Ok(slot(v, 1))
    }),
    GetSetDef::new("size", |vm, v| {
        // One that was not initialised has none.
        let initialised = !slot(v, 1).is_none();
        Ok(Value::small_int(if initialised { layout(vm, v)?.size as i64 } else { -1 }))
    }),
];

static ITERATOR_METHODS: &[NativeDef] = &[
    NativeDef::new("__iter__", "(self, /)", |_, args| Ok(arg(args, 0))),
    NativeDef::new("__next__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let layout = layout(vm, this.slot(0))?;
        let at = this.slot(2).as_int() as usize;
        let data = Buffer::of(vm, this.slot(1))?;
        let Some(part) = data.get(at..at + layout.size) else {
            return Err(vm.stop_iteration(Value::NONE));
        };
        let part = part.to_vec();
        this.set_slot(&mut vm.heap, 2, Value::small_int((at + layout.size) as i64));
        values::unpack(vm, &layout, &part)
    }),
    NativeDef::new("__length_hint__", "(self, /)", |vm, args| {
        let this = native(vm, args)?;
        let layout = layout(vm, this.slot(0))?;
        let left = Buffer::of(vm, this.slot(1))?.len() - this.slot(2).as_int() as usize;
        Ok(Value::small_int((left / layout.size.max(1)) as i64))
    }),
];

type Own = std::cell::RefCell<Rc<Layout>>;

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "Functions to convert between Python values and C structs.";
    let m = new_module(vm, "_struct", doc, FUNCTIONS)?;
    let class = new_owner_class(vm, "_struct", "Struct", METHODS, GETSETS)?;
    let iterator = crate::util::new_class(
        vm,
        "_struct",
        "unpack_iterator",
        Kind::Native,
        ITERATOR_METHODS,
        &[],
    )?;
    crate::util::seal_made(iterator);
    vm.set_root(STRUCT, class.value());
    vm.set_root(ITERATOR, iterator.value());
    set(vm, m, "Struct", class.value())?;
    let error = new_exception(vm, m, "struct", "error", Exc::Exception)?;
    vm.set_root(ERROR, error);
    Ok(m)
}

/// Raises `struct.error`.
#[cold]
fn error(vm: &mut Vm, text: &str) -> Raised {
    raise_root(vm, ERROR, text)
}

fn format_text(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    let text = match v.kind() {
        Kind::Str => {
            let done =
                v.cast::<Str>().map(|s| s.encode(&mut vm.heap, Encoding::Ascii, Errors::Strict));
            match done {
                Some(Ok(bytes)) => bytes.bytes().to_vec(),
                Some(Err(e)) => return Err(vm.codec_failure(e, v)),
                None => Vec::new(),
            }
        }
        Kind::Bytes => v.cast::<Bytes>().map(|b| b.bytes().to_vec()).unwrap_or_default(),
        _ => {
            let given = vm.type_name(v);
            let msg = format!("Struct() argument 1 must be a str or bytes object, not {given}");
            return Err(vm.type_error(&msg));
        }
    };
    if text.contains(&0) {
        return Err(error(vm, "embedded null character"));
    }
    Ok(text)
}

/// The `Struct` of a format.
fn cached_struct(vm: &mut Vm, format: Value) -> PyResult<Value> {
    let cache = match vm.root(CACHE).cast::<habu_object::dict::Dict>() {
        Some(cache) => cache,
        None => {
            let cache = vm.new_dict()?;
            vm.set_root(CACHE, cache.value());
            cache
        }
    };
    if let Some(found) = vm.dict_get(cache, format)? {
        return Ok(found);
    }
    let class = vm.root(STRUCT);
    let made = vm.call(class, &[format])?;
    if cache.len() >= KEPT {
        vm.set_root(CACHE, Value::UNBOUND);
    } else {
        vm.dict_set(cache, format, made)?;
    }
    Ok(made)
}

fn cached(vm: &mut Vm, format: Value) -> PyResult<Rc<Layout>> {
    let of = cached_struct(vm, format)?;
    layout(vm, of)
}

fn layout(vm: &mut Vm, v: Value) -> PyResult<Rc<Layout>> {
    match vm.owned::<Own>(v) {
        Some(own) if !slot(v, 1).is_none() => Ok(own.borrow().clone()),
        _ => Err(vm.raise_msg(Exc::RuntimeError, "Struct object is not initialized")),
    }
}

fn check_count(vm: &mut Vm, layout: &Layout, given: usize, what: &str) -> PyResult<()> {
    if given == layout.values {
        return Ok(());
    }
    let msg = format!("{what} expected {} items for packing (got {given})", layout.values);
    Err(error(vm, &msg))
}

fn pack(vm: &mut Vm, layout: &Layout, given: &[Value]) -> PyResult<Value> {
    check_count(vm, layout, given.len(), "pack")?;
    let mut out = vec![0; layout.size];
    values::pack(vm, layout, given, &mut out)?;
    Ok(Bytes::new(&mut vm.heap, &out)?.value())
}

fn pack_into(
    vm: &mut Vm,
    layout: &Layout,
    target: Value,
    offset: Value,
    given: &[Value],
) -> PyResult<Value> {
    for (v, what) in [(target, "buffer"), (offset, "offset")] {
        if v.is_unbound() {
            return Err(error(vm, &format!("pack_into expected {what} argument")));
        }
    }
    check_count(vm, layout, given.len(), "pack_into")?;
    let whole = match target.kind() {
        Kind::MemoryView => {
            let name = vm.intern("contiguous")?;
            vm.getattr_opt(target, name)? == Some(Value::TRUE)
        }
        _ => true,
    };
    if !whole || !buffer::is_writable(target) {
        let class = vm.type_name(target);
        let msg = format!("argument must be read-write bytes-like object, not {class}");
        return Err(vm.type_error(&msg));
    }
    let length = Buffer::of(vm, target)?.len();
    let offset = vm.index_i64(offset)?;
    let at = values::place(vm, offset, layout.size, length, "pack")?;
    let mut out = vec![0; layout.size];
    values::pack(vm, layout, given, &mut out)?;
    buffer::write(vm, target, at, &out)?;
    Ok(Value::NONE)
}

fn unpack(vm: &mut Vm, layout: &Layout, from: Value) -> PyResult<Value> {
    let data = Buffer::of(vm, from)?.to_vec();
    if data.len() != layout.size {
        return Err(error(vm, &format!("unpack requires a buffer of {} bytes", layout.size)));
    }
    values::unpack(vm, layout, &data)
}

fn unpack_from(vm: &mut Vm, layout: &Layout, from: Value, offset: Value) -> PyResult<Value> {
    let data = Buffer::of(vm, from)?.to_vec();
    let offset = match offset.bound() {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    let at = values::place(vm, offset, layout.size, data.len(), "unpack")?;
    values::unpack(vm, layout, &data[at..at + layout.size])
}

fn iter_unpack(vm: &mut Vm, of: Value, from: Value) -> PyResult<Value> {
    let layout = layout(vm, of)?;
    if layout.size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let n = Buffer::of(vm, from)?.len();
    if n % layout.size != 0 {
        let size = layout.size;
        let msg = format!("iterative unpacking requires a buffer of a multiple of {size} bytes");
        return Err(error(vm, &msg));
    }
    let class = vm.root(ITERATOR);
    new_native(vm, &[class], &[of, from, Value::small_int(0)])
}
