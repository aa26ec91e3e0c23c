//! Python-visible builtin types, functions and exceptions.
