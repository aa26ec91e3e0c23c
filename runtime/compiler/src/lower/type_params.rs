//! Type parameters (PEP 695, 696) and type aliases.
//!
//! What has type parameters is made in a function of its own, called at once, whose variables the parameters are. Bounds,
//! constraints, defaults and the values of aliases are functions, called when somebody asks.

use habu_bytecode::{Const, Op, intrinsic};
use ruff_python_ast::{self as ast, Expr, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::call::LINK;
use super::{Lowering, Unit, UnitKind};
use crate::error::Result;
use crate::regs::Reg;
use crate::symtable::{ScopeId, part};

impl<'a> Lowering<'a> {
    /// Enters the function in which something with type parameters is made.
    fn enter_generic(&mut self, scope: ScopeId, name: &str, range: TextRange) -> Unit {
        let title = format!("<generic parameters of {name}>");
        let outer = self.enter_unit(UnitKind::Function, scope, &title, range);
        // What is made inside is named as if it were made outside.
        self.u.prefix.clone_from(&outer.prefix);
        outer
    }

    /// Completes that function, which returns `result`, and calls it with registers as arguments.
    fn leave_generic(
        &mut self,
        outer: Unit,
        scope: ScopeId,
        (result, dest): (Reg, Reg),
        args: &[Reg],
        range: TextRange,
    ) -> Result<()> {
        self.op(Op::Ret, result, 0, 0, range);
        self.u.code.argcount = args.len() as u32;
        self.u.code.posonly = args.len() as u32;
        let code = self.leave_unit(outer);
        let mark = self.mark();
        let base = self.alloc(LINK as usize + args.len())?;
        self.make_function(code, scope, base, [None; 3], range)?;
        for (i, arg) in args.iter().enumerate() {
            self.op(Op::Move, base + LINK + i as u8, *arg, 0, range);
        }
        self.op(Op::Call, base, args.len() as u8, 0, range);
        self.release(mark);
        self.move_to(dest, base, range);
        Ok(())
    }

    /// A function with type parameters, in `dest`.
    pub(super) fn generic_function(
        &mut self,
        f: &'a ast::StmtFunctionDef,
        params: &'a ast::TypeParams,
        defaults: [Option<Reg>; 2],
        dest: Reg,
        range: TextRange,
    ) -> Result<()> {
        let scope = self.table.of_node(f, part::TYPE_PARAMS);
        let outer = self.enter_generic(scope, &f.name, range);
        let made = self.type_params(params)?;
        let function = self.alloc(1)?;
        self.function_object(f, [None; 2], function, range)?;
        // The default values are the parameters of the function around it.
        let given = ["__defaults__", "__kwdefaults__"].into_iter().zip(defaults);
        for (i, (name, _)) in given.filter(|(_, default)| default.is_some()).enumerate() {
            self.op_name(Op::StoreAttr, [function, i as u8, 0], name, range);
        }
        self.op_name(Op::StoreAttr, [function, made, 0], "__type_params__", range);
        let args: Vec<Reg> = defaults.into_iter().flatten().collect();
        self.leave_generic(outer, scope, (function, dest), &args, range)
    }

    /// A class with type parameters, in `dest`.
    pub(super) fn generic_class(
        &mut self,
        c: &'a ast::StmtClassDef,
        params: &'a ast::TypeParams,
        dest: Reg,
        range: TextRange,
    ) -> Result<()> {
        let scope = self.table.of_node(c, part::TYPE_PARAMS);
        let outer = self.enter_generic(scope, &c.name, range);
        let made = self.type_params(params)?;
        self.store_name(".type_params", made, range)?;
        self.intrinsic(made, made, intrinsic::GENERIC, range);
        let class = self.alloc(1)?;
        self.build_class(c, class, Some(made), range)?;
        self.leave_generic(outer, scope, (class, dest), &[], range)
    }

    pub(super) fn type_alias(&mut self, s: &'a ast::StmtTypeAlias) -> Result<()> {
        let Expr::Name(name) = &*s.name else { return self.error("invalid syntax", s.range) };
        let dest = self.alloc(1)?;
        match &s.type_params {
            None => self.alias_object(s, name, None, dest)?,
            Some(params) => {
                let scope = self.table.of_node(s, part::TYPE_PARAMS);
                let outer = self.enter_generic(scope, &name.id, s.range);
                let made = self.type_params(params)?;
                let alias = self.alloc(1)?;
                self.alias_object(s, name, Some(made), alias)?;
                self.leave_generic(outer, scope, (alias, dest), &[], s.range)?;
            }
        }
        self.store_name(&name.id, dest, name.range)
    }

    fn alias_object(
        &mut self,
        s: &'a ast::StmtTypeAlias,
        name: &'a ast::ExprName,
        params: Option<Reg>,
        dest: Reg,
    ) -> Result<()> {
        let mark = self.mark();
        let first = self.alloc(3)?;
        self.str_reg(&name.id, Some(first), name.range)?;
        match params {
            Some(params) => self.op(Op::Move, first + 1, params, 0, s.range),
            None => {
                self.none_reg(Some(first + 1), s.range)?;
            }
        }
        let scope = self.table.of_node(s, part::VALUE);
        self.evaluator(scope, &name.id, &s.value, first + 2)?;
        self.intrinsic(dest, first, intrinsic::TYPE_ALIAS, s.range);
        self.release(mark);
        Ok(())
    }

    /// Makes the type parameters and binds their names; a tuple of them in a new temporary.
    fn type_params(&mut self, params: &'a ast::TypeParams) -> Result<Reg> {
        let list = self.alloc(1)?;
        self.op(Op::BuildList, list, list, 0, params.range);
        let mut defaults = false;
        for param in &params.type_params {
            let mark = self.mark();
            let range = param.range();
            let (name, bound, default) = match param {
                TypeParam::TypeVar(p) => (&p.name, p.bound.as_deref(), p.default.as_deref()),
                TypeParam::ParamSpec(p) => (&p.name, None, p.default.as_deref()),
                TypeParam::TypeVarTuple(p) => (&p.name, None, p.default.as_deref()),
            };
            if defaults && default.is_none() {
                let msg =
                    format!("non-default type parameter '{name}' follows default type parameter");
                return self.error(msg, range);
            }
            defaults |= default.is_some();
            let first = self.alloc(3)?;
            self.str_reg(name, Some(first), range)?;
            let which = match param {
                TypeParam::TypeVar(_) => {
                    self.none_reg(Some(first + 1), range)?;
                    self.none_reg(Some(first + 2), range)?;
                    if let Some(bound) = bound {
                        let scope = self.table.of_node(param, part::VALUE);
                        let at = if bound.is_tuple_expr() { first + 2 } else { first + 1 };
                        self.evaluator(scope, name, bound, at)?;
                    }
                    intrinsic::TYPE_VAR
                }
                TypeParam::ParamSpec(_) => intrinsic::PARAM_SPEC,
                TypeParam::TypeVarTuple(_) => intrinsic::TYPE_VAR_TUPLE,
            };
            self.intrinsic(first, first, which, range);
            if let Some(default) = default {
                let scope = self.table.of_node(param, part::DEFAULT);
                self.evaluator(scope, name, default, first + 1)?;
                self.intrinsic(first, first, intrinsic::SET_DEFAULT, range);
            }
            self.store_name(name, first, name.range)?;
            self.op(Op::ListAppend, list, first, 0, range);
            self.release(mark);
        }
        self.op(Op::ListToTuple, list, list, 0, params.range);
        Ok(list)
    }

    /// The function that evaluates `e` when it is asked, in `dest`.
    fn evaluator(&mut self, scope: ScopeId, name: &str, e: &'a Expr, dest: Reg) -> Result<()> {
        let range = e.range();
        let mark = self.mark();
        let defaults = self.const_reg(Const::Tuple([Const::Int(1)].into()), None, range)?;
        let outer = self.enter_unit(UnitKind::Function, scope, name, range);
        self.u.code.argcount = 1;
        self.u.code.posonly = 1;
        if let Some(first) = self.u.varnames.first_mut() {
            *first = "format".into();
        }
        self.check_format(range)?;
        let value = match e {
            // `*Ts = *tuple[int, str]` is the one element of the unpacked iterable.
            Expr::Starred(s) => {
                let iterable = self.push(&s.value)?;
                self.op(Op::Unpack, iterable, iterable, 1, s.range);
                iterable
            }
            e => self.expr(e, None)?,
        };
        self.op(Op::Ret, value, 0, 0, range);
        let code = self.leave_unit(outer);
        self.make_function(code, scope, dest, [Some(defaults), None, None], range)?;
        self.release(mark);
        Ok(())
    }
}
