//! Layout kinds and the shape numbers of exact builtin types, from one table.
//!
//! The kind byte of the header says which Rust struct an object is; a subclass of `list` has kind `List` and a shape
//! of its own. Shape number = kind number for the exact builtin types, so "is exactly a list" is one compare.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $upper:ident $py:literal;)*) => {
        /// Which Rust layout a heap object has.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        /// All kinds with the Python name of the builtin type each belongs to.
        pub const KINDS: &[(Kind, &str)] = &[$((Kind::$name, $py),)*];

        /// Shape numbers of exact builtin types.
        pub mod shape {
            use super::Kind;
            $($(#[$doc])* pub const $upper: u32 = Kind::$name as u32;)*
        }
    };
}

kinds! {
    /// Plain instance of a Python class; shape numbers above all kinds.
    Instance INSTANCE "object";
    /// The absence of a value.
    Unbound UNBOUND "<unbound>";
    /// None.
    None NONE "NoneType";
    /// True, False.
    Bool BOOL "bool";
    /// Ellipsis.
    Ellipsis ELLIPSIS "ellipsis";
    /// NotImplemented.
    NotImplemented NOT_IMPLEMENTED "NotImplementedType";
    /// Immediate ints and heap ints of up to 128 bits.
    Int INT "int";
    /// Larger ints; their shape is `INT` too.
    BigInt BIG_INT "<big int>";
    /// Immediate and heap floats.
    Float FLOAT "float";
    /// Complex numbers.
    Complex COMPLEX "complex";
    /// str.
    Str STR "str";
    /// bytes.
    Bytes BYTES "bytes";
    /// bytearray.
    ByteArray BYTEARRAY "bytearray";
    /// tuple.
    Tuple TUPLE "tuple";
    /// list.
    List LIST "list";
    /// dict.
    Dict DICT "dict";
    /// set.
    Set SET "set";
    /// frozenset.
    FrozenSet FROZENSET "frozenset";
    /// range.
    Range RANGE "range";
    /// slice.
    Slice SLICE "slice";
    /// Python function.
    Function FUNCTION "function";
    /// Bound method.
    Method METHOD "method";
    /// Native function (bound or not).
    Builtin BUILTIN "builtin_function_or_method";
    /// Native method in a type's dictionary.
    MethodDescr METHOD_DESCR "method_descriptor";
    /// Native attribute with getter and setter.
    GetSet GETSET "getset_descriptor";
    /// Slot of a `__slots__` class.
    Member MEMBER "member_descriptor";
    /// property.
    Property PROPERTY "property";
    /// classmethod.
    ClassMethod CLASSMETHOD "classmethod";
    /// staticmethod.
    StaticMethod STATICMETHOD "staticmethod";
    /// super.
    Super SUPER "super";
    /// Classes.
    Type TYPE "type";
    /// Cells of captured variables and of module globals.
    Cell CELL "cell";
    /// Code objects.
    Code CODE "code";
    /// Generators.
    Generator GENERATOR "generator";
    /// Modules.
    Module MODULE "module";
    /// Exceptions of every class.
    Exception EXCEPTION "BaseException";
    /// Tracebacks.
    Traceback TRACEBACK "traceback";
    /// Frames.
    Frame FRAME "frame";
    /// weakref.ref.
    WeakRef WEAKREF "ReferenceType";
    /// Iterator of a range.
    RangeIter RANGE_ITER "range_iterator";
    /// Iterator of a list.
    ListIter LIST_ITER "list_iterator";
    /// Iterator of a tuple.
    TupleIter TUPLE_ITER "tuple_iterator";
    /// Iterator of a str.
    StrIter STR_ITER "str_ascii_iterator";
    /// Iterator of bytes or bytearray.
    BytesIter BYTES_ITER "bytes_iterator";
    /// Iterator of a dict's keys.
    DictKeyIter DICT_KEY_ITER "dict_keyiterator";
    /// Iterator of a dict's values.
    DictValueIter DICT_VALUE_ITER "dict_valueiterator";
    /// Iterator of a dict's items.
    DictItemIter DICT_ITEM_ITER "dict_itemiterator";
    /// Iterator of a set.
    SetIter SET_ITER "set_iterator";
    /// Iterator over `__getitem__`.
    SeqIter SEQ_ITER "iterator";
    /// iter(callable, sentinel).
    CallIter CALL_ITER "callable_iterator";
    /// reversed.
    Reversed REVERSED "reversed";
    /// enumerate.
    Enumerate ENUMERATE "enumerate";
    /// zip.
    Zip ZIP "zip";
    /// map.
    Map MAP "map";
    /// filter.
    Filter FILTER "filter";
    /// dict.keys().
    DictKeys DICT_KEYS "dict_keys";
    /// dict.values().
    DictValues DICT_VALUES "dict_values";
    /// dict.items().
    DictItems DICT_ITEMS "dict_items";
    /// Read-only view of a mapping.
    MappingProxy MAPPING_PROXY "mappingproxy";
    /// memoryview.
    MemoryView MEMORYVIEW "memoryview";
    /// list[int] and the like.
    GenericAlias GENERIC_ALIAS "GenericAlias";
    /// int | str.
    Union UNION "Union";
    /// What `__anext__` and `asend` of an async generator return.
    AsyncSend ASYNC_SEND "async_generator_asend";
    /// Object of a native module's type: a fixed number of value slots.
    Native NATIVE "<native>";
    /// Storage of lists and dicts; never seen by Python.
    Array ARRAY "<array>";
    /// Raw bytes owned by an object; never seen by Python.
    Blob BLOB "<blob>";
}

/// First shape number that is not an exact builtin type's.
pub const FIRST_FREE_SHAPE: u32 = KINDS.len() as u32;

impl Kind {
    /// The kind with this number.
    #[inline(always)]
    pub fn from_u8(n: u8) -> Kind {
        debug_assert!((n as usize) < KINDS.len());
        // SAFETY: kind bytes are written by object constructors only, from Kind values.
        unsafe { std::mem::transmute::<u8, Kind>(n) }
    }
}

/// A Rust struct that is the layout of heap objects of some kind.
///
/// # Safety
/// The struct is `repr(C)` and begins with a `Header`; objects for whose kind [`Object::is_kind`] holds have this layout.
pub unsafe trait Object {
    /// The kind of objects that constructors make.
    const KIND: Kind;

    /// Whether objects of kind `k` have this layout.
    #[inline(always)]
    fn is_kind(k: Kind) -> bool {
        k == Self::KIND
    }
}
