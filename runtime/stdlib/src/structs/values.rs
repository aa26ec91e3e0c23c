//! Values of Python to bytes and back, one item of a format at a time.

use super::error;
use super::format::{Item, Kind, Layout};
use crate::util::{as_f64, int_done};
use habu_object::bytes::{ByteArray, Bytes};
use habu_object::{Value, complex, float, int};
use habu_vm::{PyResult, Vm};
use half::f16;

/// Writes the values into `out`, which begins where the layout begins.
pub(super) fn pack(vm: &mut Vm, layout: &Layout, values: &[Value], out: &mut [u8]) -> PyResult<()> {
    out.fill(0);
    let mut values = values.iter();
    for item in &layout.items {
        for i in 0..item.values() {
            let Some(v) = values.next() else { return Ok(()) };
            match item.kind {
                Kind::Bytes | Kind::Pascal => {
                    let room = &mut out[item.at..item.at + item.count];
                    pack_bytes(vm, item, *v, room)?;
                }
                _ => {
                    let room = &mut out[item.at + i * item.size..][..item.size];
                    pack_one(vm, item, *v, room)?;
                    // Numbers are written with the least byte first.
                    if layout.big_endian {
                        match item.kind {
                            Kind::Complex => {
                                room.chunks_mut(item.size / 2).for_each(<[u8]>::reverse)
                            }
                            _ => room.reverse(),
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

fn text_of(v: Value) -> Option<Vec<u8>> {
    let bytes = v.cast::<Bytes>().map(|b| b.bytes().to_vec());
    bytes.or_else(|| v.cast::<ByteArray>().map(|b| b.bytes().to_vec()))
}

fn pack_bytes(vm: &mut Vm, item: &Item, v: Value, room: &mut [u8]) -> PyResult<()> {
    let Some(text) = text_of(v) else {
        let msg = format!("argument for '{}' must be a bytes object", char::from(item.code));
        return Err(error(vm, &msg));
    };
    if item.kind == Kind::Bytes {
        let n = text.len().min(room.len());
        room[..n].copy_from_slice(&text[..n]);
    } else if let Some((length, room)) = room.split_first_mut() {
        let n = text.len().min(room.len());
        // The length is a byte, whatever fits.
        *length = n.min(255) as u8;
        room[..n].copy_from_slice(&text[..n]);
    }
    Ok(())
}

fn pack_one(vm: &mut Vm, item: &Item, v: Value, room: &mut [u8]) -> PyResult<()> {
    match item.kind {
        Kind::Char => match text_of(v).as_deref() {
            Some([c]) => room[0] = *c,
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        Kind::Bool => room[0] = u8::from(vm.truth(v)?),
        Kind::Int { signed } => pack_int(vm, item, signed, v, room)?,
        Kind::Float => {
            let f = number(vm, v)?;
            pack_float(vm, f, room)?;
        }
        Kind::Complex => {
            let (re, im) = match complex::get(v) {
                Some(parts) => parts,
                None => (number(vm, v)?, 0.0),
            };
            let (first, second) = room.split_at_mut(item.size / 2);
            pack_float(vm, re, first)?;
            pack_float(vm, im, second)?;
        }
        Kind::Pad | Kind::Bytes | Kind::Pascal => {}
    }
    Ok(())
}

fn number(vm: &mut Vm, v: Value) -> PyResult<f64> {
    let (to_float, to_index) = (vm.names.__float__, vm.names.__index__);
    let is_number = float::is_float_like(v)
        || int::is_int_like(v)
        || vm.special(v, to_float).is_some()
        || vm.special(v, to_index).is_some();
    if is_number { as_f64(vm, v) } else { Err(error(vm, "required argument is not a float")) }
}

fn pack_float(vm: &mut Vm, f: f64, room: &mut [u8]) -> PyResult<()> {
    match room.len() {
        2 => {
            let h = f16::from_f64(f);
            if h.is_infinite() && f.is_finite() {
                return Err(vm.overflow_error("float too large to pack with e format"));
            }
            room.copy_from_slice(&h.to_le_bytes());
        }
        4 => {
            let single = f as f32;
            if single.is_infinite() && f.is_finite() {
                return Err(vm.overflow_error("float too large to pack with f format"));
            }
            room.copy_from_slice(&single.to_le_bytes());
        }
        _ => room.copy_from_slice(&f.to_le_bytes()),
    }
    Ok(())
}

fn pack_int(vm: &mut Vm, item: &Item, signed: bool, v: Value, room: &mut [u8]) -> PyResult<()> {
    let index = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, index).is_none() {
        return Err(error(vm, "required argument is not an integer"));
    }
    let n = vm.index(v)?;
    let bits = room.len() as u32 * 8;
    let (low, high) = match signed {
        true => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        false => (0, (1i128 << bits) - 1),
    };
    if let Some(n) = int::to_i128(n).filter(|n| (low..=high).contains(n)) {
        room.copy_from_slice(&n.to_le_bytes()[..room.len()]);
        return Ok(());
    }
    if item.code == b'P' {
        return Err(vm.overflow_error("int too large to convert"));
    }
    let code = char::from(item.code);
    Err(error(vm, &format!("'{code}' format requires {low} <= number <= {high}")))
}

/// The values that bytes hold; `data` is as long as the layout.
pub(super) fn unpack(vm: &mut Vm, layout: &Layout, data: &[u8]) -> PyResult<Value> {
    let out = habu_object::Tuple::zeroed(&mut vm.heap, layout.values)?;
    let mut next = 0;
    for item in &layout.items {
        for i in 0..item.values() {
            let v = match item.kind {
                Kind::Bytes => {
                    let part = &data[item.at..item.at + item.count];
                    Bytes::new(&mut vm.heap, part)?.value()
                }
                Kind::Pascal => {
                    let part = &data[item.at..item.at + item.count];
                    let text = match part.split_first() {
                        Some((n, text)) => &text[..usize::from(*n).min(text.len())],
                        None => part,
                    };
                    Bytes::new(&mut vm.heap, text)?.value()
                }
                _ => unpack_one(vm, layout, item, &data[item.at + i * item.size..][..item.size])?,
            };
            out.set(&mut vm.heap, next, v);
            next += 1;
        }
    }
    Ok(out.value())
}

fn float_of(data: &[u8], big_endian: bool) -> f64 {
    let mut bytes = [0; 8];
    let room = &mut bytes[..data.len()];
    room.copy_from_slice(data);
    if big_endian {
        room.reverse();
    }
    match (data.len(), bytes) {
        (2, [a, b, ..]) => f16::from_le_bytes([a, b]).to_f64(),
        (4, [a, b, c, d, ..]) => f64::from(f32::from_le_bytes([a, b, c, d])),
        _ => f64::from_le_bytes(bytes),
    }
}

fn unpack_one(vm: &mut Vm, layout: &Layout, item: &Item, data: &[u8]) -> PyResult<Value> {
    match item.kind {
        Kind::Char => Ok(Bytes::new(&mut vm.heap, data)?.value()),
        Kind::Bool => Ok(Value::bool(data[0] != 0)),
        Kind::Int { signed } => {
            let r = int::from_bytes(&mut vm.heap, data, layout.big_endian, signed);
            int_done(vm, r)
        }
        Kind::Complex => {
            let (first, second) = data.split_at(item.size / 2);
            let (re, im) =
                (float_of(first, layout.big_endian), float_of(second, layout.big_endian));
            Ok(complex::new(&mut vm.heap, re, im)?)
        }
        _ => vm.new_float(float_of(data, layout.big_endian)),
    }
}

/// Where an offset into a buffer points.
pub(super) fn place(
    vm: &mut Vm,
    offset: i64,
    size: usize,
    length: usize,
    doing: &str,
) -> PyResult<usize> {
    let at = if offset < 0 { offset + length as i64 } else { offset };
    if at < 0 {
        let msg = match doing {
            "pack" if (offset.unsigned_abs() as usize) < size => {
                format!("no space to pack {size} bytes at offset {offset}")
            }
            "unpack" if (offset.unsigned_abs() as usize) < size => {
                format!("not enough data to unpack {size} bytes at offset {offset}")
            }
            _ => format!("offset {offset} out of range for {length}-byte buffer"),
        };
        return Err(error(vm, &msg));
    }
    if offset < 0 && (length as i64 - at) < size as i64 {
        let msg = match doing {
            "pack" => format!("no space to pack {size} bytes at offset {offset}"),
            _ => format!("not enough data to unpack {size} bytes at offset {offset}"),
        };
        return Err(error(vm, &msg));
    }
    if (at as u128) + (size as u128) > length as u128 {
        let msg = format!(
            "{doing}_{} requires a buffer of at least {} bytes for {doing}ing {size} bytes at offset {at} (actual \
             buffer size is {length})",
            if doing == "pack" { "into" } else { "from" },
            at as u128 + size as u128
        );
        return Err(error(vm, &msg));
    }
    Ok(at as usize)
}
