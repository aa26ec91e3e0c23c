//! Decoding and encoding of text streams: natively for the core's codecs, else by the codec's incremental objects.

use super::super::base::call;
use super::{DECODER, ENCODER, Shared};
use habu_object::bytes::Bytes;
use habu_object::str::codec::{
    CodecError, CodecFailure, Encoding, Errors, decode_ascii, decode_latin1, decode_utf8,
};
use habu_object::str::{Str, StrBuf};
use habu_object::{Exception, Gc, Kind, Native, Tuple, Value, int};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// The codec of a stream.
#[derive(Default)]
pub(super) struct Codec {
    /// The encoding, if it is one that is done natively.
    core: Option<(Encoding, Errors)>,
    /// Bytes of a character that is not complete yet.
    tail: Vec<u8>,
}

/// Finds the codec of the state's encoding.
pub(super) fn attach(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    readable: bool,
    writable: bool,
) -> PyResult<()> {
    let (encoding, errors) = {
        let state = shared.borrow();
        (state.encoding.clone(), state.errors.clone())
    };
    let known = Encoding::from_name(&encoding)
        .filter(|e| matches!(e, Encoding::Utf8 | Encoding::Latin1 | Encoding::Ascii));
    shared.borrow_mut().codec =
        Codec { core: known.zip(Errors::from_name(&errors)), tail: Vec::new() };
    this.set_slot(&mut vm.heap, ENCODER, Value::NONE);
    this.set_slot(&mut vm.heap, DECODER, Value::NONE);
    if shared.borrow().codec.core.is_some() {
        return Ok(());
    }
    let codecs = crate::import::import_module(vm, "codecs")?;
    let name = vm.new_str(&encoding)?;
    let info = call(vm, codecs, "lookup", &[name])?;
    let key = vm.intern("_is_text_encoding")?;
    if let Some(flag) = vm.getattr_opt(info, key)?
        && !vm.truth(flag)?
    {
        let msg = format!(
            "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        );
        return Err(vm.raise_msg(Exc::LookupError, &msg));
    }
    let errors = vm.new_str(&errors)?;
    for (wanted, slot, method) in
        [(readable, DECODER, "incrementaldecoder"), (writable, ENCODER, "incrementalencoder")]
    {
        if wanted {
            let made = call(vm, info, method, &[errors])?;
            this.set_slot(&mut vm.heap, slot, made);
        }
    }
    Ok(())
}

/// Tells the encoder that something stands before what it encodes.
pub(super) fn not_at_start(vm: &mut Vm, this: Gc<Native>, _shared: &Shared) -> PyResult<()> {
    let encoder = this.slot(ENCODER);
    if !encoder.is_none() {
        call(vm, encoder, "setstate", &[Value::small_int(0)])?;
    }
    Ok(())
}

/// Has the encoder begin anew.
pub(super) fn reset_encoder(vm: &mut Vm, this: Gc<Native>) -> PyResult<()> {
    let encoder = this.slot(ENCODER);
    if !encoder.is_none() {
        call(vm, encoder, "reset", &[])?;
    }
    Ok(())
}

pub(super) fn reset_decoder(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<()> {
    {
        let mut state = shared.borrow_mut();
        state.codec.tail.clear();
        state.newlines.pending = false;
    }
    let decoder = this.slot(DECODER);
    if !decoder.is_none() {
        call(vm, decoder, "reset", &[])?;
    }
    Ok(())
}

/// The decoder's state: flags, and bytes that it holds back.
pub(super) fn state(vm: &mut Vm, this: Gc<Native>, shared: &Shared) -> PyResult<(u64, Vec<u8>)> {
    let decoder = this.slot(DECODER);
    let (mut flags, mut held) = (0, shared.borrow().codec.tail.clone());
    if !decoder.is_none() {
        let found = call(vm, decoder, "getstate", &[])?;
        let Some(t) = found.cast::<Tuple>().filter(|t| t.len() == 2) else {
            return Err(vm.type_error("illegal decoder state"));
        };
        let Some(bytes) = t.get(0).cast::<Bytes>() else {
            let given = vm.type_name(t.get(0));
            let msg = format!(
                "illegal decoder state: the first item should be a bytes object, not '{given}'"
            );
            return Err(vm.type_error(&msg));
        };
        held = bytes.bytes().to_vec();
        flags = int::to_u64_wrapping(t.get(1));
    }
    Ok((flags << 1 | u64::from(shared.borrow().newlines.pending), held))
}

/// Puts the decoder into a state in which it holds nothing back.
pub(super) fn set_state(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    flags: u64,
) -> PyResult<()> {
    {
        let mut state = shared.borrow_mut();
        state.codec.tail.clear();
        state.newlines.pending = flags & 1 == 1;
    }
    let decoder = this.slot(DECODER);
    if !decoder.is_none() {
        let nothing = Bytes::new(&mut vm.heap, b"")?.value();
        let flags = int::from_u64(&mut vm.heap, flags >> 1)?;
        let wanted = vm.new_tuple(&[nothing, flags])?;
        call(vm, decoder, "setstate", &[wanted])?;
    }
    Ok(())
}

/// Decodes bytes into the state's text, replacing what is there; `last` says that nothing follows.
pub(super) fn decode(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    data: &[u8],
    last: bool,
) -> PyResult<()> {
    let core = shared.borrow().codec.core;
    let text = match core {
        Some((encoding, errors)) => decode_core(vm, shared, encoding, errors, data, last)?,
        None => {
            let bytes = Bytes::new(&mut vm.heap, data)?.value();
            let text = call(vm, this.slot(DECODER), "decode", &[bytes, Value::bool(last)])?;
            let Some(s) = text.cast::<Str>() else {
                let given = vm.type_name(text);
                let msg = format!("decoder should return a string result, not '{given}'");
                return Err(vm.type_error(&msg));
            };
            let mut out = StrBuf::with_capacity(s.len());
            out.push_value(s);
            out
        }
    };
    let mut guard = shared.borrow_mut();
    let state = &mut *guard;
    state.used = 0;
    if !state.mode.is_universal() {
        state.decoded = text;
        return Ok(());
    }
    let translate = state.mode == super::Mode::Translate;
    let mut out = StrBuf::with_capacity(text.len() + 1);
    state.newlines.push(text.units(), translate, last, &mut out);
    state.decoded = out;
    Ok(())
}

fn decode_core(
    vm: &mut Vm,
    shared: &Shared,
    encoding: Encoding,
    errors: Errors,
    data: &[u8],
    last: bool,
) -> PyResult<StrBuf> {
    let mut held = std::mem::take(&mut shared.borrow_mut().codec.tail);
    let input = if held.is_empty() {
        data
    } else {
        held.extend_from_slice(data);
        &held
    };
    let mut out = StrBuf::with_capacity(input.len());
    let mend = |e: &CodecError, to: &mut StrBuf| errors.decode(e, input, to);
    let done: Result<usize, CodecError> = match encoding {
        Encoding::Latin1 => {
            decode_latin1(input, &mut out);
            Ok(input.len())
        }
        Encoding::Ascii => decode_ascii(input, &mut out, mend).map(|()| input.len()),
        _ => match str::from_utf8(input) {
            Ok(text) => {
                out.push_str(text);
                Ok(input.len())
            }
            Err(_) => decode_utf8(input, 0, last, &mut out, mend),
        },
    };
    match done {
        Ok(n) => {
            shared.borrow_mut().codec.tail = input[n..].to_vec();
            Ok(out)
        }
        Err(e) => {
            let object = Bytes::new(&mut vm.heap, input)?.value();
            Err(fail(vm, e, object))
        }
    }
}

#[cold]
fn fail(vm: &mut Vm, e: CodecError, object: Value) -> Raised {
    let exc =
        if object.kind() == Kind::Str { Exc::UnicodeEncodeError } else { Exc::UnicodeDecodeError };
    let made = (|| {
        let (encoding, reason) = (vm.new_str(e.encoding)?, vm.new_str(e.reason)?);
        let (start, end) = (Value::small_int(e.start as i64), Value::small_int(e.end as i64));
        let class = vm.exc_type(exc).value();
        vm.call(class, &[encoding, object, start, end, reason])
    })();
    match made.map(|v| v.cast::<Exception>()) {
        Ok(Some(e)) => vm.raise(e),
        Ok(None) => vm.type_error("exceptions must derive from BaseException"),
        Err(raised) => raised,
    }
}

/// Hands the bytes of a text on.
pub(super) fn encode(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    s: Gc<Str>,
    to: impl FnOnce(&mut Vm, &[u8]) -> PyResult<Value>,
) -> PyResult<Value> {
    let core = shared.borrow().codec.core;
    if let Some((encoding, errors)) = core {
        if let (Encoding::Utf8, Some(text)) = (encoding, s.as_str()) {
            return to(vm, text.as_bytes());
        }
        return match s.encode(&mut vm.heap, encoding, errors) {
            Ok(bytes) => to(vm, bytes.bytes()),
            Err(CodecFailure::Error(e)) => Err(fail(vm, e, s.value())),
            Err(CodecFailure::Memory) => Err(vm.raise_args(Exc::MemoryError, &[])),
        };
    }
    let encoder = this.slot(ENCODER);
    if encoder.is_none() {
        return Err(super::unsupported(vm, "not writable"));
    }
    let bytes = call(vm, encoder, "encode", &[s.value()])?;
    match bytes.cast::<Bytes>() {
        Some(b) => to(vm, b.bytes()),
        None => {
            let given = vm.type_name(bytes);
            let msg = format!("encoder should return a bytes object, not '{given}'");
            Err(vm.type_error(&msg))
        }
    }
}
