//! Tokens and trees as text, for `habu tokens` and `habu ast`.
//!
//! The tree is shown in the manner of `ast.dump(tree, indent=2)`: class names are CPython's where the node has a
//! counterpart there, fields are ruff's. It is read off ruff's own debug text, so every node is covered.

use ruff_text_size::Ranged;

use crate::Mode;
use crate::error::{Result, Source};
use crate::{on_large_stack, parse};

/// One token a line: place, kind, text.
pub fn dump_tokens(source: &str) -> Result<String> {
    let source = Source::new(source, "<tokens>");
    let parsed = parse::parse(&source, Mode::Module)?;
    let mut out = String::new();
    for token in parsed.tokens() {
        let (line, col) = source.place(token.range().start().to_u32());
        let (end_line, end_col) = source.place(token.range().end().to_u32());
        let place = format!("{line},{col}-{end_line},{end_col}:");
        let text = source.slice(token.range());
        out.push_str(&format!("{place:<20} {:<18} {text:?}\n", format!("{:?}", token.kind())));
    }
    Ok(out)
}

/// The tree, indented.
pub fn dump_ast(source: &str) -> Result<String> {
    let source = Source::new(source, "<ast>");
    let parsed = parse::parse(&source, Mode::Module)?;
    on_large_stack(&source, parsed, |tree| Ok(tidy(&format!("{tree:#?}"))))
}

/// Drops what says nothing (indices, ranges, wrappers) from ruff's debug text and joins short nodes.
fn tidy(text: &str) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut skip: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let body = line.trim();
        if let Some(level) = skip {
            // Inside a multi-line field that is dropped.
            if indent > level {
                continue;
            }
            skip = None;
            continue;
        }
        let name = body.split(':').next().unwrap_or("");
        if matches!(name, "range" | "node_index" | "range_start") {
            if body.ends_with(['(', '{', '[']) {
                skip = Some(indent);
            }
            continue;
        }
        lines.push((indent, body.to_string()));
    }
    let (text, _) = render(&lines, 0, 0);
    text
}

/// Renders lines from `at` on; wrappers such as `Expr(Name(ExprName {` become one node.
fn render(lines: &[(usize, String)], mut at: usize, depth: usize) -> (String, usize) {
    let mut out = String::new();
    while let Some((_, body)) = lines.get(at) {
        if body.starts_with(['}', ')', ']']) {
            break;
        }
        let mut head = body.clone();
        let mut wrappers = 0;
        // `Name(` on a line of its own wraps the node on the next.
        while head.ends_with('(')
            && lines.get(at + 1).is_some_and(|l| l.1.ends_with(['{', '(', '[']))
        {
            let field = head.find(": ").map(|n| head[..n + 2].to_string()).unwrap_or_default();
            head = format!("{field}{}", lines[at + 1].1);
            wrappers += 1;
            at += 1;
        }
        out.push_str(&"  ".repeat(depth));
        at += 1;
        match head.chars().last() {
            Some(open @ ('{' | '(' | '[')) => {
                let close = if open == '[' { "]" } else { ")" };
                let name =
                    head[..head.len() - 1].trim_end().replace("Stmt", "").replace("Expr", "");
                let name = if name.is_empty() && open != '[' { "Expr".to_string() } else { name };
                let opening = if open == '[' { " [" } else { "(" };
                let (inner, end) = render(lines, at, depth + 1);
                at = end + 1 + wrappers;
                match inner.lines().count() {
                    0 => out.push_str(&format!("{name}{opening}{close}\n")),
                    1 => out.push_str(&format!(
                        "{name}{opening}{}{close}\n",
                        inner.trim().trim_end_matches(',')
                    )),
                    _ => out.push_str(&format!(
                        "{name}{opening}\n{inner}{}{close}\n",
                        "  ".repeat(depth)
                    )),
                }
            }
            _ => out.push_str(&format!("{}\n", head.trim_end_matches(','))),
        }
    }
    (out, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_places_and_text() {
        let text = dump_tokens("x = 1\n").expect("parses");
        assert!(text.starts_with("1,0-1,1:             Name               \"x\"\n"), "{text}");
    }

    #[test]
    fn trees_are_dumped_without_noise() {
        let text = dump_ast("x = f(1)\n").expect("parses");
        assert!(
            text.contains("Assign(") && text.contains("Call(") && !text.contains("range"),
            "{text}"
        );
        assert!(dump_ast("x = (").is_err());
    }
}
