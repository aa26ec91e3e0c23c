//! The op table: every bytecode op with its operands and what they mean, stated once.
//!
//! `for_each_op!` is expanded into the `Op` enum, the decoder, the disassembler, the verifier, liveness, the
//! interpreter's dispatch table and the recorder's. A row is
//!
//! ```text
//! Name  A B C  [words]  Range;
//! ```
//!
//! An instruction is one u32: op in bits 0..8, A in 8..16, B in 16..24, C in 24..32, followed by the row's words.
//! Operand roles: `w` register written, `r` register read, `x` register read and written, `i` unsigned immediate,
//! `s` signed immediate, `bx` unsigned 16 bits in B and C, `sbx` signed 16 bits in B and C, `_` unused.
//! Word roles: `name` index into `Code::names`; `jump` signed offset in words from the op word itself; `konst` two
//! words, on disk an index into `Code::consts` and zero, in memory the value's bits; `index` index into
//! `Code::consts`; `var` index into `Code::varnames`; `count` hot counter; `link` compiled trace; `cache` inline
//! cache; `imm` a plain number. Ranges name register sets that A, B, C alone do not show (see [`Range`]).
//!
//! Registers are words of the frame window `base[0..nregs]`. `base[-3]` is the callee (and the caller's result
//! register), `base[-2]` the return pc, `base[-1]` the caller's base. A *call window* at register A of the caller is
//! therefore: R[A] callee then result, R[A+1] and R[A+2] link words, R[A+3].. arguments = the callee's base.

/// Registers an op touches besides those named by its A, B and C roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Range {
    /// None.
    No,
    /// Reads R[B] .. R[B+C].
    ReadBC,
    /// Reads R[B] .. R[B+2C] (key, value pairs).
    ReadB2C,
    /// Reads R[B], R[B+1] (and R[B] is already a role).
    ReadB2,
    /// Reads R[B], R[B+1], R[B+2].
    ReadB3,
    /// Reads R[A], R[A+1] when C is 2, R[A] when C is 1 or 3.
    ReadRaise,
    /// A call window: reads R[A], R[A+3] .. R[A+3+B]; writes R[A]; clobbers everything from R[A] up.
    Call,
    /// A method call window: reads R[A], R[A+3] .. R[A+4+B] (self or UNBOUND first); writes R[A].
    CallMethod,
    /// As Call when C is 0, as CallMethod when C is 1.
    CallKw,
    /// Reads R[A], R[A+3], R[A+4]; writes R[A].
    CallEx,
    /// Writes R[A] and R[A+3] (clobbers R[A+1], R[A+2]).
    WriteMethod,
    /// Writes R[A] .. R[A+C].
    WriteAC,
    /// Writes R[A] .. R[A+B].
    WriteAB,
    /// Writes R[A] .. R[A+1+word0+word1].
    WriteUnpackEx,
    /// Reads as many registers from R[B] as bits are set in C.
    ReadFlags,
    /// Uses R[A+1] and above as a call window.
    ForWindow,
    /// Reads R[A+1].
    ForResult,
}

