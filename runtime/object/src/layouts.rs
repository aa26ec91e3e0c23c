//! The fixed layouts: header, then traced values, then raw fields, stated once each.
//!
//! `layout!` makes the `repr(C)` struct, its `Object` impl, `SLOTS` (how many values the collector traces) and
//! `blank`, which allocates one with every value UNBOUND and every raw field zero. Objects of variable length are in
//! `array`, `str`, `bytes`, `int`; operations live with their type's file.

use crate::kind::{Kind, Object};
use crate::object::{Alloc, Gc, header, new};
use crate::value::Value;
use habu_gc::{Header, Heap};
use std::cell::Cell;

macro_rules! layout {
    ($($(#[$doc:meta])* $name:ident $kind:ident {
        values { $($(#[$vdoc:meta])* $v:ident),* $(,)? }
        raw { $($(#[$rdoc:meta])* $r:ident: $ty:ty),* $(,)? }
    })*) => { $(
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            header: Header,
            $($(#[$vdoc])* pub $v: Cell<Value>,)*
            $($(#[$rdoc])* pub $r: Cell<$ty>,)*
        }

        // SAFETY: repr(C), header first; objects of this kind are made by `blank` alone.
        unsafe impl Object for $name {
            const KIND: Kind = Kind::$kind;
        }

        impl $name {
            /// Values the collector traces.
            pub const SLOTS: u16 = <[&str]>::len(&[$(stringify!($v)),*]) as u16;

            /// A new object of exactly the builtin type, values UNBOUND, raw fields zero.
            #[inline]
            pub fn blank(heap: &mut Heap) -> Alloc<Gc<$name>> {
                $name::blank_with_shape(heap, Kind::$kind as u32)
            }

            /// A new object of the class that `shape` names.
            #[inline]
            pub fn blank_with_shape(heap: &mut Heap, shape: u32) -> Alloc<Gc<$name>> {
                new(heap, $name {
                    header: header(shape, Kind::$kind, Self::SLOTS),
                    $($v: Cell::new(Value::UNBOUND),)*
                    $($r: Cell::new(<$ty>::default()),)*
                })
            }
        }
    )* };
}
pub(crate) use layout;

layout! {
    /// A float beyond the immediate range, or an instance of a subclass of float.
    Float Float { values {} raw { /// The number.
        number: f64 } }
    /// A complex number.
    Complex Complex { values {} raw { /// Real part.
        re: f64, /// Imaginary part.
        im: f64 } }
    /// A list: `items` is an `Array` of which the first `len` are in use.
    List List { values { /// The storage.
        items } raw { /// Number of items.
        len: usize } }
    /// A bytearray: `blob` holds `len` bytes.
    ByteArray ByteArray { values { /// The storage.
        blob } raw { /// Number of bytes.
        len: usize, /// Live buffer exports: no resizing while positive.
        exports: usize } }
    /// range(start, stop, step), ints of any size; `length` is precomputed.
    Range Range { values { /// First.
        start, /// Bound.
        stop, /// Step.
        step, /// len() as an int.
        length } raw {} }
    /// slice(start, stop, step).
    Slice Slice { values { /// Start.
        start, /// Stop.
        stop, /// Step.
        step } raw {} }
    /// A bound method.
    Method Method { values { /// The function.
        func, /// self.
        this } raw {} }
    /// A native function with its bound self (UNBOUND if none).
    Builtin Builtin { values { /// self or UNBOUND.
        this, /// __module__ or None.
        module } raw { /// Address of the `NativeDef` of crate `vm`.
        def: usize } }
    /// A native method in a type's dictionary.
    MethodDescr MethodDescr { values { /// The class it belongs to.
        class } raw { /// Address of the `NativeDef` of crate `vm`.
        def: usize } }
    /// A native attribute.
    GetSet GetSet { values { /// The class it belongs to.
        class } raw { /// Address of the `GetSetDef` of crate `vm`.
        def: usize } }
    /// A slot of a class with `__slots__`.
    Member Member { values { /// The class.
        class, /// The attribute's name.
        name } raw { /// Index of the slot in the instance.
        index: usize } }
    /// property(fget, fset, fdel, doc).
    Property Property { values { /// Getter or None.
        fget, /// Setter or None.
        fset, /// Deleter or None.
        doc, /// Deleter's documentation is fget's.
        fdel, /// __name__ or UNBOUND.
        name } raw { /// Whether doc came from the getter.
        getter_doc: bool } }
    /// classmethod(f).
    ClassMethod ClassMethod { values { /// The callable.
        func, /// __dict__ or UNBOUND.
        dict } raw {} }
    /// staticmethod(f).
    StaticMethod StaticMethod { values { /// The callable.
        func, /// __dict__ or UNBOUND.
        dict } raw {} }
    /// super(class, object).
    Super Super { values { /// The class after which the search begins.
        class, /// The object or class, or None.
        object, /// type(object), or object itself for classes.
        object_type } raw {} }
    /// A cell: contents or UNBOUND.
    CellObject Cell { values { /// The contents.
        contents } raw {} }
    /// A Python function.
    Function Function { values { /// Code object.
        code, /// Globals dict.
        globals, /// Tuple of cells or UNBOUND.
        closure, /// Tuple or UNBOUND.
        defaults, /// Dict or UNBOUND.
        kwdefaults, /// str
        name, /// str
        qualname, /// __module__
        module, /// __doc__
        doc, /// __dict__ or UNBOUND.
        dict, /// __annotate__ or UNBOUND.
        annotate, /// __annotations__ or UNBOUND.
        annotations, /// __type_params__ or UNBOUND.
        type_params, /// Builtins dict.
        builtins } raw { /// First instruction.
        entry: usize, /// Registers of a frame.
        nregs: u32, /// Positional parameters when `simple`, else u32::MAX: then the call goes the slow way.
        simple_args: u32, /// Bumped when code or defaults change.
        version: u32 } }
    /// A code object: heap face of `habu_bytecode::Code`.
    Code Code { values { /// Array of constants.
        consts, /// Array of interned strs.
        names, /// Array of interned strs.
        varnames, /// Blob of instruction words.
        words, /// List of objects that inline caches refer to.
        refs, /// The same of the caches of attributes; UNBOUND while none is filled.
        attr_refs, /// str
        name, /// str
        qualname, /// str
        filename } raw { /// Address of the `habu_bytecode::Code`.
        data: usize, /// First instruction.
        entry: usize, /// Registers of a frame.
        nregs: u32, /// `habu_bytecode::flags`.
        flags: u32, /// Positional parameters.
        argcount: u32, /// Keyword-only parameters.
        kwonly: u32, /// Its number in the heap's registry.
        number: u32, /// Whether it lives as long as the runtime.
        pinned: bool } }
    /// A module.
    Module Module { values { /// Its namespace.
        dict, /// Name, for messages.
        name } raw {} }
    /// An exception of any class.
    Exception Exception { values { /// Tuple.
        args, /// __cause__ or None.
        cause, /// __context__ or None.
        context, /// __traceback__ or None.
        traceback, /// __dict__ or UNBOUND.
        dict, /// __notes__ or UNBOUND.
        notes, /// Fields of special classes (StopIteration.value, OSError.errno ...), by class.
        extra0, /// Second such field.
        extra1, /// Third such field.
        extra2, /// Fourth such field.
        extra3, /// Fifth such field.
        extra4, /// Sixth such field.
        extra5 } raw { /// __suppress_context__
        suppress_context: bool } }
    /// A traceback entry.
    Traceback Traceback { values { /// Next entry (towards the raise) or None.
        next, /// Code object.
        code, /// Frame or UNBOUND until asked for.
        frame, /// Globals of the frame.
        globals } raw { /// Word index of the instruction.
        pc: u32, /// Line.
        line: u32 } }
    /// A frame as Python sees it.
    Frame Frame { values { /// Code object.
        code, /// Globals dict.
        globals, /// Locals mapping snapshot or UNBOUND.
        locals, /// Calling frame or None.
        back, /// Function.
        func } raw { /// Base address of the live window, 0 when the frame has ended.
        base: usize, /// Word index of the instruction.
        pc: u32, /// Line.
        line: u32 } }
    /// weakref.ref; the target is not traced.
    WeakRef WeakRef { values { /// Callback or None.
        callback, /// Cached hash or UNBOUND.
        hash } raw { /// The target's bits, 1 when it is dead.
        target: u64 } }
    /// Iterator of a range of small ints.
    RangeIter RangeIter { values { /// Next number.
        next, /// Numbers left.
        left, /// Step.
        step } raw {} }
    /// Iterator of a list.
    ListIter ListIter { values { /// The list, UNBOUND when exhausted.
        list } raw { /// Next index.
        index: usize } }
    /// Iterator of a tuple.
    TupleIter TupleIter { values { /// The tuple, UNBOUND when exhausted.
        tuple } raw { /// Next index.
        index: usize } }
    /// Iterator of a str.
    StrIter StrIter { values { /// The str, UNBOUND when exhausted.
        string } raw { /// Next index.
        index: usize } }
    /// Iterator of bytes, bytearray.
    BytesIter BytesIter { values { /// The object, UNBOUND when exhausted.
        bytes } raw { /// Next index.
        index: usize } }
    /// Iterator over `__getitem__` with 0, 1, 2 ...
    SeqIter SeqIter { values { /// The sequence, UNBOUND when exhausted.
        sequence } raw { /// Next index.
        index: i64 } }
    /// iter(callable, sentinel).
    CallIter CallIter { values { /// The callable, UNBOUND when exhausted.
        callable, /// The sentinel.
        sentinel } raw {} }
    /// Iterator of a set; entries as in `dict`.
    SetIter SetIter { values { /// The set, UNBOUND when exhausted.
        set } raw { /// Next entry.
        index: usize, /// Size when iteration began.
        expected: usize } }
    /// reversed of a sequence: `index` counts down, -1 when exhausted.
    Reversed Reversed { values { /// The sequence.
        sequence } raw { /// Next index.
        index: i64 } }
    /// enumerate.
    Enumerate Enumerate { values { /// The iterator.
        iter, /// Next number.
        count } raw {} }
    /// zip over a tuple of iterators.
    Zip Zip { values { /// Tuple of iterators.
        iters } raw { /// strict=
        strict: bool } }
    /// map over a tuple of iterators.
    Map Map { values { /// The function.
        func, /// Tuple of iterators.
        iters } raw { /// strict=
        strict: bool } }
    /// filter.
    Filter Filter { values { /// The predicate or None.
        func, /// The iterator.
        iter } raw {} }
    /// Read-only view of a mapping.
    MappingProxy MappingProxy { values { /// The mapping.
        mapping } raw {} }
    /// memoryview over bytes or bytearray, one dimension.
    MemoryView MemoryView { values { /// The exporter, UNBOUND when released.
        object, /// Format str.
        format, /// The hash, UNBOUND until it was asked for.
        hash } raw { /// First byte.
        start: isize, /// Items.
        len: usize, /// Bytes between items.
        stride: isize, /// Bytes of an item.
        itemsize: usize, /// Whether writes are refused.
        readonly: bool } }
    /// list[int] and the like.
    GenericAlias GenericAlias { values { /// __origin__
        origin, /// __args__
        args, /// __parameters__
        parameters } raw { /// *tuple[int]
        starred: bool } }
    /// int | str.
    Union Union { values { /// __args__
        args } raw {} }
    /// A step of an async generator to be awaited; other awaitables of the runtime's own have the same layout.
    AsyncSend AsyncSend { values { /// The async generator; of others what they drive.
        target, /// What is sent; of others what is thrown, or a default.
        arg } raw { /// 0 before it is awaited, 1 meanwhile, 2 after.
        state: usize } }
}

/// A class.
#[repr(C)]
pub struct Type {
    header: Header,
    /// `__name__`
    pub name: Cell<Value>,
    /// `__qualname__`
    pub qualname: Cell<Value>,
    /// Tuple of bases.
    pub bases: Cell<Value>,
    /// Tuple: the class and its ancestors in C3 order.
    pub mro: Cell<Value>,
    /// The class namespace, a dict.
    pub dict: Cell<Value>,
    /// List of weak references to subclasses.
    pub subclasses: Cell<Value>,
    /// `__base__`: the base that decides the layout, or None.
    pub base: Cell<Value>,
    /// Tuple of names of own `__slots__`, or UNBOUND.
    pub slots: Cell<Value>,
    /// Shape of fresh instances.
    pub instance_shape: Cell<u32>,
    /// Changes whenever the class or an ancestor changes; unique over all classes and times.
    pub version: Cell<u32>,
    /// `type_flags`.
    pub flags: Cell<u32>,
    /// In-object attribute slots of fresh instances.
    pub inline_slots: Cell<u16>,
    /// Layout of instances.
    pub instance_kind: Cell<u8>,
    /// Address of the `NativeDef` of crate `vm` that makes instances of a builtin class in one step, 0 if there is none.
    pub native: Cell<usize>,
    /// The same of a builtin class's own `__next__`.
    pub step: Cell<usize>,
    /// The same of its own `__call__`.
    pub call: Cell<usize>,
}

/// `Type::flags`.
pub mod type_flags {
    /// Made by a class statement or `type(...)`; its attributes may be changed.
    pub const HEAP: u32 = 1;
    /// May be a base.
    pub const BASETYPE: u32 = 2;
    /// Instances have no `__dict__`.
    pub const NO_DICT: u32 = 4;
    /// Some ancestor defines `__del__`.
    pub const HAS_DEL: u32 = 8;
    /// Defines or inherits a Python `__getattribute__`.
    pub const CUSTOM_GETATTRIBUTE: u32 = 16;
    /// Defines or inherits `__getattr__`.
    pub const HAS_GETATTR: u32 = 32;
    /// Defines or inherits a `__setattr__`/`__delattr__` that is not object's.
    pub const CUSTOM_SETATTR: u32 = 64;
    /// Abstract methods remain.
    pub const ABSTRACT: u32 = 128;
    /// Is a subclass of BaseException.
    pub const EXCEPTION: u32 = 256;
    /// Is a subclass of type.
    pub const METACLASS: u32 = 512;
    /// Instances cannot be created by calling the class.
    pub const NO_NEW: u32 = 1024;
    /// Instances may be weakly referenced.
    pub const WEAKREFABLE: u32 = 2048;
    /// Defines or inherits a Python `__eq__` or `__hash__`.
    pub const CUSTOM_EQ: u32 = 4096;
    /// Instances are native objects that own a Rust value.
    pub const OWNER: u32 = 8192;
    /// Instances match sequence patterns.
    pub const SEQUENCE: u32 = 16384;
    /// Instances match mapping patterns.
    pub const MAPPING: u32 = 32768;
}

// SAFETY: repr(C), header first; objects of this kind are made by `Type::blank` alone.
unsafe impl Object for Type {
    const KIND: Kind = Kind::Type;
}

impl Type {
    /// Values the collector traces.
    pub const SLOTS: u16 = 8;

    /// A new class object with nothing in it; `shape` names its metaclass.
    pub fn blank(heap: &mut Heap, shape: u32) -> Alloc<Gc<Type>> {
        let unbound = || Cell::new(Value::UNBOUND);
        new(
            heap,
            Type {
                header: header(shape, Kind::Type, Self::SLOTS),
                name: unbound(),
                qualname: unbound(),
                bases: unbound(),
                mro: unbound(),
                dict: unbound(),
                subclasses: unbound(),
                base: unbound(),
                slots: unbound(),
                instance_shape: Cell::new(0),
                version: Cell::new(0),
                flags: Cell::new(0),
                inline_slots: Cell::new(0),
                instance_kind: Cell::new(Kind::Instance as u8),
                native: Cell::new(0),
                step: Cell::new(0),
                call: Cell::new(0),
            },
        )
    }

    /// Whether a flag is set.
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
}
