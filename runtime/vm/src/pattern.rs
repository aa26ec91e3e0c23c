//! What patterns ask of objects: classes, positional attributes, mappings.

use crate::classinfo::is_instance;
use crate::error::PyResult;
use crate::vm::Vm;
use habu_object::{Gc, Kind, Tuple, Type, Value};

/// Whether the class's instances, without `__match_args__`, are matched by a positional sub-pattern themselves
/// (CPython's `_Py_TPFLAGS_MATCH_SELF`).
fn matches_self(class: Gc<Type>) -> bool {
    matches!(
        Kind::from_u8(class.instance_kind.get()),
        Kind::Bool
            | Kind::ByteArray
            | Kind::Bytes
            | Kind::Dict
            | Kind::Float
            | Kind::FrozenSet
            | Kind::Int
            | Kind::List
            | Kind::Set
            | Kind::Str
            | Kind::Tuple
    )
}

impl Vm {
    /// Whether a class pattern's class matches `v`.
    pub fn matches_class(&mut self, v: Value, class: Value) -> PyResult<bool> {
        if class.cast::<Type>().is_none() {
            return Err(self.type_error("called match pattern must be a class"));
        }
        is_instance(self, v, class)
    }

    /// The name of the attribute for positional sub-pattern `position` of `count` (CPython `match_class`); None if the
    /// sub-pattern matches the object itself.
    pub fn match_arg(
        &mut self,
        class: Value,
        position: usize,
        count: usize,
        keywords: Option<Gc<Tuple>>,
    ) -> PyResult<Option<Value>> {
        let Some(class) = class.cast::<Type>() else { return Ok(None) };
        let (names, allowed) = {
            let name = self.intern("__match_args__")?;
            match self.getattr_opt(class.value(), name)? {
                Some(names) => match names.cast_exact::<Tuple>() {
                    Some(names) => (Some(names), names.len()),
                    None => {
                        let msg = format!(
                            "{}.__match_args__ must be a tuple (got {})",
                            self.class_name(class),
                            self.type_name(names)
                        );
                        return Err(self.type_error(&msg));
                    }
                },
                None => (None, usize::from(matches_self(class))),
            }
        };
        if allowed < count {
            let plural = if allowed == 1 { "" } else { "s" };
            let msg = format!(
                "{}() accepts {allowed} positional sub-pattern{plural} ({count} given)",
                self.class_name(class)
            );
            return Err(self.type_error(&msg));
        }
        let Some(names) = names else { return Ok(None) };
        if position == 0 {
            self.check_match_args(class, names, count, keywords)?;
        }
        // Attributes are found by interned names.
        self.intern_value(names.get(position)).map(Some)
    }

    /// TypeError unless the first `count` names are strs that nobody else names.
    fn check_match_args(
        &mut self,
        class: Gc<Type>,
        names: Gc<Tuple>,
        count: usize,
        keywords: Option<Gc<Tuple>>,
    ) -> PyResult<()> {
        for i in 0..count {
            let name = names.get(i);
            if name.kind() != Kind::Str {
                let msg = format!(
                    "__match_args__ elements must be strings (got {})",
                    self.type_name(name)
                );
                return Err(self.type_error(&msg));
            }
            let mut again = false;
            for j in 0..i {
                again |= self.eq(names.get(j), name)?;
            }
            for n in 0..keywords.map_or(0, |k| k.len()) {
                let keyword = keywords.map_or(Value::NONE, |k| k.get(n));
                again |= self.eq(keyword, name)?;
            }
            if again {
                let name = self.repr_text(name)?;
                let msg = format!(
                    "{}() got multiple sub-patterns for attribute {name}",
                    self.class_name(class)
                );
                return Err(self.type_error(&msg));
            }
        }
        Ok(())
    }

    /// What `mapping.get(key)` finds.
    pub fn get_or_nothing(&mut self, mapping: Value, key: Value) -> PyResult<Option<Value>> {
        let nothing = self.new_dict()?.value();
        let get = self.intern("get")?;
        let v = self.call_method(mapping, get, &[key, nothing])?;
        Ok((v != nothing).then_some(v))
    }
}
