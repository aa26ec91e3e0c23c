//! Differences of two texts, by lines, for people.

use std::fmt::Write;

/// Lines shown before and after a difference.
const CONTEXT: usize = 3;
/// Beyond this many line pairs the common parts are found from both ends only.
const MAX_PAIRS: usize = 4_000_000;
/// Lines of a difference before it is cut.
const MAX_LINES: usize = 80;

enum Edit<'a> {
    Same(&'a str),
    Missing(&'a str),
    Extra(&'a str),
}

/// The difference as `-` lines that were expected and `+` lines that came instead; empty if the texts are equal.
pub fn diff(expected: &str, actual: &str) -> String {
    if expected == actual {
        return String::new();
    }
    let left: Vec<&str> = expected.split('\n').collect();
    let right: Vec<&str> = actual.split('\n').collect();
    let edits = edits(&left, &right);
    let mut near = vec![false; edits.len()];
    for (n, edit) in edits.iter().enumerate() {
        if !matches!(edit, Edit::Same(_)) {
            near[n.saturating_sub(CONTEXT)..(n + CONTEXT + 1).min(edits.len())].fill(true);
        }
    }
    let mut out = String::new();
    let mut lines = 0;
    let mut at = 1;
    let mut gap = true;
    for (edit, near) in edits.iter().zip(near) {
        if near {
            if gap {
                let _ = writeln!(out, "@@ line {at} @@");
            }
            if lines == MAX_LINES {
                out.push_str("...\n");
                break;
            }
            lines += 1;
            let _ = match edit {
                Edit::Same(line) => writeln!(out, "  {line}"),
                Edit::Missing(line) => writeln!(out, "- {line}"),
                Edit::Extra(line) => writeln!(out, "+ {line}"),
            };
        }
        gap = !near;
        at += usize::from(!matches!(edit, Edit::Extra(_)));
    }
    out
}

/// A shortest edit script where that is affordable.
fn edits<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<Edit<'a>> {
    let head = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (l, r) = (&left[head..], &right[head..]);
    let tail = l.iter().rev().zip(r.iter().rev()).take_while(|(a, b)| a == b).count();
    let (l, r) = (&l[..l.len() - tail], &r[..r.len() - tail]);
    let mut out: Vec<Edit<'a>> = left[..head].iter().map(|line| Edit::Same(line)).collect();
    if l.len().saturating_mul(r.len()) > MAX_PAIRS {
        out.extend(l.iter().map(|line| Edit::Missing(line)));
        out.extend(r.iter().map(|line| Edit::Extra(line)));
    } else {
        // common[i][j]: length of the longest common subsequence of l[i..] and r[j..].
        let width = r.len() + 1;
        let mut common = vec![0u32; (l.len() + 1) * width];
        for i in (0..l.len()).rev() {
            for j in (0..r.len()).rev() {
                common[i * width + j] = if l[i] == r[j] {
                    common[(i + 1) * width + j + 1] + 1
                } else {
                    common[(i + 1) * width + j].max(common[i * width + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < l.len() || j < r.len() {
            if i < l.len() && j < r.len() && l[i] == r[j] {
                out.push(Edit::Same(l[i]));
                (i, j) = (i + 1, j + 1);
            } else if i < l.len()
                && (j == r.len() || common[(i + 1) * width + j] >= common[i * width + j + 1])
            {
                out.push(Edit::Missing(l[i]));
                i += 1;
            } else {
                out.push(Edit::Extra(r[j]));
                j += 1;
            }
        }
    }
    out.extend(left[left.len() - tail..].iter().map(|line| Edit::Same(line)));
    out
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(diff("a\nb", "a\nb"), "");
    }

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours() {
        let expected = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let actual = "1\n2\n3\n4\nx\n6\n7\n8\n9";
        assert_eq!(
            diff(expected, actual),
            "@@ line 2 @@\n  2\n  3\n  4\n- 5\n+ x\n  6\n  7\n  8\n"
        );
    }

    #[test]
    fn missing_and_extra_lines_are_told_apart() {
        assert_eq!(diff("a\nb\nc", "a\nc"), "@@ line 1 @@\n  a\n- b\n  c\n");
        assert_eq!(diff("a\nc", "a\nb\nc"), "@@ line 1 @@\n  a\n+ b\n  c\n");
    }
}
