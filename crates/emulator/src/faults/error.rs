//! What is wrong with a fault plan.

use std::error::Error;
use std::fmt;

/// A fault plan that cannot be followed: the text says where, why, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlanError {
    message: String,
}

impl FaultPlanError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// The text without its introduction.
    pub(super) fn reason(self) -> String {
        self.message
    }
}

impl fmt::Display for FaultPlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fault plan cannot be used: {}", self.message)
    }
}

impl Error for FaultPlanError {}
