//! Error handlers: the registry, those of the core as functions, and asking one for help.

use super::table;
use crate::util::{arg, builtin, text_arg};
use habu_object::bytes::Bytes;
use habu_object::dict::Dict;
use habu_object::str::codec::{CodecError, Errors, Replacement};
use habu_object::str::{Str, StrBuf};
use habu_object::{Exception, Gc, Kind, Tuple, Value, int};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, NativeDef, PyResult, Raised, Vm};

const HANDLERS: &str = "codecs.error handlers";

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("register_error", "(errors, handler, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "register_error() argument 1")?;
        let callable = builtin(vm, "callable")?;
        if vm.call(callable, &[arg(args, 1)])? != Value::TRUE {
            return Err(vm.type_error("handler must be callable"));
        }
        let handlers = all(vm)?;
        vm.dict_set_text(handlers, &name, arg(args, 1))?;
        Ok(Value::NONE)
    })
    .doc("Register the specified error handler under the name errors."),
    NativeDef::new("_unregister_error", "(errors, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "_unregister_error() argument")?;
        if Errors::from_name(&name).is_some() {
            let msg = format!("cannot un-register built-in error handler '{name}'");
            return Err(vm.value_error(&msg));
        }
        let handlers = all(vm)?;
        let key = vm.intern(&name)?;
        Ok(Value::bool(vm.dict_del_str(handlers, key)?))
    }),
    NativeDef::new("lookup_error", "(name, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "lookup_error() argument")?;
        lookup(vm, &name)
    })
    .doc("lookup_error(errors) -> handler"),
];

static CORE: &[NativeDef] = &[
    NativeDef::new("strict_errors", "(exception, /)", |vm, args| {
        match arg(args, 0).cast::<Exception>() {
            Some(e) => Err(vm.raise(e)),
            None => Err(vm.type_error("codec must pass exception instance")),
        }
    })
    .doc("Implements the 'strict' error handling, which raises a UnicodeError on coding errors."),
    NativeDef::new("ignore_errors", "(exception, /)", |vm, args| mend(vm, args, Errors::Ignore)),
    NativeDef::new("replace_errors", "(exception, /)", |vm, args| mend(vm, args, Errors::Replace)),
    NativeDef::new("xmlcharrefreplace_errors", "(exception, /)", |vm, args| {
        mend(vm, args, Errors::XmlCharRefReplace)
    }),
    NativeDef::new("backslashreplace_errors", "(exception, /)", |vm, args| {
        mend(vm, args, Errors::BackslashReplace)
    }),
    NativeDef::new("namereplace_errors", "(exception, /)", |vm, args| {
        mend(vm, args, Errors::NameReplace)
    }),
    NativeDef::new("surrogatepass", "(exception, /)", |vm, args| {
        mend(vm, args, Errors::SurrogatePass)
    }),
    NativeDef::new("surrogateescape", "(exception, /)", |vm, args| {
        mend(vm, args, Errors::SurrogateEscape)
    }),
];

const NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

/// The registry of handlers, with those of the core in it.
fn all(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let handlers = table(vm, HANDLERS)?;
    if handlers.is_empty() {
        for (name, def) in NAMES.iter().zip(CORE) {
            let f = vm.new_builtin(def, Value::UNBOUND)?;
            vm.dict_set_text(handlers, name, f)?;
        }
    }
    Ok(handlers)
}

fn lookup(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let handlers = all(vm)?;
    let key = vm.intern(name)?;
    match vm.dict_get_str(handlers, key) {
        Some(f) => Ok(f),
        None => {
            let msg = format!("unknown error handler name '{name}'");
            Err(vm.raise_msg(Exc::LookupError, &msg))
        }
    }
}

/// What an exception is about: its object and the range in it, clipped.
fn about(e: Gc<Exception>, len: usize) -> (usize, usize) {
    let at =
        |v: Value| int::to_i64_clamped(if int::is_int_like(v) { v } else { Value::small_int(0) });
    let start = at(e.extra2.get()).clamp(0, (len as i64 - 1).max(0)) as usize;
    let end = at(e.extra3.get()).clamp(1.min(len as i64), len as i64) as usize;
    (start, end.max(start))
}

/// The names of encodings that handlers look at.
fn static_name(name: &str) -> &'static str {
    let key: String = name.to_ascii_lowercase().replace('_', "-");
    match key.as_str() {
        "utf-8" | "utf8" | "cp65001" => "utf-8",
        "utf-16-le" | "utf-16le" | "utf16-le" => "utf-16-le",
        "utf-16-be" | "utf-16be" | "utf16-be" => "utf-16-be",
        "utf-16" | "utf16" => "utf-16",
        "utf-32-le" | "utf-32le" | "utf32-le" => "utf-32-le",
        "utf-32-be" | "utf-32be" | "utf32-be" => "utf-32-be",
        "utf-32" | "utf32" => "utf-32",
        _ => "",
    }
}

