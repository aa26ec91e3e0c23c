//! The tree to instructions.
//!
//! A [`Lowering`] walks the tree once. It holds the *unit* under construction, that is, the code object of the
//! module, class or function it stands in; inner functions replace it for a while (`function.rs`). The parts:
//! `names` (where a name lives), `expr`, `boolean` (conditions and comparisons), `call`, `fstring`, `comprehension`,
//! `stmt`, `assign`, `loop`, `try_with`, `except_star`, `matching` (the `match` statement), `function`, `class`, `annotations`, `type_params` (and type aliases), `template` (t-strings); `pool` keeps constants and names.
//!
//! Expressions are lowered by `expr(e, dest)`: into `dest` if given, else wherever they come to lie, which for a local
//! is its own register. `dest` is written by the last instruction only, so it may be the register of a variable that
//! the expression itself reads.

mod annotations;
mod assign;
mod boolean;
mod call;
mod class;
mod comprehension;
mod except_star;
mod expr;
mod fstring;
mod function;
mod r#loop;
mod matching;
mod names;
mod pool;
mod stmt;
mod template;
mod try_with;
mod type_params;

use std::rc::Rc;

use habu_bytecode::{CellVar, Code, Const, Op, flags, intrinsic};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use self::names::Variable;
use self::pool::Pool;
use self::try_with::Block;
use crate::assemble::{Assembler, Bound, Label};
use crate::error::{Result, Source, SyntaxError};
use crate::regs::{Mark, Place, Reg, Regs};
use crate::symtable::{ScopeId, SymbolTable};
use crate::{Mode, Options};

/// What a unit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnitKind {
    /// A module whose names are globals.
    Module,
    /// Code with a namespace in R[0]: `exec`, `eval`, the REPL.
    Namespace,
    /// A class body, also with a namespace in R[0].
    Class,
    /// A function, lambda, generator expression or annotation function.
    Function,
}

/// A code object under construction.
pub(crate) struct Unit {
    kind: UnitKind,
    scope: ScopeId,
    asm: Assembler,
    regs: Regs,
    pool: Pool,
    /// The variables of the unit's own scope.
    vars: FxHashMap<Rc<str>, Variable>,
    /// Registers of the cells of free variables.
    free: FxHashMap<Rc<str>, Place>,
    /// Inlined comprehensions we are inside of, innermost last.
    comps: Vec<(ScopeId, FxHashMap<Rc<str>, Variable>)>,
    blocks: Vec<Block>,
    varnames: Vec<Rc<str>>,
    far: usize,
    slots: u32,
    /// Variables that are read while they may be unbound.
    checked: Bound,
    /// Variables that are deleted somewhere.
    killable: Bound,
    walrus: bool,
    code: Code,
    /// `qualname` prefix of what is defined inside.
    prefix: String,
    place: TextRange,
}

/// Nested blocks of a function (CPython: `CO_MAXBLOCKS`).
const MAX_BLOCKS: usize = 20;

/// The state of the walk.
pub(crate) struct Lowering<'a> {
    source: &'a Source<'a>,
    table: &'a SymbolTable,
    options: &'a Options,
    u: Unit,
    /// Bodies of `finally` clauses, which blocks name by number.
    finals: Vec<&'a [Stmt]>,
}

/// Lowers a module or the statements given to `exec`.
pub(crate) fn module<'a>(
    source: &'a Source<'a>,
    table: &'a SymbolTable,
    options: &'a Options,
    body: &'a [Stmt],
) -> Result<Code> {
    let mut l = Lowering::new(source, table, options);
    l.module_body(body)?;
    let none = l.const_reg(Const::None, None, TextRange::default())?;
    l.op(Op::Ret, none, 0, 0, TextRange::default());
    Ok(l.finish())
}

/// Lowers an expression given to `eval`.
pub(crate) fn expression<'a>(
    source: &'a Source<'a>,
    table: &'a SymbolTable,
    options: &'a Options,
    e: &'a Expr,
) -> Result<Code> {
    let mut l = Lowering::new(source, table, options);
    let value = l.expr(e, None)?;
    l.op(Op::Ret, value, 0, 0, e.range());
    Ok(l.finish())
}

