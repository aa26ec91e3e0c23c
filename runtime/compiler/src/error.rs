//! The one error of this crate: source text that is not Python.
//!
//! Made by every stage (decoding, parsing, symbol table, lowering) and shown by nobody here: `vm` turns it into a
//! `SyntaxError` object and the command line prints it. Positions are CPython's: lines and columns from 1, columns in
//! characters.

use std::rc::Rc;

use habu_bytecode::Const;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

/// Which exception class the error is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
}

impl Kind {
    /// The name of the exception class.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Syntax => "SyntaxError",
            Kind::Indentation => "IndentationError",
            Kind::Tab => "TabError",
        }
    }
}

/// A syntax error with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The exception class.
    pub kind: Kind,
    /// The message, as CPython words it.
    pub msg: String,
    /// The file's name as given to the compiler.
    pub filename: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub col: u32,
    /// Last line.
    pub end_line: u32,
    /// End column; less than 1 if there is none, as CPython has it.
    pub end_col: i32,
    /// Whether the text is well formed, and its meaning is what is wrong.
    pub later: bool,
    /// The source line, with its newline where it has one.
    pub text: Option<String>,
}

impl SyntaxError {
    /// The same with another end.
    pub(crate) fn ending_at(mut self: Box<Self>, end_col: i32) -> Box<Self> {
        self.end_col = end_col;
        self
    }

    /// The same with a text that does not show the end of its line.
    pub(crate) fn without_newline(mut self: Box<Self>) -> Box<Self> {
        if let Some(text) = &mut self.text {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        self
    }
}

/// A line as the tokenizer has it, which ends the last one if nobody else does.
fn with_newline(line: &str) -> String {
    let end = if line.ends_with(['\n', '\r']) { "" } else { "\n" };
    format!("{line}{end}")
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}: {}",
            self.filename,
            self.line,
            self.col,
            self.kind.name(),
            self.msg
        )
    }
}

impl std::error::Error for SyntaxError {}

/// What the stages return.
pub(crate) type Result<T> = std::result::Result<T, Box<SyntaxError>>;

/// A source text, its name, and where its lines begin: all that is needed to speak of places in it.
#[derive(Clone)]
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) filename: Rc<str>,
    starts: Rc<[u32]>,
    made: Option<Rc<Made>>,
}

/// What stands for the text of a tree that was not parsed: its ranges are of numbers of places, not of offsets.
#[derive(Default, Debug)]
pub(crate) struct Made {
    /// Lines and columns of the places.
    pub(crate) places: Vec<(u32, u32)>,
    /// Constants that no literal stands for.
    pub(crate) constants: Vec<Const>,
    /// What interpolations of t-strings show as their expressions, by their first places.
    pub(crate) texts: FxHashMap<u32, Box<str>>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(text: &'a str, filename: &str) -> Source<'a> {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (i, b) in bytes.iter().enumerate() {
            if *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                starts.push(i as u32 + 1);
            }
        }
        Source { text, filename: filename.into(), starts: starts.into(), made: None }
    }

    /// The source of a tree that was not parsed.
    pub(crate) fn of_tree(filename: &str, made: Made) -> Source<'static> {
        Source { text: "", filename: filename.into(), starts: [0].into(), made: Some(made.into()) }
    }

    /// What there is instead of a text.
    pub(crate) fn made(&self) -> Option<&Made> {
        self.made.as_deref()
    }

    /// Line (from 1) and column (bytes, from 0) of an offset.
    pub(crate) fn place(&self, offset: u32) -> (u32, u32) {
        if let Some(made) = &self.made {
            return made.places.get(offset as usize).copied().unwrap_or((1, 0));
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        (line as u32, offset - self.starts[line - 1])
    }

    /// The line that holds `offset`, from 1.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.place(offset).0
    }

    /// The text of a line, with its newline.
    pub(crate) fn line_text(&self, line: u32) -> Option<&'a str> {
        let start = *self.starts.get(line.checked_sub(1)? as usize)? as usize;
        let end = self.starts.get(line as usize).map_or(self.text.len(), |end| *end as usize);
        self.text.get(start..end)
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
    }

    /// Line and column in characters, both from 1.
    fn characters(&self, offset: u32) -> (u32, u32) {
        let (line, col) = self.place(offset);
        let start = (offset - col) as usize;
        let chars =
            self.text.get(start..offset as usize).map_or(col as usize, |s| s.chars().count());
        (line, chars as u32 + 1)
    }

    /// A syntax error that points at `range`.
    pub(crate) fn error(&self, msg: impl Into<String>, range: TextRange) -> Box<SyntaxError> {
        self.error_of(Kind::Syntax, msg, range)
    }

    /// An error in what a text means: its columns are bytes, as CPython's compiler has them.
    pub(crate) fn later_error(&self, msg: impl Into<String>, range: TextRange) -> Box<SyntaxError> {
        let mut error = self.error(msg, range);
        error.later = true;
        if self.made.is_none() {
            error.col = self.place(range.start().to_u32()).1 + 1;
            error.end_col = self.place(range.end().to_u32()).1 as i32 + 1;
        }
        error
    }

    /// An error of any class that points at `range`.
    pub(crate) fn error_of(
        &self,
        kind: Kind,
        msg: impl Into<String>,
        range: TextRange,
    ) -> Box<SyntaxError> {
        if self.made.is_some() {
            let ((line, col), (end_line, end_col)) =
                (self.place(range.start().to_u32()), self.place(range.end().to_u32()));
            return Box::new(SyntaxError {
                kind,
                msg: msg.into(),
                filename: self.filename.to_string(),
                line,
                col: col + 1,
                end_line,
                end_col: end_col as i32 + 1,
                later: true,
                text: None,
            });
        }
        let last = self.text.len() as u32;
        let (line, col) = self.characters(range.start().to_u32().min(last));
        // What ends with a line is not shown to go on in the next.
        let end = range.end().to_u32().min(last);
        let at_newline = !range.is_empty() && self.place(end).1 == 0;
        let (end_line, end_col) = self.characters(end - u32::from(at_newline));
        let end_col = end_col + u32::from(at_newline);
        Box::new(SyntaxError {
            kind,
            msg: msg.into(),
            filename: self.filename.to_string(),
            line,
            col,
            end_line,
            end_col: end_col as i32,
            later: false,
            text: self.line_text(line).map(with_newline),
        })
    }
}
