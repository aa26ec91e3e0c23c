//! Dicts as the runtime uses them: keys hashed and compared by Python's rules, or interned strs.

use crate::error::{Exc, PyResult, Raised};
use crate::vm::Vm;
use habu_gc::Heap;
use habu_object::dict::{Dict, HasHeap};
use habu_object::str::Str;
use habu_object::{CellObject, Gc, Kind, Value};

impl HasHeap for Vm {
    fn heap(&mut self) -> &mut Heap {
        &mut self.heap
    }
}

impl Vm {
    /// The hash of a str, computed once.
    #[inline]
    pub fn str_hash(&self, s: Value) -> i64 {
        match s.cast::<Str>() {
            Some(s) => s.hash(self.hash_key),
            None => 0,
        }
    }

    /// `dict[name]` for an exact str key.
    #[inline]
    pub fn dict_get_str(&self, dict: Gc<Dict>, name: Value) -> Option<Value> {
        dict.get_simple(name, self.str_hash(name)).and_then(Value::bound)
    }

    /// `dict[name] = v` for an exact str key.
    #[inline]
    pub fn dict_set_str(&mut self, dict: Gc<Dict>, name: Value, v: Value) -> PyResult<()> {
        let hash = self.str_hash(name);
        if dict.insert_simple(&mut self.heap, name, hash, v)?.is_none() {
            self.key_added(dict);
        }
        Ok(())
    }

    /// Must follow the insertion of a new key: as a name of a module it may hide a builtin, so caches of builtins are
    /// dropped.
    #[inline]
    pub fn key_added(&mut self, dict: Gc<Dict>) {
        if dict.has_cells() {
            self.shadow_version = self.shadow_version.wrapping_add(1);
        }
    }

    /// `dict["name"] = v`
    pub fn dict_set_text(&mut self, dict: Gc<Dict>, name: &str, v: Value) -> PyResult<()> {
        let name = self.intern(name)?;
        self.dict_set_str(dict, name, v)
    }

    /// Deletes an exact str key; whether it was there.
    pub fn dict_del_str(&mut self, dict: Gc<Dict>, name: Value) -> PyResult<bool> {
        let hash = self.str_hash(name);
        match dict.lookup_simple(name, hash) {
            Some(row) => Ok(dict.remove_at(row).is_some()),
            None => Ok(false),
        }
    }

    /// The cell of a name in a namespace of cells, if it is bound.
    pub fn find_cell(&self, dict: Gc<Dict>, name: Value) -> Option<Gc<CellObject>> {
        let row = dict.lookup_simple(name, self.str_hash(name))?;
        let cell = dict.cell(row);
        if cell.contents.get().is_unbound() { None } else { Some(cell) }
    }

    /// The cell of a name in a namespace of cells, made if there is none.
    pub fn cell_for(&mut self, dict: Gc<Dict>, name: Value) -> PyResult<Gc<CellObject>> {
        dict.add_cells(&mut self.heap)?;
        let hash = self.str_hash(name);
        let found = dict.lookup_simple(name, hash);
        Ok(dict.cell_at(&mut self.heap, found, name, hash)?)
    }

    /// The values of a dict; each is reachable from it, so the Vec hides nothing from the collector.
    pub fn dict_values(&self, dict: Gc<Dict>) -> Vec<Value> {
        let mut out = Vec::new();
        let mut pos = 0;
        while let Some((next, _, v, _)) = dict.next_entry(pos) {
            out.push(v);
            pos = next;
        }
        out
    }

    /// Copies every entry of `from` into `to`.
    pub fn dict_copy_into(&mut self, from: Gc<Dict>, to: Gc<Dict>) -> PyResult<()> {
        let mut pos = 0;
        while let Some((next, key, v, hash)) = from.next_entry(pos) {
            self.dict_set_hashed(to, key, hash, v)?;
            pos = next;
        }
        Ok(())
    }

    /// The hash of a key of a dict.
    #[inline(always)]
    pub fn key_hash(&mut self, key: Value) -> PyResult<i64> {
        self.hash(key).map_err(|e| self.unhashable(e, key, "a dict key"))
    }

    /// The hash of an element of a set.
    #[inline(always)]
    pub fn element_hash(&mut self, v: Value) -> PyResult<i64> {
        self.hash(v).map_err(|e| self.unhashable(e, v, "a set element"))
    }

    /// A TypeError of `hash(v)` says what the hash was for (CPython `dict_unhashable_type`).
    #[cold]
    #[inline(never)]
    fn unhashable(&mut self, raised: Raised, v: Value, role: &str) -> Raised {
        let class = self.exc_type(Exc::TypeError);
        if self.raised.is_unbound() || self.type_of(self.raised) != class {
            return raised;
        }
        let cause = self.take_raised(raised);
        let name = self.qualified_type_name(v);
        match self.str_text(cause) {
            Ok(why) => self.type_error(&format!("cannot use '{name}' as {role} ({why})")),
            Err(e) => e,
        }
    }

    /// `dict[key]`, None if missing.
    #[inline]
    pub fn dict_get(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<Option<Value>> {
        let hash = self.key_hash(key)?;
        dict.get(key, hash, |a, b| self.eq(a, b))
    }

    /// `dict[key] = v`
    #[inline]
    pub fn dict_set(&mut self, dict: Gc<Dict>, key: Value, v: Value) -> PyResult<()> {
        let hash = self.key_hash(key)?;
        self.dict_set_hashed(dict, key, hash, v)
    }

    /// `dict[key] = v` with the hash at hand.
    pub fn dict_set_hashed(
        &mut self,
        dict: Gc<Dict>,
        key: Value,
        hash: i64,
        v: Value,
    ) -> PyResult<()> {
        if dict.insert(self, key, hash, v, |vm: &mut Vm, a, b| vm.eq(a, b))?.is_none() {
            self.key_added(dict);
        }
        Ok(())
    }

    /// Removes a key; its value, None if missing.
    pub fn dict_del(&mut self, dict: Gc<Dict>, key: Value) -> PyResult<Option<Value>> {
        let hash = self.key_hash(key)?;
        dict.remove(key, hash, |a, b| self.eq(a, b))
    }

    /// Raises KeyError(key).
    #[cold]
    pub fn key_error(&mut self, key: Value) -> crate::error::Raised {
        self.raise_args(Exc::KeyError, &[key])
    }

    /// The interned str equal to a str.
    pub fn intern_value(&mut self, v: Value) -> PyResult<Value> {
        match v.cast::<Str>() {
            Some(s) => Ok(self.interner.intern_value(&mut self.heap, self.hash_key, s)?.value()),
            None => {
                let msg = format!("attribute name must be string, not '{}'", self.type_name(v));
                Err(self.type_error(&msg))
            }
        }
    }

    /// The mapping `v` as an exact dict, if it is one.
    pub fn exact_dict(v: Value) -> Option<Gc<Dict>> {
        if v.shape() == Kind::Dict as u32 { v.cast::<Dict>() } else { None }
    }
}
