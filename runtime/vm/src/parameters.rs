//! Where the parameters of a Python function come from in a call: what `bind` does, said without doing it.
//!
//! For callers that know the callee's code and the shape of the call for good, above all the recorder.

use crate::vm::Vm;
use habu_bytecode::flags;
use habu_object::{Array, Code, Gc, Value};

/// Where the value of a parameter comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// The argument of this number; keywords' values follow the positional ones.
    Argument(usize),
    /// `__defaults__`, this many from its end.
    Default(usize),
    /// `__kwdefaults__` under this name, interned.
    KeywordDefault(Value),
    /// A tuple of the positional arguments from this number on.
    Rest(usize),
    /// A dict of these keywords.
    Keywords(Vec<usize>),
}

impl Vm {
    /// The sources of all parameters of a function of this code that is given `positional` arguments and keywords of
    /// these names (interned). None if the call is wrong whatever the defaults; whether they are there is not asked.
    pub fn sources(
        &mut self,
        code: Gc<Code>,
        positional: usize,
        keywords: &[Value],
    ) -> Option<Vec<Source>> {
        let argcount = code.argcount.get() as usize;
        let named = argcount + code.kwonly.get() as usize;
        let posonly = self.code_data(code).posonly as usize;
        let names = code.varnames.get().cast::<Array>()?;
        let has = |flag: u32| code.flags.get() & flag != 0;
        if positional > argcount && !has(flags::VARARGS) {
            return None;
        }
        let mut sources: Vec<Source> = (0..named)
            .map(|i| match i {
                _ if i < positional.min(argcount) => Source::Argument(i),
                _ if i < argcount => Source::Default(argcount - i),
                _ => Source::KeywordDefault(names.get(i)),
            })
            .collect();
        let mut rest = Vec::new();
        for (k, name) in keywords.iter().enumerate() {
            match (posonly..named).find(|i| names.get(*i) == *name) {
                Some(i) if matches!(sources[i], Source::Argument(_)) => return None,
                Some(i) => sources[i] = Source::Argument(positional + k),
                None if has(flags::VARKEYWORDS) => rest.push(k),
                None => return None,
            }
        }
        if has(flags::VARARGS) {
            sources.push(Source::Rest(argcount.min(positional)));
        }
        if has(flags::VARKEYWORDS) {
            sources.push(Source::Keywords(rest));
        }
        Some(sources)
    }
}
