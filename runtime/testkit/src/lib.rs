//! Test support: directives, golden files, diffs.
