//! Module `_stat`: the bits of file modes.

use crate::util::{arg, new_module, set};
use habu_object::{Gc, Module, Value, int};
use habu_vm::{NativeDef, PyResult, Vm};

const FORMAT: u32 = 0o170_000;

macro_rules! tests {
    ($($name:literal $bits:expr),* $(,)?) => {
        &[$(NativeDef::new($name, "(mode, /)", |vm, args| {
            Ok(Value::bool(mode(vm, args)? & FORMAT == $bits))
        })),*]
    };
}

static TESTS: &[NativeDef] = tests! {
    "S_ISDIR" 0o040_000, "S_ISCHR" 0o020_000, "S_ISBLK" 0o060_000, "S_ISREG" 0o100_000, "S_ISFIFO" 0o010_000,
    "S_ISLNK" 0o120_000, "S_ISSOCK" 0o140_000,
};

static OTHER: &[NativeDef] = &[
    NativeDef::new("S_ISDOOR", "(mode, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("S_ISPORT", "(mode, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("S_ISWHT", "(mode, /)", |_, _| Ok(Value::FALSE)),
    NativeDef::new("S_IMODE", "(mode, /)", |vm, args| {
        Ok(Value::small_int(i64::from(mode(vm, args)? & 0o7777)))
    }),
    NativeDef::new("S_IFMT", "(mode, /)", |vm, args| {
        Ok(Value::small_int(i64::from(mode(vm, args)? & FORMAT)))
    }),
    NativeDef::new("filemode", "(mode, /)", |vm, args| {
        let text = filemode(mode(vm, args)?);
        vm.new_str(&text)
    }),
];

const CONSTANTS: &[(&str, u32)] = &[
    ("S_IFDIR", 0o040_000),
    ("S_IFCHR", 0o020_000),
    ("S_IFBLK", 0o060_000),
    ("S_IFREG", 0o100_000),
    ("S_IFIFO", 0o010_000),
    ("S_IFLNK", 0o120_000),
    ("S_IFSOCK", 0o140_000),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o070),
    ("S_IRGRP", 0o040),
    ("S_IWGRP", 0o020),
    ("S_IXGRP", 0o010),
    ("S_IRWXO", 0o007),
    ("S_IROTH", 0o004),
    ("S_IWOTH", 0o002),
    ("S_IXOTH", 0o001),
    ("UF_SETTABLE", 0xffff),
    ("UF_NODUMP", 0x1),
    ("UF_IMMUTABLE", 0x2),
    ("UF_APPEND", 0x4),
    ("UF_OPAQUE", 0x8),
    ("UF_NOUNLINK", 0x10),
    ("UF_COMPRESSED", 0x20),
    ("UF_TRACKED", 0x40),
    ("UF_DATAVAULT", 0x80),
    ("UF_HIDDEN", 0x8000),
    ("SF_SETTABLE", 0x3fff_0000),
    ("SF_ARCHIVED", 0x1_0000),
    ("SF_IMMUTABLE", 0x2_0000),
    ("SF_APPEND", 0x4_0000),
    ("SF_NOUNLINK", 0x10_0000),
    ("SF_SNAPSHOT", 0x20_0000),
    ("SF_FIRMLINK", 0x80_0000),
    ("SF_DATALESS", 0x4000_0000),
    ("SF_SUPPORTED", 0x9f_0000),
    ("SF_SYNTHETIC", 0xc000_0000),
    ("FILE_ATTRIBUTE_ARCHIVE", 32),
    ("FILE_ATTRIBUTE_COMPRESSED", 2048),
    ("FILE_ATTRIBUTE_DEVICE", 64),
    ("FILE_ATTRIBUTE_DIRECTORY", 16),
    ("FILE_ATTRIBUTE_ENCRYPTED", 16384),
    ("FILE_ATTRIBUTE_HIDDEN", 2),
    ("FILE_ATTRIBUTE_INTEGRITY_STREAM", 32768),
    ("FILE_ATTRIBUTE_NORMAL", 128),
    ("FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", 8192),
    ("FILE_ATTRIBUTE_NO_SCRUB_DATA", 131_072),
    ("FILE_ATTRIBUTE_OFFLINE", 4096),
    ("FILE_ATTRIBUTE_READONLY", 1),
    ("FILE_ATTRIBUTE_REPARSE_POINT", 1024),
    ("FILE_ATTRIBUTE_SPARSE_FILE", 512),
    ("FILE_ATTRIBUTE_SYSTEM", 4),
    ("FILE_ATTRIBUTE_TEMPORARY", 256),
    ("FILE_ATTRIBUTE_VIRTUAL", 65536),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m = new_module(vm, "_stat", "S_IFMT_: file type bits", TESTS)?;
    vm.add_functions(m, OTHER)?;
    for (name, n) in CONSTANTS {
        set(vm, m, name, Value::small_int(i64::from(*n)))?;
    }
    Ok(m)
}

fn mode(vm: &mut Vm, args: &[Value]) -> PyResult<u32> {
    let n = vm.index(arg(args, 0))?;
    match int::to_i64(n).map(u32::try_from) {
        Some(Ok(n)) => Ok(n),
        _ => Err(vm.overflow_error("mode out of range")),
    }
}

/// A mode as `ls` shows it.
fn filemode(mode: u32) -> String {
    let kind = match mode & FORMAT {
        0o100_000 => '-',
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o020_000 => 'c',
        0o060_000 => 'b',
        0o010_000 => 'p',
        0o140_000 => 's',
        _ => '?',
    };
    let mut out = String::from(kind);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        out.push(if bits & 4 != 0 { 'r' } else { '-' });
        out.push(if bits & 2 != 0 { 'w' } else { '-' });
        out.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    out
}
