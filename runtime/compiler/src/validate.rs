//! Whether a tree of nodes that Python code made is one of the grammar, and in which words CPython refuses it.
//!
//! The types of the fields are right already (who makes [`Node`]s of objects sees to that). What means nothing although
//! the grammar has it, as `return` outside of a function, is for the symbol table and the lowering to say.

use crate::tree::{Field, Node};
use habu_bytecode::Const;
use std::borrow::Cow;

/// Why a tree is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Invalid {
    /// A `ValueError` with its message.
    Value(String),
    /// A `TypeError` with its message.
    Type(String),
}

type Done = Result<(), Invalid>;

/// Checks a tree.
pub(crate) fn check(root: &Node) -> Done {
    node(root, "Load", false)
}

fn value(msg: impl Into<String>) -> Done {
    Err(Invalid::Value(msg.into()))
}

fn kind(msg: impl Into<String>) -> Done {
    Err(Invalid::Type(msg.into()))
}

/// Lists that must have something in them.
const NOT_EMPTY: &[(&str, &str)] = &[
    ("FunctionDef", "body"),
    ("AsyncFunctionDef", "body"),
    ("ClassDef", "body"),
    ("Delete", "targets"),
    ("Assign", "targets"),
    ("For", "body"),
    ("AsyncFor", "body"),
    ("While", "body"),
    ("If", "body"),
    ("With", "items"),
    ("With", "body"),
    ("AsyncWith", "items"),
    ("AsyncWith", "body"),
    ("Match", "cases"),
    ("match_case", "body"),
    ("Try", "body"),
    ("TryStar", "body"),
    ("ExceptHandler", "body"),
    ("Import", "names"),
    ("ImportFrom", "names"),
    ("Global", "names"),
    ("Nonlocal", "names"),
];

/// Lists in which an item may be missing.
const WITH_HOLES: &[(&str, &str)] = &[("Dict", "keys"), ("arguments", "kw_defaults")];

/// Fields whose expressions are assigned to or deleted.
const TARGETS: &[(&str, &str, &str)] = &[
    ("Assign", "targets", "Store"),
    ("AugAssign", "target", "Store"),
    ("AnnAssign", "target", "Store"),
    ("For", "target", "Store"),
    ("AsyncFor", "target", "Store"),
    ("comprehension", "target", "Store"),
    ("withitem", "optional_vars", "Store"),
    ("NamedExpr", "target", "Store"),
    ("TypeAlias", "name", "Store"),
    ("Delete", "targets", "Del"),
];

/// Lists that say the same things side by side.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    ("Dict", "keys", "values", "Dict doesn't have the same number of keys as values"),
    ("Compare", "comparators", "ops", "Compare has a different number of comparators and operands"),
    (
        "arguments",
        "kwonlyargs",
        "kw_defaults",
        "length of kwonlyargs is not the same as kw_defaults on arguments",
    ),
    (
        "MatchMapping",
        "keys",
        "patterns",
        "MatchMapping doesn't have the same number of keys as patterns",
    ),
    (
        "MatchClass",
        "kwd_attrs",
        "kwd_patterns",
        "MatchClass doesn't have the same number of keyword attributes as patterns",
    ),
];

/// Names that no identifier may be, and where identifiers are looked at.
const CONSTANTS: [&str; 3] = ["None", "True", "False"];
const NAMES: &[(&str, &str)] = &[
    ("Name", "id"),
    ("TypeVar", "name"),
    ("ParamSpec", "name"),
    ("TypeVarTuple", "name"),
    ("MatchClass", "kwd_attrs"),
    ("MatchMapping", "rest"),
    ("MatchStar", "name"),
    ("MatchAs", "name"),
];

/// Expressions that can be assigned to.
const ASSIGNABLE: [&str; 6] = ["Attribute", "Subscript", "Starred", "Name", "List", "Tuple"];

