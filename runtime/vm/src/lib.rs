//! Threads, frames, calls, the attribute protocol, errors and the ports upper floors plug into.
