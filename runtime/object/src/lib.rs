//! Values, object layouts and the raw data structures.
