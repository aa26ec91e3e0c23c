//! The runtime's own standard output: a byte buffer in front of file descriptor 1.
//!
//! `print` writes here unless Python code has replaced `sys.stdout`. A terminal gets every line at once, anything else
//! gets blocks, as with CPython. Flushed at exit, before stdin is read and before stderr is written.

use std::io::{self, IsTerminal, Write};

const CAPACITY: usize = 8192;

/// A buffered standard output.
pub struct OutputBuffer {
    bytes: Vec<u8>,
    line_buffered: bool,
    unbuffered: bool,
    /// Keeps what is written instead of passing it on.
    capturing: bool,
}

impl OutputBuffer {
    /// The process's standard output; `unbuffered` passes everything on at once.
    pub(crate) fn stdout(unbuffered: bool) -> OutputBuffer {
        OutputBuffer {
            bytes: Vec::with_capacity(CAPACITY),
            line_buffered: io::stdout().is_terminal(),
            unbuffered,
            capturing: false,
        }
    }

    /// Whether every line is written at once.
    pub fn is_line_buffered(&self) -> bool {
        self.line_buffered
    }

    /// Makes every write pass on whole lines at once, or only full blocks.
    pub fn set_line_buffered(&mut self, on: bool) {
        self.line_buffered = on;
    }

    /// Keeps all output from now on, for [`OutputBuffer::take`].
    pub fn capture(&mut self) {
        self.capturing = true;
    }

    /// What was captured so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Writes text.
    #[inline]
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.write_bytes(text.as_bytes())
    }

    /// Writes bytes.
    #[inline]
    pub fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= CAPACITY || self.line_buffered || self.unbuffered {
            self.overflow(bytes)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn overflow(&mut self, last: &[u8]) -> io::Result<()> {
        let full = self.bytes.len() >= CAPACITY || self.unbuffered;
        if self.capturing || (!full && !last.contains(&b'\n')) {
            return Ok(());
        }
        self.flush()
    }

    /// Passes everything on. What cannot be written is dropped, so that one broken pipe is reported once.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.capturing || self.bytes.is_empty() {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let result = out.write_all(&self.bytes).and_then(|()| out.flush());
        self.bytes.clear();
        result
    }
}

impl Drop for OutputBuffer {
    fn drop(&mut self) {
        // Nobody is left to hear of an error.
        let _ = self.flush();
    }
}
