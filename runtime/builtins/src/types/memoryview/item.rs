//! Items of a memoryview: native formats of one letter, to values and back.

use super::array;
use crate::types::number::as_float;
use habu_object::bytes::{Bytes, with_bytes};
use habu_object::str::Str;
use habu_object::{MemoryView, Value, int};
use habu_vm::{PyResult, Raised, Vm};

/// The letter of a format, which may have a `@` before it.
pub(super) fn parse(format: &str) -> Option<char> {
    let mut letters = format.strip_prefix('@').unwrap_or(format).chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// The letter of a view's format.
pub(super) fn code(view: &MemoryView) -> char {
    let format = view.format.get().cast::<Str>();
    format.and_then(|f| parse(&f.to_string_lossy())).unwrap_or('B')
}

/// Bytes of an item.
pub(super) fn size(code: char) -> Option<usize> {
    Some(match code {
        'c' | 'b' | 'B' | '?' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'f' => 4,
        'l' | 'L' | 'q' | 'Q' | 'n' | 'N' | 'P' | 'd' => 8,
        _ => return None,
    })
}

fn offset(view: &MemoryView, i: usize) -> Option<usize> {
    usize::try_from(view.start.get() + i as isize * view.stride.get()).ok()
}

/// The bytes of item `i`, zeros if the storage has shrunk.
fn read(view: &MemoryView, i: usize) -> [u8; 8] {
    let mut item = [0; 8];
    let size = view.itemsize.get().min(8);
    with_bytes(view.object.get(), |bytes| {
        let at = offset(view, i).unwrap_or(usize::MAX);
        let found = at.checked_add(size).and_then(|end| bytes.get(at..end));
        if let Some(found) = found {
            item[..size].copy_from_slice(found);
        }
    });
    item
}

/// Writes the bytes of item `i`, unless the storage has shrunk; the value may have released the view.
pub(super) fn write(vm: &mut Vm, view: &MemoryView, i: usize, bytes: &[u8]) -> PyResult<()> {
    if view.object.get().is_unbound() {
        return Err(vm.value_error("operation forbidden on released memoryview object"));
    }
    let (Some(array), Some(at)) = (array(view), offset(view, i)) else { return Ok(()) };
    if let Some(cells) = array.cells().get(at..) {
        cells.iter().zip(bytes).for_each(|(cell, b)| cell.set(*b));
    }
    Ok(())
}

/// Item `i`, which is in range.
pub(super) fn get(vm: &mut Vm, view: &MemoryView, i: usize) -> PyResult<Value> {
    let item = read(view, i);
    let [a, b, c, d, ..] = item;
    let (half, word, long) = ([a, b], [a, b, c, d], item);
    match code(view) {
        'c' => Ok(Bytes::new(&mut vm.heap, &[a])?.value()),
        '?' => Ok(Value::bool(a != 0)),
        'b' => Ok(Value::small_int((a as i8).into())),
        'h' => Ok(Value::small_int(i16::from_ne_bytes(half).into())),
        'H' => Ok(Value::small_int(u16::from_ne_bytes(half).into())),
        'i' => Ok(Value::small_int(i32::from_ne_bytes(word).into())),
        'I' => Ok(Value::small_int(u32::from_ne_bytes(word).into())),
        'l' | 'q' | 'n' => vm.new_int(i64::from_ne_bytes(long)),
        'L' | 'Q' | 'N' | 'P' => Ok(int::from_u64(&mut vm.heap, u64::from_ne_bytes(long))?),
        'e' => vm.new_float(half_to_f64(u16::from_ne_bytes(half))),
        'f' => vm.new_float(f32::from_ne_bytes(word).into()),
        'd' => vm.new_float(f64::from_ne_bytes(long)),
        _ => Ok(Value::small_int(a.into())),
    }
}

/// The number of an IEEE half-precision float.
fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3FF));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

#[cold]
fn invalid(vm: &mut Vm, what: &str, code: char) -> Raised {
    let msg = format!("memoryview: invalid {what} for format '{code}'");
    if what == "type" { vm.type_error(&msg) } else { vm.value_error(&msg) }
}

/// Replaces item `i`, which is in range.
pub(super) fn set(vm: &mut Vm, view: &MemoryView, i: usize, v: Value) -> PyResult<()> {
    let code = code(view);
    match code {
        'c' => match v.cast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => write(vm, view, i, bytes.bytes())?,
            Some(_) => return Err(invalid(vm, "value", code)),
            None => return Err(invalid(vm, "type", code)),
        },
        '?' => {
            let truth = vm.truth(v)?;
            write(vm, view, i, &[u8::from(truth)])?;
        }
        'f' | 'd' => match as_float(vm, v)? {
            Some(f) if code == 'f' => write(vm, view, i, &(f as f32).to_ne_bytes())?,
            Some(f) => write(vm, view, i, &f.to_ne_bytes())?,
            None => return Err(invalid(vm, "type", code)),
        },
        'e' => {
            let msg = "memoryview: format e not supported";
            return Err(vm.raise_msg(habu_vm::Exc::NotImplementedError, msg));
        }
        _ => {
            if !crate::types::bytes::buffer::is_index(vm, v) {
                return Err(invalid(vm, "type", code));
            }
            let n = vm.index(v)?;
            let bits = size(code).unwrap_or(1) as u32 * 8;
            let signed = matches!(code, 'b' | 'h' | 'i' | 'l' | 'q' | 'n');
            let (low, high) = match signed {
                true => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
                false => (0, (1i128 << bits) - 1),
            };
            match int::to_i128(n).filter(|n| (low..=high).contains(n)) {
                Some(n) => write(vm, view, i, &low_bytes(n, bits as usize / 8))?,
                None => return Err(invalid(vm, "value", code)),
            }
        }
    }
    Ok(())
}

/// The low bytes of a number in the machine's order.
fn low_bytes(n: i128, size: usize) -> Vec<u8> {
    let mut bytes = n.to_le_bytes()[..size.min(16)].to_vec();
    if cfg!(target_endian = "big") {
        bytes.reverse();
    }
    bytes
}