/// Calls `$cb!` with the whole table.
#[macro_export]
macro_rules! for_each_op {
    ($cb:ident) => {
        $cb! {
        /// Does nothing.
        Nop _ _ _ [] No;
        /// Function entry: counts calls; may enter compiled code.
        Enter _ _ _ [count link] No;
        /// R[A] = R[B].
        Move w r _ [] No;
        /// R[A] = the constant in the next two words.
        LoadK w _ _ [konst] No;
        /// R[A] = the small int sBx.
        LoadInt w sbx _ [] No;
        /// Entry of a function with far registers (more than 200 variables): R[200] = their storage. The parameters
        /// from number word0 on, word1 in all, move there.
        EnterFar _ _ _ [imm imm] No;
        /// R[A] = far register Bx.
        LoadFar w bx _ [] No;
        /// Far register Bx = R[A].
        StoreFar r bx _ [] No;
        /// R[A] = UNBOUND.
        Unbind w _ _ [] No;
        /// Raises UnboundLocalError naming the variable if R[A] is UNBOUND.
        CheckBound r _ _ [var] No;
        /// R[A] = one of the common objects, by `Common` id B.
        LoadCommon w i _ [] No;

        /// R[A] = global or builtin `name` (cache: cell pointer in two words, shadow version).
        LoadGlobal w _ _ [name cache cache cache] No;
        /// Global `name` = R[A] (cache: cell pointer).
        StoreGlobal r _ _ [name cache cache] No;
        /// Deletes global `name`.
        DelGlobal _ _ _ [name] No;
        /// R[A] = `name` looked up in the namespace R[B], then globals, then builtins (class bodies, exec).
        LoadName w r _ [name] No;
        /// Namespace R[A] `name` = R[B].
        StoreName r r _ [name] No;
        /// Deletes `name` from the namespace R[A].
        DelName r _ _ [name] No;
        /// R[A] = `name` in the namespace R[B], else the contents of the cell R[C].
        LoadNameCell w r r [name] No;

        /// R[A] = a new cell holding R[A].
        MakeCell x _ _ [] No;
        /// R[A] = contents of the cell R[B]; NameError/UnboundLocalError naming `name` if empty.
        LoadCell w r _ [name] No;
        /// Contents of the cell R[A] = R[B].
        StoreCell r r _ [] No;
        /// Empties the cell R[A]; NameError if it is empty.
        DelCell r _ _ [name] No;
        /// R[A] .. R[A+B] = the closure cells of the running function.
        CopyFree w i _ [] WriteAB;

        /// R[A] = R[B].name
        LoadAttr w r _ [name cache cache cache cache] No;
        /// R[A].name = R[B]
        StoreAttr r r _ [name cache cache cache cache] No;
        /// del R[A].name
        DelAttr r _ _ [name] No;
        /// R[A] = the function and R[A+3] = self of the method R[B].name; or R[A] = attribute, R[A+3] = UNBOUND.
        LoadMethod w r _ [name cache cache cache cache] WriteMethod;
        /// R[A] = the special method C of type(R[B]), bound (context managers, async protocols).
        LoadSpecial w r i [] No;
        /// Zero-argument super: R[A] (the value of the name `super`) becomes super(R[B] the __class__ cell, R[C] self).
        LoadSuper x r r [] No;

        /// R[A] = R[B][R[C]]
        GetItem w r r [] No;
        /// R[A] = R[B][C], C a small constant index.
        GetItemI w r i [] No;
        /// R[A][R[B]] = R[C]
        SetItem r r r [] No;
        /// del R[A][R[B]]
        DelItem r r _ [] No;
        /// R[A] = slice(R[B], R[B+1], R[B+2])
        BuildSlice w r _ [] ReadB3;

        /// R[A] = R[B] + R[C]; likewise the next rows.
        Add w r r [] No;
        Sub w r r [] No;
        Mul w r r [] No;
        TrueDiv w r r [] No;
        FloorDiv w r r [] No;
        Mod w r r [] No;
        Pow w r r [] No;
        LShift w r r [] No;
        RShift w r r [] No;
        BitAnd w r r [] No;
        BitOr w r r [] No;
        BitXor w r r [] No;
        MatMul w r r [] No;
        /// R[A] = R[B] += R[C] (in-place special methods first); likewise the next rows.
        IAdd w r r [] No;
        ISub w r r [] No;
        IMul w r r [] No;
        ITrueDiv w r r [] No;
        IFloorDiv w r r [] No;
        IMod w r r [] No;
        IPow w r r [] No;
        ILShift w r r [] No;
        IRShift w r r [] No;
        IBitAnd w r r [] No;
        IBitOr w r r [] No;
        IBitXor w r r [] No;
        IMatMul w r r [] No;
        /// R[A] = R[B] + C with a signed 8-bit constant; likewise the next rows.
        AddI w r s [] No;
        SubI w r s [] No;
        MulI w r s [] No;
        FloorDivI w r s [] No;
        ModI w r s [] No;
        LShiftI w r s [] No;
        RShiftI w r s [] No;
        BitAndI w r s [] No;
        /// R[A] = R[B] += C.
        IAddI w r s [] No;
        /// R[A] = R[B] -= C.
        ISubI w r s [] No;

        /// R[A] = -R[B]
        Neg w r _ [] No;
        /// R[A] = +R[B]
        Pos w r _ [] No;
        /// R[A] = ~R[B]
        Invert w r _ [] No;
        /// R[A] = not R[B]
        Not w r _ [] No;

        /// R[A] = R[B] < R[C] (any object, not only bool); likewise the next rows.
        Lt w r r [] No;
        Le w r r [] No;
        Gt w r r [] No;
        Ge w r r [] No;
        Eq w r r [] No;
        Ne w r r [] No;
        /// R[A] = R[B] is R[C]
        Is w r r [] No;
        /// R[A] = R[B] is not R[C]
        IsNot w r r [] No;
        /// R[A] = R[B] in R[C]
        In w r r [] No;
        /// R[A] = R[B] not in R[C]
        NotIn w r r [] No;

        /// Jumps.
        Jump _ _ _ [jump] No;
        /// Back-edge of a loop: jumps, counts, polls. The jump's target is a loop header where traces start.
        JumpBack _ _ _ [jump count link] No;
        /// Jumps if R[A] is true.
        JTrue r _ _ [jump] No;
        /// Jumps if R[A] is false.
        JFalse r _ _ [jump] No;
        /// Jumps if (R[A] is None) == C.
        JNone r _ i [jump] No;
        /// Jumps if (R[A] is R[B]) == C.
        JIs r r i [jump] No;
        /// Jumps if (R[A] in R[B]) == C.
        JIn r r i [jump] No;
        /// Jumps if R[A] < R[B] is true / false; likewise the next rows.
        JLtT r r _ [jump] No;
        JLtF r r _ [jump] No;
        JLeT r r _ [jump] No;
        JLeF r r _ [jump] No;
        JGtT r r _ [jump] No;
        JGtF r r _ [jump] No;
        JGeT r r _ [jump] No;
        JGeF r r _ [jump] No;
        JEqT r r _ [jump] No;
        JEqF r r _ [jump] No;
        JNeT r r _ [jump] No;
        JNeF r r _ [jump] No;
        /// Jumps if R[A] < sBx is true / false; likewise the next rows.
        JLtIT r sbx _ [jump] No;
        JLtIF r sbx _ [jump] No;
        JLeIT r sbx _ [jump] No;
        JLeIF r sbx _ [jump] No;
        JGtIT r sbx _ [jump] No;
        JGtIF r sbx _ [jump] No;
        JGeIT r sbx _ [jump] No;
        JGeIF r sbx _ [jump] No;
        JEqIT r sbx _ [jump] No;
        JEqIF r sbx _ [jump] No;
        JNeIT r sbx _ [jump] No;
        JNeIF r sbx _ [jump] No;

        /// R[A] = iter(R[B])
        GetIter w r _ [] No;
        /// Bottom and header of a `for` loop: R[B] = next(R[A]) and jumps to the body; falls through past the FOR_RESULT
        /// that always follows when exhausted. R[A+1].. is free for a call window.
        ForLoop r w _ [jump count link] ForWindow;
        /// Follows FOR_LOOP: a Python-level step returned into R[A+1]; R[B] = that and jumps to the body.
        ForResult r w _ [jump] ForResult;
        /// A `for` loop over R[A] is left before its end: closes the iterator if that is a generator only the loop has.
        CloseIter r _ _ [] No;

        /// R[A] = the callee's result; callee R[A], B positional arguments from R[A+3].
        Call x i _ [] Call;
        /// Method form after LOAD_METHOD: B arguments beside self.
        CallMethod x i _ [] CallMethod;
        /// B arguments of which the last len(K[index]) are keywords; C is 1 for the method form.
        CallKw x i i [index] CallKw;
        /// Callee R[A], iterable of positional arguments R[A+3], keyword dict R[A+4] or UNBOUND.
        CallEx x _ _ [] CallEx;
        /// Returns R[A].
        Ret r _ _ [] No;

        /// R[A] = function of code K[index]; C flags 1 defaults, 2 kwdefaults, 4 annotate, 8 closure: values in R[B]...
        MakeFunction w i i [index] ReadFlags;
        /// R[A] = __build_class__
        LoadBuildClass w _ _ [] No;

        /// R[A] = (R[B], .. C of them)
        BuildTuple w i i [] ReadBC;
        BuildList w i i [] ReadBC;
        BuildSet w i i [] ReadBC;
        /// R[A] = {R[B]: R[B+1], .. C pairs}
        BuildDict w i i [] ReadB2C;
        /// R[A] = the concatenation of C strings from R[B].
        BuildString w i i [] ReadBC;
        /// R[A].append(R[B]) on an exact list under construction.
        ListAppend r r _ [] No;
        /// R[A].extend(R[B]); TypeError as for star-arguments if C is 1.
        ListExtend r r i [] No;
        /// R[A] = tuple(R[B]) of an exact list.
        ListToTuple w r _ [] No;
        SetAdd r r _ [] No;
        SetUpdate r r _ [] No;
        /// R[A][R[B]] = R[C] on an exact dict under construction.
        DictSet r r r [] No;
        /// R[A].update(R[B]) as in a dict display.
        DictUpdate r r _ [] No;
        /// R[A].update(R[B]) as for keyword arguments: TypeError on repeated names; R[C] is the callee, for the message.
        DictMerge r r r [] No;
        /// R[A] = format(conv(R[B])); conversion C: 0 none, 1 str, 2 repr, 3 ascii.
        FormatSimple w r i [] No;
        /// R[A] = format(conv(R[B]), R[B+1]).
        FormatSpec w r i [] ReadB2;
        /// R[A] .. R[A+C] = R[B]
        Unpack w r i [] WriteAC;
        /// R[A] .. = R[B] with word0 names before and word1 after the starred one.
        UnpackEx w r _ [imm imm] WriteUnpackEx;

        /// Creates the generator object of the running frame and returns it (cache: registers to be saved here, and
        /// those saved elsewhere only, as two masks). A is 1 for a coroutine, 2 for an async generator.
        MakeGenerator i _ _ [cache cache cache cache] No;
        /// Yields R[B]; R[A] = what is sent. C - 1 is the delegate's register inside `yield from`/`await`, 0 else
        /// (cache: as MAKE_GENERATOR).
        Yield w r i [cache cache cache cache] No;
        /// Gives R[B] to who awaits a step of the running async generator; R[A] = what is sent (cache: as
        /// MAKE_GENERATOR).
        AsyncYield w r _ [cache cache cache cache] No;
        /// R[A] = the iterator of R[B] as `await` wants it; C is 1 for what `__aenter__` returned, 2 for `__aexit__`, 3 for
        /// `__anext__`.
        GetAwaitable w r i [] No;
        /// R[A] = aiter(R[B])
        GetAIter w r _ [] No;
        /// R[A] = R[B].__anext__(); GET_AWAITABLE follows.
        GetANext w r _ [] No;
        /// R[A] = the iterator of R[B] as `yield from` wants it.
        GetYieldFromIter w r _ [] No;
        /// Sends R[B] to the iterator R[A]; R[B] = the yielded value; when finished R[B] = its result and jumps.
        Send r x _ [jump] No;

        /// C 0: re-raises the handled exception; 1: raises R[A]; 2: raises R[A] from R[A+1]; 3: raises the exception R[A]
        /// again, its traceback kept.
        Raise _ _ i [] ReadRaise;
        /// Raises R[A] again, its traceback kept (end of finally, no matching except).
        Reraise r _ _ [] No;
        /// Enters a handler: R[B] = the exception handled until now, which becomes R[A].
        PushExc r w _ [] No;
        /// Leaves a handler: the handled exception becomes R[A].
        PopExc r _ _ [] No;
        /// Jumps if the exception R[A] does not match R[B]; TypeError if R[B] is no exception class or tuple of them.
        JNoMatch r r _ [jump] No;

        /// Jumps if R[A] is no sequence (C 0) or no mapping (C 1) as patterns understand it.
        JNoCollection r _ i [jump] No;
        /// R[A] = len(R[B])
        Len w r _ [] No;
        /// Jumps if R[A] is no instance of R[B], the class of a class pattern.
        JNoInstance r r _ [jump] No;
        /// R[A] = what `R[B].get(R[C])` finds; None, and jumps, if it finds nothing.
        MatchKey w r r [jump] No;
        /// ValueError if two of the C keys from R[B] on, those of a mapping pattern, are equal.
        CheckKeys _ i i [] ReadBC;
        /// R[A] = R[B].name for a class pattern; None, and jumps, if there is no such attribute.
        MatchAttr w r _ [name jump] No;
        /// R[A] = what a positional sub-pattern of the class pattern R[C] gets of R[B]; None, and jumps, if there is no
        /// such attribute. The number of the sub-pattern is in the low half of imm, how many there are in the high
        /// half, the names of the keyword sub-patterns in K[index].
        MatchArg w r r [imm index jump] No;

        /// R[A] = what the runtime's function imm (`intrinsic`) makes of R[B], .. C of them.
        Intrinsic w i i [imm] ReadBC;

        /// R[A] = __import__(name, fromlist = R[B], level = imm)
        ImportName w r _ [name imm] No;
        /// R[A] = R[B].name as `from B import name`.
        ImportFrom w r _ [name] No;
        /// from R[A] import *, into the globals (or the namespace R[B] when C is 1).
        ImportStar r i i [] No;

        /// Internal ops from here on: put in place by the loader, inline caches and calls; never in a `.pyc`.
        /// Ends the innermost run of the interpreter; R[0] is the result.
        Halt _ _ _ [] No;
        /// Ends the innermost run of the interpreter with the pending exception.
        Leave _ _ _ [] No;
        /// Return of a generator's frame: marks it finished and hands R[A] to whoever resumed it.
        GenRet r _ _ [] No;
        /// Continuation of a class call: `__init__` returned into R[2]; R[0] is the object.
        ContInit _ _ _ [] No;
        /// Continuation of an op that stores one result: R[2] goes to register A of the op whose address is R[0].
        ContStore _ _ _ [] No;
        /// Continuation of a binary op: as ContStore, after NotImplemented has been dealt with.
        ContBinary _ _ _ [] No;
        /// Continuation of a comparison that stores or jumps on its result.
        ContCompare _ _ _ [] No;
        /// Continuation of a truth test or an `in` that stores or jumps.
        ContTruth _ _ _ [] No;
        /// Continuation of SEND: the delegate yielded or returned.
        ContSend _ _ _ [] No;
        /// Continuation of a FOR_LOOP or SEND whose generator has run in a tree of its own: that is R[1], and R[2] is what
        /// it has yielded or returned; R[0] is the op's address.
        ContGen _ _ _ [] No;
        /// Continuation of FOR_LOOP over an object with a Python `__next__`.
        ContNext _ _ _ [] No;
        /// Continuation of FOR_LOOP over a `filter` with a Python predicate: R[1] is the item.
        ContFilter _ _ _ [] No;
        /// Continuation whose result is dropped (attribute and item stores through Python code).
        ContDrop _ _ _ [] No;
        /// LOAD_ATTR of an in-object slot: cache is shape, offset in bytes.
        LoadAttrSlot w r _ [name cache cache cache cache] No;
        /// LOAD_ATTR of a cell (class attribute, module global): cache is shape, unused, cell.
        LoadAttrCell w r _ [name cache cache cache cache] No;
        /// LOAD_ATTR of a property with a Python getter: cache is shape, unused, cell of the property.
        LoadAttrProperty w r _ [name cache cache cache cache] No;
        /// LOAD_ATTR of a class object's plain attribute: cache is class, cell.
        LoadAttrType w r _ [name cache cache cache cache] No;
        /// STORE_ATTR of an in-object slot: cache is shape, offset, shape after the store (a transition if it differs).
        StoreAttrSlot r r _ [name cache cache cache cache] No;
        /// LOAD_METHOD of a function in the class: cache is shape, unused, cell.
        LoadMethodCell w r _ [name cache cache cache cache] WriteMethod;
        /// LOAD_METHOD of something callable in an in-object slot: cache is shape, offset in bytes.
        LoadMethodSlot w r _ [name cache cache cache cache] WriteMethod;
        /// LOAD_METHOD of something that is not bound, in a cell (module global): cache is shape, unused, cell.
        LoadMethodPlain w r _ [name cache cache cache cache] WriteMethod;
        /// LOAD_METHOD of a class object's function or static method: cache is class, function.
        LoadMethodStatic w r _ [name cache cache cache cache] WriteMethod;
        /// LOAD_METHOD of a class object's class method: cache is class, function.
        LoadMethodClass w r _ [name cache cache cache cache] WriteMethod;
        /// LOAD_GLOBAL of a module's own cell: cache is cell.
        LoadGlobalCell w _ _ [name cache cache cache] No;
        /// LOAD_GLOBAL of a builtin: cache is cell, shadow version.
        LoadGlobalBuiltin w _ _ [name cache cache cache] No;
        /// STORE_GLOBAL of a known cell.
        StoreGlobalCell r _ _ [name cache cache] No;
        /// ENTER where compiled code waits: the link word is the tree.
        EnterTree _ _ _ [count link] No;
        /// JUMP_BACK whose target is the header of a compiled loop.
        JumpBackTree _ _ _ [jump count link] No;
        /// FOR_LOOP that is the header of a compiled loop.
        ForLoopTree r w _ [jump count link] ForWindow;
        }
    };
}

