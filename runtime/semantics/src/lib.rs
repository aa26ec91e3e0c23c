//! What each op means, written once over trait Machine.
