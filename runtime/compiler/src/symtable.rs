//! Which scope every name belongs to: a first walk over the tree that fills scopes, a second that settles names.
//!
//! The walk (in `symtable/collect.rs`) notes for each scope what is bound, used, declared. Here names are then settled
//! as CPython's `symtable.c` does: local, cell (local and captured), free, or global. List, set and dict
//! comprehensions have scopes of their own, but no code of their own (PEP 709): a name that a comprehension takes
//! from its host is no capture.

mod collect;

use std::rc::Rc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

pub(crate) use collect::{Tree, collect};

/// A scope's number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ScopeId(pub(crate) u32);

impl ScopeId {
    /// The outermost scope.
    pub(crate) const TOP: ScopeId = ScopeId(0);
}

/// What kind of block a scope is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Block {
    /// A module, or the code of `exec` and `eval`.
    Module,
    /// A class body.
    Class,
    /// A function or lambda.
    Function,
    /// A generator expression: a function with the parameter `.0`.
    Generator,
    /// An inlined comprehension.
    Comprehension,
    /// The lazily evaluated annotations of a function, class or module.
    Annotations,
    /// Type parameters, bounds, or the value of a type alias.
    TypeParams,
}

/// What is known of a name in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Flags(pub(crate) u16);

impl Flags {
    /// Assigned, imported, defined, deleted.
    pub(crate) const BOUND: u16 = 1;
    /// A parameter.
    pub(crate) const PARAM: u16 = 2;
    /// Read.
    pub(crate) const USED: u16 = 4;
    /// Declared `global`.
    pub(crate) const GLOBAL: u16 = 8;
    /// Declared `nonlocal`.
    pub(crate) const NONLOCAL: u16 = 16;
    /// Annotated.
    pub(crate) const ANNOTATED: u16 = 32;
    /// Deleted somewhere, or bound by `except ... as`.
    pub(crate) const UNBOUND: u16 = 64;
    /// The target of a comprehension's `for`.
    pub(crate) const ITERATED: u16 = 128;
    /// A type parameter.
    pub(crate) const TYPE_PARAM: u16 = 256;

    pub(crate) fn has(self, flags: u16) -> bool {
        self.0 & flags != 0
    }
}

/// To which scope a name belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    /// Not settled yet.
    #[default]
    Unknown,
    /// This scope's own.
    Local,
    /// This scope's own and captured by an inner function.
    Cell,
    /// An enclosing scope's.
    Free,
    /// A global or builtin by default.
    Global,
    /// A global by declaration.
    Declared,
}

/// A name in a scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    pub(crate) flags: Flags,
    pub(crate) kind: Kind,
    /// Where it was declared global or nonlocal, or first seen.
    pub(crate) place: TextRange,
}

/// A scope.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) block: Block,
    pub(crate) parent: Option<ScopeId>,
    pub(crate) name: Rc<str>,
    /// Names in order of first mention.
    pub(crate) names: Vec<Rc<str>>,
    symbols: FxHashMap<Rc<str>, Symbol>,
    /// Contains `yield`.
    pub(crate) generator: bool,
    /// `async def`, or a generator expression with `async for` or `await`.
    pub(crate) coroutine: bool,
    /// Contains a `return` with a value.
    pub(crate) returns_value: bool,
    /// Some assignment expression binds in this scope.
    pub(crate) walrus: bool,
    /// Calls something that might look at the frame's variables.
    pub(crate) introspects: bool,
    /// A class whose methods use `__class__`.
    pub(crate) class_cell: bool,
    /// A class whose annotations or type parameters look into its namespace.
    pub(crate) class_dict: bool,
    /// The class whose namespace is looked at first (annotation scopes).
    pub(crate) sees_class: Option<ScopeId>,
    /// Free variables, sorted.
    pub(crate) free: Vec<Rc<str>>,
    /// The scope of this class's or module's variable annotations.
    pub(crate) annotations: Option<ScopeId>,
    /// Names that `self.NAME = ...` assigns in the methods of this class.
    pub(crate) static_attributes: Vec<Rc<str>>,
    /// The class whose name mangles private names here.
    pub(crate) private: Option<Rc<str>>,
}

impl Scope {
    fn new(
        block: Block,
        parent: Option<ScopeId>,
        name: Rc<str>,
        private: Option<Rc<str>>,
    ) -> Scope {
        Scope {
            block,
            parent,
            name,
            names: Vec::new(),
            symbols: FxHashMap::default(),
            generator: false,
            coroutine: false,
            returns_value: false,
            walrus: false,
            introspects: false,
            class_cell: false,
            class_dict: false,
            sees_class: None,
            free: Vec::new(),
            annotations: None,
            static_attributes: Vec::new(),
            private,
        }
    }

    /// The symbol of a (mangled) name mentioned in this scope.
    pub(crate) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    /// Whether names bound here are variables of functions inside.
    fn lends(&self) -> bool {
        matches!(
            self.block,
            Block::Function
                | Block::Generator
                | Block::Comprehension
                | Block::Annotations
                | Block::TypeParams
        )
    }

    fn note(&mut self, name: &str, flags: u16, place: TextRange) -> &mut Symbol {
        if !self.symbols.contains_key(name) {
            let name: Rc<str> = name.into();
            self.names.push(name.clone());
            self.symbols
                .insert(name.clone(), Symbol { flags: Flags(0), kind: Kind::Unknown, place });
        }
        let symbol = self.symbols.get_mut(name).expect("inserted above");
        symbol.flags.0 |= flags;
        symbol
    }
}

