//! Format strings of `struct`: what they say, item by item.

use habu_vm::{PyResult, Raised, Vm};

/// A kind of item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Bytes that hold nothing.
    Pad,
    /// One byte, as bytes.
    Char,
    Bool,
    Int {
        signed: bool,
    },
    Float,
    Complex,
    /// Bytes of a fixed length.
    Bytes,
    /// As `Bytes`, with the length in front.
    Pascal,
}

/// Some items of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) code: u8,
    pub(super) size: usize,
    /// How often; for `Bytes` and `Pascal` how many bytes.
    pub(super) count: usize,
    /// Where the first one stands.
    pub(super) at: usize,
}

impl Item {
    /// How many values these items are.
    pub(super) fn values(&self) -> usize {
        match self.kind {
            Kind::Pad => 0,
            Kind::Bytes | Kind::Pascal => 1,
            _ => self.count,
        }
    }
}

/// A format that was read.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) items: Vec<Item>,
    pub(super) size: usize,
    pub(super) values: usize,
    pub(super) big_endian: bool,
}

/// Kind and size of a letter; in the machine's own layout some are larger and some are only there.
fn letter(code: u8, native: bool) -> Option<(Kind, usize)> {
    let (signed, unsigned) = (Kind::Int { signed: true }, Kind::Int { signed: false });
    let long = if native { 8 } else { 4 };
    Some(match code {
        b'x' => (Kind::Pad, 1),
        b'c' => (Kind::Char, 1),
        b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        b'?' => (Kind::Bool, 1),
        b'b' => (signed, 1),
        b'B' => (unsigned, 1),
        b'h' => (signed, 2),
        b'H' => (unsigned, 2),
        b'i' => (signed, 4),
        b'I' => (unsigned, 4),
        b'l' => (signed, long),
        b'L' => (unsigned, long),
        b'q' => (signed, 8),
        b'Q' => (unsigned, 8),
        b'n' if native => (signed, 8),
        b'N' | b'P' if native => (unsigned, 8),
        b'e' => (Kind::Float, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Float, 8),
        b'F' => (Kind::Complex, 8),
        b'D' => (Kind::Complex, 16),
        _ => return None,
    })
}

/// Reads a format.
pub(super) fn parse(vm: &mut Vm, text: &[u8]) -> PyResult<Layout> {
    let (native, big_endian, rest) = match text.first() {
        Some(b'@') => (true, false, &text[1..]),
        Some(b'=' | b'<') => (false, false, &text[1..]),
        Some(b'>' | b'!') => (false, true, &text[1..]),
        _ => (true, false, text),
    };
    let mut layout = Layout { items: Vec::new(), size: 0, values: 0, big_endian };
    let mut letters = rest.iter().copied().peekable();
    while let Some(c) = letters.next() {
        if c.is_ascii_whitespace() {
            continue;
        }
        let mut code = c;
        let mut count = 1usize;
        if c.is_ascii_digit() {
            count = usize::from(c - b'0');
            while let Some(digit) = letters.next_if(u8::is_ascii_digit) {
                let more =
                    count.checked_mul(10).and_then(|n| n.checked_add(usize::from(digit - b'0')));
                count = match more {
                    Some(n) => n,
                    None => return Err(super::error(vm, "total struct size too long")),
                };
            }
            code = match letters.next() {
                Some(code) => code,
                None => {
                    return Err(super::error(vm, "repeat count given without format specifier"));
                }
            };
        }
        let Some((kind, size)) = letter(code, native) else {
            return Err(super::error(vm, "bad char in struct format"));
        };
        add(vm, &mut layout, kind, code, size, count, native)?;
    }
    Ok(layout)
}

fn add(
    vm: &mut Vm,
    layout: &mut Layout,
    kind: Kind,
    code: u8,
    size: usize,
    count: usize,
    native: bool,
) -> PyResult<()> {
    let too_long = |vm: &mut Vm| -> Raised { super::error(vm, "total struct size too long") };
    if native {
        let align = if kind == Kind::Complex { size / 2 } else { size };
        layout.size = layout.size.next_multiple_of(align);
    }
    let item = Item { kind, code, size, count, at: layout.size };
    let end = size.checked_mul(count).and_then(|n| n.checked_add(layout.size));
    layout.size = match end.filter(|n| i64::try_from(*n).is_ok()) {
        Some(end) => end,
        None => return Err(too_long(vm)),
    };
    layout.values = match layout.values.checked_add(item.values()) {
        Some(n) => n,
        None => return Err(too_long(vm)),
    };
    layout.items.push(item);
    Ok(())
}
