//! Functions made while recording: objects of the trace like any other, and never made if nobody keeps them.

use super::Recorder;
use super::machine::Rec;
use habu_object::dict::Dict;
use habu_object::{Array, Code, Function, Kind, Value};
use habu_semantics::Machine;
use habu_semantics::fields::{
    CELL_CONTENTS, FUNCTION, FUNCTION_BUILTINS, FUNCTION_CODE, FUNCTION_DOC, FUNCTION_ENTRY,
    FUNCTION_GLOBALS, FUNCTION_MODULE, FUNCTION_NAME, FUNCTION_NREGS, FUNCTION_QUALNAME,
    FUNCTION_SIMPLE_ARGS, FUNCTION_VERSION, GEN_FUNC, exact,
};
use habu_vm::Vm;

impl Recorder<'_> {
    /// The function of the running frame, which is that of a function or a generator.
    pub(super) fn running_function(&mut self) -> Rec<Value> {
        let callee = self.callee();
        match callee.now.kind() {
            Kind::Generator => self.load(callee, &GEN_FUNC),
            _ => callee,
        }
    }

    /// What `Vm::new_function` makes of a code constant in the running frame.
    pub(super) fn make_function(&mut self, index: usize) -> Option<Rec<Value>> {
        let running = self.running_function();
        let code = Vm::function_code(running.now.cast::<Function>()?);
        let code = code.consts.get().cast::<Array>()?.get(index).cast::<Code>()?;
        // The plainest function of this code: what it has is known, but for its module.
        let plain = self.vm.new_function(code, Value::NONE).ok()?;
        let globals = self.load(running, &FUNCTION_GLOBALS);
        let builtins = self.load(running, &FUNCTION_BUILTINS);
        let module = self.module_name(globals)?;
        let f = self.new_object(&FUNCTION, exact(Kind::Function))?;
        for (field, v) in [
            (&FUNCTION_CODE, plain.code.get()),
            (&FUNCTION_NAME, plain.name.get()),
            (&FUNCTION_QUALNAME, plain.qualname.get()),
            (&FUNCTION_DOC, plain.doc.get()),
        ] {
            let v = self.konst(v);
            self.store(f, field, v);
        }
        self.store(f, &FUNCTION_GLOBALS, globals);
        self.store(f, &FUNCTION_BUILTINS, builtins);
        self.store(f, &FUNCTION_MODULE, module);
        let entry = self.small(plain.entry.get() as i64);
        self.store_count(f, &FUNCTION_ENTRY, entry);
        self.store_small(f, &FUNCTION_NREGS, plain.nregs.get());
        self.store_small(f, &FUNCTION_SIMPLE_ARGS, plain.simple_args.get());
        self.store_small(f, &FUNCTION_VERSION, plain.version.get());
        // Nobody has seen the object: these stores are no effects after which nothing may be decided.
        self.effect = false;
        Some(f)
    }

    /// `__name__` of a module whose namespace has cells.
    fn module_name(&mut self, globals: Rec<Value>) -> Option<Rec<Value>> {
        let dict = globals.now.cast::<Dict>().filter(|d| d.has_cells())?;
        let cell = self.vm.find_cell(dict, self.vm.names.__name__)?;
        self.pin(globals);
        let cell = self.konst(cell.value());
        let name = self.load(cell, &CELL_CONTENTS);
        if self.is(name, Value::UNBOUND) { None } else { Some(name) }
    }
}
