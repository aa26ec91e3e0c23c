//! The state of lowering: the function being built, the values of the trace at hand, symbols and memory flags.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{
    self, AbiParam, AliasRegionData, Block, BlockArg, ExtFuncData, ExternalName, FuncRef,
    InstBuilder, MemFlagsData, Signature, UserExternalName, Value,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, Variable};
use habu_trace::{AliasClass, InstId, Op, Slot, SnapId, Trace, Type, value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::context::RESULT;
use super::exit::{ExitDescr, State};
use super::{Options, Symbols, TreeInput, Ways};
use crate::code::Rare;

/// The CLIF type of a trace's type.
pub(super) fn clif_type(ty: Type) -> ir::Type {
    match ty {
        Type::F64 => F64,
        Type::Bool => I8,
        _ => I64,
    }
}

/// A place of memory that no other overlaps, for alias analysis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Region {
    /// The interpreter's frame.
    Frame,
    /// Exit slots of the context.
    Slots,
    /// Other fields of the context.
    Context,
    /// Allocation pointers.
    Bump,
    /// A class of the trace's descriptors.
    Class(AliasClass),
}

/// Classes beyond this share one region: many regions cost compile time.
const MAX_CLASS: u16 = 56;

impl Region {
    /// A number (a class `n` has `100 + n`) and a name.
    fn describe(self) -> (u32, &'static str) {
        match self {
            Region::Frame => (0, "frame"),
            Region::Slots => (1, "exit slots"),
            Region::Context => (2, "context"),
            Region::Bump => (3, "allocation pointers"),
            Region::Class(class) => (100 + u32::from(class.0.min(MAX_CLASS)), "class"),
        }
    }
}

/// A leaf of a state while lowering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leaf {
    /// An SSA value.
    Value(Value, Type),
    /// A constant.
    Const(u64, Type),
}

/// A comparison, kept so that a guard can test its opposite.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test {
    Int(IntCC, Value, Value),
    Float(FloatCC, Value, Value),
}

/// An exit whose block is not yet filled.
pub(super) struct OpenExit {
    pub(super) key: super::ExitKey,
    pub(super) block: Block,
    pub(super) state: State<Leaf>,
    /// The bridge that goes on here.
    pub(super) bridge: Option<usize>,
}

/// The trace at hand.
pub(super) struct Current<'a> {
    pub(super) number: u32,
    pub(super) trace: &'a Trace,
    pub(super) values: Vec<Option<Value>>,
    pub(super) tests: FxHashMap<InstId, Test>,
    /// Parameters that are doubles: boxed only where their word is needed.
    pub(super) doubles: FxHashMap<InstId, Value>,
    /// Values known to be pointers.
    pub(super) pointers: FxHashSet<InstId>,
    /// Status of the last call.
    pub(super) status: Option<Value>,
    /// What the parents left to be done.
    pub(super) pending: State<Leaf>,
    /// Where guards leave to.
    pub(super) exits: FxHashMap<SnapId, Block>,
    /// Where those leave to that must not go on in a bridge.
    pub(super) ways_out: FxHashMap<SnapId, Block>,
    /// The loop header and the types of its parameters.
    pub(super) header: Option<(Block, Vec<Type>)>,
    /// Truth values that are needed as such, not only tested.
    pub(super) needed: Vec<bool>,
}

/// A function being built.
pub(super) struct Emit<'a, 'f> {
    pub(super) b: FunctionBuilder<'f>,
    pub(super) input: &'a TreeInput<'a>,
    pub(super) options: &'a Options,
    /// The convention of helpers.
    convention: CallConv,
    /// Where the stubs for rare calls are.
    rare: [u64; 3],
    pub(super) symbols: Symbols,
    pub(super) context: Value,
    pub(super) base: Value,
    /// The address of the constants, as such and in the first block.
    pub(super) consts_at: u64,
    pub(super) consts: Value,
    /// Index of each double constant in them.
    pub(super) const_index: FxHashMap<u64, usize>,
    /// `context.heap`.
    pub(super) heap: Option<Value>,
    /// Passes of the loop since the entry, where they are counted.
    pub(super) passes: Option<Variable>,
    pub(super) at: Current<'a>,
    /// The traces before, by number: bridges use their values.
    pub(super) done: FxHashMap<u32, Current<'a>>,
    pub(super) open: Vec<OpenExit>,
    pub(super) exits: Vec<ExitDescr>,
    /// The root's entry and the slots that are its parameters, if something jumps back there.
    pub(super) root_entry: Option<(Block, Vec<Slot>)>,
    pub(super) root_header: Option<(Block, Vec<Type>)>,
    functions: FxHashMap<(u64, Signature), FuncRef>,
}

