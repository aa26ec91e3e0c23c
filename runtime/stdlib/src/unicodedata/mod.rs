//! Module `unicodedata`: what is known of characters. `database` answers for Unicode 16 and Unicode 3.2, `normal` has the
//! normal forms; here is what Python sees of them.

mod database;
mod normal;

use crate::util::{arg, new_class, new_module, seal_made, set, set_text};
use database::Database;
pub(crate) use database::character;
use habu_object::str::codec::{Encoding, Errors};
use habu_object::str::{Str, StrBuf};
use habu_object::{Gc, Kind, Module, Native, Value, float};
use habu_vm::buffer::Buffer;
use habu_vm::{Exc, GetSetDef, NativeDef, PyResult, Vm};
use rustpython_unicode::NormalizeForm;

const VERSION: &str = "16.0.0";
const OLD_VERSION: &str = "3.2.0";
/// No name is longer.
const MAX_NAME: usize = 256;

/// The rows of the module (of Unicode 16) and of class `UCD` (of Unicode 3.2): they differ by the receiver.
macro_rules! rows {
    ($($name:literal, $parameters:literal, $func:ident, $doc:expr;)*) => {
        static FUNCTIONS: &[NativeDef] = &[
            $(NativeDef::new($name, concat!("(", $parameters, ", /)"), |vm, args| $func(vm, Database::New, args)).doc($doc),)*
        ];
        static METHODS: &[NativeDef] = &[
            $(NativeDef::new($name, concat!("(self, ", $parameters, ", /)"), |vm, args| {
                $func(vm, Database::Old, args.get(1..).unwrap_or_default())
            }).doc($doc),)*
        ];
    };
}

rows! {
    "bidirectional", "chr", bidirectional,
        "Returns the bidirectional class assigned to the character chr as string.\n\n\
         If no such value is defined, an empty string is returned.";
    "category", "chr", category,
        "Returns the general category assigned to the character chr as string.";
    "combining", "chr", combining,
        "Returns the canonical combining class assigned to the character chr as integer.\n\n\
         Returns 0 if no combining class is defined.";
    "decimal", "chr, default=<unrepresentable>", decimal,
        "Converts a Unicode character into its equivalent decimal value.\n\n\
         Returns the decimal value assigned to the character chr as integer.\n\
         If no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "decomposition", "chr", decomposition,
        "Returns the character decomposition mapping assigned to the character chr as string.\n\n\
         An empty string is returned in case no such mapping is defined.";
    "digit", "chr, default=<unrepresentable>", digit,
        "Converts a Unicode character into its equivalent digit value.\n\n\
         Returns the digit value assigned to the character chr as integer.\n\
         If no such value is defined, default is returned, or, if not given,\nValueError is raised.";
    "east_asian_width", "chr", east_asian_width,
        "Returns the east asian width assigned to the character chr as string.";
    "is_normalized", "form, unistr", is_normalized,
        "Return whether the Unicode string unistr is in the normal form 'form'.\n\n\
         Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
    "lookup", "name", lookup,
        "Look up character by name.\n\n\
         If a character with the given name is found, return the\n\
         corresponding character.  If not found, KeyError is raised.";
    "mirrored", "chr", mirrored,
        "Returns the mirrored property assigned to the character chr as integer.\n\n\
         Returns 1 if the character has been identified as a \"mirrored\"\n\
         character in bidirectional text, 0 otherwise.";
    "name", "chr, default=<unrepresentable>", name,
        "Returns the name assigned to the character chr as a string.\n\n\
         If no name is defined, default is returned, or, if not given,\nValueError is raised.";
    "normalize", "form, unistr", normalize,
        "Return the normal form 'form' for the Unicode string unistr.\n\n\
         Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.";
    "numeric", "chr, default=<unrepresentable>", numeric,
        "Converts a Unicode character into its equivalent numeric value.\n\n\
         Returns the numeric value assigned to the character chr as float.\n\
         If no such value is defined, default is returned, or, if not given,\nValueError is raised.";
}

static GETSETS: &[GetSetDef] =
    &[GetSetDef::new("unidata_version", |vm, _| vm.new_str(OLD_VERSION))];

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = format!(
        "This module provides access to the Unicode Character Database which\n\
         defines character properties for all Unicode characters. The data in\n\
         this database is based on the UnicodeData.txt file version\n\
         {VERSION} which is publicly available from ftp://ftp.unicode.org/.\n\n\
         The module uses the same names and symbols as defined by the\n\
         UnicodeData File Format {VERSION}."
    );
    let m = new_module(vm, "unicodedata", &doc, FUNCTIONS)?;
    set_text(vm, m, "unidata_version", VERSION)?;
    let class = new_class(vm, "unicodedata", "UCD", Kind::Native, METHODS, GETSETS)?;
    seal_made(class);
    set(vm, m, "UCD", class.value())?;
    let old = Native::new(&mut vm.heap, class.instance_shape.get(), &[])?;
    set(vm, m, "ucd_3_2_0", old.value())?;
    Ok(m)
}