/// All scopes of a source text.
#[derive(Debug, Default)]
pub(crate) struct SymbolTable {
    scopes: Vec<Scope>,
    /// Scopes by the address of their tree node and which of its scopes they are.
    by_node: FxHashMap<(usize, u8), ScopeId>,
}

/// Of several scopes that belong to one tree node: which.
pub(crate) mod part {
    /// The body.
    pub(crate) const BODY: u8 = 0;
    /// The annotations of the parameters.
    pub(crate) const ANNOTATIONS: u8 = 1;
    /// The type parameters.
    pub(crate) const TYPE_PARAMS: u8 = 2;
    /// The bound or constraints of a type parameter, or the value of a type alias.
    pub(crate) const VALUE: u8 = 3;
    /// The default of a type parameter.
    pub(crate) const DEFAULT: u8 = 4;
}

/// The address that names a tree node.
pub(crate) fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

impl SymbolTable {
    /// A scope by number.
    pub(crate) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope of a tree node. Every node that makes one was visited by `collect`.
    pub(crate) fn of_node<T>(&self, node: &T, part: u8) -> ScopeId {
        self.by_node.get(&(address(node), part)).copied().unwrap_or(ScopeId::TOP)
    }

    fn add(&mut self, scope: Scope) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(self.scopes.len() as u32 - 1)
    }

    /// Settles every name of every scope.
    fn settle(&mut self) {
        // What is bound in each scope first: the second loop asks for it.
        for scope in &mut self.scopes {
            let top = scope.block == Block::Module;
            for symbol in scope.symbols.values_mut() {
                let flags = symbol.flags;
                symbol.kind = if flags.has(Flags::GLOBAL) {
                    Kind::Declared
                } else if flags
                    .has(Flags::BOUND | Flags::PARAM | Flags::ITERATED | Flags::TYPE_PARAM)
                    && !flags.has(Flags::NONLOCAL)
                {
                    if top { Kind::Global } else { Kind::Local }
                } else {
                    Kind::Unknown
                };
            }
        }
        for id in 0..self.scopes.len() {
            let id = ScopeId(id as u32);
            for name in self.scope(id).names.clone() {
                if self.scope(id).symbols[&name].kind == Kind::Unknown {
                    self.settle_use(id, &name);
                }
            }
        }
        for scope in &mut self.scopes {
            scope.free.sort();
        }
    }

    /// Whether the innermost enclosing scope that binds `name` does so as a type parameter.
    fn is_type_param_outside(&self, id: ScopeId, name: &str) -> bool {
        let outer = std::iter::successors(self.scope(id).parent, |id| self.scope(*id).parent);
        let bound = Flags::BOUND | Flags::PARAM | Flags::ITERATED;
        outer
            .map(|id| self.scope(id))
            .filter(|scope| scope.lends())
            .find_map(|scope| scope.symbol(name).filter(|s| s.flags.has(bound)))
            .is_some_and(|symbol| symbol.flags.has(Flags::TYPE_PARAM))
    }

    /// Whether an enclosing function binds `name`, for `nonlocal`.
    fn is_bound_outside(&self, id: ScopeId, name: &str) -> bool {
        let mut at = self.scope(id).parent;
        while let Some(outer) = at {
            let scope = self.scope(outer);
            if scope.block == Block::Class && name == "__class__" {
                return true;
            }
            if scope.lends()
                && scope.block != Block::TypeParams
                && let Some(symbol) = scope.symbol(name)
            {
                if symbol.flags.has(Flags::GLOBAL) {
                    return false;
                }
                if symbol.flags.has(Flags::BOUND | Flags::PARAM | Flags::ITERATED) {
                    return true;
                }
            }
            at = scope.parent;
        }
        false
    }

    /// Settles a name that its scope does not bind.
    fn settle_use(&mut self, id: ScopeId, name: &Rc<str>) {
        let mut crossed: Vec<ScopeId> = Vec::new();
        let mut captured = false;
        let mut at = id;
        let kind = loop {
            if self.scope(at).block != Block::Comprehension {
                crossed.push(at);
                captured = true;
            }
            let Some(outer) = self.scope(at).parent else { break Kind::Global };
            let scope = self.scope_mut(outer);
            if scope.block == Block::Class {
                match &**name {
                    "__class__" => {
                        scope.class_cell = true;
                        break Kind::Free;
                    }
                    "__classdict__" => {
                        scope.class_dict = true;
                        break Kind::Free;
                    }
                    _ => {}
                }
            }
            if scope.lends() {
                match scope.symbols.get_mut(name) {
                    Some(Symbol { kind: Kind::Declared, .. }) => break Kind::Global,
                    Some(symbol) if matches!(symbol.kind, Kind::Local | Kind::Cell) => {
                        if captured {
                            symbol.kind = Kind::Cell;
                        }
                        break Kind::Free;
                    }
                    _ => {}
                }
            }
            at = outer;
        };
        if kind == Kind::Free {
            for scope in crossed {
                let scope = self.scope_mut(scope);
                if !scope.free.contains(name) {
                    scope.free.push(name.clone());
                }
            }
        }
        let scope = self.scope_mut(id);
        if let Some(symbol) = scope.symbols.get_mut(name) {
            symbol.kind = kind;
        }
    }
}

/// `__name` inside class `C` is `_C__name`.
pub(crate) fn mangle(private: Option<&str>, name: &str) -> Option<String> {
    let class = private?;
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return None;
    }
    Some(format!("_{class}{name}"))
}
