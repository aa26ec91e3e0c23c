//! Where names live: the layout of a unit's variables, and loading, storing and deleting them.

use std::rc::Rc;

use habu_bytecode::decode::FAR_STORE;
use habu_bytecode::{CellVar, Const, Op, flags, generator};
use ruff_text_size::TextRange;

use super::{Lowering, Unit, UnitKind};
use crate::assemble::Assembler;
use crate::error::Result;
use crate::regs::{FAR, NEAR, Place, Reg, Regs};
use crate::symtable::{Block, Flags, Kind, SymbolTable, mangle};

/// A variable of a function (or of an inlined comprehension).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable {
    pub(crate) place: Place,
    /// Whether the place holds a cell with the value.
    pub(crate) cell: bool,
    /// Its number in the analysis of what is bound.
    pub(crate) slot: u32,
    /// Its index in `varnames`; none for comprehension variables.
    pub(crate) index: Option<u32>,
    /// Where UNBIND and MAKE_CELL can be put before it is first used, for comprehension variables.
    pub(crate) reset: Option<[u32; 2]>,
}

impl Variable {
    /// The number of its register.
    pub(crate) fn register(&self) -> u16 {
        match self.place {
            Place::Near(reg) => reg as u16,
            Place::Far(reg) => reg,
        }
    }
}

/// How a name is reached from where we stand.
enum Access {
    /// A variable of this frame.
    Var(Variable),
    /// The cell of a free variable.
    Free(Place),
    /// A global or builtin.
    Global,
    /// In the namespace R[0].
    Name,
    /// In the namespace R[0], else in a cell.
    NameCell(Place),
    /// In the namespace of the class, held by the cell, else global (annotation scopes).
    ClassDict(Place),
    /// In the namespace of the class, held by the first cell, else in the second.
    ClassDictCell(Place, Place),
}

impl Unit {
    /// Gives registers to the variables of the unit's scope.
    pub(super) fn lay_out(&mut self, table: &SymbolTable) {
        let scope = table.scope(self.scope);
        let mut next = 0;
        match self.kind {
            UnitKind::Module => {}
            UnitKind::Namespace => next = 1,
            UnitKind::Class => {
                next = 1;
                for (name, wanted) in
                    [("__class__", scope.class_cell), ("__classdict__", scope.class_dict)]
                {
                    if wanted {
                        let place = Place::Near(next as Reg);
                        next += 1;
                        let variable =
                            Variable { place, cell: true, slot: 0, index: None, reset: None };
                        self.vars.insert(name.into(), variable);
                    }
                }
                self.slots = 1;
            }
            UnitKind::Function => next = self.lay_out_locals(table),
        }
        for name in &scope.free {
            self.free.insert(name.clone(), Place::Near(next.min(255) as Reg));
            self.code.freevars.push(CellVar { name: (&**name).into(), reg: next as u16 });
            next += 1;
        }
        if self.far > 0 {
            next = next.max(FAR_STORE as usize + 1);
        }
        self.regs = Regs::new(next.min(255));
    }

    fn lay_out_locals(&mut self, table: &SymbolTable) -> usize {
        let scope = table.scope(self.scope);
        let params = scope
            .names
            .iter()
            .filter(|n| scope.symbol(n).is_some_and(|s| s.flags.has(Flags::PARAM)));
        let locals = scope.names.iter().filter(|n| {
            scope.symbol(n).is_some_and(|s| {
                matches!(s.kind, Kind::Local | Kind::Cell) && !s.flags.has(Flags::PARAM)
            })
        });
        let names: Vec<Rc<str>> = params.chain(locals).cloned().collect();
        let near = names.len().min(NEAR.saturating_sub(scope.free.len()));
        for (i, name) in names.iter().enumerate() {
            let place =
                if i < near { Place::Near(i as Reg) } else { Place::Far((FAR + i - near) as u16) };
            let Some(symbol) = scope.symbol(name) else { continue };
            let slot = i as u32;
            let cell = symbol.kind == Kind::Cell;
            self.vars.insert(
                name.clone(),
                Variable { place, cell, slot, index: Some(slot), reset: None },
            );
            if symbol.flags.has(Flags::PARAM) {
                self.asm.bound.insert(slot);
            }
            if symbol.flags.has(Flags::UNBOUND) {
                self.killable.insert(slot);
            }
            if scope.introspects {
                self.checked.insert(slot);
            }
        }
        self.slots = names.len() as u32;
        self.far = names.len() - near;
        self.varnames = names;
        near
    }

