//! The heap: non-moving, generational, conservative on native stacks.
