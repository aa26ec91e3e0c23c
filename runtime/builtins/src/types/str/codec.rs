//! `encode`, and decoding for `str()` and `bytes.decode()`: core codecs directly, others through module `codecs`.

use super::{expect, this};
use crate::args::arg;
use crate::types::bytes::buffer::{Buffer, bytes_like};
use habu_object::bytes::Bytes;
use habu_object::str::codec::{
    CodecError, Encoding, Errors, Replacement, decode_into, encode_with,
};
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Kind, Tuple, Value, int};
use habu_vm::codec::Stop;
use habu_vm::{Effects, Exc, NativeDef, PyResult, Raised, Vm};

pub(super) static METHODS: &[NativeDef] =
    &[NativeDef::new("encode", "(self, /, encoding='utf-8', errors='strict')", encode_method)
        .doc("Encode the string using the codec registered for encoding.")
        .effects(Effects::Any)];

fn encode_method(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let s = this(vm, args)?;
    let encoding = name_arg(vm, arg(args, 1), "encode", "encoding")?;
    let errors = name_arg(vm, arg(args, 2), "encode", "errors")?;
    encode(vm, s, encoding, errors)
}

/// Argument `encoding` or `errors` of a function; None if omitted.
pub(crate) fn name_arg(
    vm: &mut Vm,
    v: Value,
    function: &str,
    name: &str,
) -> PyResult<Option<Gc<Str>>> {
    if v.is_unbound() {
        return Ok(None);
    }
    let s = match v.cast::<Str>() {
        Some(s) => s,
        None => expect(vm, v, &format!("{function}() argument '{name}' must be str"))?,
    };
    if s.contains_char(0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(Some(s))
}

fn known_encoding(name: Option<Gc<Str>>) -> Option<Encoding> {
    match name {
        None => Some(Encoding::Utf8),
        Some(name) => name.as_str().and_then(Encoding::from_name),
    }
}

fn known_errors(name: Option<Gc<Str>>) -> Option<Errors> {
    match name {
        None => Some(Errors::Strict),
        Some(name) => name.as_str().and_then(Errors::from_name),
    }
}

/// `s.encode(encoding, errors)`
pub(crate) fn encode(
    vm: &mut Vm,
    s: Gc<Str>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Value> {
    let Some(known) = known_encoding(encoding) else {
        let done = by_registry(vm, encoding, errors, s.value(), true)?;
        return match done.kind() {
            Kind::Bytes => Ok(done),
            _ => Err(wrong_result(vm, encoding, done, "encoder", "bytes", "encode")),
        };
    };
    match (known_errors(errors), errors) {
        (Some(handler), _) => {
            let done = s.encode(&mut vm.heap, known, handler);
            done.map(Gc::value).map_err(|e| vm.codec_failure(e, s.value()))
        }
        (None, Some(name)) => encode_with_handler(vm, s, known, name),
        (None, None) => Ok(Value::NONE),
    }
}

/// `str(object, encoding, errors)`: the object has to have a buffer.
pub(crate) fn decode_object(
    vm: &mut Vm,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Value> {
    if object.kind() == Kind::Str {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if !bytes_like(object) {
        let msg =
            format!("decoding to str: need a bytes-like object, {} found", vm.type_name(object));
        return Err(vm.type_error(&msg));
    }
    decode(vm, object, encoding, errors)
}

/// `object.decode(encoding, errors)` of a bytes-like object.
pub(crate) fn decode(
    vm: &mut Vm,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Value> {
    let Some(known) = known_encoding(encoding) else {
        let done = by_registry(vm, encoding, errors, object, false)?;
        return match done.kind() {
            Kind::Str => Ok(done),
            _ => Err(wrong_result(vm, encoding, done, "decoder", "str", "decode")),
        };
    };
    match (known_errors(errors), errors) {
        (Some(handler), _) => {
            let input = Buffer::of(vm, object)?;
            let done = Str::decode(&mut vm.heap, &input, known, handler);
            done.map(Gc::value).or_else(|e| {
                let object = frozen(vm, object)?;
                Err(vm.codec_failure(e, object.value()))
            })
        }
        (None, Some(name)) => decode_with_handler(vm, object, known, name),
        (None, None) => Ok(Value::NONE),
    }
}

/// The bytes of a buffer as a bytes object.
fn frozen(vm: &mut Vm, object: Value) -> PyResult<Gc<Bytes>> {
    match object.cast::<Bytes>() {
        Some(bytes) => Ok(bytes),
        None => {
            let input = Buffer::of(vm, object)?;
            Ok(Bytes::new(&mut vm.heap, &input)?)
        }
    }
}

fn encode_with_handler(
    vm: &mut Vm,
    s: Gc<Str>,
    encoding: Encoding,
    name: Gc<Str>,
) -> PyResult<Value> {
    let done: Result<Vec<u8>, Stop> = encode_with(&s, encoding, |e| {
        let (mended, at) = ask_handler(vm, name, e, s.value(), s.len(), "encoding", "str/bytes")?;
        if let Some(text) = mended.cast::<Str>() {
            let mut buf = StrBuf::new();
            buf.push_value(text);
            return Ok((Replacement::Text(buf), at));
        }
        match mended.cast::<Bytes>() {
            Some(bytes) => Ok((Replacement::Bytes(bytes.bytes().to_vec()), at)),
            None => Err(Stop::Raised(bad_handler(vm, "encoding", "str/bytes"))),
        }
    });
    match done {
        Ok(bytes) => Ok(Bytes::new(&mut vm.heap, &bytes)?.value()),
        Err(stop) => Err(vm.codec_stopped(stop, s.value())),
    }
}

fn decode_with_handler(
    vm: &mut Vm,
    object: Value,
    encoding: Encoding,
    name: Gc<Str>,
) -> PyResult<Value> {
    // The handler may change a bytearray, so the codec works on a copy.
    let input = frozen(vm, object)?;
    let mut buf = StrBuf::with_capacity(input.len());
    let done: Result<(), Stop> = decode_into(input.bytes(), encoding, &mut buf, |e, to| {
        let (mended, at) = ask_handler(vm, name, e, input.value(), input.len(), "decoding", "str")?;
        match mended.cast::<Str>() {
            Some(text) => to.push_value(text),
            None => return Err(Stop::Raised(bad_handler(vm, "decoding", "str"))),
        }
        Ok(at)
    });
    match done {
        Ok(()) => Ok(buf.finish(&mut vm.heap)?.value()),
        Err(stop) => Err(vm.codec_stopped(stop, input.value())),
    }
}

#[cold]
fn bad_handler(vm: &mut Vm, what: &str, wanted: &str) -> Raised {
    vm.type_error(&format!("{what} error handler must return ({wanted}, int) tuple"))
}

/// Calls the error handler registered as `name`: what to put in place, and where to go on.
fn ask_handler(
    vm: &mut Vm,
    name: Gc<Str>,
    e: &CodecError,
    object: Value,
    len: usize,
    what: &str,
    wanted: &str,
) -> PyResult<(Value, usize)> {
    let unknown = format!("unknown error handler name '{}'", name.to_string_lossy());
    let handler = codecs_call(vm, "lookup_error", &[name.value()], &unknown)?;
    let exception = vm.codec_exception(e, object)?;
    let answer = vm.call(handler, &[exception])?;
    let pair = answer.cast::<Tuple>().filter(|t| t.len() == 2 && int::is_int_like(t.get(1)));
    let Some(pair) = pair else { return Err(bad_handler(vm, what, wanted)) };
    let given = int::to_i64_clamped(pair.get(1));
    let at = if given < 0 { given.saturating_add(len as i64) } else { given };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok((pair.get(0), at)),
        _ => {
            let msg = format!("position {given} from error handler out of bounds");
            Err(vm.raise_msg(Exc::IndexError, &msg))
        }
    }
}

/// Encodes or decodes by the codec that module `codecs` knows under this name.
fn by_registry(
    vm: &mut Vm,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    object: Value,
    encode: bool,
) -> PyResult<Value> {
    let Some(name) = encoding else { return Ok(Value::NONE) };
    let shown = name.to_string_lossy().into_owned();
    let info = codecs_call(vm, "lookup", &[name.value()], &format!("unknown encoding: {shown}"))?;
    let key = vm.intern("_is_text_encoding")?;
    if let Some(flag) = vm.getattr_opt(info, key)?
        && !vm.truth(flag)?
    {
        let verb = if encode { "encode" } else { "decode" };
        let msg = format!(
            "'{shown}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"
        );
        return Err(vm.raise_msg(Exc::LookupError, &msg));
    }
    let function = vm.getattr_str(info, if encode { "encode" } else { "decode" })?;
    let answer = match errors {
        Some(errors) => vm.call(function, &[object, errors.value()]),
        None => vm.call(function, &[object]),
    };
    let answer = answer.map_err(|e| vm.codec_noted(e, encode, &shown))?;
    match answer.cast::<Tuple>().filter(|t| t.len() == 2) {
        Some(pair) => Ok(pair.get(0)),
        None => {
            let what = if encode { "encoder" } else { "decoder" };
            Err(vm.type_error(&format!("{what} must return a tuple (object, integer)")))
        }
    }
}

#[cold]
fn wrong_result(
    vm: &mut Vm,
    encoding: Option<Gc<Str>>,
    got: Value,
    what: &str,
    wanted: &str,
    verb: &str,
) -> Raised {
    let name = encoding.map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    let msg = format!(
        "'{name}' {what} returned '{}' instead of '{wanted}'; use codecs.{verb}() to {verb} to arbitrary types",
        vm.type_name(got)
    );
    vm.type_error(&msg)
}

/// `codecs.function(args...)`; LookupError with the message if there is no such module.
fn codecs_call(vm: &mut Vm, function: &str, args: &[Value], missing: &str) -> PyResult<Value> {
    let import = vm.root("__import__");
    if import.is_unbound() {
        return Err(vm.raise_msg(Exc::LookupError, missing));
    }
    let name = vm.intern("codecs")?;
    let found =
        vm.call(import, &[name, Value::NONE, Value::NONE, Value::EMPTY_TUPLE, Value::small_int(0)]);
    let module = match found {
        Ok(module) => module,
        Err(e) => {
            vm.catch(e, Exc::ImportError)?;
            return Err(vm.raise_msg(Exc::LookupError, missing));
        }
    };
    let f = vm.getattr_str(module, function)?;
    vm.call(f, args)
}
