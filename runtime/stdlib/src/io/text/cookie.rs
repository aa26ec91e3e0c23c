//! Positions of text streams: numbers from which reading can go on.
//!
//! A position is that of a byte at which the decoder holds nothing back; where there is none, it also says what state the
//! decoder is in there, how many bytes to give it and how many characters to skip (`TextIOWrapper.tell` of CPython).

use super::super::base::{call, unsupported};
use super::{BUFFER, Shared, Snapshot, codec, flush_pending, forget, open};
use crate::util::{arg, given};
use habu_object::bytes::Bytes;
use habu_object::str::StrBuf;
use habu_object::{Gc, Native, Value, int};
use habu_vm::{Exc, PyResult, Vm};

/// A position, unpacked.
#[derive(Default)]
struct Cookie {
    start: u64,
    flags: u64,
    feed: u64,
    skip: u64,
    eof: bool,
}

fn pack(vm: &mut Vm, c: &Cookie) -> PyResult<Value> {
    let words = [c.start, c.flags, c.feed, c.skip, u64::from(c.eof)];
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    int::from_bytes(&mut vm.heap, &bytes, false, false)
        .map_err(|e| vm.int_error(habu_vm::BinOp::Add, e))
}

fn unpack(vm: &mut Vm, v: Value) -> PyResult<Cookie> {
    let Ok(bytes) = int::to_bytes(v, 40, false, false) else {
        return Err(vm.overflow_error("position too large"));
    };
    let word =
        |i: usize| u64::from_le_bytes(bytes[8 * i..8 * i + 8].try_into().unwrap_or_default());
    Ok(Cookie { start: word(0), flags: word(1), feed: word(2), skip: word(3), eof: word(4) != 0 })
}

pub(super) fn tell(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, shared) = open(vm, args)?;
    let (seekable, telling) = {
        let state = shared.borrow();
        (state.seekable, state.telling)
    };
    if !seekable {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    if !telling {
        return Err(vm.raise_msg(Exc::OSError, "telling position disabled by next() call"));
    }
    flush_pending(vm, this, &shared)?;
    call(vm, this.slot(BUFFER), "flush", &[])?;
    let at = call(vm, this.slot(BUFFER), "tell", &[])?;
    let (snapshot, used) = {
        let state = shared.borrow();
        (state.snapshot.clone(), state.used)
    };
    let Some(snapshot) = snapshot else { return Ok(at) };
    let at = int::to_u64_wrapping(at).wrapping_sub(snapshot.input.len() as u64);
    if used == 0 {
        return pack(vm, &Cookie { start: at, flags: snapshot.flags, ..Cookie::default() });
    }
    locate(vm, this, &shared, &snapshot, at, used)
}

/// Decodes the chunk again, byte by byte, up to the characters that were given away.
fn locate(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    snapshot: &Snapshot,
    at: u64,
    used: usize,
) -> PyResult<Value> {
    let saved = codec::state(vm, this, shared)?;
    let (text, seen) = {
        let mut state = shared.borrow_mut();
        (std::mem::replace(&mut state.decoded, StrBuf::new()), state.newlines.seen)
    };
    let found = search(vm, this, shared, snapshot, at, used);
    // Back to where reading is.
    let restored = codec::set_state(vm, this, shared, saved.0).and_then(|()| {
        if saved.1.is_empty() { Ok(()) } else { codec::decode(vm, this, shared, &saved.1, false) }
    });
    let mut state = shared.borrow_mut();
    (state.decoded, state.used, state.newlines.seen) = (text, used, seen);
    drop(state);
    restored?;
    let cookie = found?;
    pack(vm, &cookie)
}

