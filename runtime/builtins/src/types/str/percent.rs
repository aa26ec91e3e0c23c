//! `format % arguments`: what bytes share (directives, arguments, numbers), and str's own conversions.

use super::errors::format_error;
use crate::types::number::{afford_digits, afford_precision, as_float};
use habu_object::format::percent::{Percent, percent_float, percent_int};
use habu_object::str::{Str, StrBuf, Units};
use habu_object::{Gc, Kind, Tuple, Value, int, shape};
use habu_vm::{Exc, PyResult, Raised, Vm};

/// The arguments of a format.
pub(crate) struct Arguments {
    /// A tuple of arguments, or the only one.
    args: Value,
    tuple: Option<Gc<Tuple>>,
    next: usize,
    mapping: Option<Value>,
}

impl Arguments {
    /// The right operand of %; `scalar` kinds are no mappings though they have items.
    pub(crate) fn new(vm: &mut Vm, args: Value, scalar: &[Kind]) -> Arguments {
        let tuple = args.cast::<Tuple>();
        let name = vm.names.__getitem__;
        let mapping =
            tuple.is_none() && !scalar.contains(&args.kind()) && vm.special(args, name).is_some();
        Arguments { args, tuple, next: 0, mapping: mapping.then_some(args) }
    }

    fn len(&self) -> usize {
        self.tuple.map_or(1, |t| t.len())
    }

    /// The next argument.
    pub(crate) fn next(&mut self, vm: &mut Vm) -> PyResult<Value> {
        if self.next >= self.len() {
            return Err(vm.type_error("not enough arguments for format string"));
        }
        self.next += 1;
        Ok(self.tuple.map_or(self.args, |t| t.get(self.next - 1)))
    }

    /// Makes the item of the mapping the only argument.
    pub(crate) fn select(&mut self, vm: &mut Vm, key: Value) -> PyResult<()> {
        let Some(mapping) = self.mapping else {
            return Err(vm.type_error("format requires a mapping"));
        };
        self.args = vm.getitem(mapping, key)?;
        (self.tuple, self.next) = (None, 0);
        Ok(())
    }

    /// TypeError if some are left.
    pub(crate) fn finish(&self, vm: &mut Vm, what: &str) -> PyResult<()> {
        if self.mapping.is_none() && self.next < self.len() {
            return Err(
                vm.type_error(&format!("not all arguments converted during {what} formatting"))
            );
        }
        Ok(())
    }
}

/// The text of a format, whatever its units.
pub(crate) trait Source: Copy {
    /// Unit `i`; None at the end.
    fn at(self, i: usize) -> Option<u32>;
    /// The units of a range as a mapping's key.
    fn key(self, vm: &mut Vm, from: usize, to: usize) -> PyResult<Value>;
    /// How an excessive precision is complained about.
    const PRECISION: &'static str;
}

impl Source for Gc<Str> {
    #[inline]
    fn at(self, i: usize) -> Option<u32> {
        if i < self.len() { Some(self.char_at(i)) } else { None }
    }
    fn key(self, vm: &mut Vm, from: usize, to: usize) -> PyResult<Value> {
        if from == to { vm.new_str("") } else { Ok(self.substr(&mut vm.heap, from, to)?.value()) }
    }
    const PRECISION: &'static str = "precision too big";
}

/// What follows a `%`.
pub(crate) struct Directive {
    /// Flags and sizes.
    pub(crate) p: Percent,
    /// The conversion letter.
    pub(crate) code: u32,
    /// Its position.
    pub(crate) at: usize,
    /// Whether nothing was said but the letter.
    pub(crate) plain: bool,
}

/// Parses what follows the `%` before position `at`, taking `*` and the key from the arguments.
pub(crate) fn directive(
    vm: &mut Vm,
    source: impl Source,
    at: usize,
    args: &mut Arguments,
) -> PyResult<Directive> {
    let mut i = at;
    let mut p = Percent::default();
    if source.at(i) == Some('('.into()) {
        i = select_key(vm, source, i + 1, args)?;
    }
    let start = i;
    while let Some(flag) = source.at(i).and_then(|c| flag_of(&mut p, c)) {
        *flag = true;
        i += 1;
    }
    if source.at(i) == Some('*'.into()) {
        let n = star(vm, args)?;
        if n < 0 {
            p.left = true;
        }
        p.width = n.unsigned_abs() as usize;
        i += 1;
    } else {
        p.width = number(vm, source, &mut i, i64::MAX, "width too big")?;
    }
    if source.at(i) == Some('.'.into()) {
        i += 1;
        if source.at(i) == Some('*'.into()) {
            let n = star(vm, args)?;
            if n > i32::MAX.into() || n < i32::MIN.into() {
                return Err(vm.overflow_error("Python int too large to convert to C int"));
            }
            p.precision = Some(n.max(0) as usize);
            i += 1;
        } else {
            p.precision = Some(number(vm, source, &mut i, i32::MAX.into(), precision_of(source))?);
        }
    }
    if matches!(source.at(i).and_then(char::from_u32), Some('h' | 'l' | 'L')) {
        i += 1;
    }
    match source.at(i) {
        Some(code) => Ok(Directive { p, code, at: i, plain: i == start }),
        None => Err(vm.value_error("incomplete format")),
    }
}