    /// Parameters of the function.
    fn parameters(&self) -> usize {
        let code = &self.code;
        let rest =
            [flags::VARARGS, flags::VARKEYWORDS].iter().filter(|f| code.flags & **f != 0).count();
        (code.argcount + code.kwonly) as usize + rest
    }

    /// The instructions before the body.
    pub(super) fn prologue(&mut self) -> Assembler {
        let mut asm = Assembler::default();
        let none = TextRange::default();
        asm.emit(Op::Enter, [0; 3], [0; 2], none);
        let params = self.parameters();
        if self.far > 0 {
            let near = self.varnames.len() - self.far;
            asm.emit(Op::EnterFar, [0; 3], [near as u32, params as u32], none);
        }
        let mut emit = |op: Op, a: u8, b: u8, c: u8| asm.emit(op, [a, b, c], [0; 2], none);
        if let Some(first) = self.code.freevars.first() {
            emit(Op::CopyFree, first.reg as u8, self.code.freevars.len() as u8, 0);
        }
        let mut vars: Vec<&Variable> = self.vars.values().collect();
        vars.sort_by_key(|v| v.register());
        let scratch = self.regs.first_temp();
        let mut far_used = false;
        for v in vars {
            let is_param = v.index.is_some_and(|i| (i as usize) < params);
            let reg = match v.place {
                Place::Near(reg) => reg,
                Place::Far(_) => scratch,
            };
            let unbind = !is_param && (v.cell || self.checked.contains(v.slot));
            if !unbind && !v.cell {
                continue;
            }
            let far = match v.place {
                Place::Near(_) => None,
                Place::Far(far) => Some(far.to_le_bytes()),
            };
            if let (Some([b, c]), false) = (far, unbind) {
                emit(Op::LoadFar, reg, b, c);
            }
            if unbind {
                emit(Op::Unbind, reg, 0, 0);
            }
            if v.cell {
                emit(Op::MakeCell, reg, 0, 0);
            }
            if let Some([b, c]) = far {
                emit(Op::StoreFar, reg, b, c);
                far_used = true;
            }
        }
        let code_flags = self.code.flags;
        if code_flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            emit(Op::MakeGenerator, generator::kind(code_flags), 0, 0);
        }
        if far_used {
            self.regs.reserve_first();
        }
        asm
    }
}

impl<'a> Lowering<'a> {
    /// The name as it is spelt in this scope.
    pub(super) fn mangled(&self, name: &str) -> Rc<str> {
        if !name.starts_with("__") {
            return name.into();
        }
        let private = self.table.scope(self.u.scope).private.as_deref();
        mangle(private, name).map_or_else(|| name.into(), Into::into)
    }

