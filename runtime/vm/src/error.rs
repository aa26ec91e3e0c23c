//! Raising exceptions from Rust, and the table of builtin exception classes.
//!
//! `Raised` is a token: the exception itself is `vm.raised`. A token without one means that memory ran out (the
//! allocator cannot make objects then), and is turned into MemoryError when somebody looks.

use crate::vm::Vm;
use habu_gc::OutOfMemory;
use habu_object::{Exception, Gc, Type, Value};

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
            let mut at = handled;
            while let Some(e) = at.cast::<Exception>() {
                let next = e.context.get();
                if next == exc.value() {
                    e.context.set(Value::NONE);
                    break;
                }
                at = next;
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
        self.fill_exception(class, e, args);
        Ok(e)
    }

    /// Sets the fields that special classes take from their positional arguments.
    fn fill_exception(&mut self, class: Gc<Type>, e: Gc<Exception>, args: &[Value]) {
        let stop = self.exc_type(Exc::StopIteration);
        let exit = self.exc_type(Exc::SystemExit);
        if self.is_subclass(class, stop) {
            e.extra0.set(args.first().copied().unwrap_or(Value::NONE));
        } else if self.is_subclass(class, exit) {
            let code = match args {
                [] => Value::NONE,
                [one] => *one,
                _ => e.args.get(),
            };
            e.extra0.set(code);
        }
    }

    /// Takes the pending exception; MemoryError if an allocation failed.
    pub fn take_raised(&mut self, _proof: Raised) -> Value {
        let e = std::mem::replace(&mut self.raised, Value::UNBOUND);
        if e.is_unbound() { self.memory_error } else { e }
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