/// Functions of the runtime that INTRINSIC names.
pub mod intrinsic {
    /// `(exception, class)` of an `except*` clause: `(what matches, the rest)`, each None where empty. What matches becomes
    /// the handled exception.
    pub const GROUP_MATCH: u32 = 0;
    /// `(exception, list of what the clauses of an except* raised and of what none has matched)`: what is raised after
    /// all, None if nothing.
    pub const GROUP_RAISED: u32 = 1;
    /// `(name, function of the bound or None, function of the constraints or None)`: a TypeVar.
    pub const TYPE_VAR: u32 = 2;
    /// `(name,)`: a ParamSpec.
    pub const PARAM_SPEC: u32 = 3;
    /// `(name,)`: a TypeVarTuple.
    pub const TYPE_VAR_TUPLE: u32 = 4;
    /// `(type parameter, function of its default)`: the type parameter.
    pub const SET_DEFAULT: u32 = 5;
    /// `(tuple of type parameters,)`: `Generic[...]`.
    pub const GENERIC: u32 = 6;
    /// `(name, tuple of type parameters or None, function of the value)`: a TypeAliasType.
    pub const TYPE_ALIAS: u32 = 7;
    /// `(strings, interpolations)`: a Template.
    pub const TEMPLATE: u32 = 8;
    /// `(value, expression, conversion, format)`: an Interpolation.
    pub const INTERPOLATION: u32 = 9;
    /// `(value,)`: None, after `sys.displayhook` has shown the value of an interactive expression.
    pub const DISPLAY: u32 = 10;
    /// How many there are.
    pub const COUNT: u32 = 11;

