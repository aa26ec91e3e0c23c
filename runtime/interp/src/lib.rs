//! The concrete machine: dispatch, counters, unwinding.