/// The character that is argument 0; `alone` says that there is no other argument, for the message.
fn one_character(vm: &mut Vm, what: &str, args: &[Value], alone: bool) -> PyResult<u32> {
    let v = arg(args, 0);
    let which = if alone { "argument" } else { "argument 1" };
    let message = match v.cast::<Str>() {
        Some(s) if s.len() == 1 => return Ok(s.char_at(0)),
        Some(s) => {
            let len = s.len();
            format!("{what}(): {which} must be a unicode character, not a string of length {len}")
        }
        None => format!("{what}() {which} must be a unicode character, not {}", vm.type_name(v)),
    };
    Err(vm.type_error(&message))
}

/// What was found, else the default that is argument 1, else a ValueError.
fn or_default(
    vm: &mut Vm,
    found: Option<Value>,
    args: &[Value],
    complaint: &str,
) -> PyResult<Value> {
    match found.or_else(|| arg(args, 1).bound()) {
        Some(v) => Ok(v),
        None => Err(vm.value_error(complaint)),
    }
}

fn bidirectional(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "bidirectional", args, true)?;
    vm.intern(of.bidirectional(c))
}

fn category(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "category", args, true)?;
    vm.intern(of.category(c))
}

fn combining(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "combining", args, true)?;
    Ok(Value::small_int(of.combining(c).into()))
}

fn decimal(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "decimal", args, false)?;
    let found = of.decimal(c).map(|n| Value::small_int(n.into()));
    or_default(vm, found, args, "not a decimal")
}

fn decomposition(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "decomposition", args, true)?;
    vm.new_str(&of.decomposition(c))
}

fn digit(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "digit", args, false)?;
    let found = of.digit(c).map(|n| Value::small_int(n.into()));
    or_default(vm, found, args, "not a digit")
}

fn east_asian_width(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "east_asian_width", args, true)?;
    vm.intern(of.east_asian_width(c))
}

fn mirrored(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "mirrored", args, true)?;
    Ok(Value::small_int(of.mirrored(c).into()))
}

fn numeric(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "numeric", args, false)?;
    let found = match of.numeric(c) {
        Some(x) => Some(float::new(&mut vm.heap, x)?),
        None => None,
    };
    or_default(vm, found, args, "not a numeric character")
}

fn name(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let c = one_character(vm, "name", args, false)?;
    let found = match of.name(c) {
        Some(text) => Some(vm.new_str(&text)?),
        None => None,
    };
    or_default(vm, found, args, "no such name")
}

fn lookup(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let v = arg(args, 0);
    let bytes = match v.cast::<Str>() {
        Some(s) => match s.encode(&mut vm.heap, Encoding::Utf8, Errors::Strict) {
            Ok(bytes) => bytes.bytes().to_vec(),
            Err(e) => return Err(vm.codec_failure(e, v)),
        },
        None => Buffer::of(vm, v)?.to_vec(),
    };
    let name = String::from_utf8_lossy(&bytes);
    let message = if name.len() > MAX_NAME {
        "name too long".to_owned()
    } else if let Some(found) = of.lookup(&name) {
        return vm.new_str(&found);
    } else {
        format!("undefined character name '{name}'")
    };
    Err(vm.raise_msg(Exc::KeyError, &message))
}

/// The form and the text of an operation on normal forms; no form if the text is empty and normal in any.
fn form_and_text(
    vm: &mut Vm,
    what: &str,
    args: &[Value],
) -> PyResult<(Option<NormalizeForm>, Gc<Str>)> {
    let mut texts = [None; 2];
    for (i, text) in texts.iter_mut().enumerate() {
        *text = arg(args, i).cast::<Str>();
        if text.is_none() {
            let type_name = vm.type_name(arg(args, i));
            let message = format!("{what}() argument {} must be str, not {type_name}", i + 1);
            return Err(vm.type_error(&message));
        }
    }
    let [Some(form), Some(text)] = texts else {
        return Err(vm.type_error("str expected"));
    };
    if text.is_empty() {
        return Ok((None, text));
    }
    match form.to_string_lossy().parse() {
        Ok(form) => Ok((Some(form), text)),
        Err(()) => Err(vm.value_error("invalid normalization form")),
    }
}

fn is_normalized(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let (form, text) = form_and_text(vm, "is_normalized", args)?;
    Ok(Value::bool(form.is_none_or(|form| normal::is_normal(of, form, text.units()))))
}

fn normalize(vm: &mut Vm, of: Database, args: &[Value]) -> PyResult<Value> {
    let (form, text) = form_and_text(vm, "normalize", args)?;
    match form {
        Some(form) if !normal::is_normal(of, form, text.units()) => {
            let mut out = StrBuf::with_capacity(text.len());
            normal::push_normal(of, form, text.units(), &mut out);
            Ok(out.finish(&mut vm.heap)?.value())
        }
        _ => Ok(text.to_exact(&mut vm.heap)?.value()),
    }
}
