//! Removed allocations.

use super::Builder;
use crate::types::InstId;

/// Objects not yet allocated.
#[derive(Clone, Default)]
pub(super) struct Virtuals {}

impl Builder {
    pub(super) fn force(&mut self, v: InstId) -> InstId {
        v
    }

    pub(super) fn escape(&mut self, v: InstId) -> InstId {
        v
    }
}
