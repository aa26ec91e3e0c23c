//! Raising exceptions from Rust, and the table of builtin exception classes.
//!
//! `Raised` is a token: the exception itself is `vm.raised`. A token without one means that memory ran out (the
//! allocator cannot make objects then), and is turned into MemoryError when somebody looks.

use crate::vm::Vm;
use habu_gc::OutOfMemory;
use habu_object::{Exception, Gc, Tuple, Type, Value, type_flags};

/// Proof that an exception is pending in the `Vm`.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised(());

impl Raised {
    /// The token of an exception that is already pending in the `Vm`.
    pub fn pending() -> Raised {
        Raised(())
    }
}

/// Result of anything that may raise.
pub type PyResult<T = Value> = Result<T, Raised>;

impl From<OutOfMemory> for Raised {
    fn from(_: OutOfMemory) -> Raised {
        Raised(())
    }
}

macro_rules! exceptions {
    ($($name:ident $base:ident;)*) => {
        /// The builtin exception classes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Exc { $(#[allow(missing_docs, reason = "named as in Python")] $name,)* }

        /// Every builtin exception class with its base; bases come first.
        pub const EXCEPTIONS: &[(Exc, &str, Option<Exc>)] = &[$((Exc::$name, stringify!($name), base!($base)),)*];
    };
}

macro_rules! base {
    (object) => {
        None
    };
    ($base:ident) => {
        Some(Exc::$base)
    };
}

// Library reference, "Exception hierarchy".
exceptions! {
    BaseException object;
    GeneratorExit BaseException;
    KeyboardInterrupt BaseException;
    SystemExit BaseException;
    Exception BaseException;
    StopIteration Exception;
    StopAsyncIteration Exception;
    ArithmeticError Exception;
    FloatingPointError ArithmeticError;
    OverflowError ArithmeticError;
    ZeroDivisionError ArithmeticError;
    AssertionError Exception;
    AttributeError Exception;
    BufferError Exception;
    EOFError Exception;
    ImportError Exception;
    ModuleNotFoundError ImportError;
    LookupError Exception;
    IndexError LookupError;
    KeyError LookupError;
    MemoryError Exception;
    NameError Exception;
    UnboundLocalError NameError;
    OSError Exception;
    BlockingIOError OSError;
    ChildProcessError OSError;
    ConnectionError OSError;
    BrokenPipeError ConnectionError;
    ConnectionAbortedError ConnectionError;
    ConnectionRefusedError ConnectionError;
    ConnectionResetError ConnectionError;
    FileExistsError OSError;
    FileNotFoundError OSError;
    InterruptedError OSError;
    IsADirectoryError OSError;
    NotADirectoryError OSError;
    PermissionError OSError;
    ProcessLookupError OSError;
    TimeoutError OSError;
    ReferenceError Exception;
    RuntimeError Exception;
    NotImplementedError RuntimeError;
    PythonFinalizationError RuntimeError;
    RecursionError RuntimeError;
    SyntaxError Exception;
    IndentationError SyntaxError;
    TabError IndentationError;
    SystemError Exception;
    TypeError Exception;
    ValueError Exception;
    UnicodeError ValueError;
    UnicodeDecodeError UnicodeError;
    UnicodeEncodeError UnicodeError;
    UnicodeTranslateError UnicodeError;
    Warning Exception;
    BytesWarning Warning;
    DeprecationWarning Warning;
    EncodingWarning Warning;
    FutureWarning Warning;
    ImportWarning Warning;
    PendingDeprecationWarning Warning;
    ResourceWarning Warning;
    RuntimeWarning Warning;
    SyntaxWarning Warning;
    UnicodeWarning Warning;
    UserWarning Warning;
}

impl Vm {
    /// The class of a builtin exception.
    #[inline]
    pub fn exc_type(&self, exc: Exc) -> Gc<Type> {
        self.types.exceptions(exc)
    }

    /// Makes `exc` the pending exception; its context is the handled one.
    pub fn raise(&mut self, exc: Gc<Exception>) -> Raised {
        let handled = self.handled;
        if !handled.is_none() && handled != exc.value() && exc.context.get().is_none() {
            // CPython _PyErr_SetObject: break a cycle through the context chain before linking.
            let (mut at, mut behind, mut steps) = (handled, handled, 0u32);
            while let Some(e) = at.cast::<Exception>() {
                let next = e.context.get();
                if next == exc.value() {
                    e.context.set(Value::NONE);
                    break;
                }
                at = next;
                steps += 1;
                // The second one goes half as fast: in a chain that is a ring they meet.
                if steps % 2 == 0 {
                    behind = behind.cast::<Exception>().map_or(Value::NONE, |e| e.context.get());
                    if behind == at {
                        break;
                    }
                }
            }
            exc.store(&mut self.heap, &exc.context, handled);
        }
        self.raised = exc.value();
        Raised(())
    }

