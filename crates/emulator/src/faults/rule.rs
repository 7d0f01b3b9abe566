//! Which requests a fault is for.

use crate::faults::error::FaultPlanError;
use crate::faults::fault::Fault;

/// A fault and the requests that it is for: all of them, until told otherwise; see [`FaultPlan`](crate::FaultPlan).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct FaultRule {
    fault: Fault,
    path: String,
    nth: Vec<u64>,
    every: Option<u64>,
    probability: f64,
}

impl FaultRule {
    /// For every request.
    pub fn new(fault: Fault) -> Self {
        Self { fault, path: String::new(), nth: Vec::new(), every: None, probability: 1.0 }
    }

    /// Only requests whose path, without the query, begins so; with nothing, all of them.
    ///
    /// # Errors
    ///
    /// When no request to a vendor can have such a path: where it does not begin with `/`, has a query, or is the
    /// emulator's own.
    pub fn on_path(mut self, prefix: impl Into<String>) -> Result<Self, FaultPlanError> {
        self.path = prefix.into();
        let can_match = self.path.is_empty() || self.path.starts_with('/');
        if !can_match || self.path.contains('?') || self.path.starts_with("/_emulator") {
            return Err(FaultPlanError::new(format!(
                "match.path must be how a vendor's path begins, such as /open-apis/message/ or /v4/, without a query; \
                 found {:?}",
                self.path
            )));
        }
        Ok(self)
    }

    /// Only these of the requests that have the path, counted from 1. With [`on_every`](Self::on_every) either is
    /// enough.
    ///
    /// # Errors
    ///
    /// When one of them is 0.
    pub fn on_nth(mut self, nth: impl IntoIterator<Item = u64>) -> Result<Self, FaultPlanError> {
        self.nth = nth.into_iter().collect();
        if self.nth.contains(&0) {
            return Err(FaultPlanError::new("match.nth must have numbers from 1 up, found 0"));
        }
        Ok(self)
    }

    /// Only every so manyth of the requests that have the path.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn on_every(mut self, every: u64) -> Result<Self, FaultPlanError> {
        if every == 0 {
            return Err(FaultPlanError::new("match.every must be 1 or more, found 0"));
        }
        self.every = Some(every);
        Ok(self)
    }

    /// Only this share of the requests that it would be for, drawn from the emulator's seed.
    ///
    /// # Errors
    ///
    /// When it is not from 0 to 1.
    pub fn with_probability(mut self, probability: f64) -> Result<Self, FaultPlanError> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(FaultPlanError::new(format!("match.probability must be from 0 to 1, found {probability}")));
        }
        self.probability = probability;
        Ok(self)
    }

    /// What is done.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }

    pub(crate) fn has_path(&self, path: &str) -> bool {
        path.starts_with(&self.path)
    }

    /// Whether it is for the request of this number among those that have the path, before chance has its say.
    pub(crate) fn is_for(&self, number: u64) -> bool {
        let unlimited = self.nth.is_empty() && self.every.is_none();
        unlimited || self.nth.contains(&number) || self.every.is_some_and(|every| number % every == 0)
    }

    pub(crate) fn probability(&self) -> f64 {
        self.probability
    }
}
