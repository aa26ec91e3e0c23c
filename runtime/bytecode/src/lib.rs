//! The op table, code objects as plain data, and all that is generated from them.
