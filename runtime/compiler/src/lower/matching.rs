//! The `match` statement: patterns as ordinary tests, subscripts and unpacking.
//!
//! A pattern tests the register of its subject, jumps to a label if it fails, and notes the names that it binds with the
//! registers of their values. Only when all of a case's pattern has succeeded are the names stored, so nothing is given
//! back to the stack of temporaries before.

use habu_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::{Ranged, TextRange};

use super::Lowering;
use crate::assemble::Label;
use crate::error::Result;
use crate::fold::{key_repr, same_key, small_int};
use crate::regs::Reg;

/// The names that a pattern binds, with the registers of their values.
type Bindings<'a> = Vec<(&'a ast::Identifier, Reg)>;

impl<'a> Lowering<'a> {
    pub(super) fn match_(&mut self, s: &'a ast::StmtMatch) -> Result<()> {
        let end = self.label();
        let subject = self.push(&s.subject)?;
        for (i, case) in s.cases.iter().enumerate() {
            let next = self.label();
            let mark = self.mark();
            let mut bindings = Bindings::new();
            let last = i + 1 == s.cases.len();
            let final_ = case.guard.is_some() || last;
            self.pattern(&case.pattern, subject, next, &mut bindings, final_)?;
            for (name, value) in bindings {
                self.store_name(name, value, name.range)?;
            }
            self.release(mark);
            if let Some(guard) = &case.guard {
                self.cond(guard, next, false)?;
                self.release(mark);
            }
            self.body(&case.body)?;
            if !last {
                self.goto(end, case.range);
            }
            self.bind(next);
        }
        self.bind(end);
        Ok(())
    }

    /// Jumps to `fail` unless `subject` matches. A pattern that always matches is an error where it is not `last`:
    /// nothing after it is ever reached.
    fn pattern(
        &mut self,
        p: &'a Pattern,
        subject: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
        last: bool,
    ) -> Result<()> {
        match p {
            Pattern::MatchValue(p) => self.match_value(&p.value, subject, fail),
            Pattern::MatchSingleton(p) => {
                if p.value == ast::Singleton::None {
                    self.jump(Op::JNone, subject, 0, 0, fail, p.range);
                } else {
                    let value = Const::Bool(p.value == ast::Singleton::True);
                    let value = self.const_reg(value, None, p.range)?;
                    self.jump(Op::JIs, subject, value, 0, fail, p.range);
                }
                Ok(())
            }
            Pattern::MatchSequence(p) => self.match_sequence(p, subject, fail, bindings),
            Pattern::MatchMapping(p) => self.match_mapping(p, subject, fail, bindings),
            Pattern::MatchClass(p) => self.match_class(p, subject, fail, bindings),
            // Only sequence patterns have starred parts.
            Pattern::MatchStar(p) => self.capture(p.name.as_ref(), subject, p.range, bindings),
            Pattern::MatchAs(p) => {
                match (&p.pattern, &p.name) {
                    (Some(inner), _) => self.pattern(inner, subject, fail, bindings, last)?,
                    (None, _) if last => {}
                    (None, Some(name)) => {
                        let msg =
                            format!("name capture '{name}' makes remaining patterns unreachable");
                        return self.error(msg, p.range);
                    }
                    (None, None) => {
                        let msg = "wildcard makes remaining patterns unreachable";
                        return self.error(msg, p.range);
                    }
                }
                self.capture(p.name.as_ref(), subject, p.range, bindings)
            }
            Pattern::MatchOr(p) => self.match_or(p, subject, fail, bindings, last),
        }
    }

    /// Notes that a name is bound to a register.
    fn capture(
        &mut self,
        name: Option<&'a ast::Identifier>,
        value: Reg,
        range: TextRange,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        if bindings.iter().any(|(other, _)| other.id == name.id) {
            return self.error(format!("multiple assignments to name '{name}' in pattern"), range);
        }
        bindings.push((name, value));
        Ok(())
    }

    fn match_value(&mut self, value: &'a Expr, subject: Reg, fail: Label) -> Result<()> {
        let range = value.range();
        if let Some(n) = small_int(value).and_then(|n| i16::try_from(n).ok()) {
            let [b, c] = n.to_le_bytes();
            self.jump(Op::JEqIF, subject, b, c, fail, range);
            return Ok(());
        }
        if self.constant(value).is_none() && !value.is_attribute_expr() {
            let msg = "patterns may only match literals and attribute lookups";
            return self.error(msg, range);
        }
        let value = self.expr(value, None)?;
        self.jump(Op::JEqF, subject, value, 0, fail, range);
        Ok(())
    }

    /// Jumps to `fail` unless a length compares with `n` as `op`, a jump taken when it does not, says.
    fn check_length(
        &mut self,
        length: Reg,
        op: Op,
        n: usize,
        fail: Label,
        range: TextRange,
    ) -> Result<()> {
        let Ok(n) = i16::try_from(n) else {
            return self.error("too many sub-patterns", range);
        };
        let [b, c] = n.to_le_bytes();
        self.jump(op, length, b, c, fail, range);
        Ok(())
    }