impl<'a> Lowering<'a> {
    fn new(source: &'a Source<'a>, table: &'a SymbolTable, options: &'a Options) -> Lowering<'a> {
        let kind =
            if options.mode == Mode::Module { UnitKind::Module } else { UnitKind::Namespace };
        let mut u = Unit::new(kind, ScopeId::TOP, table, source, "<module>", String::new());
        u.code.first_line = 1;
        u.code.flags |= options.future;
        let mut l = Lowering { source, table, options, u, finals: Vec::new() };
        l.u.code.flags |= l.generator_flag();
        l
    }

    fn finish(self) -> Code {
        self.u.finish(self.source)
    }

    fn error<T>(&self, msg: impl Into<String>, range: TextRange) -> Result<T> {
        Err(self.source.later_error(msg, range))
    }

    /// Appends an instruction.
    fn op(&mut self, op: Op, a: Reg, b: u8, c: u8, range: TextRange) {
        self.u.asm.emit(op, [a, b, c], [0; 2], range);
    }

    /// Appends an instruction with words.
    fn op_words(&mut self, op: Op, abc: [u8; 3], words: [u32; 2], range: TextRange) {
        self.u.asm.emit(op, abc, words, range);
    }

    /// Appends an instruction with a name, mangled if it is private.
    fn op_name(&mut self, op: Op, abc: [u8; 3], name: &str, range: TextRange) {
        let name = self.mangled(name);
        let index = self.u.pool.name(&name);
        self.u.asm.emit(op, abc, [index, 0], range);
    }

    /// Appends a jump.
    fn jump(&mut self, op: Op, a: u8, b: u8, c: u8, label: Label, range: TextRange) {
        self.u.asm.jump(op, [a, b, c], label, range);
    }

    /// Appends a jump with other words before its target.
    fn jump_words(
        &mut self,
        op: Op,
        abc: [u8; 3],
        words: [u32; 2],
        label: Label,
        range: TextRange,
    ) {
        self.u.asm.jump_words(op, abc, words, label, range);
    }

    /// R[reg] = what an intrinsic function makes of the registers from `first` on.
    fn intrinsic(&mut self, reg: Reg, first: Reg, which: u32, range: TextRange) {
        let count = intrinsic::ARGUMENTS[which as usize];
        self.op_words(Op::Intrinsic, [reg, first, count], [which, 0], range);
    }

    /// Appends an unconditional jump.
    fn goto(&mut self, label: Label, range: TextRange) {
        self.u.asm.jump(Op::Jump, [0; 3], label, range);
    }

    fn label(&mut self) -> Label {
        self.u.asm.label()
    }

    fn bind(&mut self, label: Label) {
        self.u.asm.bind(label);
    }

    /// `n` adjacent temporaries.
    fn alloc(&mut self, n: usize) -> Result<Reg> {
        let place = self.u.place;
        self.u.regs.alloc(n).ok_or_else(|| self.too_complex(place))
    }

    /// Enters a block; CPython's limit for the depth of them is that of the language.
    fn enter_block(&mut self, block: Block) -> Result<()> {
        if self.u.blocks.len() >= MAX_BLOCKS {
            return self.error("too many statically nested blocks", self.u.place);
        }
        self.u.blocks.push(block);
        Ok(())
    }

    #[cold]
    fn too_complex(&self, place: TextRange) -> Box<SyntaxError> {
        self.source.error("too many temporaries: expression too complex", place)
    }

    fn mark(&self) -> Mark {
        self.u.regs.mark()
    }

    fn release(&mut self, mark: Mark) {
        self.u.regs.release(mark);
    }

    /// `dest`, or a new temporary.
    fn dest(&mut self, dest: Option<Reg>) -> Result<Reg> {
        match dest {
            Some(reg) => Ok(reg),
            None => self.alloc(1),
        }
    }

    /// A register that may hold intermediate results: `dest` if no variable lives there, else a temporary.
    fn scratch(&mut self, dest: Option<Reg>) -> Result<Reg> {
        match dest {
            Some(reg) if self.u.regs.is_temp(reg) => Ok(reg),
            _ => self.alloc(1),
        }
    }

    /// Brings what `scratch` gave to where it was wanted.
    fn deliver(&mut self, reg: Reg, dest: Option<Reg>, range: TextRange) -> Reg {
        match dest {
            Some(dest) => {
                self.move_to(dest, reg, range);
                dest
            }
            None => reg,
        }
    }

    fn move_to(&mut self, to: Reg, from: Reg, range: TextRange) {
        if to != from {
            self.op(Op::Move, to, from, 0, range);
        }
    }

    /// A constant in a register.
    fn const_reg(&mut self, value: Const, dest: Option<Reg>, range: TextRange) -> Result<Reg> {
        let reg = self.dest(dest)?;
        match value {
            Const::Int(n) if i16::try_from(n).is_ok() => {
                let [b, c] = (n as i16).to_le_bytes();
                self.op(Op::LoadInt, reg, b, c, range);
            }
            value => {
                let index = self.u.pool.constant(value);
                self.op_words(Op::LoadK, [reg, 0, 0], [index, 0], range);
            }
        }
        Ok(reg)
    }

    fn str_reg(&mut self, value: &str, dest: Option<Reg>, range: TextRange) -> Result<Reg> {
        self.const_reg(Const::Str(value.into()), dest, range)
    }

    fn none_reg(&mut self, dest: Option<Reg>, range: TextRange) -> Result<Reg> {
        self.const_reg(Const::None, dest, range)
    }

    /// Lowers an expression into a new topmost temporary.
    fn push(&mut self, e: &'a Expr) -> Result<Reg> {
        let reg = self.alloc(1)?;
        self.expr(e, Some(reg))?;
        self.u.regs.release_above(reg);
        Ok(reg)
    }

    /// What is bound where an exception arrives that was raised from here on.
    fn bound_in_handler(&self) -> Bound {
        let mut bound = self.u.asm.bound.clone();
        bound.subtract(&self.u.killable);
        bound
    }
}