    /// Makes an already built exception pending without touching its context.
    pub fn reraise(&mut self, exc: Value) -> Raised {
        self.raised = exc;
        Raised(())
    }

    /// Raises `exc(args...)` for a builtin class.
    pub fn raise_args(&mut self, exc: Exc, args: &[Value]) -> Raised {
        let class = self.exc_type(exc);
        match self.new_exception(class, args) {
            Ok(e) => self.raise(e),
            Err(raised) => raised,
        }
    }

    /// Raises a builtin exception with a message.
    #[cold]
    pub fn raise_msg(&mut self, exc: Exc, msg: &str) -> Raised {
        match self.new_str(msg) {
            Ok(s) => self.raise_args(exc, &[s]),
            Err(raised) => raised,
        }
    }

    /// Raises TypeError with a message.
    #[cold]
    pub fn type_error(&mut self, msg: &str) -> Raised {
        self.raise_msg(Exc::TypeError, msg)
    }

    /// Raises ValueError with a message.
    #[cold]
    pub fn value_error(&mut self, msg: &str) -> Raised {
        self.raise_msg(Exc::ValueError, msg)
    }

    /// Raises OverflowError with a message.
    #[cold]
    pub fn overflow_error(&mut self, msg: &str) -> Raised {
        self.raise_msg(Exc::OverflowError, msg)
    }

    /// Raises StopIteration, with a value unless it is None.
    pub fn stop_iteration(&mut self, value: Value) -> Raised {
        if value.is_none() {
            self.raise_args(Exc::StopIteration, &[])
        } else {
            self.raise_args(Exc::StopIteration, &[value])
        }
    }

    /// A new exception object of an exception class, as `BaseException.__new__` makes it, `args` filled in.
    pub fn new_exception(&mut self, class: Gc<Type>, args: &[Value]) -> PyResult<Gc<Exception>> {
        let tuple = habu_object::Tuple::new(&mut self.heap, args)?;
        let e = Exception::blank_with_shape(&mut self.heap, class.instance_shape.get())?;
        e.args.set(tuple.value());
        e.cause.set(Value::NONE);
        e.context.set(Value::NONE);
        e.traceback.set(Value::NONE);
        self.fill_exception(class, e);
        Ok(e)
    }

    /// Sets the fields that special classes take from `args`:
    ///
    /// | class | extra0 .. |
    /// |---|---|
    /// | StopIteration, SystemExit | value or code |
    /// | NameError | name |
    /// | AttributeError | name, obj |
    /// | ImportError | name, path, name_from, msg |
    /// | OSError | errno, strerror, filename, filename2, characters_written |
    /// | SyntaxError | msg, filename, lineno, offset, text, (end_lineno, end_offset, print_file_and_line, metadata) |
    /// | UnicodeError | encoding, object, start, end, reason |
    /// | BaseExceptionGroup | message, exceptions |
    pub fn fill_exception(&mut self, class: Gc<Type>, e: Gc<Exception>) {
        let Some(args) = e.args.get().cast::<Tuple>() else { return };
        let mro = self.mro(class);
        for c in mro.items() {
            let c = c.get();
            let is = |exc: Exc| c == self.exc_type(exc).value();
            if is(Exc::ValueError) || is(Exc::Exception) {
                return;
            }
            if is(Exc::StopIteration) || is(Exc::SystemExit) {
                let v = match args.len() {
                    0 => Value::NONE,
                    1 => args.get(0),
                    _ if is(Exc::SystemExit) => args.value(),
                    _ => args.get(0),
                };
                e.store(&mut self.heap, &e.extra0, v);
                return;
            }
            if is(Exc::ImportError) && args.len() == 1 {
                e.store(&mut self.heap, &e.extra3, args.get(0));
            } else if is(Exc::OSError) {
                return self.fill_os_error(e, args);
            } else if is(Exc::SyntaxError) && !args.is_empty() {
                e.store(&mut self.heap, &e.extra0, args.get(0));
            } else if is(Exc::UnicodeEncodeError) || is(Exc::UnicodeDecodeError) {
                return self.fill_extras(e, args, 0);
            } else if is(Exc::UnicodeTranslateError) {
                return self.fill_extras(e, args, 1);
            }
        }
    }