fn precision_of<S: Source>(_: S) -> &'static str {
    S::PRECISION
}

fn flag_of(p: &mut Percent, c: u32) -> Option<&mut bool> {
    match char::from_u32(c)? {
        '-' => Some(&mut p.left),
        '+' => Some(&mut p.plus),
        ' ' => Some(&mut p.space),
        '#' => Some(&mut p.alternate),
        '0' => Some(&mut p.zero),
        _ => None,
    }
}

fn select_key(
    vm: &mut Vm,
    source: impl Source,
    from: usize,
    args: &mut Arguments,
) -> PyResult<usize> {
    if args.mapping.is_none() {
        return Err(vm.type_error("format requires a mapping"));
    }
    let (mut i, mut depth) = (from, 1);
    loop {
        match source.at(i).map(char::from_u32) {
            None => return Err(vm.value_error("incomplete format key")),
            Some(Some('(')) => depth += 1,
            Some(Some(')')) => depth -= 1,
            Some(_) => {}
        }
        if depth == 0 {
            break;
        }
        i += 1;
    }
    let key = source.key(vm, from, i)?;
    args.select(vm, key)?;
    Ok(i + 1)
}

/// The argument of a `*`.
fn star(vm: &mut Vm, args: &mut Arguments) -> PyResult<i64> {
    let v = args.next(vm)?;
    if !int::is_int_like(v) {
        return Err(vm.type_error("* wants int"));
    }
    crate::types::sequence::ssize(vm, v)
}

fn number(
    vm: &mut Vm,
    source: impl Source,
    i: &mut usize,
    most: i64,
    complaint: &str,
) -> PyResult<usize> {
    let mut n = 0i64;
    while let Some(digit) = source.at(*i).map(|c| c.wrapping_sub('0'.into())).filter(|d| *d < 10) {
        if n > (most - i64::from(digit)) / 10 {
            return Err(vm.value_error(complaint));
        }
        n = n * 10 + i64::from(digit);
        *i += 1;
    }
    Ok(n as usize)
}

/// A number converted by `d i u o x X e E f F g G`; None for other letters. `float_error` comes before the name of a
/// class that is no number.
pub(crate) fn number_text(
    vm: &mut Vm,
    d: &Directive,
    v: Value,
    float_error: &str,
) -> PyResult<Option<String>> {
    let Some(code) = char::from_u32(d.code) else { return Ok(None) };
    afford_precision(vm, d.p.precision)?;
    let text = match code {
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let n = integer(vm, v, code)?;
            check_digits(vm, n, code)?;
            afford_digits(vm, n, if code == 'o' { 8 } else { 16 })?;
            percent_int(n, code, &d.p)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => match as_float(vm, v)? {
            Some(f) => percent_float(f, code, &d.p),
            None => {
                let msg = format!("{float_error}, not {}", vm.type_name(v));
                return Err(vm.type_error(&msg));
            }
        },
        _ => return Ok(None),
    };
    text.map(Some).map_err(|e| format_error(vm, e))
}

/// Lets the int's own repr complain about too many decimal digits.
fn check_digits(vm: &mut Vm, n: Value, code: char) -> PyResult<()> {
    if n.kind() == Kind::BigInt
        && matches!(code, 'd' | 'i' | 'u')
        && int::decimal_digits_lower_bound(n) > 640
    {
        vm.repr(n)?;
    }
    Ok(())
}

fn integer(vm: &mut Vm, v: Value, code: char) -> PyResult<Value> {
    if int::is_int_like(v) {
        return Ok(v);
    }
    let (index, int_name) = (vm.names.__index__, vm.names.__int__);
    let exact = matches!(code, 'o' | 'x' | 'X');
    let converts = vm.special(v, index).is_some() || !exact && vm.special(v, int_name).is_some();
    if converts {
        let made = if exact { vm.index(v) } else { crate::types::int::from_object(vm, v) };
        match made {
            Ok(n) => return Ok(n),
            Err(e) => vm.catch(e, Exc::TypeError)?,
        };
    }
    let what = if exact { "an integer" } else { "a real number" };
    let msg = format!("%{code} format: {what} is required, not {}", vm.type_name(v));
    Err(vm.type_error(&msg))
}

