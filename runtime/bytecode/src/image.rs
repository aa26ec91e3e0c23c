//! The library image: many files in one piece of read-only memory, Python files with their code objects.
//!
//! ```text
//!  0  magic    "HABULIB1"
//!  8  count    of entries (u32)
//! 12  table    of entries in order of their paths, six u32 each:
//!              path at, path length, code length (0: none), packed text length, text length, blobs at
//!  …  paths    without separators
//!  …  blobs    of each entry: the stream of its code object, then its packed text
//! ```
//!
//! How texts are packed is the writer's and the reader's business. An image is made by the build and is part of the
//! binary: its code objects are believed, not verified, as the binary's own instructions are.

use crate::Code;
use crate::stream;
use std::cmp::Ordering;

const MAGIC: &[u8; 8] = b"HABULIB1";
const TABLE: usize = 12;
const ROW: usize = 24;

/// A file to be written.
pub struct Entry {
    /// Its path in the library, with slashes.
    pub path: String,
    /// Its code object as [`encode_code`] makes it; empty if it is no Python file or does not compile.
    pub code: Vec<u8>,
    /// The packed text.
    pub text: Vec<u8>,
    /// Bytes of the unpacked text.
    pub size: u32,
}

/// A file in an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its path in the library.
    pub path: &'a str,
    /// The stream of its code object, perhaps empty.
    pub code: &'a [u8],
    /// The packed text.
    pub text: &'a [u8],
    /// Bytes of the unpacked text.
    pub size: usize,
}

/// The form of a code object in an image.
pub fn encode_code(code: &Code) -> Vec<u8> {
    stream::write(code)
}

/// An image of these files, which are in order of their paths.
pub fn write(entries: &[Entry]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let put = |n: usize, out: &mut Vec<u8>| out.extend((n as u32).to_le_bytes());
    put(entries.len(), &mut out);
    let mut path_at = TABLE + ROW * entries.len();
    let mut blob_at = path_at + entries.iter().map(|e| e.path.len()).sum::<usize>();
    for e in entries {
        let numbers = [path_at, e.path.len(), e.code.len(), e.text.len(), e.size as usize, blob_at];
        numbers.into_iter().for_each(|n| put(n, &mut out));
        path_at += e.path.len();
        blob_at += e.code.len() + e.text.len();
    }
    entries.iter().for_each(|e| out.extend(e.path.as_bytes()));
    for e in entries {
        out.extend(&e.code);
        out.extend(&e.text);
    }
    out
}

/// An image in memory.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Image<'a> {
    /// The image in these bytes; an empty one if there is none.
    pub fn open(bytes: &'a [u8]) -> Image<'a> {
        let count = match bytes.strip_prefix(MAGIC) {
            Some(_) => number(bytes, MAGIC.len()),
            None => 0,
        };
        Image { bytes, count }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// File `i` in order of the paths.
    pub fn get(&self, i: usize) -> Option<File<'a>> {
        if i >= self.count {
            return None;
        }
        let row = |n: usize| number(self.bytes, TABLE + ROW * i + 4 * n);
        let (code, text, at) = (row(2), row(3), row(5));
        Some(File {
            path: self.path(i),
            code: self.bytes.get(at..at + code)?,
            text: self.bytes.get(at + code..at + code + text)?,
            size: row(4),
        })
    }

    fn path(&self, i: usize) -> &'a str {
        let row = TABLE + ROW * i;
        let (at, len) = (number(self.bytes, row), number(self.bytes, row + 4));
        self.bytes.get(at..at + len).and_then(|p| str::from_utf8(p).ok()).unwrap_or_default()
    }

    /// The file with this path.
    pub fn find(&self, path: &str) -> Option<File<'a>> {
        let i = self.lower_bound(path);
        self.get(i).filter(|f| f.path == path)
    }

    /// Whether there is a folder with this path.
    pub fn has_folder(&self, path: &str) -> bool {
        self.folder(path).next().is_some()
    }

    /// The files below a folder.
    pub fn folder(&self, path: &str) -> impl Iterator<Item = File<'a>> + use<'a> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let (image, start) = (*self, self.lower_bound(&prefix));
        (start..self.count)
            .map_while(move |i| image.get(i))
            .take_while(move |f| f.path.starts_with(&prefix))
    }

    /// The first file whose path is not less.
    fn lower_bound(&self, path: &str) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.path(middle).cmp(path) {
                Ordering::Less => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}

impl File<'_> {
    /// The code object, its file named `filename`; None if there is none.
    pub fn decode(&self, filename: &str) -> Option<Code> {
        stream::read(self.code, Some(filename)).ok()
    }
}

fn number(bytes: &[u8], at: usize) -> usize {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| b.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Vec<u8> {
        let code = |name: &str| encode_code(&Code { filename: name.into(), ..Code::default() });
        let entry = |path: &str, code: Vec<u8>| Entry {
            path: path.to_owned(),
            code,
            text: path.as_bytes().to_vec(),
            size: 7,
        };
        write(&[
            entry("a.py", code("a.py")),
            entry("p/__init__.py", code("p/__init__.py")),
            entry("p/data", Vec::new()),
            entry("pp.py", code("pp.py")),
        ])
    }

    #[test]
    fn files_are_found_by_their_paths() {
        let bytes = image();
        let image = Image::open(&bytes);
        assert_eq!(image.len(), 4);
        for path in ["a.py", "p/__init__.py", "p/data", "pp.py"] {
            let file = image.find(path).expect(path);
            assert_eq!((file.path, file.text, file.size), (path, path.as_bytes(), 7));
            assert_eq!(
                file.decode("x").map(|c| c.filename),
                path.ends_with("py").then(|| "x".into())
            );
        }
        assert_eq!(image.find("p"), None);
        assert_eq!(image.find("z.py"), None);
    }

    #[test]
    fn folders_are_their_files() {
        let bytes = image();
        let image = Image::open(&bytes);
        let below = |folder| image.folder(folder).map(|f| f.path).collect::<Vec<_>>();
        assert_eq!(below("p"), ["p/__init__.py", "p/data"]);
        assert_eq!(below("").len(), 4);
        assert!(image.has_folder("p") && !image.has_folder("pp") && !image.has_folder("data"));
    }

    #[test]
    fn what_is_no_image_is_empty() {
        assert!(Image::open(b"").is_empty());
        assert!(Image::open(b"ELF").find("a.py").is_none());
        assert!(Image::open(&image()[..13]).get(0).is_none_or(|f| f.path.is_empty()));
    }
}
