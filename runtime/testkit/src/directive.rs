//! Directives: what a test file says about itself in comments.
//!
//! ```text
//! #! hot = 2                     key and value
//! #! slow                        key alone
//! #= stdout: 499500              expectation, read with the prefix "#="
//! ```

/// One directive line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The line it stands on, from 1.
    pub line: usize,
    /// The word before `=` or `:`.
    pub key: &'a str,
    /// What follows, trimmed; empty if nothing does.
    pub value: &'a str,
}

/// The directives of a file: all lines that begin, after blanks, with `prefix`.
pub fn directives<'a>(text: &'a str, prefix: &str) -> Vec<Directive<'a>> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(n, line)| {
            let rest = line.trim_start().strip_prefix(prefix)?.trim();
            let end = rest.find(['=', ':']).unwrap_or(rest.len());
            let value = rest.get(end + 1..).unwrap_or("").trim();
            Some(Directive { line: n + 1, key: rest[..end].trim(), value })
        })
        .collect()
}

/// The parts of a file between lines that consist of `separator` alone.
pub fn sections<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == separator {
            out.push(&text[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_have_keys_and_values() {
        let text = "#! hot = 2\nx = 1\n  #! slow\n#= stdout: a: b\n";
        assert_eq!(
            directives(text, "#!"),
            vec![
                Directive { line: 1, key: "hot", value: "2" },
                Directive { line: 3, key: "slow", value: "" }
            ]
        );
        assert_eq!(
            directives(text, "#="),
            vec![Directive { line: 4, key: "stdout", value: "a: b" }]
        );
    }

    #[test]
    fn sections_are_split_at_separator_lines() {
        assert_eq!(sections("a\n; =>\nb\n", "; =>"), vec!["a\n", "b\n"]);
        assert_eq!(sections("a\n", "; =>"), vec!["a\n"]);
    }
}