impl<'a, 'f> Emit<'a, 'f> {
    pub(super) fn new(
        mut b: FunctionBuilder<'f>,
        input: &'a TreeInput<'a>,
        (options, Ways { convention, rare }): (&'a Options, Ways),
        at: Current<'a>,
    ) -> Emit<'a, 'f> {
        let block = b.create_block();
        b.append_block_params_for_function_params(block);
        b.switch_to_block(block);
        let (context, base) = (b.block_params(block)[0], b.block_params(block)[1]);
        Emit {
            b,
            input,
            options,
            convention,
            rare,
            symbols: Symbols::default(),
            context,
            base,
            consts_at: 0,
            consts: context,
            const_index: FxHashMap::default(),
            heap: None,
            passes: None,
            at,
            done: FxHashMap::default(),
            open: Vec::new(),
            exits: Vec::new(),
            root_entry: None,
            root_header: None,
            functions: FxHashMap::default(),
        }
    }

    /// Flags of an access that neither traps nor is misaligned.
    pub(super) fn flags(&mut self, region: Region) -> MemFlagsData {
        let (user_id, name) = region.describe();
        let data = AliasRegionData { user_id, description: name.into() };
        let region = self.b.func.dfg.alias_regions.insert(data);
        MemFlagsData::trusted().with_alias_region(Some(region))
    }

    /// Flags of a load that is valid anywhere and always gives the same.
    pub(super) fn fixed() -> MemFlagsData {
        MemFlagsData::trusted().with_readonly().with_can_move()
    }

    /// A function at an address.
    pub(super) fn import(
        &mut self,
        address: u64,
        name: &str,
        params: &[ir::Type],
        returns: &[ir::Type],
    ) -> FuncRef {
        let mut signature = Signature::new(self.convention);
        signature.params.extend(params.iter().map(|&t| AbiParam::new(t)));
        signature.returns.extend(returns.iter().map(|&t| AbiParam::new(t)));
        self.import_as(address, name, signature)
    }

    fn import_as(&mut self, address: u64, name: &str, signature: Signature) -> FuncRef {
        let key = (address, signature);
        if let Some(&f) = self.functions.get(&key) {
            return f;
        }
        let signature = self.b.import_signature(key.1.clone());
        let index = self.symbols.addresses.len() as u32;
        self.symbols.addresses.push(address);
        self.symbols.names.push(name.to_string());
        let name = UserExternalName { namespace: 0, index };
        let name = ExternalName::user(self.b.func.declare_imported_user_function(name));
        let data = ExtFuncData { name, signature, colocated: false, patchable: false };
        let f = self.b.import_function(data);
        self.functions.insert(key, f);
        f
    }

    /// A call that is rarely made, of a function of the runtime: no register changes, so it costs the code around
    /// nothing. Its result.
    pub(super) fn rare_call(&mut self, rare: Rare, f: u64, name: &str, args: &[Value]) -> Value {
        let stub =
            self.import_as(self.rare[rare as usize], &format!("rare {rare:?}"), rare.signature());
        let address = self.import(f, name, &[], &[]);
        let address = self.b.ins().func_addr(I64, address);
        let mut given = vec![self.context, address];
        given.extend(args);
        self.b.ins().call(stub, &given);
        let flags = self.flags(Region::Context);
        self.b.ins().load(rare.types().1, flags, self.context, RESULT)
    }

    /// A new block that is rarely reached.
    pub(super) fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    pub(super) fn iconst(&mut self, n: i64) -> Value {
        self.b.ins().iconst(I64, n)
    }

    /// A jump with arguments.
    pub(super) fn jump(&mut self, block: Block, args: &[Value]) {
        let args: Vec<BlockArg> = args.iter().map(|&v| BlockArg::Value(v)).collect();
        self.b.ins().jump(block, &args);
    }

    /// A branch without arguments.
    pub(super) fn branch(&mut self, cond: Value, then: Block, other: Block) {
        self.b.ins().brif(cond, then, &[], other, &[]);
    }

    pub(super) fn inst_type(&self, id: InstId) -> Type {
        self.at.trace.inst(id).ty
    }

    pub(super) fn set(&mut self, id: InstId, v: Value) {
        self.at.values[id.idx()] = Some(v);
    }

    /// The value of an inst.
    pub(super) fn get(&mut self, id: InstId) -> Value {
        if let Some(v) = self.at.values[id.idx()] {
            return v;
        }
        let v = if let Some(&x) = self.at.doubles.get(&id) {
            self.box_double(x)
        } else if let Some(&test) = self.at.tests.get(&id) {
            self.emit_test(test)
        } else {
            unreachable!("{id} has no value: the trace was not verified")
        };
        self.set(id, v);
        v
    }

    pub(super) fn emit_test(&mut self, test: Test) -> Value {
        match test {
            Test::Int(cc, a, b) => self.b.ins().icmp(cc, a, b),
            Test::Float(cc, a, b) => self.b.ins().fcmp(cc, a, b),
        }
    }

    /// The inst as a leaf of a state.
    pub(super) fn leaf(&self, id: InstId) -> Leaf {
        let inst = self.at.trace.inst(id);
        if self.at.trace.is_const(id) {
            return Leaf::Const(inst.imm, inst.ty);
        }
        if let Some(&x) = self.at.doubles.get(&id) {
            return Leaf::Value(x, Type::F64);
        }
        match self.at.values[id.idx()] {
            Some(v) => Leaf::Value(v, inst.ty),
            None => unreachable!("{id} in a snapshot has no value: the trace was not verified"),
        }
    }

    /// A leaf as an SSA value, in its own type.
    pub(super) fn leaf_value(&mut self, leaf: Leaf) -> Value {
        match leaf {
            Leaf::Value(v, _) => v,
            Leaf::Const(bits, Type::F64) => self.b.ins().f64const(f64::from_bits(bits)),
            Leaf::Const(bits, Type::Bool) => self.b.ins().iconst(I8, bits as i64),
            Leaf::Const(bits, _) => self.iconst(bits as i64),
        }
    }

    /// A leaf as a tagged word.
    pub(super) fn leaf_word(&mut self, leaf: Leaf) -> Value {
        let v = self.leaf_value(leaf);
        let (Leaf::Value(_, ty) | Leaf::Const(_, ty)) = leaf;
        match ty {
            Type::F64 => self.box_double(v),
            Type::Bool => {
                let [no, yes] = self.options.truth;
                let (no, yes) = (self.iconst(no as i64), self.iconst(yes as i64));
                self.b.ins().select(v, yes, no)
            }
            Type::Raw => self.b.ins().ishl_imm_u(v, 2),
            _ => v,
        }
    }

    /// The tagged constant that an inst is.
    pub(super) fn const_bits(&self, id: InstId) -> Option<u64> {
        self.at.trace.const_bits(id)
    }

    /// The int that an inst is known to be. Code after a guard that always fails may have constants of any kind.
    pub(super) fn const_int(&self, id: InstId) -> Option<i64> {
        self.const_bits(id).filter(|&bits| value::is_int(bits)).map(value::to_int)
    }

    pub(super) fn is_pointer(&self, id: InstId) -> bool {
        self.at.pointers.contains(&id) || self.const_bits(id).is_some_and(value::is_ptr)
    }

    /// One inst.
    pub(super) fn inst(&mut self, id: InstId) {
        let inst = *self.at.trace.inst(id);
        match inst.op {
            Op::Nop | Op::Keep | Op::Param | Op::Phi => {}
            Op::Outer => self.outer(id, inst.outer()),
            Op::ConstVal | Op::ConstRaw | Op::ConstBool => {
                let v = self.leaf_value(Leaf::Const(inst.imm, inst.ty));
                self.set(id, v);
            }
            Op::ConstF64 => {
                if self.at.values[id.idx()].is_none() {
                    let v = self.double_const(inst.imm);
                    self.set(id, v);
                }
            }
            Op::CallTree => self.tree_call_inst(id, &inst),
            op if op.has_snap() => self.guard_inst(id, &inst),
            Op::FrameAddr => {
                let v = self.slot_address(inst.slot());
                self.set(id, v);
            }
            Op::Load | Op::Store | Op::Aload | Op::Astore | Op::FrameLoad | Op::FrameStore => {
                self.memory_inst(id, &inst);
            }
            Op::Barrier | Op::New | Op::NewArray => self.alloc_inst(id, &inst),
            Op::Call => self.call_inst(id, &inst),
            op => {
                let args = self.at.trace.args(id);
                if !self.int_inst(id, op, args) && !self.raw_inst(id, op, args) {
                    self.float_inst(id, op, args);
                }
            }
        }
    }
}