    /// Whether making an instance of an exception class is no more than storing its arguments: nothing special in
    /// `__new__`, `__init__`, the fields of the class, or its death.
    pub fn is_plain_exception(&mut self, class: Gc<Type>) -> bool {
        let (new, init) = (self.names.__new__, self.names.__init__);
        class.has(type_flags::EXCEPTION)
            && !class.has(type_flags::HAS_DEL | type_flags::ABSTRACT | type_flags::NO_NEW)
            && self.type_of(class.value()) == self.types.type_()
            && self.class_lookup(class, new) == Some(self.root("BaseException.__new__"))
            && self.class_lookup(class, init) == Some(self.root("BaseException.__init__"))
            && !self.has_special_fields(class)
    }

    /// Whether instances of an exception class have fields of their own that are taken from the arguments.
    pub fn has_special_fields(&self, class: Gc<Type>) -> bool {
        [Exc::StopIteration, Exc::SystemExit, Exc::ImportError, Exc::OSError]
            .into_iter()
            .chain([Exc::SyntaxError, Exc::UnicodeError])
            .any(|special| self.is_subclass(class, self.exc_type(special)))
    }

    fn fill_extras(&mut self, e: Gc<Exception>, args: Gc<Tuple>, from: usize) {
        let fields = [&e.extra0, &e.extra1, &e.extra2, &e.extra3, &e.extra4];
        for (field, v) in fields[from..].iter().zip(args.items()) {
            e.store(&mut self.heap, field, v.get());
        }
    }

    /// `(errno, strerror[, filename[, winerror[, filename2]]])`; `args` keeps the first two.
    fn fill_os_error(&mut self, e: Gc<Exception>, args: Gc<Tuple>) {
        if !(2..=5).contains(&args.len()) {
            return;
        }
        for (field, i) in [(&e.extra0, 0), (&e.extra1, 1), (&e.extra2, 2), (&e.extra3, 4)] {
            if i < args.len() {
                e.store(&mut self.heap, field, args.get(i));
            }
        }
        if args.len() > 2
            && !args.get(2).is_none()
            && let Ok(two) = Tuple::new(&mut self.heap, &[args.get(0), args.get(1)])
        {
            e.store(&mut self.heap, &e.args, two.value());
        }
    }

    /// Raises the OSError (or the subclass) that an errno means, with a filename unless it is None.
    pub fn raise_os_error(&mut self, errno: i32, strerror: &str, filename: Value) -> Raised {
        let exc = os_error_class(errno as i64).unwrap_or(Exc::OSError);
        let code = Value::small_int(errno as i64);
        match self.new_str(strerror) {
            Ok(text) if filename.is_none() => self.raise_args(exc, &[code, text]),
            Ok(text) => self.raise_args(exc, &[code, text, filename]),
            Err(e) => e,
        }
    }

    /// Takes the pending exception; MemoryError if an allocation failed.
    pub fn take_raised(&mut self, _proof: Raised) -> Value {
        let e = std::mem::replace(&mut self.raised, Value::UNBOUND);
        if e.is_unbound() { self.memory_error } else { e }
    }

    /// Warns, which may raise. In an attempt it is left to the interpreter.
    #[cold]
    pub fn warn(&mut self, category: Exc, message: &str) -> PyResult<()> {
        self.refuse_python()?;
        (self.ports.warn)(self, category, message)
    }

    /// Whether the pending exception is an instance of the builtin class; if so it is dropped.
    pub fn catch(&mut self, proof: Raised, exc: Exc) -> Result<Value, Raised> {
        let e = self.take_raised(proof);
        let class = self.exc_type(exc);
        if self.is_instance_exact(e, class) { Ok(e) } else { Err(self.reraise(e)) }
    }

    /// `isinstance(v, class)` by the MRO of type(v) alone.
    pub fn is_instance_exact(&self, v: Value, class: Gc<Type>) -> bool {
        self.is_subclass(self.type_of(v), class)
    }
}

/// The subclass of OSError that an errno means (PEP 3151).
pub fn os_error_class(errno: i64) -> Option<Exc> {
    Some(match i32::try_from(errno).ok()? {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => return None,
    })
}
