//! Module `_codecs`: the registry of codecs and the codecs of the core, for module `codecs` and package `encodings`.
//!
//! `handlers` are the error handlers, `unicode` the UTFs, Latin-1 and ASCII, `charmap` codecs by tables, `escapes` those
//! of Python's literals, `utf7` is that.

mod charmap;
mod escapes;
mod handlers;
mod unicode;
mod utf7;

use crate::util::{arg, builtin, new_module, text_arg};
use habu_object::dict::Dict;
use habu_object::{Gc, Kind, List, Module, Tuple, Value};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

const SEARCH: &str = "codecs.search functions";
const CACHE: &str = "codecs.cache";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("register", "(search_function, /)", register)
        .doc("Register a codec search function."),
    NativeDef::new("unregister", "(search_function, /)", unregister),
    NativeDef::new("lookup", "(encoding, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "lookup() argument")?;
        lookup(vm, &name)
    })
    .doc("Looks up a codec tuple in the Python codec registry and returns a CodecInfo object."),
    NativeDef::new("encode", "(obj, encoding='utf-8', errors='strict')", |vm, args| {
        convert(vm, args, 0, "encoder")
    })
    .doc("Encodes obj using the codec registered for encoding."),
    NativeDef::new("decode", "(obj, encoding='utf-8', errors='strict')", |vm, args| {
        convert(vm, args, 1, "decoder")
    })
    .doc("Decodes obj using the codec registered for encoding."),
    NativeDef::new("_forget_codec", "(encoding, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "_forget_codec() argument")?;
        let key = vm.new_str(&normalized(&name))?;
        let cache = table(vm, CACHE)?;
        vm.dict_del(cache, key)?;
        Ok(Value::NONE)
    }),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_codecs", "", FUNCTIONS)?;
    let tables = [
        handlers::FUNCTIONS,
        unicode::CODECS,
        unicode::MARKED,
        charmap::FUNCTIONS,
        escapes::FUNCTIONS,
        utf7::FUNCTIONS,
    ];
    for table in tables {
        vm.add_functions(m, table)?;
    }
    Ok(m)
}

/// A dict among the roots.
fn table(vm: &mut Vm, root: &'static str) -> PyResult<Gc<Dict>> {
    if let Some(d) = vm.root(root).cast::<Dict>() {
        return Ok(d);
    }
    let d = vm.new_dict()?;
    vm.set_root(root, d.value());
    Ok(d)
}

fn search_functions(vm: &mut Vm) -> PyResult<Gc<List>> {
    if let Some(list) = vm.root(SEARCH).cast::<List>() {
        return Ok(list);
    }
    let list = List::new(&mut vm.heap, 2)?;
    vm.set_root(SEARCH, list.value());
    Ok(list)
}

fn register(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let callable = builtin(vm, "callable")?;
    if vm.call(callable, &[arg(args, 0)])? != Value::TRUE {
        return Err(vm.type_error("argument must be callable"));
    }
    let list = search_functions(vm)?;
    list.push(&mut vm.heap, arg(args, 0))?;
    Ok(Value::NONE)
}

fn unregister(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let list = search_functions(vm)?;
    if let Some(i) = list.cells().iter().position(|c| c.get() == arg(args, 0)) {
        list.pop_at(&mut vm.heap, i);
        table(vm, CACHE)?.clear();
    }
    Ok(Value::NONE)
}

/// The name under which an encoding is searched: words of ASCII letters, digits and dots with `_` in between.
fn normalized(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut between = false;
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '.' {
            between = true;
            continue;
        }
        if between && !out.is_empty() {
            out.push('_');
        }
        between = false;
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

/// The codec of an encoding, a tuple of four.
fn lookup(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let key = vm.new_str(&normalized(name))?;
    let cache = table(vm, CACHE)?;
    if let Some(known) = vm.dict_get(cache, key)? {
        return Ok(known);
    }
    if search_functions(vm)?.is_empty() {
        // It registers its search function.
        crate::import::import_module(vm, "encodings")?;
    }
    let list = search_functions(vm)?;
    let mut i = 0;
    while let Some(f) = list.get(i) {
        i += 1;
        let found = vm.call(f, &[key])?;
        if found.is_none() {
            continue;
        }
        if found.cast::<Tuple>().is_none_or(|t| t.len() != 4) {
            return Err(vm.type_error("codec search functions must return 4-tuples"));
        }
        vm.dict_set(cache, key, found)?;
        return Ok(found);
    }
    Err(vm.raise_msg(Exc::LookupError, &format!("unknown encoding: {name}")))
}

fn convert(vm: &mut Vm, args: &[Value], which: usize, what: &str) -> PyResult<Value> {
    let encoding = match arg(args, 1).bound() {
        Some(v) => text_arg(vm, v, "encoding")?,
        None => "utf-8".to_owned(),
    };
    let codec = lookup(vm, &encoding)?;
    let f = codec.cast::<Tuple>().map_or(Value::NONE, |t| t.get(which));
    let errors = arg(args, 2);
    let answer = match errors.bound() {
        Some(errors) => vm.call(f, &[arg(args, 0), errors]),
        None => vm.call(f, &[arg(args, 0)]),
    };
    let answer = answer.map_err(|e| vm.codec_noted(e, which == 0, &encoding))?;
    match answer.cast::<Tuple>().filter(|t| t.len() == 2) {
        Some(t) => Ok(t.get(0)),
        None => Err(vm.type_error(&format!("{what} must return a tuple (object, integer)"))),
    }
}

/// The `errors` argument of a codec function.
fn errors_arg(vm: &mut Vm, v: Value) -> PyResult<String> {
    if v.is_unbound() || v.is_none() {
        return Ok("strict".to_owned());
    }
    if v.kind() != Kind::Str {
        let msg = format!("errors must be str or None, not {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    Ok(vm.text(v))
}

/// What codec functions return.
fn pair(vm: &mut Vm, v: Value, consumed: usize) -> PyResult<Value> {
    vm.new_tuple(&[v, Value::small_int(consumed as i64)])
}
