//! What CPython's tokenizer finds wrong with a number.

/// What is wrong.
pub(super) enum Wrong {
    /// At a byte of the number; the one before it is shown.
    At(usize, String),
    /// So many zeros stand before a decimal number.
    Zeros(usize),
}

/// The number at the beginning of a text: where it stands, and what may not follow it.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

type Done = Result<(), Wrong>;

/// What is wrong with the number that a text begins with.
pub(super) fn wrong(text: &str) -> Option<Wrong> {
    Scan { text: text.as_bytes(), at: 0 }.number().err()
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn number(&mut self) -> Done {
        if self.peek(0) != b'0' {
            if self.peek(0) != b'.' {
                self.digits(|c| c.is_ascii_digit(), "decimal")?;
            }
            return self.fraction("decimal");
        }
        let radix = match self.peek(1).to_ascii_lowercase() {
            b'x' => Some(("hexadecimal", 16)),
            b'o' => Some(("octal", 8)),
            b'b' => Some(("binary", 2)),
            _ => None,
        };
        match radix {
            Some((name, radix)) => self.prefixed(name, radix),
            None => self.zeros(),
        }
    }

    fn invalid(&self, at: usize, kind: &str) -> Done {
        Err(Wrong::At(at, format!("invalid {kind} literal")))
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, is: impl Fn(u8) -> bool, kind: &str) -> Done {
        loop {
            while is(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !is(self.peek(0)) {
                return self.invalid(self.at, kind);
            }
        }
    }

    fn prefixed(&mut self, name: &str, radix: u32) -> Done {
        self.at = 2;
        let is = |c: u8| char::from(c).is_digit(radix);
        loop {
            self.at += usize::from(self.peek(0) == b'_');
            if !is(self.peek(0)) {
                return self.bad_digit(name).unwrap_or_else(|| self.invalid(self.at, name));
            }
            while is(self.peek(0)) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        match self.bad_digit(name) {
            Some(wrong) => wrong,
            None => self.end(name),
        }
    }

    /// A decimal digit that the radix has not.
    fn bad_digit(&self, name: &str) -> Option<Done> {
        let c = self.peek(0);
        let msg = format!("invalid digit '{}' in {name} literal", char::from(c));
        (c.is_ascii_digit()).then_some(Err(Wrong::At(self.at + 1, msg)))
    }

    fn zeros(&mut self) -> Done {
        let is_zero = |c: u8| c == b'0';
        self.digits_until_other(is_zero)?;
        let zeros = self.at;
        let mut nonzero = false;
        if self.peek(0).is_ascii_digit() {
            nonzero = true;
            self.digits(|c| c.is_ascii_digit(), "decimal")?;
        }
        match self.peek(0) {
            b'.' | b'e' | b'E' | b'j' | b'J' => self.fraction("decimal"),
            _ if nonzero => Err(Wrong::Zeros(zeros)),
            _ => self.end("decimal"),
        }
    }

    fn digits_until_other(&mut self, is: impl Fn(u8) -> bool) -> Done {
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
                if !self.peek(0).is_ascii_digit() {
                    return self.invalid(self.at, "decimal");
                }
            }
            if !is(self.peek(0)) {
                return Ok(());
            }
            self.at += 1;
        }
    }

    /// What may follow the digits before the point.
    fn fraction(&mut self, mut kind: &str) -> Done {
        if self.peek(0) == b'.' {
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits(|c| c.is_ascii_digit(), "decimal")?;
            }
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.digits(|c| c.is_ascii_digit(), "decimal")?;
            } else if sign == 1 {
                return self.invalid(self.at + 2, "decimal");
            } else {
                return self.end(kind);
            }
        }
        if matches!(self.peek(0), b'j' | b'J') {
            self.at += 1;
            kind = "imaginary";
        }
        self.end(kind)
    }

    /// A name may not follow; of keywords that may stand between operands CPython only warns.
    fn end(&self, kind: &str) -> Done {
        let rest = &self.text[self.at.min(self.text.len())..];
        let keywords: [&[u8]; 7] = [b"and", b"else", b"for", b"if", b"in", b"is", b"or"];
        let follows = keywords.iter().any(|k| rest.starts_with(k)) || rest.starts_with(b"not");
        match rest.first() {
            Some(c) if !follows && (c.is_ascii_alphanumeric() || *c == b'_') => {
                self.invalid(self.at, kind)
            }
            _ => Ok(()),
        }
    }
}