/// The complaint about an unknown conversion letter.
#[cold]
pub(crate) fn unsupported(vm: &mut Vm, d: &Directive) -> Raised {
    let shown = char::from_u32(d.code).filter(|c| (' '..='\x7e').contains(c)).unwrap_or('?');
    let msg = format!("unsupported format character '{shown}' (0x{:x}) at index {}", d.code, d.at);
    vm.value_error(&msg)
}

/// `format % args`
pub(super) fn format(vm: &mut Vm, format: Gc<Str>, args: Value) -> PyResult<Value> {
    let mut args = Arguments::new(vm, args, &[Kind::Str]);
    let mut out = StrBuf::with_capacity(format.len() + 32);
    let mut at = 0;
    while let Some(percent) = find_percent(format.units(), at) {
        out.push_units(format.units().range(at, percent));
        at = percent + 1;
        if format.at(at) == Some('%'.into()) {
            out.push('%'.into());
            at += 1;
            continue;
        }
        let d = directive(vm, format, at, &mut args)?;
        convert(vm, &d, &mut args, &mut out)?;
        at = d.at + 1;
    }
    out.push_units(format.units().range(at, format.len()));
    args.finish(vm, "string")?;
    Ok(out.finish(&mut vm.heap)?.value())
}

fn find_percent(units: Units<'_>, from: usize) -> Option<usize> {
    let len = units.len();
    match units.range(from, len) {
        Units::One(u) => u.iter().position(|c| *c == b'%').map(|i| from + i),
        rest => rest.iter().position(|c| c == u32::from('%')).map(|i| from + i),
    }
}

fn convert(vm: &mut Vm, d: &Directive, args: &mut Arguments, out: &mut StrBuf) -> PyResult<()> {
    let v = args.next(vm)?;
    let text = match char::from_u32(d.code) {
        Some('s') if d.plain && push_plain(out, v) => return Ok(()),
        Some('d') if d.plain && v.is_int() => {
            int::with_decimal(v, |text| out.push_str(text));
            return Ok(());
        }
        Some('s') => vm.str(v)?,
        Some('r') => vm.repr(v)?,
        Some('a') => vm.ascii(v)?,
        Some('c') => {
            let c = character(vm, v)?;
            let p = Percent { precision: None, ..d.p };
            let text = Str::from_char(&mut vm.heap, c)?;
            push_padded(out, text, &p);
            return Ok(());
        }
        _ => {
            return match number_text(vm, d, v, "must be real number")? {
                Some(text) => {
                    out.push_str(&text);
                    Ok(())
                }
                None => Err(unsupported(vm, d)),
            };
        }
    };
    if let Some(text) = text.cast::<Str>() {
        push_padded(out, text, &d.p);
    }
    Ok(())
}

/// Adds the text of an exact str or small int.
#[inline]
pub(super) fn push_plain(out: &mut StrBuf, v: Value) -> bool {
    if v.is_int() {
        int::with_decimal(v, |text| out.push_str(text));
        return true;
    }
    match v.cast::<Str>() {
        Some(s) if v.shape() == shape::STR => {
            out.push_units(s.units());
            true
        }
        _ => false,
    }
}

fn push_padded(out: &mut StrBuf, text: Gc<Str>, p: &Percent) {
    let len = p.precision.map_or(text.len(), |n| n.min(text.len()));
    let missing = std::iter::repeat_n(u32::from(' '), p.width.saturating_sub(len));
    if p.left {
        out.push_units(text.units().range(0, len));
        out.extend(missing);
    } else {
        out.extend(missing);
        out.push_units(text.units().range(0, len));
    }
}

/// The character of a `%c`.
fn character(vm: &mut Vm, v: Value) -> PyResult<u32> {
    const WANTED: &str = "%c requires an int or a unicode character, not";
    if let Some(s) = v.cast::<Str>() {
        if s.len() == 1 {
            return Ok(s.char_at(0));
        }
        let msg = format!("{WANTED} a string of length {}", s.len());
        return Err(vm.type_error(&msg));
    }
    let name = vm.names.__index__;
    if !int::is_int_like(v) && vm.special(v, name).is_none() {
        let msg = format!("{WANTED} {}", vm.type_name(v));
        return Err(vm.type_error(&msg));
    }
    let n = vm.index(v)?;
    match int::to_i64(n).and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 0x11_0000) {
        Some(c) => Ok(c),
        None => Err(vm.overflow_error("%c arg not in range(0x110000)")),
    }
}
