//! Parsing of `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use crate::int::decimal_digit;

/// Where the padding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between sign and digits.
    AfterSign,
}

/// What stands before numbers that are not negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// `-`: nothing.
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// What separates groups of digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Grouping {
    pub(super) fn separator(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed specification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spec {
    /// Padding character.
    pub fill: char,
    /// Alignment, the type's default if none was given.
    pub align: Align,
    /// The sign option, if given.
    pub sign: Option<Sign>,
    /// `z`
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// Least width in characters.
    pub width: usize,
    /// Grouping of whole digits.
    pub grouping: Option<Grouping>,
    /// Precision, if given.
    pub precision: Option<usize>,
    /// Grouping of decimals.
    pub fraction_grouping: Option<Grouping>,
    /// The type letter, if given.
    pub code: Option<char>,
}

impl Spec {
    /// What the empty specification means.
    pub fn new(align: Align) -> Spec {
        Spec {
            fill: ' ',
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            code: None,
        }
    }
}

/// Parses a specification for an object of the class named `type_name`, which aligns to `align` if nothing is said
/// (str to the left, numbers to the right). The error is the text of a ValueError.
pub fn parse_spec(text: &str, type_name: &str, align: Align) -> Result<Spec, String> {
    let mut spec = Spec::new(align);
    let mut rest = Rest { text };
    let mut align_given = true;
    let mut fill_given = false;
    let mut chars = text.chars();
    match (chars.next(), chars.next().and_then(alignment)) {
        (Some(fill), Some(align)) => {
            (spec.fill, spec.align) = (fill, align);
            fill_given = true;
            rest.text = chars.as_str();
        }
        (first, _) => match first.and_then(alignment) {
            Some(align) => {
                spec.align = align;
                rest.text = &text[1..];
            }
            None => align_given = false,
        },
    }
    spec.sign = match rest.take_if(|c| matches!(c, '+' | '-' | ' ')) {
        Some('+') => Some(Sign::Plus),
        Some('-') => Some(Sign::Minus),
        Some(_) => Some(Sign::Space),
        None => None,
    };
    spec.no_negative_zero = rest.take('z');
    spec.alternate = rest.take('#');
    if !fill_given && rest.take('0') {
        spec.fill = '0';
        if !align_given && align == Align::Right {
            spec.align = Align::AfterSign;
        }
    }
    spec.width = rest.number()?.unwrap_or(0);
    spec.grouping = rest.grouping()?;
    if rest.take('.') {
        spec.precision = rest.number()?;
        spec.fraction_grouping = rest.grouping()?;
        if spec.precision.is_none() && spec.fraction_grouping.is_none() {
            return Err("Format specifier missing precision".into());
        }
    }
    spec.code = rest.take_if(|_| true);
    if !rest.text.is_empty() {
        return Err(format!("Invalid format specifier '{text}' for object of type '{type_name}'"));
    }
    check_grouping(&spec, align)?;
    Ok(spec)
}

fn check_grouping(spec: &Spec, align: Align) -> Result<(), String> {
    if let Some(g) = spec.grouping {
        let code = spec.code.or((align == Align::Left).then_some('s'));
        let fits = match code {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => true,
            Some('b' | 'o' | 'x' | 'X') => g == Grouping::Underscore,
            Some(_) => false,
        };
        if !fits {
            return Err(no_grouping(g, code.unwrap_or('s')));
        }
    }
    match (spec.fraction_grouping, spec.code) {
        (Some(g), Some('n')) => Err(no_grouping(g, 'n')),
        _ => Ok(()),
    }
}

fn no_grouping(g: Grouping, code: char) -> String {
    format!("Cannot specify '{}' with '{}'.", g.separator(), shown(code))
}

/// A type letter as messages show it.
pub(super) fn shown(code: char) -> String {
    match code {
        '!'..='\x7f' => code.to_string(),
        _ => format!("\\x{:x}", code as u32),
    }
}

fn alignment(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

struct Rest<'a> {
    text: &'a str,
}

impl Rest<'_> {
    #[inline]
    fn take_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.text.chars().next().filter(|c| wanted(*c))?;
        self.text = &self.text[c.len_utf8()..];
        Some(c)
    }

    fn take(&mut self, c: char) -> bool {
        self.take_if(|found| found == c).is_some()
    }

    fn number(&mut self) -> Result<Option<usize>, String> {
        let mut n: Option<usize> = None;
        while let Some(c) = self.take_if(|c| decimal_digit(c).is_some()) {
            let digit = decimal_digit(c).unwrap_or(0) as usize;
            let next = n.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(digit));
            n = Some(
                next.filter(|n| isize::try_from(*n).is_ok())
                    .ok_or("Too many decimal digits in format string")?,
            );
        }
        Ok(n)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, String> {
        const BOTH: &str = "Cannot specify both ',' and '_'.";
        let comma = self.take(',');
        let underscore = self.take('_');
        match (comma, underscore) {
            (true, true) => Err(BOTH.into()),
            (false, true) if self.text.starts_with(',') => Err(BOTH.into()),
            (true, false) => Ok(Some(Grouping::Comma)),
            (false, true) => Ok(Some(Grouping::Underscore)),
            (false, false) => Ok(None),
        }
    }
}
