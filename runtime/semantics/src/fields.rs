//! The fields and layouts that ops touch directly, with their offsets, taken from the structs themselves.
//!
//! Constants, not statics: the interpreter's handlers see the offsets as immediates in every profile.

use crate::helpers::Touches;
use crate::machine::{Field, FieldType, Layout};
use habu_object::array::gen_slot;
use habu_object::{
    AsyncSend, Builtin, CellObject, Enumerate, Exception, Filter, Float, Function, Kind, List,
    ListIter, Map, Method, Object, Property, Range, RangeIter, Reversed, Slice, StrIter, Super,
    Traceback, TupleIter, Zip, array,
};
use std::mem::offset_of;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $text:literal, $offset:expr, $ty:ident, $immutable:literal;)*) => {
        $($(#[$doc])* pub const $name: Field = Field {
            name: $text, offset: $offset as u32, ty: FieldType::$ty, immutable: $immutable,
        };)*
    };
}

fields! {
    /// A list's storage.
    LIST_ITEMS: "list.items", offset_of!(List, items), Value, false;
    /// A list's length.
    LIST_LEN: "list.len", offset_of!(List, len), Count, false;
    /// A tuple's length.
    TUPLE_LEN: "tuple.len", array::LEN_OFFSET, Count, true;
    /// A heap float's number.
    FLOAT_NUMBER: "float.number", offset_of!(Float, number), Float, true;
    /// A cell's contents.
    CELL_CONTENTS: "cell.contents", offset_of!(CellObject, contents), Value, false;
    /// A generator's function.
    GEN_FUNC: "generator.func", array::gen_word(gen_slot::FUNC), Value, true;
    /// A generator's PC word.
    GEN_PC: "generator.pc", array::gen_word(gen_slot::PC), Value, false;
    /// A generator's `__name__`.
    GEN_NAME: "generator.name", array::gen_word(gen_slot::NAME), Value, false;
    /// A generator's `__qualname__`.
    GEN_QUALNAME: "generator.qualname", array::gen_word(gen_slot::QUALNAME), Value, false;
    /// The exception that a suspended generator handles.
    GEN_HANDLED: "generator.handled", array::gen_word(gen_slot::HANDLED), Value, false;
    /// The exception that a running generator's resumer handles.
    GEN_OUTER: "generator.outer", array::gen_word(gen_slot::OUTER), Value, false;
    /// Who alone refers to a generator.
    GEN_OWNER: "generator.owner", array::gen_word(gen_slot::OWNER), Value, false;
    /// The hooks of an async generator.
    GEN_HOOK: "generator.hook", array::gen_word(gen_slot::HOOK), Value, false;
    /// The async generator that a step resumes.
    ASYNC_SEND_TARGET: "async_send.target", offset_of!(AsyncSend, target), Value, true;
    /// What a step sends first.
    ASYNC_SEND_ARG: "async_send.arg", offset_of!(AsyncSend, arg), Value, true;
    /// How far a step is.
    ASYNC_SEND_STATE: "async_send.state", offset_of!(AsyncSend, state), Count, false;
    /// A function's `__name__`.
    FUNCTION_NAME: "function.name", offset_of!(Function, name), Value, false;
    /// A function's `__qualname__`.
    FUNCTION_QUALNAME: "function.qualname", offset_of!(Function, qualname), Value, false;
    /// A function's code.
    FUNCTION_CODE: "function.code", offset_of!(Function, code), Value, true;
    /// `__defaults__`
    FUNCTION_DEFAULTS: "function.defaults", offset_of!(Function, defaults), Value, false;
    /// `__kwdefaults__`
    FUNCTION_KWDEFAULTS: "function.kwdefaults", offset_of!(Function, kwdefaults), Value, false;
    /// `__module__`
    FUNCTION_MODULE: "function.module", offset_of!(Function, module), Value, false;
    /// `__doc__`
    FUNCTION_DOC: "function.doc", offset_of!(Function, doc), Value, false;
    /// A function's `__dict__`.
    FUNCTION_DICT: "function.dict", offset_of!(Function, dict), Value, false;
    /// `__annotate__`
    FUNCTION_ANNOTATE: "function.annotate", offset_of!(Function, annotate), Value, false;
    /// `__annotations__`
    FUNCTION_ANNOTATIONS: "function.annotations", offset_of!(Function, annotations), Value, false;
    /// `__type_params__`
    FUNCTION_TYPE_PARAMS: "function.type_params", offset_of!(Function, type_params), Value, false;
    /// A function's builtins.
    FUNCTION_BUILTINS: "function.builtins", offset_of!(Function, builtins), Value, true;
    /// A function's first instruction.
    FUNCTION_ENTRY: "function.entry", offset_of!(Function, entry), Count, true;
    /// Registers of a function's frame.
    FUNCTION_NREGS: "function.nregs", offset_of!(Function, nregs), U32, true;
    /// Parameters of a function whose calls are simple.
    FUNCTION_SIMPLE_ARGS: "function.simple_args", offset_of!(Function, simple_args), U32, true;
    /// Counts changes of a function.
    FUNCTION_VERSION: "function.version", offset_of!(Function, version), U32, false;
    /// A function's globals.
    FUNCTION_GLOBALS: "function.globals", offset_of!(Function, globals), Value, true;
    /// The class after which `super` searches.
    SUPER_CLASS: "super.class", offset_of!(Super, class), Value, true;
    /// What `super` binds.
    SUPER_OBJECT: "super.object", offset_of!(Super, object), Value, true;
    /// The class whose order `super` follows.
    SUPER_TYPE: "super.object_type", offset_of!(Super, object_type), Value, true;
    /// An exception's arguments.
    EXCEPTION_ARGS: "exception.args", offset_of!(Exception, args), Value, false;
    /// `__cause__`
    EXCEPTION_CAUSE: "exception.cause", offset_of!(Exception, cause), Value, false;
    /// `__context__`
    EXCEPTION_CONTEXT: "exception.context", offset_of!(Exception, context), Value, false;
    /// `__traceback__`
    EXCEPTION_TRACEBACK: "exception.traceback", offset_of!(Exception, traceback), Value, false;
    /// `__dict__`
    EXCEPTION_DICT: "exception.dict", offset_of!(Exception, dict), Value, false;
    /// `__notes__`
    EXCEPTION_NOTES: "exception.notes", offset_of!(Exception, notes), Value, false;
    /// Fields of special exception classes.
    EXCEPTION_EXTRA0: "exception.extra0", offset_of!(Exception, extra0), Value, false;
    /// The second such field.
    EXCEPTION_EXTRA1: "exception.extra1", offset_of!(Exception, extra1), Value, false;
    /// The third such field.
    EXCEPTION_EXTRA2: "exception.extra2", offset_of!(Exception, extra2), Value, false;
    /// The fourth such field.
    EXCEPTION_EXTRA3: "exception.extra3", offset_of!(Exception, extra3), Value, false;
    /// The fifth such field.
    EXCEPTION_EXTRA4: "exception.extra4", offset_of!(Exception, extra4), Value, false;
    /// The sixth such field.
    EXCEPTION_EXTRA5: "exception.extra5", offset_of!(Exception, extra5), Value, false;
    /// `__suppress_context__`
    EXCEPTION_SUPPRESS: "exception.suppress", offset_of!(Exception, suppress_context), Byte, false;
    /// The next traceback entry.
    TRACEBACK_NEXT: "traceback.next", offset_of!(Traceback, next), Value, false;
    /// A traceback entry's code.
    TRACEBACK_CODE: "traceback.code", offset_of!(Traceback, code), Value, true;
    /// A traceback entry's frame.
    TRACEBACK_FRAME: "traceback.frame", offset_of!(Traceback, frame), Value, false;
    /// A traceback entry's globals.
    TRACEBACK_GLOBALS: "traceback.globals", offset_of!(Traceback, globals), Value, true;
    /// A traceback entry's instruction.
    TRACEBACK_PC: "traceback.pc", offset_of!(Traceback, pc), U32, false;
    /// A traceback entry's line.
    TRACEBACK_LINE: "traceback.line", offset_of!(Traceback, line), U32, false;
    /// A function's closure tuple.
    FUNCTION_CLOSURE: "function.closure", offset_of!(Function, closure), Value, true;
    /// An array's capacity.
    ARRAY_LEN: "array.len", array::LEN_OFFSET, Count, true;
    /// A str's length.
    STR_LEN: "str.len", habu_object::str::offsets::LEN, U32, true;
    /// Bytes of a str's unit.
    STR_WIDTH: "str.width", habu_object::str::offsets::WIDTH, Byte, true;
    /// A str's flags. Of those that are looked at none is ever taken back.
    STR_FLAGS: "str.flags", habu_object::str::offsets::FLAGS, Byte, false;
    /// Address of a str's first unit.
    STR_DATA: "str.data", habu_object::str::offsets::DATA, Address, true;
    /// A slice's start.
    SLICE_START: "slice.start", offset_of!(Slice, start), Value, true;
    /// A slice's stop.
    SLICE_STOP: "slice.stop", offset_of!(Slice, stop), Value, true;
    /// A slice's step.
    SLICE_STEP: "slice.step", offset_of!(Slice, step), Value, true;
    /// A native function's bound self.
    BUILTIN_THIS: "builtin.this", offset_of!(Builtin, this), Value, true;
    /// A range's start.
    RANGE_OBJECT_START: "range.start", offset_of!(Range, start), Value, true;
    /// A range's stop.
    RANGE_OBJECT_STOP: "range.stop", offset_of!(Range, stop), Value, true;
    /// A range's step.
    RANGE_OBJECT_STEP: "range.step", offset_of!(Range, step), Value, true;
    /// A range's length.
    RANGE_OBJECT_LENGTH: "range.length", offset_of!(Range, length), Value, true;
    /// A str iterator's str.
    STR_ITER_STRING: "str_iter.string", offset_of!(StrIter, string), Value, false;
    /// A str iterator's next index.
    STR_ITER_INDEX: "str_iter.index", offset_of!(StrIter, index), Count, false;
    /// What `reversed` walks.
    REVERSED_SEQUENCE: "reversed.sequence", offset_of!(Reversed, sequence), Value, false;
    /// The next index of `reversed`.
    REVERSED_INDEX: "reversed.index", offset_of!(Reversed, index), Signed, false;
    /// The iterator that `enumerate` drives.
    ENUMERATE_ITER: "enumerate.iter", offset_of!(Enumerate, iter), Value, true;
    /// The next number of `enumerate`.
    ENUMERATE_COUNT: "enumerate.count", offset_of!(Enumerate, count), Value, false;
    /// The iterators that `zip` drives.
    ZIP_ITERS: "zip.iters", offset_of!(Zip, iters), Value, true;
    /// The function of a `map`.
    MAP_FUNC: "map.func", offset_of!(Map, func), Value, true;
    /// The iterators that a `map` drives.
    MAP_ITERS: "map.iters", offset_of!(Map, iters), Value, true;
    /// Whether a `map` is strict.
    MAP_STRICT: "map.strict", offset_of!(Map, strict), Byte, false;
    /// The predicate of a `filter`.
    FILTER_FUNC: "filter.func", offset_of!(Filter, func), Value, true;
    /// The iterator that a `filter` drives.
    FILTER_ITER: "filter.iter", offset_of!(Filter, iter), Value, true;
    /// Whether `zip` is strict.
    ZIP_STRICT: "zip.strict", offset_of!(Zip, strict), Byte, false;
    /// A bound method's function.
    METHOD_FUNC: "method.func", offset_of!(Method, func), Value, true;
    /// A bound method's self.
    METHOD_THIS: "method.this", offset_of!(Method, this), Value, true;
    /// A property's getter.
    PROPERTY_FGET: "property.fget", offset_of!(Property, fget), Value, false;
    /// A property's setter.
    PROPERTY_FSET: "property.fset", offset_of!(Property, fset), Value, false;
    /// Next number of a range iterator.
    RANGE_NEXT: "range_iter.next", offset_of!(RangeIter, next), Value, false;
    /// Numbers left in a range iterator.
    RANGE_LEFT: "range_iter.left", offset_of!(RangeIter, left), Value, false;
    /// A range iterator's step.
    RANGE_STEP: "range_iter.step", offset_of!(RangeIter, step), Value, true;
    /// A list iterator's list.
    LIST_ITER_LIST: "list_iter.list", offset_of!(ListIter, list), Value, false;
    /// A list iterator's next index.
    LIST_ITER_INDEX: "list_iter.index", offset_of!(ListIter, index), Count, false;
    /// A tuple iterator's tuple.
    TUPLE_ITER_TUPLE: "tuple_iter.tuple", offset_of!(TupleIter, tuple), Value, false;
    /// A tuple iterator's next index.
    TUPLE_ITER_INDEX: "tuple_iter.index", offset_of!(TupleIter, index), Count, false;
}

