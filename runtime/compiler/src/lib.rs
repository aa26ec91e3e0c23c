//! Ruff AST to register bytecode.
