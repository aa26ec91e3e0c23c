//! Methods that fill bytes up to a width.

use habu_gc::OutOfMemory;

fn padded(bytes: &[u8], left: usize, right: usize, fill: u8) -> Result<Vec<u8>, OutOfMemory> {
    let len = left.checked_add(right).and_then(|n| n.checked_add(bytes.len()));
    let mut result = Vec::new();
    result.try_reserve_exact(len.ok_or(OutOfMemory)?).map_err(|_| OutOfMemory)?;
    result.resize(left, fill);
    result.extend_from_slice(bytes);
    result.resize(result.len() + right, fill);
    Ok(result)
}

fn missing(bytes: &[u8], width: i64) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(bytes.len())
}

/// `bytes.ljust(width, fill)`
pub fn ljust(bytes: &[u8], width: i64, fill: u8) -> Result<Vec<u8>, OutOfMemory> {
    padded(bytes, 0, missing(bytes, width), fill)
}

/// `bytes.rjust(width, fill)`
pub fn rjust(bytes: &[u8], width: i64, fill: u8) -> Result<Vec<u8>, OutOfMemory> {
    padded(bytes, missing(bytes, width), 0, fill)
}

/// `bytes.center(width, fill)`
pub fn center(bytes: &[u8], width: i64, fill: u8) -> Result<Vec<u8>, OutOfMemory> {
    let pad = missing(bytes, width);
    let left = pad / 2 + (pad & width as usize & 1);
    padded(bytes, left, pad - left, fill)
}

/// `bytes.zfill(width)`
pub fn zfill(bytes: &[u8], width: i64) -> Result<Vec<u8>, OutOfMemory> {
    let pad = missing(bytes, width);
    let mut result = padded(bytes, pad, 0, b'0')?;
    if pad > 0
        && let Some(sign @ (b'+' | b'-')) = bytes.first()
    {
        result[pad] = b'0';
        result[0] = *sign;
    }
    Ok(result)
}

/// `bytes.expandtabs(tabsize)`
pub fn expandtabs(bytes: &[u8], tabsize: i64) -> Result<Vec<u8>, OutOfMemory> {
    let size = usize::try_from(tabsize).unwrap_or(0);
    let mut result = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for b in bytes {
        if *b == b'\t' {
            if size > 0 {
                let n = size - column % size;
                result.try_reserve(n).map_err(|_| OutOfMemory)?;
                result.resize(result.len() + n, b' ');
                column += n;
            }
        } else {
            result.push(*b);
            column = if matches!(b, b'\n' | b'\r') { 0 } else { column + 1 };
        }
    }
    Ok(result)
}