fn search(
    vm: &mut Vm,
    this: Gc<Native>,
    shared: &Shared,
    snapshot: &Snapshot,
    at: u64,
    used: usize,
) -> PyResult<Cookie> {
    codec::set_state(vm, this, shared, snapshot.flags)?;
    // The last place at which the decoder held nothing back.
    let mut safe = Cookie { start: at, flags: snapshot.flags, ..Cookie::default() };
    let (mut safe_bytes, mut safe_chars) = (0, 0);
    let mut chars = 0;
    for (i, byte) in snapshot.input.iter().enumerate() {
        codec::decode(vm, this, shared, &[*byte], false)?;
        chars += shared.borrow().decoded.len();
        let (flags, held) = codec::state(vm, this, shared)?;
        if held.is_empty() && chars <= used {
            (safe_bytes, safe_chars) = (i + 1, chars);
            safe.start = at + safe_bytes as u64;
            safe.flags = flags;
        }
        if chars >= used {
            safe.feed = (i + 1 - safe_bytes) as u64;
            safe.skip = (used - safe_chars) as u64;
            if safe.skip == 0 {
                safe.feed = 0;
            }
            return Ok(safe);
        }
    }
    codec::decode(vm, this, shared, &[], true)?;
    chars += shared.borrow().decoded.len();
    if chars < used {
        return Err(vm.raise_msg(Exc::OSError, "can't reconstruct logical file position"));
    }
    safe.feed = (snapshot.input.len() - safe_bytes) as u64;
    safe.skip = (used - safe_chars) as u64;
    safe.eof = true;
    Ok(safe)
}

pub(super) fn seek(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let (this, shared) = open(vm, args)?;
    let cookie = arg(args, 1);
    let whence = match given(args, 2) {
        Some(v) => vm.index_i64(v)?,
        None => 0,
    };
    if !shared.borrow().seekable {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let cookie = vm.index(cookie)?;
    let zero = int::is_zero(cookie);
    let buffer = this.slot(BUFFER);
    let cookie = match whence {
        0 => cookie,
        1 if !zero => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        1 => call(vm, this.value(), "tell", &[])?,
        2 if !zero => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        2 => {
            call(vm, this.value(), "flush", &[])?;
            forget(vm, this, &shared)?;
            codec::reset_decoder(vm, this, &shared)?;
            let at = call(vm, buffer, "seek", &[Value::small_int(0), Value::small_int(2)])?;
            match at == Value::small_int(0) {
                true => codec::reset_encoder(vm, this)?,
                false => codec::not_at_start(vm, this, &shared)?,
            }
            return Ok(at);
        }
        _ => {
            let msg = format!("invalid whence ({whence}, should be 0, 1 or 2)");
            return Err(vm.value_error(&msg));
        }
    };
    if int::is_negative(cookie) {
        let msg = format!("negative seek position {}", int::to_decimal(cookie));
        return Err(vm.value_error(&msg));
    }
    call(vm, this.value(), "flush", &[])?;
    let c = unpack(vm, cookie)?;
    let start = int::from_u64(&mut vm.heap, c.start)?;
    call(vm, buffer, "seek", &[start])?;
    {
        let mut state = shared.borrow_mut();
        state.snapshot = None;
        state.decoded = StrBuf::new();
        state.used = 0;
    }
    codec::set_state(vm, this, &shared, c.flags)?;
    if c.start == 0 && c.flags == 0 {
        codec::reset_decoder(vm, this, &shared)?;
    }
    if c.skip > 0 {
        let n = vm.new_int(c.feed as i64)?;
        let data = call(vm, buffer, "read", &[n])?;
        let data = match data.cast::<Bytes>() {
            Some(b) => b.bytes().to_vec(),
            None => {
                return Err(vm.type_error("underlying read() should have returned a bytes object"));
            }
        };
        codec::decode(vm, this, &shared, &data, c.eof)?;
        let mut state = shared.borrow_mut();
        if (state.decoded.len() as u64) < c.skip {
            drop(state);
            return Err(vm.raise_msg(Exc::OSError, "can't restore logical file position"));
        }
        state.used = c.skip as usize;
        state.snapshot = Some(Snapshot { flags: c.flags, input: data });
    } else {
        shared.borrow_mut().snapshot = Some(Snapshot { flags: c.flags, input: Vec::new() });
    }
    match c.start == 0 && c.skip == 0 {
        true => codec::reset_encoder(vm, this)?,
        false => codec::not_at_start(vm, this, &shared)?,
    }
    Ok(cookie)
}