/// A handler of the core called as a function: `(replacement, where to go on)`.
fn mend(vm: &mut Vm, args: &[Value], errors: Errors) -> PyResult<Value> {
    let Some(e) = arg(args, 0).cast::<Exception>() else {
        let given = vm.type_name(arg(args, 0));
        return Err(vm.type_error(&format!("don't know how to handle {given} in error callback")));
    };
    let is = |vm: &Vm, exc: Exc| vm.is_instance_exact(e.value(), vm.exc_type(exc));
    let encoding = static_name(&vm.text(e.extra0.get()));
    if is(vm, Exc::UnicodeDecodeError) {
        let input = Buffer::of(vm, e.extra1.get())?.to_vec();
        let (start, end) = about(e, input.len());
        let error = CodecError { encoding, reason: "", start, end };
        let mut out = StrBuf::new();
        return match errors.decode(&error, &input, &mut out) {
            Ok(at) => {
                let text = out.finish(&mut vm.heap)?.value();
                super::pair(vm, text, at)
            }
            Err(_) if matches!(errors, Errors::SurrogateEscape | Errors::SurrogatePass) => {
                Err(vm.raise(e))
            }
            Err(_) => Err(cannot(vm, e)),
        };
    }
    let translating = is(vm, Exc::UnicodeTranslateError);
    if !translating && !is(vm, Exc::UnicodeEncodeError) {
        return Err(cannot(vm, e));
    }
    let Some(input) = e.extra1.get().cast::<Str>() else {
        return Err(vm.type_error("object attribute must be str"));
    };
    let (start, end) = about(e, input.len());
    if translating {
        let n = end - start;
        let text = match errors {
            Errors::Ignore => String::new(),
            Errors::Replace => "\u{fffd}".repeat(n),
            Errors::BackslashReplace => String::new(),
            _ => return Err(cannot(vm, e)),
        };
        if errors != Errors::BackslashReplace {
            let text = vm.new_str(&text)?;
            return super::pair(vm, text, end);
        }
    }
    let error = CodecError { encoding, reason: "", start, end };
    match errors.encode(&error, &input) {
        Ok((Replacement::Text(text), at)) => {
            let text = text.finish(&mut vm.heap)?.value();
            super::pair(vm, text, at)
        }
        Ok((Replacement::Bytes(bytes), at)) => {
            let bytes = Bytes::new(&mut vm.heap, &bytes)?.value();
            super::pair(vm, bytes, at)
        }
        Err(_) => Err(vm.raise(e)),
    }
}

#[cold]
fn cannot(vm: &mut Vm, e: Gc<Exception>) -> Raised {
    let given = vm.type_name(e.value());
    vm.type_error(&format!("don't know how to handle {given} in error callback"))
}

/// What is wrong with an input, for a codec of a module.
pub(super) struct Fault<'a> {
    pub(super) encoding: &'a str,
    pub(super) reason: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Asks the handler `errors` what to do about a fault in `object` of `len` items: the replacement (a str, or bytes when
/// encoding) and where to go on. An answer of `ignore` and the like needs no exception object.
pub(super) fn ask(
    vm: &mut Vm,
    errors: &str,
    fault: &Fault<'_>,
    object: Value,
    len: usize,
) -> PyResult<(Value, usize)> {
    let encoding = object.kind() == Kind::Str;
    if errors == "ignore" {
        return Ok((vm.new_str("")?, fault.end));
    }
    if errors == "replace" {
        let n = if encoding { fault.end - fault.start } else { 1 };
        let text = if encoding { "?".repeat(n) } else { "\u{fffd}".to_owned() };
        return Ok((vm.new_str(&text)?, fault.end));
    }
    let class =
        vm.exc_type(if encoding { Exc::UnicodeEncodeError } else { Exc::UnicodeDecodeError });
    let (name, reason) = (vm.new_str(fault.encoding)?, vm.new_str(fault.reason)?);
    let n = |n: usize| Value::small_int(n as i64);
    let e = vm.call(class.value(), &[name, object, n(fault.start), n(fault.end), reason])?;
    let handler = lookup(vm, errors)?;
    let answer = vm.call(handler, &[e])?;
    let (what, wanted) = if encoding { ("encoding", "str/bytes") } else { ("decoding", "str") };
    let good = answer.cast::<Tuple>().filter(|t| {
        t.len() == 2
            && int::is_int_like(t.get(1))
            && (t.get(0).kind() == Kind::Str || encoding && t.get(0).kind() == Kind::Bytes)
    });
    let Some(t) = good else {
        let msg = format!("{what} error handler must return ({wanted}, int) tuple");
        return Err(vm.type_error(&msg));
    };
    let given = int::to_i64_clamped(t.get(1));
    let at = if given < 0 { given.saturating_add(len as i64) } else { given };
    match usize::try_from(at).ok().filter(|at| *at <= len) {
        Some(at) => Ok((t.get(0), at)),
        None => {
            let msg = format!("position {given} from error handler out of bounds");
            Err(vm.raise_msg(Exc::IndexError, &msg))
        }
    }
}
