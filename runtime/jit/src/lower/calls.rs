//! Calls of helpers.

use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData};
use habu_trace::{Inst, InstId, Type};

use super::emit::Emit;

impl Emit<'_, '_> {
    /// `call`.
    pub(super) fn call_inst(&mut self, id: InstId, inst: &Inst) {
        let trace = self.at.trace;
        let desc = trace.descs.helper(inst.helper());
        let mut args = vec![self.context];
        let mut params = vec![I64];
        for &arg in trace.args(id) {
            let (v, ty) = (self.get(arg), self.inst_type(arg));
            let v = if ty == Type::Bool { self.b.ins().uextend(I64, v) } else { v };
            args.push(v);
            params.push(if ty == Type::F64 { F64 } else { I64 });
        }
        let raises = desc.effects.may_raise;
        let returns: &[ir::Type] = match (desc.ret, raises) {
            (_, true) => &[I64, I64],
            (Type::Unit, false) => &[],
            (Type::F64, false) => &[F64],
            (_, false) => &[I64],
        };
        if desc.addr == self.options.support.pow
            && let Some(v) = self.power(desc.addr, trace.args(id))
        {
            return self.set(id, v);
        }
        let f = self.import(desc.addr, &desc.name, &params, returns);
        let call = self.b.ins().call(f, &args);
        let results = self.b.inst_results(call).to_vec();
        self.at.status = raises.then(|| results[1]);
        let Some(&v) = results.first().filter(|_| desc.ret != Type::Unit) else { return };
        let v = match desc.ret {
            Type::F64 if raises => self.b.ins().bitcast(F64, MemFlagsData::new(), v),
            Type::Bool => self.b.ins().ireduce(I8, v),
            _ => v,
        };
        self.set(id, v);
    }
}