    fn access(&self, name: &str) -> Access {
        for (_, vars) in self.u.comps.iter().rev() {
            if let Some(variable) = vars.get(name) {
                return Access::Var(*variable);
            }
        }
        if let Some(variable) = self.u.vars.get(name) {
            // In a class body `__class__` is an ordinary name; only inner functions see the cell.
            if self.u.kind != UnitKind::Class {
                return Access::Var(*variable);
            }
        }
        let in_comp = !self.u.comps.is_empty();
        let free = self.u.free.get(name).copied();
        let scope = self.table.scope(self.u.scope);
        let seen = self.u.comps.last().map_or(scope, |(id, _)| self.table.scope(*id));
        let kind =
            seen.symbol(name).or_else(|| scope.symbol(name)).map_or(Kind::Global, |s| s.kind);
        match self.u.kind {
            UnitKind::Module => Access::Global,
            UnitKind::Namespace if kind == Kind::Declared => Access::Global,
            UnitKind::Namespace => Access::Name,
            UnitKind::Class if in_comp => match (kind, free) {
                (Kind::Free, Some(place)) => Access::Free(place),
                _ => Access::Global,
            },
            UnitKind::Class => match (kind, free) {
                (Kind::Declared, _) => Access::Global,
                (Kind::Free, Some(place)) => Access::NameCell(place),
                _ => Access::Name,
            },
            UnitKind::Function => {
                let dict = self
                    .u
                    .free
                    .get("__classdict__")
                    .copied()
                    .filter(|_| scope.sees_class.is_some());
                match (kind, free, dict) {
                    (Kind::Free, Some(place), Some(dict)) if name != "__classdict__" => {
                        Access::ClassDictCell(dict, place)
                    }
                    (Kind::Free, Some(place), _) => Access::Free(place),
                    (Kind::Global, _, Some(dict)) => Access::ClassDict(dict),
                    _ => Access::Global,
                }
            }
        }
    }