    /// Arguments of each.
    pub const ARGUMENTS: [u8; COUNT as usize] = [2, 2, 3, 1, 1, 2, 1, 3, 2, 4, 1];
}

/// Objects that LOAD_COMMON names.
pub mod common {
    /// `AssertionError`, for `assert`.
    pub const ASSERTION_ERROR: u8 = 0;
    /// `NotImplementedError`, for annotate functions asked for an unknown format.
    pub const NOT_IMPLEMENTED_ERROR: u8 = 1;
    /// `StopAsyncIteration`, for `async for`.
    pub const STOP_ASYNC_ITERATION: u8 = 2;
}

/// By whom GET_AWAITABLE's operand is awaited: its operand C.
pub mod awaited {
    /// `await`
    pub const PLAIN: u8 = 0;
    /// `async with`, entering.
    pub const BY_AENTER: u8 = 1;
    /// `async with`, leaving.
    pub const BY_AEXIT: u8 = 2;
    /// `async for`
    pub const BY_ANEXT: u8 = 3;
}

/// What MAKE_GENERATOR makes.
pub mod generator {
    /// A generator.
    pub const PLAIN: u8 = 0;
    /// A coroutine.
    pub const COROUTINE: u8 = 1;
    /// An async generator.
    pub const ASYNC: u8 = 2;