    fn match_sequence(
        &mut self,
        p: &'a ast::PatternMatchSequence,
        subject: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        let parts = &p.patterns;
        let is_star = |p: &Pattern| matches!(p, Pattern::MatchStar(_));
        let star = parts.iter().position(is_star);
        if let Some(star) = star
            && parts[star + 1..].iter().any(is_star)
        {
            return self.error("multiple starred names in sequence pattern", p.range);
        }
        self.jump(Op::JNoCollection, subject, 0, 0, fail, p.range);
        let length = self.alloc(1)?;
        match star {
            None => {
                self.op(Op::Len, length, subject, 0, p.range);
                self.check_length(length, Op::JEqIF, parts.len(), fail, p.range)?;
            }
            Some(_) if parts.len() > 1 => {
                self.op(Op::Len, length, subject, 0, p.range);
                self.check_length(length, Op::JGeIF, parts.len() - 1, fail, p.range)?;
            }
            Some(_) => {}
        }
        if parts.iter().all(is_wildcard) {
            return Ok(());
        }
        if let Some(star) = star.filter(|star| is_wildcard(&parts[*star])) {
            return self.match_items(p, subject, star, fail, bindings);
        }
        let first = self.alloc(parts.len())?;
        match star {
            None => self.op(Op::Unpack, first, subject, parts.len() as u8, p.range),
            Some(star) => {
                let words = [star as u32, (parts.len() - star - 1) as u32];
                self.op_words(Op::UnpackEx, [first, subject, 0], words, p.range);
            }
        }
        self.patterns(parts, first, fail, bindings)
    }

    /// Patterns for values in adjacent registers.
    fn patterns(
        &mut self,
        parts: impl IntoIterator<Item = &'a Pattern>,
        first: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        for (i, part) in parts.into_iter().enumerate() {
            self.pattern(part, first + i as u8, fail, bindings, true)?;
        }
        Ok(())
    }

    /// The parts of a sequence of which the starred one is of no interest: taken by their indices.
    fn match_items(
        &mut self,
        p: &'a ast::PatternMatchSequence,
        subject: Reg,
        star: usize,
        fail: Label,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        for (i, part) in p.patterns.iter().enumerate() {
            if is_wildcard(part) {
                continue;
            }
            let item = self.alloc(1)?;
            let from_end = p.patterns.len() - i;
            match (u8::try_from(i), i8::try_from(from_end)) {
                (Ok(i), _) if usize::from(i) < star => {
                    self.op(Op::GetItemI, item, subject, i, p.range);
                }
                (_, Ok(n)) if i > star => {
                    self.op(Op::Len, item, subject, 0, p.range);
                    self.op(Op::SubI, item, item, n as u8, p.range);
                    self.op(Op::GetItem, item, subject, item, p.range);
                }
                _ => return self.error("too many sub-patterns", p.range),
            }
            self.pattern(part, item, fail, bindings, true)?;
        }
        Ok(())
    }

    fn match_mapping(
        &mut self,
        p: &'a ast::PatternMatchMapping,
        subject: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        self.jump(Op::JNoCollection, subject, 0, 1, fail, p.range);
        let count = p.keys.len();
        if count == 0 && p.rest.is_none() {
            return Ok(());
        }
        if count > 0 {
            let length = self.alloc(1)?;
            self.op(Op::Len, length, subject, 0, p.range);
            self.check_length(length, Op::JGeIF, count, fail, p.range)?;
        }
        let keys = self.pattern_keys(p)?;
        let values = self.alloc(count)?;
        for i in 0..count as u8 {
            self.jump(Op::MatchKey, values + i, subject, keys + i, fail, p.range);
        }
        let mut rest = None;
        if let Some(name) = &p.rest {
            let dict = self.alloc(1)?;
            self.op(Op::BuildDict, dict, dict, 0, p.range);
            self.op(Op::DictUpdate, dict, subject, 0, p.range);
            for i in 0..count as u8 {
                self.op(Op::DelItem, dict, keys + i, 0, p.range);
            }
            rest = Some((name, dict));
        }
        self.patterns(&p.patterns, values, fail, bindings)?;
        match rest {
            Some((name, dict)) => self.capture(Some(name), dict, p.range, bindings),
            None => Ok(()),
        }
    }

