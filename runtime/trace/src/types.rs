//! Indices and types of the IR: the small vocabulary every other file uses.
//!
//! Indices are new types so that an instruction cannot be mistaken for a snapshot. Nothing here has behaviour beyond
//! conversion and printing.

use std::fmt;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a `usize`.
            #[inline]
            pub fn idx(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

index! {
    /// An instruction and the value it defines: an index into `Trace::insts`.
    InstId "%"
}
index! {
    /// A snapshot: an index into `Trace::snapshots`.
    SnapId "s"
}
index! {
    /// A removed allocation: an index into `Trace::virtuals`.
    VirtId "v"
}
index! {
    /// A field descriptor: an index into `Descs::fields`.
    FieldId "field"
}
index! {
    /// An array descriptor: an index into `Descs::arrays`.
    ArrayId "array"
}
index! {
    /// An allocation descriptor: an index into `Descs::allocs`.
    AllocId "alloc"
}
index! {
    /// A helper descriptor: an index into `Descs::helpers`.
    HelperId "helper"
}

/// A frame slot, in words relative to the trace's entry base. Link words and callers' slots are negative or beyond.
pub type Slot = i32;

/// The type of an instruction's value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// No value.
    Unit,
    /// A tagged word (`i64` to the machine).
    Val,
    /// A tagged word known to be an int: the same bits, usable wherever a `Val` is.
    Int,
    /// An untagged machine word: a length, an index, an address.
    Raw,
    /// An unboxed double.
    F64,
    /// A truth value.
    Bool,
}

impl Type {
    /// Whether a value of this type may stand where `want` is expected without conversion.
    pub fn fits(self, want: Type) -> bool {
        self == want || (self == Type::Int && want == Type::Val)
    }

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Type::Unit => "unit",
            Type::Val => "val",
            Type::Int => "int",
            Type::Raw => "raw",
            Type::F64 => "f64",
            Type::Bool => "bool",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<Type> {
        [Type::Unit, Type::Val, Type::Int, Type::Raw, Type::F64, Type::Bool]
            .into_iter()
            .find(|t| t.name() == name)
    }
}

/// How a field or element lies in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MemType {
    /// A tagged word.
    Val,
    /// 64 raw bits.
    Raw64,
    /// 64 raw bits known to be a length or an index: 0 ..= 2^60. Loads and stores as `Raw64`.
    Len,
    /// 32 raw bits, zero-extended when loaded.
    Raw32,
    /// 16 raw bits, zero-extended when loaded.
    Raw16,
    /// A byte, zero-extended when loaded.
    U8,
    /// An unboxed double.
    F64,
}

impl MemType {
    /// Every memory type.
    pub const ALL: [MemType; 7] = [
        MemType::Val,
        MemType::Raw64,
        MemType::Len,
        MemType::Raw32,
        MemType::Raw16,
        MemType::U8,
        MemType::F64,
    ];

    /// The type of the loaded value.
    pub fn value_type(self) -> Type {
        match self {
            MemType::Val => Type::Val,
            MemType::F64 => Type::F64,
            _ => Type::Raw,
        }
    }

    /// The size in bytes.
    pub fn bytes(self) -> u32 {
        match self {
            MemType::Val | MemType::Raw64 | MemType::Len | MemType::F64 => 8,
            MemType::Raw32 => 4,
            MemType::Raw16 => 2,
            MemType::U8 => 1,
        }
    }

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            MemType::Val => "val",
            MemType::Raw64 => "raw64",
            MemType::Len => "len",
            MemType::Raw32 => "raw32",
            MemType::Raw16 => "raw16",
            MemType::U8 => "u8",
            MemType::F64 => "f64",
        }
    }

    /// The memory type of that name.
    pub fn from_name(name: &str) -> Option<MemType> {
        MemType::ALL.into_iter().find(|t| t.name() == name)
    }
}

/// A set of memory locations that do not overlap those of any other class.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AliasClass(pub u16);

impl AliasClass {
    /// The shape word of object headers: what `guard_shape` reads.
    pub const SHAPE: AliasClass = AliasClass(0);
}

/// What a helper reads or writes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum AliasSet {
    /// Nothing that the trace can see.
    #[default]
    None,
    /// These classes.
    Some(Vec<AliasClass>),
    /// Anything.
    All,
}

impl AliasSet {
    /// Whether the class may be touched.
    pub fn has(&self, class: AliasClass) -> bool {
        match self {
            AliasSet::None => false,
            AliasSet::Some(classes) => classes.contains(&class),
            AliasSet::All => true,
        }
    }

    /// Adds another set.
    pub fn add(&mut self, set: &AliasSet) {
        match (&mut *self, set) {
            (_, AliasSet::None) | (AliasSet::All, _) => {}
            (_, AliasSet::All) => *self = AliasSet::All,
            (AliasSet::None, set) => *self = set.clone(),
            (AliasSet::Some(have), AliasSet::Some(new)) => {
                have.extend(new);
                have.sort();
                have.dedup();
            }
        }
    }

    /// Whether nothing is touched.
    pub fn is_none(&self) -> bool {
        matches!(self, AliasSet::None)
    }
}
