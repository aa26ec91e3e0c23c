//! A JSON writer, as much of one as the report needs.

use std::fmt::{self, Display, Write as _};

pub(crate) enum Json {
    Null,
    Int(u64),
    Num(f64),
    Str(String),
    Arr(Vec<Json>),
    Obj(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn str(s: impl Into<String>) -> Json {
        Json::Str(s.into())
    }

    pub(crate) fn nums(xs: impl IntoIterator<Item = f64>) -> Json {
        Json::Arr(xs.into_iter().map(Json::Num).collect())
    }

    pub(crate) fn obj<K: Into<String>>(fields: impl IntoIterator<Item = (K, Json)>) -> Json {
        Json::Obj(fields.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Int(n) => write!(f, "{n}"),
            Json::Num(x) if x.is_finite() => write!(f, "{x}"),
            Json::Num(_) => f.write_str("null"),
            Json::Str(s) => write_str(f, s),
            Json::Arr(items) => {
                // Arrays of plain values stay on one line.
                let flat = !items.iter().any(|i| matches!(i, Json::Arr(_) | Json::Obj(_)));
                f.write_char('[')?;
                for (i, item) in items.iter().enumerate() {
                    match (flat, i) {
                        (true, 0) => {}
                        (true, _) => f.write_str(", ")?,
                        (false, _) => new_line(f, i, depth + 1)?,
                    }
                    item.write(f, depth + 1)?;
                }
                if !flat {
                    new_line(f, 0, depth)?;
                }
                f.write_char(']')
            }
            Json::Obj(fields) => {
                f.write_char('{')?;
                for (i, (key, value)) in fields.iter().enumerate() {
                    new_line(f, i, depth + 1)?;
                    write_str(f, key)?;
                    f.write_str(": ")?;
                    value.write(f, depth + 1)?;
                }
                if !fields.is_empty() {
                    new_line(f, 0, depth)?;
                }
                f.write_char('}')
            }
        }
    }
}

fn new_line(f: &mut fmt::Formatter<'_>, index: usize, depth: usize) -> fmt::Result {
    if index > 0 {
        f.write_char(',')?;
    }
    f.write_char('\n')?;
    (0..depth).try_for_each(|_| f.write_str("  "))
}

fn write_str(f: &mut fmt::Formatter<'_>, s: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in s.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            '\r' => f.write_str("\\r")?,
            c if c < ' ' => write!(f, "\\u{:04x}", c as u32)?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

impl Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_nested_values() {
        let value = Json::obj([
            ("a\"\n\u{1}", Json::nums([1.5, f64::NAN])),
            ("b", Json::Arr(vec![Json::obj([("c", Json::Int(3))]), Json::Null])),
            ("d", Json::obj::<&str>([])),
        ]);
        let text = value.to_string();
        assert_eq!(
            text,
            "{\n  \"a\\\"\\n\\u0001\": [1.5, null],\n  \"b\": [\n    {\n      \"c\": 3\n    },\n    null\n  ],\n  \"d\": {}\n}"
        );
    }
}
