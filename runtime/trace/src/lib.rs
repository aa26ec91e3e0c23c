//! The trace IR: ops, text form, verifier, evaluator and optimiser.
