//! Which requests a fault is for.

use http::Method;

use crate::faults::error::FaultPlanError;
use crate::faults::fault::Fault;

/// How the vendors' paths begin.
const VENDORS: [&str; 2] = ["/open-apis/", "/v4/"];

/// A fault and the requests that it is for: all of them, until told otherwise; see [`FaultPlan`](crate::FaultPlan).
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct FaultRule {
    fault: Fault,
    method: Option<Method>,
    path: String,
    nth: Vec<u64>,
    every: Option<u64>,
    probability: f64,
}

impl FaultRule {
    /// For every request.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, path: String::new(), nth: Vec::new(), every: None, probability: 1.0 }
    }

    /// Only requests with this HTTP method.
    ///
    /// # Errors
    ///
    /// When it is no name of a method.
    pub fn on_method(mut self, method: &str) -> Result<Self, FaultPlanError> {
        let known = Method::try_from(method.to_ascii_uppercase().as_str());
        self.method =
            Some(known.map_err(|_| FaultPlanError::new(format!("match.method must be as GET, found {method:?}")))?);
        Ok(self)
    }

    /// Only requests whose path, without the query, begins so; with nothing, all of them. `*` stands for any one part
    /// of a path, or the end of one: `/open-apis/im/v1/batch_messages/*/get_progress` is every message's progress.
    ///
    /// # Errors
    ///
    /// When no request to a vendor can have such a path: where it does not begin as theirs do, or has a query.
    pub fn on_path(mut self, prefix: impl Into<String>) -> Result<Self, FaultPlanError> {
        self.path = prefix.into();
        let literal = self.path.split('*').next().unwrap_or_default();
        let can_match = VENDORS.iter().any(|vendor| vendor.starts_with(literal) || literal.starts_with(vendor));
        if !can_match || self.path.contains(['?', '#']) {
            return Err(FaultPlanError::new(format!(
                "match.path must be how a vendor's path begins, such as /open-apis/message/ or /v4/, without a query; \
                 found {:?}",
                self.path
            )));
        }
        Ok(self)
    }

    /// Only these of the requests that have the path and the method, counted from 1. With [`on_every`](Self::on_every)
    /// either is enough.
    ///
    /// # Errors
    ///
    /// When one of them is 0, or there is none: the fault would be for every request, or for nobody.
    pub fn on_nth(mut self, nth: impl IntoIterator<Item = u64>) -> Result<Self, FaultPlanError> {
        self.nth = nth.into_iter().collect();
        if self.nth.is_empty() {
            let why = "match.nth must have a number, found []; leave it out where the fault is for every request";
            return Err(FaultPlanError::new(why));
        }
        if self.nth.contains(&0) {
            return Err(FaultPlanError::new("match.nth must have numbers from 1 up, found 0"));
        }
        Ok(self)
    }

    /// Only every so manyth of the requests that have the path and the method.
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

    /// Whether a request has the method and the path, so that it counts.
    pub(crate) fn counts(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method) && begins(path, &self.path)
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

/// Whether a path begins as a pattern says, in which `*` is what comes up to the next `/`.
fn begins(path: &str, pattern: &str) -> bool {
    let Some((literal, after)) = pattern.split_once('*') else {
        return path.starts_with(pattern);
    };
    let Some(rest) = path.strip_prefix(literal) else {
        return false;
    };
    begins(&rest[rest.find('/').unwrap_or(rest.len())..], after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_part_of_a_path() {
        fn check(pattern: &str, path: &str, expected: bool) {
            let rule = FaultRule::new(Fault::Garbage).on_path(pattern).unwrap();
            assert_eq!(rule.counts(&Method::GET, path), expected, "{pattern} {path}");
        }
        let progress = "/open-apis/im/v1/batch_messages/bm-1/get_progress";
        check("/open-apis/im/v1/batch_messages/*/get_progress", progress, true);
        check("/open-apis/im/v1/batch_messages/*/get_pro", progress, true);
        check("/open-apis/im/v1/batch_messages/*/read_user", progress, false);
        check("/open-apis/im/v1/batch_messages/*", progress, true);
        check("/open-apis/im/v1/batch_messages/b*/get_progress", progress, true);
        check("/open-apis/*/get_progress", progress, false);
        check("/open-apis/*/*/*/*/get_progress", progress, true);
        check("/open-apis/*/*/*/*/*/get_progress", progress, false);
        check("/v4/*", progress, false);
        check("/v4/*", "/v4/", true);
    }
}
