//! Normal forms of text. What a version of Unicode does not assign stands for itself.

use super::database::Database;
use habu_object::str::{StrBuf, Units};
use rustpython_unicode::{NormalizeForm, is_normalized, normalize};
use rustpython_wtf8::{CodePoint, Wtf8Buf};

/// Runs of the text that take part in normal forms, and in between those that stand for themselves.
fn runs(of: Database, text: Units<'_>) -> impl Iterator<Item = (bool, Wtf8Buf)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let mut run = Wtf8Buf::new();
        let mut known = false;
        while at < text.len() {
            let c = text.get(at);
            let normalizes = of.normalizes(c);
            if at > start && normalizes != known {
                break;
            }
            known = normalizes;
            run.push(CodePoint::from_u32(of.corrected(c))?);
            at += 1;
        }
        (at > start).then_some((known, run))
    })
}

/// Whether the text is in this form.
pub(super) fn is_normal(of: Database, form: NormalizeForm, text: Units<'_>) -> bool {
    // Below, no character decomposes or combines in any form (in NFC, not before the first combining character).
    let simple = match form {
        NormalizeForm::Nfc => 0x300,
        NormalizeForm::Nfd => 0xC0,
        NormalizeForm::Nfkc | NormalizeForm::Nfkd => 0xA0,
    };
    text.iter().all(|c| c < simple)
        || text.iter().all(|c| of.corrected(c) == c)
            && runs(of, text).all(|(known, run)| !known || is_normalized(form, &run))
}

/// Adds the text in this form.
pub(super) fn push_normal(of: Database, form: NormalizeForm, text: Units<'_>, out: &mut StrBuf) {
    for (known, run) in runs(of, text) {
        let run = if known { normalize(form, &run) } else { run };
        run.code_points().for_each(|c| out.push(c.to_u32()));
    }
}
