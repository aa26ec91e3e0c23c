//! From `bytecode::Code` to code objects: constants become values, instructions get their in-memory form.
//!
//! The instruction words live in a blob that never moves; LOAD_K words are replaced by the constant's bits, `Ret` in
//! generators by `GenRet`. Only verified code may come here.

use crate::error::PyResult;
use crate::frame::frame_function;
use crate::vm::Vm;
use habu_bytecode as bc;
use habu_bytecode::{Insn, Op, Word};
use habu_object::Set;
use habu_object::{Array, Blob, Code, Function, Gc, Kind, List, Tuple, Value, int};
use std::rc::Rc;

/// What is kept for a code object as long as it lives.
pub(crate) struct Loaded {
    data: Rc<bc::Code>,
    /// Its first instruction.
    entry: usize,
}

impl Vm {
    /// The plain data of a code object; not to be used beyond its life.
    #[inline]
    pub fn code_data(&self, code: Gc<Code>) -> &'static bc::Code {
        // SAFETY: the table of loaded code keeps the data until the code object is dead (`forget_dead_code`).
        unsafe { &*(code.data.get() as *const bc::Code) }
    }

    /// Makes the code object of verified code.
    pub fn load_code(&mut self, data: &Rc<bc::Code>) -> PyResult<Gc<Code>> {
        let code = Code::blank(&mut self.heap)?;
        let name = self.intern(&data.name)?;
        let qualname = self.intern(&data.qualname)?;
        let filename = self.intern(&data.filename)?;
        code.store(&mut self.heap, &code.name, name);
        code.store(&mut self.heap, &code.qualname, qualname);
        code.store(&mut self.heap, &code.filename, filename);
        let names = self.string_array(&data.names)?;
        code.store(&mut self.heap, &code.names, names.value());
        let varnames = self.string_array(&data.varnames)?;
        code.store(&mut self.heap, &code.varnames, varnames.value());
        let consts = Array::zeroed(&mut self.heap, data.consts.len())?;
        code.store(&mut self.heap, &code.consts, consts.value());
        for (i, c) in data.consts.iter().enumerate() {
            let v = self.load_const(c)?;
            consts.set(&mut self.heap, i, v);
        }
        let refs = self.new_list(&[])?;
        code.store(&mut self.heap, &code.refs, refs);
        let words = Blob::new(&mut self.heap, data.code.len() * 4)?;
        code.store(&mut self.heap, &code.words, words.value());
        self.fill_words(data, words, consts);
        code.data.set(Rc::as_ptr(data) as usize);
        code.entry.set(words.u32s().as_ptr() as usize);
        // Far registers are in no window, but parameters arrive in one.
        let far = bc::decode::FAR as u32;
        let params = bc::verify::parameters(data) as u32;
        code.nregs.set(if data.nregs > far { far.max(params) } else { data.nregs });
        code.flags.set(data.flags);
        code.argcount.set(data.argcount);
        code.kwonly.set(data.kwonly);
        self.enrol_code(code, Rc::clone(data));
        Ok(code)
    }

    /// Gives a code object its number and keeps its data.
    fn enrol_code(&mut self, code: Gc<Code>, data: Rc<bc::Code>) {
        // Its words may lie where those of dead code have lain: what was known of those must go first.
        self.forget_dead_code();
        let number = self.heap.enrol(code.header());
        code.number.set(number);
        let at = number as usize;
        if at >= self.loaded.len() {
            self.loaded.resize_with(at + 1, || None);
        }
        self.loaded[at] = Some(Loaded { data, entry: code.entry.get() });
    }

    /// Drops what is kept for code objects that have died.
    fn forget_dead_code(&mut self) {
        let dead = self.heap.take_vacated();
        if dead.is_empty() {
            return;
        }
        for number in &dead {
            if let Some(loaded) = self.loaded[*number as usize].take() {
                self.forget_resume_points(&loaded.data, loaded.entry as *const u32);
            }
        }
        self.hosted.forget(&dead);
    }

    /// The code object with a number, if it lives.
    pub fn code_numbered(&self, number: u32) -> Option<Gc<Code>> {
        let object = self.heap.enrolled(number)?;
        Value::from_bits(object.as_ptr() as u64 + 1).cast()
    }

    /// All code objects that live.
    pub fn codes(&self) -> impl Iterator<Item = Gc<Code>> {
        (0..self.heap.numbers()).filter_map(|number| self.code_numbered(number))
    }

    /// Keeps a code object as long as the runtime: somebody knows the addresses of its instructions or of its data.
    #[inline]
    pub fn pin_code(&mut self, code: Gc<Code>) {
        if !code.pinned.replace(true) {
            self.pinned.push(code.value());
        }
    }

    /// The same of the code that runs in the window at `base`, if any.
    ///
    /// # Safety
    /// `base` is a live window.
    pub unsafe fn pin_running(&mut self, base: *mut Value) {
        // SAFETY: passed on.
        if let Some(f) = unsafe { frame_function(base) } {
            self.pin_code(Vm::function_code(f));
        }
    }

    /// The same code with caches of its own, for globals that are not those it was made for.
    pub fn copy_code(&mut self, code: Gc<Code>) -> PyResult<Gc<Code>> {
        let data = Rc::new(self.code_data(code).clone());
        self.load_code(&data)
    }

    fn fill_words(&mut self, data: &bc::Code, words: Gc<Blob>, consts: Gc<Array>) {
        let cells = words.u32s();
        let generator = data.flags
            & (bc::flags::GENERATOR | bc::flags::COROUTINE | bc::flags::ASYNC_GENERATOR)
            != 0;
        let mut at = 0;
        while at < data.code.len() {
            let insn = Insn(data.code[at]);
            let Some(op) = insn.op() else { return };
            let size = op.size();
            for i in 0..size.min(data.code.len() - at) {
                cells[at + i].set(data.code[at + i]);
            }
            if op == Op::LoadK {
                let bits = consts.get(data.code[at + 1] as usize).bits();
                cells[at + 1].set(bits as u32);
                cells[at + 2].set((bits >> 32) as u32);
            }
            if op == Op::Ret && generator {
                cells[at].set(Insn::abc(Op::GenRet, insn.a() as u8, 0, 0).0);
            }
            for (i, w) in op.info().words.iter().enumerate() {
                match w {
                    Word::Count => cells[at + 1 + i].set(self.hot_start(data, at)),
                    Word::Cache | Word::Link => cells[at + 1 + i].set(0),
                    _ => {}
                }
            }
            at += size;
        }
    }

    /// First value of a hot counter: spread a little, so that loops of one program do not become hot together.
    fn hot_start(&self, data: &bc::Code, at: usize) -> u32 {
        if !self.options.jit {
            return u32::MAX;
        }
        let hot = self.options.jit_hot.max(1);
        if hot < 64 { hot } else { hot + ((data.first_line as usize * 31 + at * 7) % 61) as u32 }
    }

    fn string_array(&mut self, names: &[Box<str>]) -> PyResult<Gc<Array>> {
        let array = Array::zeroed(&mut self.heap, names.len())?;
        for (i, n) in names.iter().enumerate() {
            let s = self.intern(n)?;
            array.set(&mut self.heap, i, s);
        }
        Ok(array)
    }

    /// The value of a constant; strs that look like names are interned, as CPython does.
    pub fn load_const(&mut self, c: &bc::Const) -> PyResult<Value> {
        Ok(match c {
            bc::Const::None => Value::NONE,
            bc::Const::Bool(b) => Value::bool(*b),
            bc::Const::Ellipsis => Value::ELLIPSIS,
            bc::Const::Int(n) => self.new_int(*n)?,
            bc::Const::BigInt(text) => match int::parse(&mut self.heap, text, 10, 0) {
                Ok(v) => v,
                Err(_) => return Err(self.value_error("invalid integer constant")),
            },
            bc::Const::Float(f) => self.new_float(*f)?,
            bc::Const::Complex(re, im) => habu_object::complex::new(&mut self.heap, *re, *im)?,
            bc::Const::Str(s) => {
                if s.len() <= 64 {
                    self.intern(s)?
                } else {
                    self.new_str(s)?
                }
            }
            bc::Const::Surrogates(points) => {
                let mut text = habu_object::str::StrBuf::new();
                points.iter().for_each(|c| text.push(*c));
                text.finish(&mut self.heap)?.value()
            }
            bc::Const::Bytes(b) => habu_object::bytes::Bytes::new(&mut self.heap, b)?.value(),
            bc::Const::Tuple(items) => {
                let t = Tuple::zeroed(&mut self.heap, items.len())?;
                for (i, c) in items.iter().enumerate() {
                    let v = self.load_const(c)?;
                    t.set(&mut self.heap, i, v);
                }
                if items.is_empty() { Value::EMPTY_TUPLE } else { t.value() }
            }
            bc::Const::FrozenSet(items) => {
                let s = Set::new_frozen(&mut self.heap)?;
                for c in items.iter() {
                    let v = self.load_const(c)?;
                    let hash = self.hash(v)?;
                    s.add(self, v, hash, |vm: &mut Vm, a, b| vm.eq(a, b))?;
                }
                s.value()
            }
            bc::Const::Code(code) => self.load_code(code)?.value(),
        })
    }

    /// A function of a code object.
    pub fn new_function(&mut self, code: Gc<Code>, globals: Value) -> PyResult<Gc<Function>> {
        let f = Function::blank(&mut self.heap)?;
        f.code.set(code.value());
        f.globals.set(globals);
        f.name.set(code.name.get());
        f.qualname.set(code.qualname.get());
        f.doc.set(Value::NONE);
        let module = match globals.cast::<habu_object::dict::Dict>() {
            Some(d) => self.dict_get_str(d, self.names.__name__).unwrap_or(Value::NONE),
            None => Value::NONE,
        };
        f.store(&mut self.heap, &f.module, module);
        f.builtins.set(self.builtins);
        if code.flags.get() & bc::flags::HAS_DOCSTRING != 0
            && let Some(consts) = code.consts.get().cast::<Array>()
            && !consts.is_empty()
            && consts.get(0).kind() == Kind::Str
        {
            f.doc.set(consts.get(0));
        }
        self.set_function_code(f, code);
        Ok(f)
    }

    /// Makes `code` the code of `f`, of which no frame runs.
    pub fn set_function_code(&mut self, f: Gc<Function>, code: Gc<Code>) {
        f.store(&mut self.heap, &f.code, code.value());
        f.entry.set(code.entry.get());
        f.nregs.set(code.nregs.get());
        let variadic = code.flags.get() & (bc::flags::VARARGS | bc::flags::VARKEYWORDS) != 0;
        let simple = !variadic && code.kwonly.get() == 0;
        // Code with a namespace takes it in R[0], though it has no parameter.
        let hidden =
            (code.flags.get() & (bc::flags::CLASS_BODY | bc::flags::NAMESPACE) != 0) as u32;
        f.simple_args.set(if simple { code.argcount.get() + hidden } else { u32::MAX });
        f.version.set(f.version.get().wrapping_add(1));
    }

    /// Runs a module's or script's code in a namespace.
    pub fn run_code(
        &mut self,
        code: Gc<Code>,
        globals: Value,
        namespace: Option<Value>,
    ) -> PyResult<Value> {
        let f = self.new_function(code, globals)?;
        match namespace {
            Some(ns) => self.call(f.value(), &[ns]),
            None => self.call(f.value(), &[]),
        }
    }

    /// What the attribute caches of this code refer to: asked for before one of them is filled.
    pub fn attr_refs(&mut self, code: Gc<Code>) -> PyResult<Gc<List>> {
        if let Some(refs) = code.attr_refs.get().cast::<List>() {
            return Ok(refs);
        }
        let refs = List::new(&mut self.heap, 4)?;
        code.store(&mut self.heap, &code.attr_refs, refs.value());
        self.warm.push(code.number.get());
        Ok(refs)
    }

    /// Turns every quickened attribute instruction back into its general form and tells the JIT.
    pub fn flush_caches(&mut self) {
        for number in std::mem::take(&mut self.warm) {
            let Some(code) = self.code_numbered(number) else { continue };
            code.attr_refs.set(Value::UNBOUND);
            let Some(words) = code.words.get().cast::<Blob>() else { continue };
            let cells = words.u32s();
            let len = self.code_data(code).code.len();
            let mut at = 0;
            while at < len {
                let insn = Insn(cells[at].get());
                let Some(op) = insn.op() else { break };
                let general = match op {
                    Op::LoadAttrSlot
                    | Op::LoadAttrCell
                    | Op::LoadAttrProperty
                    | Op::LoadAttrType => Some(Op::LoadAttr),
                    Op::StoreAttrSlot => Some(Op::StoreAttr),
                    Op::LoadMethodCell
                    | Op::LoadMethodSlot
                    | Op::LoadMethodPlain
                    | Op::LoadMethodStatic
                    | Op::LoadMethodClass => Some(Op::LoadMethod),
                    _ => None,
                };
                if let Some(general) = general {
                    cells[at].set(insn.0 & !0xff | general as u32);
                    for w in 2..op.size() {
                        cells[at + w].set(0);
                    }
                }
                at += op.size();
            }
        }
        self.attr_plans.clear();
        self.store_plans.clear();
        self.class_epoch = self.class_epoch.wrapping_add(1);
        (self.ports.invalidate)(self);
    }
}
