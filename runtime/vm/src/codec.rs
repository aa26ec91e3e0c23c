//! Failures of codecs as exceptions: what builtins' `str.encode` and the module `_codecs` share.

use crate::error::{Exc, PyResult, Raised};
use crate::vm::Vm;
use habu_object::str::codec::{CodecError, CodecFailure};
use habu_object::{Exception, Kind, Value};

/// Why a codec with a Python error handler stopped.
pub enum Stop {
    /// Nobody mended an error.
    Codec(CodecError),
    /// An exception is pending.
    Raised(Raised),
}

impl From<CodecError> for Stop {
    fn from(e: CodecError) -> Stop {
        Stop::Codec(e)
    }
}

impl From<Raised> for Stop {
    fn from(e: Raised) -> Stop {
        Stop::Raised(e)
    }
}

impl Vm {
    /// A UnicodeEncodeError or UnicodeDecodeError about `object`, made by calling its class, not raised.
    pub fn codec_exception(&mut self, e: &CodecError, object: Value) -> PyResult<Value> {
        let str = object.kind() == Kind::Str;
        let exc = if str { Exc::UnicodeEncodeError } else { Exc::UnicodeDecodeError };
        let encoding = self.new_str(e.encoding)?;
        let reason = self.new_str(e.reason)?;
        let (start, end) = (Value::small_int(e.start as i64), Value::small_int(e.end as i64));
        let class = self.exc_type(exc).value();
        self.call(class, &[encoding, object, start, end, reason])
    }

    /// Raises what a codec complained about.
    #[cold]
    pub fn codec_failure(&mut self, e: CodecFailure, object: Value) -> Raised {
        let CodecFailure::Error(e) = e else { return self.raise_args(Exc::MemoryError, &[]) };
        match self.codec_exception(&e, object).map(|v| v.cast::<Exception>()) {
            Ok(Some(e)) => self.raise(e),
            Ok(None) => self.type_error("exceptions must derive from BaseException"),
            Err(raised) => raised,
        }
    }

    /// Adds a note to the exception of a codec function that says which codec failed.
    #[cold]
    pub fn codec_noted(&mut self, raised: Raised, encoding: bool, codec: &str) -> Raised {
        let e = self.take_raised(raised);
        let doing = if encoding { "encoding" } else { "decoding" };
        let added = self
            .new_str(&format!("{doing} with '{codec}' codec failed"))
            .and_then(|note| Ok((self.intern("add_note")?, note)))
            .and_then(|(name, note)| self.call_method(e, name, &[note]));
        match added {
            Ok(_) => self.reraise(e),
            Err(raised) => raised,
        }
    }

    /// Raises what a codec stopped for, if it is not pending already.
    #[cold]
    pub fn codec_stopped(&mut self, stop: Stop, object: Value) -> Raised {
        match stop {
            Stop::Raised(e) => e,
            Stop::Codec(e) => self.codec_failure(e.into(), object),
        }
    }
}