    /// The variable of this frame that a name means, if it is one in a register of its own.
    pub(super) fn plain_local(&self, name: &str) -> Option<(Reg, Variable)> {
        if matches!(self.u.kind, UnitKind::Module | UnitKind::Namespace | UnitKind::Class)
            && self.u.comps.is_empty()
        {
            return None;
        }
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Var(v @ Variable { place: Place::Near(reg), cell: false, .. }) => {
                Some((reg, v))
            }
            _ => None,
        }
    }

    /// The register of a cell: its own, or a temporary it is brought to.
    fn cell_reg(&mut self, place: Place, range: TextRange) -> Result<Reg> {
        match place {
            Place::Near(reg) => Ok(reg),
            Place::Far(far) => {
                let reg = self.alloc(1)?;
                let [b, c] = far.to_le_bytes();
                self.op(Op::LoadFar, reg, b, c, range);
                Ok(reg)
            }
        }
    }

    /// Brings the cell of a variable that an inner function captures into `dest`.
    pub(super) fn load_closure(&mut self, name: &str, dest: Reg, range: TextRange) {
        let own = self
            .u
            .comps
            .iter()
            .rev()
            .find_map(|(_, vars)| vars.get(name))
            .or_else(|| self.u.vars.get(name));
        let place = own.map(|v| v.place).or_else(|| self.u.free.get(name).copied());
        match place {
            Some(Place::Near(reg)) => self.move_to(dest, reg, range),
            Some(Place::Far(far)) => {
                let [b, c] = far.to_le_bytes();
                self.op(Op::LoadFar, dest, b, c, range);
            }
            None => self.op(Op::Unbind, dest, 0, 0, range),
        }
    }

    /// The register of the cell of a free variable or captured local, if this unit has it.
    pub(super) fn cell_of(&self, name: &str) -> Option<Reg> {
        let own = self.u.vars.get(name).filter(|v| v.cell).map(|v| v.place);
        match own.or_else(|| self.u.free.get(name).copied()) {
            Some(Place::Near(reg)) => Some(reg),
            _ => None,
        }
    }

    /// Loads a name.
    pub(super) fn load_name(
        &mut self,
        name: &str,
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Var(v) if v.cell => {
                let mark = self.mark();
                let cell = self.cell_reg(v.place, range)?;
                self.release(mark);
                let reg = self.dest(dest)?;
                self.op_name(Op::LoadCell, [reg, cell, 0], &name, range);
                Ok(reg)
            }
            Access::Var(v) => self.load_var(&name, v, dest, range),
            Access::Free(place) => {
                let cell = self.cell_reg(place, range)?;
                let reg = self.dest(dest)?;
                self.op_name(Op::LoadCell, [reg, cell, 0], &name, range);
                Ok(reg)
            }
            Access::Global => {
                let reg = self.dest(dest)?;
                self.op_name(Op::LoadGlobal, [reg, 0, 0], &name, range);
                Ok(reg)
            }
            Access::Name => {
                let reg = self.dest(dest)?;
                self.op_name(Op::LoadName, [reg, 0, 0], &name, range);
                Ok(reg)
            }
            Access::NameCell(place) => {
                let cell = self.cell_reg(place, range)?;
                let reg = self.dest(dest)?;
                self.op_name(Op::LoadNameCell, [reg, 0, cell], &name, range);
                Ok(reg)
            }
            Access::ClassDict(dict) => {
                let dict = self.cell_reg(dict, range)?;
                let reg = self.scratch(dest)?;
                self.op_name(Op::LoadCell, [reg, dict, 0], "__classdict__", range);
                self.op_name(Op::LoadName, [reg, reg, 0], &name, range);
                Ok(self.deliver(reg, dest, range))
            }
            Access::ClassDictCell(dict, place) => {
                let dict = self.cell_reg(dict, range)?;
                let cell = self.cell_reg(place, range)?;
                let reg = self.scratch(dest)?;
                self.op_name(Op::LoadCell, [reg, dict, 0], "__classdict__", range);
                self.op_name(Op::LoadNameCell, [reg, reg, cell], &name, range);
                Ok(self.deliver(reg, dest, range))
            }
        }
    }

    /// Loads a variable that is not in a cell.
    fn load_var(
        &mut self,
        name: &str,
        v: Variable,
        dest: Option<Reg>,
        range: TextRange,
    ) -> Result<Reg> {
        let bound = self.u.asm.bound.contains(v.slot);
        let Place::Near(own) = v.place else {
            let reg = self.dest(dest)?;
            let [b, c] = v.register().to_le_bytes();
            self.op(Op::LoadFar, reg, b, c, range);
            if !bound {
                self.check_bound(reg, v, range);
            }
            return Ok(reg);
        };
        if !bound {
            if v.index.is_some() {
                self.check_bound(own, v, range);
            } else {
                self.make_comprehension_cell(name, own, v);
                return self.load_name(name, dest, range);
            }
        }
        Ok(self.deliver(own, dest, range))
    }

    fn check_bound(&mut self, reg: Reg, v: Variable, range: TextRange) {
        self.u.checked.insert(v.slot);
        self.op_words(Op::CheckBound, [reg, 0, 0], [v.index.unwrap_or(0), 0], range);
        // Past the check it is bound.
        self.u.asm.bound.insert(v.slot);
    }

    /// A comprehension variable read before anything bound it has no place in `varnames` that would say its name: it
    /// becomes a cell. No instruction has touched it yet.
    fn make_comprehension_cell(&mut self, name: &str, own: Reg, v: Variable) {
        if let Some([first, second]) = v.reset {
            self.u.asm.fill(first, Op::Unbind, [own, 0, 0]);
            self.u.asm.fill(second, Op::MakeCell, [own, 0, 0]);
        }
        if let Some(v) = self.u.comps.iter_mut().rev().find_map(|(_, vars)| vars.get_mut(name)) {
            v.cell = true;
        }
    }

    /// Stores a register into a name.
    pub(super) fn store_name(&mut self, name: &str, from: Reg, range: TextRange) -> Result<()> {
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Var(v) if v.cell => {
                let mark = self.mark();
                let cell = self.cell_reg(v.place, range)?;
                self.op(Op::StoreCell, cell, from, 0, range);
                self.release(mark);
            }
            Access::Var(v) => {
                match v.place {
                    Place::Near(reg) => self.move_to(reg, from, range),
                    Place::Far(far) => {
                        let [b, c] = far.to_le_bytes();
                        self.op(Op::StoreFar, from, b, c, range);
                    }
                }
                self.u.asm.bound.insert(v.slot);
            }
            Access::Free(place) | Access::NameCell(place) | Access::ClassDictCell(_, place) => {
                let mark = self.mark();
                let cell = self.cell_reg(place, range)?;
                self.op(Op::StoreCell, cell, from, 0, range);
                self.release(mark);
            }
            Access::Global | Access::ClassDict(_) => {
                self.op_name(Op::StoreGlobal, [from, 0, 0], &name, range)
            }
            Access::Name => self.op_name(Op::StoreName, [0, from, 0], &name, range),
        }
        Ok(())
    }

    /// Deletes a name.
    pub(super) fn delete_name(&mut self, name: &str, range: TextRange) -> Result<()> {
        let mangled = self.mangled(name);
        match self.access(&mangled) {
            Access::Var(v) if v.cell => {
                let mark = self.mark();
                let cell = self.cell_reg(v.place, range)?;
                self.op_name(Op::DelCell, [cell, 0, 0], &mangled, range);
                self.release(mark);
            }
            Access::Var(v) => {
                let mark = self.mark();
                if !self.u.asm.bound.contains(v.slot) {
                    self.load_name(name, None, range)?;
                }
                self.unbind(v, range)?;
                self.release(mark);
            }
            Access::Free(place) | Access::NameCell(place) | Access::ClassDictCell(_, place) => {
                let mark = self.mark();
                let cell = self.cell_reg(place, range)?;
                self.op_name(Op::DelCell, [cell, 0, 0], &mangled, range);
                self.release(mark);
            }
            Access::Global | Access::ClassDict(_) => {
                self.op_name(Op::DelGlobal, [0; 3], &mangled, range)
            }
            Access::Name => self.op_name(Op::DelName, [0; 3], &mangled, range),
        }
        Ok(())
    }

    fn unbind(&mut self, v: Variable, range: TextRange) -> Result<()> {
        match v.place {
            Place::Near(reg) => self.op(Op::Unbind, reg, 0, 0, range),
            Place::Far(far) => {
                let mark = self.mark();
                let reg = self.alloc(1)?;
                let [b, c] = far.to_le_bytes();
                self.op(Op::Unbind, reg, 0, 0, range);
                self.op(Op::StoreFar, reg, b, c, range);
                self.release(mark);
            }
        }
        self.u.asm.bound.remove(v.slot);
        Ok(())
    }

    /// Unbinds the name of `except ... as NAME`, which may have been deleted meanwhile.
    pub(super) fn forget_name(&mut self, name: &str, range: TextRange) -> Result<()> {
        let mangled = self.mangled(name);
        if let Access::Var(v) = self.access(&mangled)
            && !v.cell
        {
            return self.unbind(v, range);
        }
        let mark = self.mark();
        let none = self.const_reg(Const::None, None, range)?;
        self.store_name(name, none, range)?;
        self.delete_name(name, range)?;
        self.release(mark);
        Ok(())
    }

    /// Makes the variables of an inlined comprehension: registers below its iterators.
    pub(super) fn enter_comprehension(&mut self, scope: crate::symtable::ScopeId) -> Result<()> {
        debug_assert_eq!(self.table.scope(scope).block, Block::Comprehension);
        let mut vars = rustc_hash::FxHashMap::default();
        for name in &self.table.scope(scope).names {
            let Some(symbol) = self.table.scope(scope).symbol(name) else { continue };
            if !symbol.flags.has(Flags::ITERATED)
                || !matches!(symbol.kind, Kind::Local | Kind::Cell)
            {
                continue;
            }
            let reg = self.alloc(1)?;
            self.u.regs.pin(reg);
            let cell = symbol.kind == Kind::Cell;
            let slot = self.u.slots;
            self.u.slots += 1;
            self.u.asm.bound.remove(slot);
            let mut reset = None;
            if cell {
                self.op(Op::Unbind, reg, 0, 0, TextRange::default());
                self.op(Op::MakeCell, reg, 0, 0, TextRange::default());
            } else {
                reset = self.u.asm.placeholder().zip(self.u.asm.placeholder()).map(Into::into);
            }
            vars.insert(
                name.clone(),
                Variable { place: Place::Near(reg), cell, slot, index: None, reset },
            );
        }
        self.u.comps.push((scope, vars));
        Ok(())
    }

    pub(super) fn leave_comprehension(&mut self) {
        self.u.comps.pop();
    }
}