impl Unit {
    fn new(
        kind: UnitKind,
        scope: ScopeId,
        table: &SymbolTable,
        source: &Source<'_>,
        name: &str,
        qualname: String,
    ) -> Unit {
        let mut code =
            Code { name: name.into(), filename: (&*source.filename).into(), ..Code::default() };
        code.qualname = if qualname.is_empty() { name.into() } else { qualname.as_str().into() };
        code.flags = match kind {
            UnitKind::Module => 0,
            UnitKind::Namespace => flags::NAMESPACE,
            UnitKind::Class => flags::CLASS_BODY,
            UnitKind::Function => flags::OPTIMIZED | flags::NEWLOCALS,
        };
        let prefix = match kind {
            UnitKind::Module | UnitKind::Namespace => String::new(),
            UnitKind::Class => format!("{}.", code.qualname),
            UnitKind::Function => format!("{}.<locals>.", code.qualname),
        };
        let mut unit = Unit {
            kind,
            scope,
            asm: Assembler::default(),
            regs: Regs::new(0),
            pool: Pool::default(),
            vars: FxHashMap::default(),
            free: FxHashMap::default(),
            comps: Vec::new(),
            blocks: Vec::new(),
            varnames: Vec::new(),
            far: 0,
            slots: 0,
            checked: Bound::default(),
            killable: Bound::default(),
            walrus: table.scope(scope).walrus,
            code,
            prefix,
            place: TextRange::default(),
        };
        unit.lay_out(table);
        unit
    }

    /// Completes the code object.
    fn finish(mut self, source: &Source<'_>) -> Code {
        let prologue = self.prologue();
        let assembled = std::mem::take(&mut self.asm).finish(prologue, source);
        let mut code = self.code;
        code.nregs = self.regs.count(self.far) as u32;
        code.varnames = self.varnames.iter().map(|n| (&**n).into()).collect();
        code.cellvars = cell_vars(&self.vars);
        code.code = assembled.code;
        code.handlers = assembled.handlers;
        code.loops = assembled.loops;
        code.positions = assembled.positions;
        (code.names, code.consts) = self.pool.finish();
        code
    }
}

fn cell_vars(vars: &FxHashMap<Rc<str>, Variable>) -> Vec<CellVar> {
    let mut cells: Vec<CellVar> = vars
        .iter()
        .filter(|(_, v)| v.cell)
        .map(|(name, v)| CellVar { name: (&**name).into(), reg: v.register() })
        .collect();
    cells.sort_by_key(|cell| cell.reg);
    cells
}