    /// What calling a function with these flags makes.
    pub fn kind(flags: u32) -> u8 {
        if flags & crate::flags::ASYNC_GENERATOR != 0 {
            ASYNC
        } else if flags & crate::flags::COROUTINE != 0 {
            COROUTINE
        } else {
            PLAIN
        }
    }
}

/// Special methods that LOAD_SPECIAL names.
pub mod special {
    /// `__enter__`
    pub const ENTER: u8 = 0;
    /// `__exit__`
    pub const EXIT: u8 = 1;
    /// `__aenter__`
    pub const AENTER: u8 = 2;
    /// `__aexit__`
    pub const AEXIT: u8 = 3;
}

/// What an operand field of an instruction means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Not used.
    Unused,
    /// A register that is written.
    Write,
    /// A register that is read.
    Read,
    /// A register that is read and written.
    Both,
    /// An unsigned 8-bit number.
    Imm,
    /// A signed 8-bit number.
    Signed,
    /// An unsigned 16-bit number in B and C.
    Wide,
    /// A signed 16-bit number in B and C.
    WideSigned,
}

/// What a word after the instruction means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// Index into `Code::names`.
    Name,
    /// Offset in words from the op word to the target.
    Jump,
    /// First of the two words of a constant.
    KonstLo,
    /// Second of the two words of a constant.
    KonstHi,
    /// Index into `Code::consts`.
    Index,
    /// Index into `Code::varnames`.
    Var,
    /// A hot counter.
    Count,
    /// The number of a compiled trace.
    Link,
    /// An inline cache word.
    Cache,
    /// A number.
    Imm,
}