fn node(n: &Node, context: &str, star: bool) -> Done {
    stacker::maybe_grow(64 << 10, 1 << 20, || {
        place(n)?;
        let class = &*n.class;
        for (of, field) in NOT_EMPTY {
            if *of == class && items(n, field).is_empty() {
                return value(format!("empty {field} on {class}"));
            }
        }
        for (of, field) in NAMES {
            if *of == class {
                names(n, field)?;
            }
        }
        expression_context(n, context)?;
        particular(n, star)?;
        // Annotations and loops come first, as CPython's order has it.
        let (first, rest): (Vec<_>, Vec<_>) = n.fields.iter().partition(|(name, _)| {
            name == "generators" || (class == "arguments" && !name.contains("defaults"))
        });
        children(n, context, &first)?;
        for (of, a, b, msg) in PAIRS {
            if *of == class && items(n, a).len() != items(n, b).len() {
                return value(*msg);
            }
        }
        children(n, context, &rest)
    })
}

fn place(n: &Node) -> Done {
    let Some([line, col, end_line, end_col]) = n.span else { return Ok(()) };
    if line > end_line {
        return value(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        return value(format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && col > end_col {
        return value(format!("line {line}, column {col}-{end_col} is not a valid range"));
    }
    Ok(())
}

fn names(n: &Node, field: &str) -> Done {
    let found = match get(n, field) {
        Field::List(all) => &all[..],
        one => std::slice::from_ref(one),
    };
    for f in found {
        let Field::Name(name) = f else { continue };
        if &**name == "_" && n.class.starts_with("Match") && field != "kwd_attrs" {
            return value("can't capture name '_' in patterns");
        }
        if CONSTANTS.contains(&&**name) {
            return value(format!("identifier field can't represent '{name}' constant"));
        }
    }
    Ok(())
}

fn expression_context(n: &Node, wanted: &str) -> Done {
    if !ASSIGNABLE.contains(&&*n.class) {
        if wanted != "Load" {
            return value(format!("expression which can't be assigned to in {wanted} context"));
        }
        return Ok(());
    }
    match get(n, "ctx") {
        Field::Node(ctx) if ctx.class != wanted => {
            value(format!("expression must have {wanted} context but has {} instead", ctx.class))
        }
        _ => Ok(()),
    }
}

/// What a table does not say.
fn particular(n: &Node, star: bool) -> Done {
    let none = |field| matches!(get(n, field), Field::None);
    let is = |field, class: &str| matches!(get(n, field), Field::Node(e) if e.class == class);
    let class = &*n.class;
    match class {
        "BoolOp" if items(n, "values").len() < 2 => value("BoolOp with less than 2 values"),
        "ListComp" | "SetComp" | "GeneratorExp" | "DictComp"
            if items(n, "generators").is_empty() =>
        {
            value("comprehension with no generators")
        }
        "Compare" if items(n, "comparators").is_empty() => value("Compare with no comparators"),
        "NamedExpr" if !is("target", "Name") => kind("NamedExpr target must be a Name"),
        "AnnAssign" if !is("target", "Name") && !matches!(get(n, "simple"), Field::Int(0)) => {
            kind("AnnAssign with simple non-Name target")
        }
        "TypeAlias" if !is("name", "Name") => kind("TypeAlias with non-Name name"),
        "Raise" if none("exc") && !none("cause") => value("Raise with cause but no exception"),
        "Try" | "TryStar" if items(n, "handlers").is_empty() => {
            if items(n, "finalbody").is_empty() {
                return value(format!("{class} has neither except handlers nor finalbody"));
            }
            match items(n, "orelse").is_empty() {
                true => Ok(()),
                false => value(format!("{class} has orelse but no except handlers")),
            }
        }
        "ImportFrom" if matches!(get(n, "level"), Field::Int(..0)) => {
            value("Negative ImportFrom level")
        }
        "arguments"
            if items(n, "defaults").len()
                > items(n, "args").len() + items(n, "posonlyargs").len() =>
        {
            value("more positional defaults than args on arguments")
        }
        "MatchValue" => match get(n, "value") {
            Field::Node(e) => pattern_value(e),
            _ => Ok(()),
        },
        "MatchSingleton" => match get(n, "value") {
            Field::Const(Const::None | Const::Bool(_)) => Ok(()),
            _ => value("MatchSingleton can only contain True, False and None"),
        },
        "MatchMapping" => items(n, "keys").iter().try_for_each(|key| match key {
            Field::Node(e) if is_singleton(e) => Ok(()),
            Field::Node(e) => pattern_value(e),
            _ => Ok(()),
        }),
        "MatchClass" => {
            let mut class = get(n, "cls");
            while let Field::Node(e) = class {
                match &*e.class {
                    "Name" => return Ok(()),
                    "Attribute" => class = get(e, "value"),
                    _ => break,
                }
            }
            value("MatchClass cls field can only contain Name or Attribute nodes.")
        }
        "MatchStar" if !star => value("can't use MatchStar here"),
        "MatchAs" if !none("pattern") && none("name") => {
            value("MatchAs must specify a target name if a pattern is given")
        }
        "MatchOr" if items(n, "patterns").len() < 2 => {
            value("MatchOr requires at least 2 patterns")
        }
        _ => Ok(()),
    }
}

fn is_singleton(e: &Node) -> bool {
    e.class == "Constant" && matches!(get(e, "value"), Field::Const(Const::None | Const::Bool(_)))
}

/// What a pattern compares with: literals and names with dots.
fn pattern_value(e: &Node) -> Done {
    let good = match &*e.class {
        "Constant" => match get(e, "value") {
            Field::Const(
                Const::Int(_)
                | Const::BigInt(_)
                | Const::Float(_)
                | Const::Complex(..)
                | Const::Str(_)
                | Const::Surrogates(_)
                | Const::Bytes(_),
            ) => true,
            _ => return value("unexpected constant inside of a literal pattern"),
        },
        "Attribute" | "JoinedStr" | "TemplateStr" => true,
        "UnaryOp" => is_negative(e, |c| {
            matches!(c, Const::Int(_) | Const::BigInt(_) | Const::Float(_) | Const::Complex(..))
        }),
        "BinOp" => {
            let real = |c: &Const| matches!(c, Const::Int(_) | Const::BigInt(_) | Const::Float(_));
            let sum =
                matches!(get(e, "op"), Field::Node(op) if matches!(&*op.class, "Add" | "Sub"));
            let left = matches!(get(e, "left"), Field::Node(e) if is_number(e, real) || is_negative(e, real));
            let right = |c: &Const| matches!(c, Const::Complex(..));
            sum && left && matches!(get(e, "right"), Field::Node(e) if is_number(e, right))
        }
        _ => false,
    };
    match good {
        true => Ok(()),
        false => value("patterns may only match literals and attribute lookups"),
    }
}

fn is_number(e: &Node, test: impl Fn(&Const) -> bool) -> bool {
    e.class == "Constant" && matches!(get(e, "value"), Field::Const(c) if test(c))
}

fn is_negative(e: &Node, test: impl Fn(&Const) -> bool) -> bool {
    e.class == "UnaryOp"
        && matches!(get(e, "op"), Field::Node(op) if op.class == "USub")
        && matches!(get(e, "operand"), Field::Node(e) if is_number(e, test))
}

fn children(n: &Node, context: &str, fields: &[&(Cow<'static, str>, Field)]) -> Done {
    let class = &*n.class;
    let inherits = matches!(class, "Starred" | "List" | "Tuple");
    for (field, f) in fields.iter().copied() {
        let target = TARGETS.iter().find(|(of, name, _)| *of == class && name == field);
        let wanted = match target {
            Some((_, _, wanted)) => wanted,
            None if inherits && field != "ctx" => context,
            None => "Load",
        };
        match f {
            Field::Node(child) if is_placed(child) => node(child, wanted, false)?,
            Field::List(all) => {
                let holes = WITH_HOLES.contains(&(class, field));
                for item in all {
                    match item {
                        Field::Node(child) => node(child, wanted, class == "MatchSequence")?,
                        Field::None if !holes => {
                            let body = matches!(&**field, "body" | "orelse" | "finalbody");
                            let what = if body { "statement" } else { "expression" };
                            return value(format!("None disallowed in {what} list"));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether there is anything to look at: operators and contexts have neither fields nor places.
fn is_placed(n: &Node) -> bool {
    n.span.is_some() || !n.fields.is_empty()
}

fn get<'n>(n: &'n Node, field: &str) -> &'n Field {
    n.fields.iter().find(|(name, _)| name == field).map_or(&Field::None, |(_, f)| f)
}

fn items<'n>(n: &'n Node, field: &str) -> &'n [Field] {
    match get(n, field) {
        Field::List(all) => all,
        _ => &[],
    }
}
