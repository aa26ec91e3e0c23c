//! Class statements: the body as a code object with a namespace, and the call of `__build_class__`.

use habu_bytecode::{Const, Op};
use ruff_python_ast as ast;
use ruff_text_size::TextRange;

use super::call::check_keywords;
use super::stmt::{clean_doc, split_docstring};
use super::{Lowering, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::part;

impl<'a> Lowering<'a> {
    pub(super) fn class_def(&mut self, c: &'a ast::StmtClassDef) -> Result<()> {
        let first = self.decorators(&c.decorator_list)?;
        let base = self.alloc(1)?;
        let range = self.definition_range(&c.decorator_list, c.range);
        match &c.type_params {
            Some(params) => self.generic_class(c, params, base, range)?,
            None => self.build_class(c, base, None, range)?,
        }
        self.apply_decorators(&c.decorator_list, first, base);
        self.store_name(&c.name, first, range)
    }

    /// The class itself in the topmost temporary, `base`. `generic` is the register of a further base.
    pub(super) fn build_class(
        &mut self,
        c: &'a ast::StmtClassDef,
        base: Reg,
        generic: Option<Reg>,
        range: TextRange,
    ) -> Result<()> {
        let scope = self.table.of_node(c, part::BODY);
        let place = c.decorator_list.first().map_or(range, |d| d.range);
        let outer = self.enter_unit(UnitKind::Class, scope, &c.name, place);
        self.class_body(c)?;
        let code = self.leave_unit(outer);

        self.op(Op::LoadBuildClass, base, 0, 0, range);
        self.links()?;
        let function = self.alloc(1)?;
        self.make_function(code, scope, function, [None; 3], range)?;
        self.push_str(&c.name, range)?;
        let (args, keywords) = match &c.arguments {
            None => (&[][..], &[][..]),
            Some(arguments) => {
                check_keywords(self, arguments)?;
                (&*arguments.args, &*arguments.keywords)
            }
        };
        self.arguments_and(base, 2, args, generic, keywords, range)?;
        self.u.regs.release_above(base);
        Ok(())
    }

    fn class_body(&mut self, c: &'a ast::StmtClassDef) -> Result<()> {
        // What the body does before its first statement stands on the line of the class.
        let range = TextRange::empty(c.range.start());
        let scope = self.table.scope(self.u.scope);
        if scope.class_dict
            && let Some(cell) = self.cell_of("__classdict__")
        {
            let namespace = self.alloc(1)?;
            self.op(Op::Move, namespace, 0, 0, range);
            self.op(Op::StoreCell, cell, namespace, 0, range);
            self.u.regs.release_above(namespace);
        }
        let mark = self.mark();
        let value = self.alloc(1)?;
        self.op_name(Op::LoadGlobal, [value, 0, 0], "__name__", range);
        self.op_name(Op::StoreName, [0, value, 0], "__module__", range);
        let qualname = self.u.code.qualname.clone();
        self.str_reg(&qualname, Some(value), range)?;
        self.op_name(Op::StoreName, [0, value, 0], "__qualname__", range);
        self.const_reg(Const::Int(self.u.code.first_line as i64), Some(value), range)?;
        self.op_name(Op::StoreName, [0, value, 0], "__firstlineno__", range);
        if c.type_params.is_some() {
            self.load_name(".type_params", Some(value), range)?;
            self.op_name(Op::StoreName, [0, value, 0], "__type_params__", range);
        }
        let mut body = &*c.body;
        if let Some((doc, rest)) = split_docstring(body) {
            body = rest;
            if self.options.optimize < 2 {
                self.str_reg(&clean_doc(doc.value.to_str()), Some(value), doc.range)?;
                self.op_name(Op::StoreName, [0, value, 0], "__doc__", doc.range);
            }
        }
        self.release(mark);
        self.body(body)?;
        self.class_annotations(body)?;

        let mark = self.mark();
        let value = self.alloc(1)?;
        let names = self.table.scope(self.u.scope).static_attributes.iter();
        let names = names.map(|n| Const::Str((&**n).into())).collect();
        self.const_reg(Const::Tuple(names), Some(value), range)?;
        self.op_name(Op::StoreName, [0, value, 0], "__static_attributes__", range);
        match self.cell_of("__class__").filter(|_| self.table.scope(self.u.scope).class_cell) {
            Some(cell) => {
                self.op(Op::Move, value, cell, 0, range);
                self.op_name(Op::StoreName, [0, value, 0], "__classcell__", range);
            }
            None => {
                self.none_reg(Some(value), range)?;
            }
        }
        self.op(Op::Ret, value, 0, 0, range);
        self.release(mark);
        Ok(())
    }
}