/// A row of the table.
pub struct OpInfo {
    /// The op's name as the disassembler prints it.
    pub name: &'static str,
    /// Roles of A, B and C.
    pub roles: [Role; 3],
    /// The words that follow.
    pub words: &'static [Word],
    /// Registers beyond the roles.
    pub range: Range,
}

macro_rules! role {
    (_) => {
        Role::Unused
    };
    (w) => {
        Role::Write
    };
    (r) => {
        Role::Read
    };
    (x) => {
        Role::Both
    };
    (i) => {
        Role::Imm
    };
    (s) => {
        Role::Signed
    };
    (bx) => {
        Role::Wide
    };
    (sbx) => {
        Role::WideSigned
    };
}

macro_rules! words {
    (@acc [$($done:expr,)*]) => { &[$($done,)*] };
    (@acc [$($done:expr,)*] name $($rest:ident)*) => { words!(@acc [$($done,)* Word::Name,] $($rest)*) };
    (@acc [$($done:expr,)*] jump $($rest:ident)*) => { words!(@acc [$($done,)* Word::Jump,] $($rest)*) };
    (@acc [$($done:expr,)*] konst $($rest:ident)*) => {
        words!(@acc [$($done,)* Word::KonstLo, Word::KonstHi,] $($rest)*)
    };
    (@acc [$($done:expr,)*] index $($rest:ident)*) => { words!(@acc [$($done,)* Word::Index,] $($rest)*) };
    (@acc [$($done:expr,)*] var $($rest:ident)*) => { words!(@acc [$($done,)* Word::Var,] $($rest)*) };
    (@acc [$($done:expr,)*] count $($rest:ident)*) => { words!(@acc [$($done,)* Word::Count,] $($rest)*) };
    (@acc [$($done:expr,)*] link $($rest:ident)*) => { words!(@acc [$($done,)* Word::Link,] $($rest)*) };
    (@acc [$($done:expr,)*] cache $($rest:ident)*) => { words!(@acc [$($done,)* Word::Cache,] $($rest)*) };
    (@acc [$($done:expr,)*] imm $($rest:ident)*) => { words!(@acc [$($done,)* Word::Imm,] $($rest)*) };
}