    /// The keys of a mapping pattern in adjacent temporaries.
    fn pattern_keys(&mut self, p: &'a ast::PatternMatchMapping) -> Result<Reg> {
        let mut seen: Vec<Const> = Vec::new();
        let first = self.alloc(p.keys.len())?;
        let mut attributes = false;
        for (i, key) in p.keys.iter().enumerate() {
            match self.constant(key) {
                Some(value) => {
                    if seen.iter().any(|other| same_key(other, &value)) {
                        let msg =
                            format!("mapping pattern checks duplicate key ({})", key_repr(&value));
                        return self.error(msg, p.range);
                    }
                    seen.push(value);
                }
                None if key.is_attribute_expr() => attributes = true,
                None => {
                    let msg = "mapping pattern keys may only match literals and attribute lookups";
                    return self.error(msg, p.range);
                }
            }
            self.expr(key, Some(first + i as u8))?;
        }
        if attributes && p.keys.len() > 1 {
            self.op(Op::CheckKeys, 0, first, p.keys.len() as u8, p.range);
        }
        Ok(first)
    }

    fn match_class(
        &mut self,
        p: &'a ast::PatternMatchClass,
        subject: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
    ) -> Result<()> {
        let (positional, keywords) = (&p.arguments.patterns, &p.arguments.keywords);
        for (i, k) in keywords.iter().enumerate() {
            if let Some(again) = keywords[i + 1..].iter().find(|o| o.attr.id == k.attr.id) {
                let msg = format!("attribute name repeated in class pattern: {}", again.attr);
                return self.error(msg, again.pattern.range());
            }
        }
        let class = self.expr(&p.cls, None)?;
        self.jump(Op::JNoInstance, subject, class, 0, fail, p.range);
        let values = self.alloc(positional.len() + keywords.len())?;
        if !positional.is_empty() {
            // As they are written: the names of a class pattern are not mangled.
            let names = keywords.iter().map(|k| Const::Str(k.attr.as_str().into()));
            let names = Const::Tuple(names.collect());
            let names = self.u.pool.constant(names);
            for i in 0..positional.len() {
                let abc = [values + i as u8, subject, class];
                let words = [(positional.len() as u32) << 16 | i as u32, names];
                self.jump_words(Op::MatchArg, abc, words, fail, p.range);
            }
        }
        for (i, k) in keywords.iter().enumerate() {
            let abc = [values + (positional.len() + i) as u8, subject, 0];
            let name = self.u.pool.name(&k.attr);
            self.jump_words(Op::MatchAttr, abc, [name, 0], fail, p.range);
        }
        let parts = positional.iter().chain(keywords.iter().map(|k| &k.pattern));
        self.patterns(parts, values, fail, bindings)
    }

    /// Alternatives bind the same names, each to the same register.
    fn match_or(
        &mut self,
        p: &'a ast::PatternMatchOr,
        subject: Reg,
        fail: Label,
        bindings: &mut Bindings<'a>,
        last: bool,
    ) -> Result<()> {
        let mut names = Vec::new();
        if let Some(first) = p.patterns.first() {
            collect_names(first, &mut names);
        }
        let values = self.alloc(names.len())?;
        let matched = self.label();
        for (i, alternative) in p.patterns.iter().enumerate() {
            let is_last = i + 1 == p.patterns.len();
            let next = if is_last { fail } else { self.label() };
            let mark = self.mark();
            let mut own = Bindings::new();
            self.pattern(alternative, subject, next, &mut own, last && is_last)?;
            let same = own.len() == names.len()
                && own.iter().all(|(name, _)| names.iter().any(|n| n.id == name.id));
            if !same {
                return self.error("alternative patterns bind different names", p.range);
            }
            for (name, value) in own {
                if let Some(k) = names.iter().position(|n| n.id == name.id) {
                    self.move_to(values + k as u8, value, name.range);
                }
            }
            self.release(mark);
            if !is_last {
                self.goto(matched, p.range);
                self.bind(next);
            }
        }
        self.bind(matched);
        for (i, name) in names.into_iter().enumerate() {
            self.capture(Some(name), values + i as u8, p.range, bindings)?;
        }
        Ok(())
    }
}

/// Whether a pattern, or the starred part of a sequence pattern, matches anything and binds nothing.
fn is_wildcard(p: &Pattern) -> bool {
    match p {
        Pattern::MatchAs(p) => p.pattern.is_none() && p.name.is_none(),
        Pattern::MatchStar(p) => p.name.is_none(),
        _ => false,
    }
}

/// The names that a pattern binds.
fn collect_names<'a>(p: &'a Pattern, names: &mut Vec<&'a ast::Identifier>) {
    match p {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| collect_names(p, names)),
        Pattern::MatchMapping(p) => {
            p.patterns.iter().for_each(|p| collect_names(p, names));
            names.extend(&p.rest);
        }
        Pattern::MatchClass(p) => {
            p.arguments.patterns.iter().for_each(|p| collect_names(p, names));
            p.arguments.keywords.iter().for_each(|k| collect_names(&k.pattern, names));
        }
        Pattern::MatchStar(p) => names.extend(&p.name),
        Pattern::MatchAs(p) => {
            p.pattern.iter().for_each(|p| collect_names(p, names));
            names.extend(&p.name);
        }
        // All alternatives bind the same.
        Pattern::MatchOr(p) => p.patterns.iter().take(1).for_each(|p| collect_names(p, names)),
    }
}