macro_rules! layouts {
    ($($(#[$doc:meta])* $name:ident: $ty:ident [$($field:ident)*];)*) => {
        $($(#[$doc])* pub const $name: Layout = Layout {
            name: stringify!($ty),
            size: size_of::<$ty>() as u32,
            kind: <$ty as Object>::KIND as u8,
            slots: $ty::SLOTS,
            fields: &[$(&$field),*],
        };)*
    };
}

layouts! {
    /// A bound method.
    METHOD: Method [METHOD_FUNC METHOD_THIS];
    /// A cell.
    CELL: CellObject [CELL_CONTENTS];
    /// A step of an async generator.
    ASYNC_SEND: AsyncSend [ASYNC_SEND_TARGET ASYNC_SEND_ARG ASYNC_SEND_STATE];
    /// A list iterator.
    LIST_ITER: ListIter [LIST_ITER_LIST LIST_ITER_INDEX];
    /// A tuple iterator.
    TUPLE_ITER: TupleIter [TUPLE_ITER_TUPLE TUPLE_ITER_INDEX];
    /// A str iterator.
    STR_ITER: StrIter [STR_ITER_STRING STR_ITER_INDEX];
    /// A range iterator.
    RANGE_ITER: RangeIter [RANGE_NEXT RANGE_LEFT RANGE_STEP];
    /// A range.
    RANGE: Range [RANGE_OBJECT_START RANGE_OBJECT_STOP RANGE_OBJECT_STEP RANGE_OBJECT_LENGTH];
    /// A slice.
    SLICE: Slice [SLICE_START SLICE_STOP SLICE_STEP];
    /// super
    SUPER: Super [SUPER_CLASS SUPER_OBJECT SUPER_TYPE];
    /// A list.
    LIST: List [LIST_ITEMS LIST_LEN];
    /// enumerate
    ENUMERATE: Enumerate [ENUMERATE_ITER ENUMERATE_COUNT];
    /// zip
    ZIP: Zip [ZIP_ITERS ZIP_STRICT];
    /// map
    MAP: Map [MAP_FUNC MAP_ITERS MAP_STRICT];
    /// filter
    FILTER: Filter [FILTER_FUNC FILTER_ITER];
    /// reversed
    REVERSED: Reversed [REVERSED_SEQUENCE REVERSED_INDEX];
    /// A function.
    FUNCTION: Function [
        FUNCTION_CODE FUNCTION_GLOBALS FUNCTION_CLOSURE FUNCTION_DEFAULTS FUNCTION_KWDEFAULTS FUNCTION_NAME
        FUNCTION_QUALNAME FUNCTION_MODULE FUNCTION_DOC FUNCTION_DICT FUNCTION_ANNOTATE FUNCTION_ANNOTATIONS
        FUNCTION_TYPE_PARAMS FUNCTION_BUILTINS FUNCTION_ENTRY FUNCTION_NREGS FUNCTION_SIMPLE_ARGS FUNCTION_VERSION
    ];
    /// An exception of any class.
    EXCEPTION: Exception [
        EXCEPTION_ARGS EXCEPTION_CAUSE EXCEPTION_CONTEXT EXCEPTION_TRACEBACK EXCEPTION_DICT EXCEPTION_NOTES
        EXCEPTION_EXTRA0 EXCEPTION_EXTRA1 EXCEPTION_EXTRA2 EXCEPTION_EXTRA3 EXCEPTION_EXTRA4 EXCEPTION_EXTRA5
        EXCEPTION_SUPPRESS
    ];
    /// A traceback entry.
    TRACEBACK: Traceback [
        TRACEBACK_NEXT TRACEBACK_CODE TRACEBACK_FRAME TRACEBACK_GLOBALS TRACEBACK_PC TRACEBACK_LINE
    ];
}

/// Shape of exact lists and so on, as `has_shape` wants it.
#[inline(always)]
pub const fn exact(kind: Kind) -> u32 {
    kind as u32
}

static LISTS: [&Field; 2] = [&LIST_ITEMS, &LIST_LEN];
static LISTS_AND_ITERATORS: [&Field; 13] = [
    &LIST_ITEMS,
    &LIST_LEN,
    &RANGE_NEXT,
    &RANGE_LEFT,
    &LIST_ITER_LIST,
    &LIST_ITER_INDEX,
    &TUPLE_ITER_TUPLE,
    &TUPLE_ITER_INDEX,
    &STR_ITER_STRING,
    &STR_ITER_INDEX,
    &REVERSED_SEQUENCE,
    &REVERSED_INDEX,
    &ENUMERATE_COUNT,
];

/// The fields that a helper may write; lists' storage beside them.
pub fn written(touches: Touches) -> &'static [&'static Field] {
    match touches {
        Touches::Lists => &LISTS,
        Touches::Builtins => &LISTS_AND_ITERATORS,
        _ => &[],
    }
}