macro_rules! define_ops {
    ($($(#[$doc:meta])* $name:ident $a:tt $b:tt $c:tt [$($word:ident)*] $range:ident;)*) => {
        /// A bytecode op; the numbers are the table's order.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }

        /// All ops in table order.
        pub const OPS: &[Op] = &[$(Op::$name,)*];

        const INFO: &[OpInfo] = &[$(OpInfo {
            name: stringify!($name),
            roles: [role!($a), role!($b), role!($c)],
            words: words!(@acc [] $($word)*),
            range: Range::$range,
        },)*];
    };
}
for_each_op!(define_ops);

impl Op {
    /// The op with this number, if there is one.
    #[inline]
    pub fn from_u8(n: u8) -> Option<Op> {
        OPS.get(n as usize).copied()
    }

    /// The op's row.
    #[inline]
    pub const fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }

    /// Length of the instruction in words, the op word included.
    #[inline]
    pub const fn size(self) -> usize {
        1 + self.info().words.len()
    }

    /// Whether the op is put in place at run time only and must not appear in stored code.
    pub fn is_internal(self) -> bool {
        self as u8 >= Op::Halt as u8
    }

    /// Whether control never falls through to the next instruction.
    pub fn ends_block(self) -> bool {
        matches!(
            self,
            Op::Jump
                | Op::JumpBack
                | Op::Ret
                | Op::Raise
                | Op::Reraise
                | Op::ForResult
                | Op::GenRet
        )
    }
}

/// One instruction word and its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Insn(pub u32);

impl Insn {
    /// An instruction from its op and three byte operands.
    pub const fn abc(op: Op, a: u8, b: u8, c: u8) -> Insn {
        Insn(op as u32 | (a as u32) << 8 | (b as u32) << 16 | (c as u32) << 24)
    }

    /// An instruction from its op, A and the 16-bit operand in B and C.
    pub const fn abx(op: Op, a: u8, bx: u16) -> Insn {
        Insn(op as u32 | (a as u32) << 8 | (bx as u32) << 16)
    }

    /// The op, if the byte names one.
    #[inline]
    pub fn op(self) -> Option<Op> {
        Op::from_u8(self.0 as u8)
    }

    /// Whether this raises again what was raised before: its frame has an entry in the traceback already.
    pub fn reraises(self) -> bool {
        match self.op() {
            Some(Op::Reraise) => true,
            Some(Op::Raise) => matches!(self.c(), 0 | 3),
            _ => false,
        }
    }

    /// Operand A.
    #[inline(always)]
    pub const fn a(self) -> usize {
        ((self.0 >> 8) & 255) as usize
    }

    /// Operand B.
    #[inline(always)]
    pub const fn b(self) -> usize {
        ((self.0 >> 16) & 255) as usize
    }

    /// Operand C.
    #[inline(always)]
    pub const fn c(self) -> usize {
        (self.0 >> 24) as usize
    }

    /// Operand C as a signed number.
    #[inline(always)]
    pub const fn sc(self) -> i64 {
        ((self.0 as i32) >> 24) as i64
    }

    /// B and C as an unsigned 16-bit number.
    #[inline(always)]
    pub const fn bx(self) -> usize {
        (self.0 >> 16) as usize
    }

    /// B and C as a signed 16-bit number.
    #[inline(always)]
    pub const fn sbx(self) -> i64 {
        ((self.0 as i32) >> 16) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_op_decodes_to_itself_and_fits_a_byte() {
        assert!(OPS.len() < 256);
        for (n, op) in OPS.iter().enumerate() {
            assert_eq!(Op::from_u8(n as u8), Some(*op));
        }
        assert_eq!(Op::LoadK.size(), 3);
        assert_eq!(Insn::abx(Op::LoadInt, 3, (-5i16) as u16).sbx(), -5);
    }
}
