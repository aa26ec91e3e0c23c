//! Docstrings and signatures of the builtin classes.

/// Class, parameters (empty: not told), docstring.
type Row = (&'static str, &'static str, &'static str);

static TYPES: &[Row] = &[
    ("bool", "(object=False, /)", ""),
    (
        "classmethod",
        "(function, /)",
        "Convert a function to be a class method: it receives the class as its first argument.",
    ),
    ("complex", "(real=0, imag=0)", ""),
    ("enumerate", "(iterable, start=0)", ""),
    ("filter", "(function, iterable, /)", ""),
    ("float", "(x=0, /)", ""),
    ("frozenset", "(iterable=(), /)", ""),
    ("list", "(iterable=(), /)", ""),
    ("map", "(function, iterable, /, *iterables, strict=False)", ""),
    ("memoryview", "(object)", ""),
    ("object", "()", ""),
    (
        "property",
        "(fget=None, fset=None, fdel=None, doc=None)",
        "An attribute whose reading, writing and deletion are functions.",
    ),
    ("reversed", "(sequence, /)", ""),
    ("set", "(iterable=(), /)", ""),
    (
        "staticmethod",
        "(function, /)",
        "Convert a function to be a static method: it receives no implicit first argument.",
    ),
    ("tuple", "(iterable=(), /)", ""),
    ("zip", "(*iterables, strict=False)", ""),
    (
        "super",
        "",
        "Give access to the methods of the classes that follow in the method resolution order.",
    ),
    (
        "function",
        "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)",
        "Create a function object.",
    ),
    ("method", "(function, instance, /)", "Create a bound instance method object."),
    ("cell", "([contents])", "Create a new cell object."),
    (
        "code",
        "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)",
        "Create a code object.  Not for mere mortals.",
    ),
    ("module", "(name, doc=None)", "Create a module object."),
    ("mappingproxy", "(mapping)", "Read-only proxy of a mapping."),
    ("NoneType", "()", "The type of the None singleton."),
    ("NotImplementedType", "()", "The type of the NotImplemented singleton."),
    ("ellipsis", "()", "The type of the Ellipsis singleton."),
    ("traceback", "(tb_next, tb_frame, tb_lasti, tb_lineno)", "Create a new traceback object."),
    ("types.GenericAlias", "(origin, args, /)", "Represent a PEP 585 generic type"),
    (
        "types.SimpleNamespace",
        "(mapping_or_iterable=(), /, **kwargs)",
        "A simple attribute-based namespace.",
    ),
    // Their instances show a signature of their own, so these cannot stand in the classes' namespaces.
    ("operator.attrgetter", "(attr, /, *attrs)", ""),
    ("operator.itemgetter", "(item, /, *items)", ""),
    ("operator.methodcaller", "(name, /, *args, **kwargs)", ""),
    ("typing.Union", "", "Represent a union type"),
];

static EXCEPTIONS: &[Row] = &[
    ("BaseException", "", "Common base class for all exceptions"),
    ("BaseExceptionGroup", "", "A combination of multiple unrelated exceptions."),
    ("Exception", "", "Common base class for all non-exit exceptions."),
    ("ArithmeticError", "", "Base class for arithmetic errors."),
    ("AssertionError", "", "Assertion failed."),
    ("AttributeError", "", "Attribute not found."),
    ("BlockingIOError", "", "I/O operation would block."),
    ("BrokenPipeError", "", "Broken pipe."),
    ("BufferError", "", "Buffer error."),
    ("BytesWarning", "", "Base class for warnings about bytes and buffer related problems."),
    ("ChildProcessError", "", "Child process error."),
    ("ConnectionAbortedError", "", "Connection aborted."),
    ("ConnectionError", "", "Connection error."),
    ("ConnectionRefusedError", "", "Connection refused."),
    ("ConnectionResetError", "", "Connection reset."),
    ("DeprecationWarning", "", "Base class for warnings about deprecated features."),
    ("EOFError", "", "Read beyond end of file."),
    ("EncodingWarning", "", "Base class for warnings about encodings."),
    ("FileExistsError", "", "File already exists."),
    ("FileNotFoundError", "", "File not found."),
    ("FloatingPointError", "", "Floating-point operation failed."),
    (
        "FutureWarning",
        "",
        "Base class for warnings about constructs that will change semantically in the future.",
    ),
    ("GeneratorExit", "", "Request that a generator exit."),
    ("ImportError", "", "Import can't find module, or can't find name in module."),
    ("ImportWarning", "", "Base class for warnings about probable mistakes in module imports"),
    ("IndentationError", "", "Improper indentation."),
    ("IndexError", "", "Sequence index out of range."),
    ("InterruptedError", "", "Interrupted by signal."),
    ("IsADirectoryError", "", "Operation doesn't work on directories."),
    ("KeyError", "", "Mapping key not found."),
    ("KeyboardInterrupt", "", "Program interrupted by user."),
    ("LookupError", "", "Base class for lookup errors."),
    ("MemoryError", "", "Out of memory."),
    ("ModuleNotFoundError", "", "Module not found."),
    ("NameError", "", "Name not found globally."),
    ("NotADirectoryError", "", "Operation only works on directories."),
    ("NotImplementedError", "", "Method or function hasn't been implemented yet."),
    ("OSError", "", "Base class for I/O related errors."),
    ("OverflowError", "", "Result too large to be represented."),
    (
        "PendingDeprecationWarning",
        "",
        "Base class for warnings about features which will be deprecated in the future.",
    ),
    ("PermissionError", "", "Not enough permissions."),
    ("ProcessLookupError", "", "Process not found."),
    ("PythonFinalizationError", "", "Operation blocked during Python finalization."),
    ("RecursionError", "", "Recursion limit exceeded."),
    ("ReferenceError", "", "Weak ref proxy used after referent went away."),
    ("ResourceWarning", "", "Base class for warnings about resource usage."),
    ("RuntimeError", "", "Unspecified run-time error."),
    ("RuntimeWarning", "", "Base class for warnings about dubious runtime behavior."),
    ("StopAsyncIteration", "", "Signal the end from iterator.__anext__()."),
    ("StopIteration", "", "Signal the end from iterator.__next__()."),
    ("SyntaxError", "", "Invalid syntax."),
    ("SyntaxWarning", "", "Base class for warnings about dubious syntax."),
    ("SystemError", "", "Internal error in the Python interpreter."),
    ("SystemExit", "", "Request to exit from the interpreter."),
    ("TabError", "", "Improper mixture of spaces and tabs."),
    ("TimeoutError", "", "Timeout expired."),
    ("TypeError", "", "Inappropriate argument type."),
    ("UnboundLocalError", "", "Local name referenced but not bound to a value."),
    ("UnicodeDecodeError", "", "Unicode decoding error."),
    ("UnicodeEncodeError", "", "Unicode encoding error."),
    ("UnicodeError", "", "Unicode related error."),
    ("UnicodeTranslateError", "", "Unicode translation error."),
    ("UnicodeWarning", "", "Base class for warnings about Unicode related problems."),
    ("UserWarning", "", "Base class for warnings generated by user code."),
    ("ValueError", "", "Inappropriate argument value (of correct type)."),
    ("Warning", "", "Base class for warning categories."),
    ("ZeroDivisionError", "", "Second argument to a division or modulo operation was zero."),
];

fn find(class: &str) -> Option<&'static Row> {
    TYPES.iter().chain(EXCEPTIONS).find(|row| row.0 == class)
}

/// The docstring of a builtin class, by its full name.
pub(crate) fn text(class: &str) -> Option<&'static str> {
    find(class).map(|row| row.2).filter(|doc| !doc.is_empty())
}

/// The parameters of a builtin class, by its full name.
pub(crate) fn signature(class: &str) -> Option<&'static str> {
    find(class).map(|row| row.1).filter(|signature| !signature.is_empty())
}
