//! The constants and names of a code object, each once.

use habu_bytecode::Const;
use rustc_hash::FxHashMap;

#[derive(Default)]
pub(crate) struct Pool {
    names: Vec<Box<str>>,
    name_index: FxHashMap<Box<str>, u32>,
    consts: Vec<Const>,
    const_index: FxHashMap<Box<[u8]>, u32>,
}

impl Pool {
    /// The index of a name.
    pub(crate) fn name(&mut self, name: &str) -> u32 {
        if let Some(index) = self.name_index.get(name) {
            return *index;
        }
        let index = self.names.len() as u32;
        self.names.push(name.into());
        self.name_index.insert(name.into(), index);
        index
    }

    /// The index of a constant; equal constants of one type share it.
    pub(crate) fn constant(&mut self, value: Const) -> u32 {
        let mut key = Vec::new();
        if !write_key(&value, &mut key) {
            return self.push(value);
        }
        if let Some(index) = self.const_index.get(key.as_slice()) {
            return *index;
        }
        let index = self.push(value);
        self.const_index.insert(key.into(), index);
        index
    }

    /// Appends a constant without looking for an equal one.
    pub(crate) fn push(&mut self, value: Const) -> u32 {
        self.consts.push(value);
        self.consts.len() as u32 - 1
    }

    pub(crate) fn finish(self) -> (Vec<Box<str>>, Vec<Const>) {
        (self.names, self.consts)
    }
}

/// Bytes that are equal for constants that may share a place: type and value, the sign of zero included.
fn write_key(value: &Const, key: &mut Vec<u8>) -> bool {
    match value {
        Const::None => key.push(0),
        Const::Bool(b) => key.extend([1, *b as u8]),
        Const::Ellipsis => key.push(2),
        Const::Int(n) => {
            key.push(3);
            key.extend(n.to_le_bytes());
        }
        Const::BigInt(s) => write_bytes(4, s.as_bytes(), key),
        Const::Float(x) => {
            key.push(5);
            key.extend(x.to_bits().to_le_bytes());
        }
        Const::Complex(re, im) => {
            key.push(6);
            key.extend(re.to_bits().to_le_bytes());
            key.extend(im.to_bits().to_le_bytes());
        }
        Const::Str(s) => write_bytes(7, s.as_bytes(), key),
        Const::Surrogates(points) => {
            write_bytes(11, &points.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>(), key)
        }
        Const::Bytes(s) => write_bytes(8, s, key),
        Const::Tuple(items) => return write_items(9, items, key),
        Const::FrozenSet(items) => return write_items(10, items, key),
        _ => return false,
    }
    true
}

fn write_bytes(tag: u8, bytes: &[u8], key: &mut Vec<u8>) {
    key.push(tag);
    key.extend((bytes.len() as u64).to_le_bytes());
    key.extend(bytes);
}

fn write_items(tag: u8, items: &[Const], key: &mut Vec<u8>) -> bool {
    key.push(tag);
    key.extend((items.len() as u64).to_le_bytes());
    items.iter().all(|item| write_key(item, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_constants_of_different_types_stay_apart() {
        let mut pool = Pool::default();
        let one = pool.constant(Const::Int(1));
        assert_eq!(one, pool.constant(Const::Int(1)));
        assert_ne!(one, pool.constant(Const::Bool(true)));
        assert_ne!(one, pool.constant(Const::Float(1.0)));
        assert_ne!(pool.constant(Const::Float(0.0)), pool.constant(Const::Float(-0.0)));
    }
}
