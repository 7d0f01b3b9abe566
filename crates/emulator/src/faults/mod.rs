//! Misbehaving on request: which requests are hit, and by what.

mod apply;
mod error;
mod fault;
mod listing;
mod roll;
mod rule;

use std::fmt;
use std::sync::Arc;

pub use error::FaultPlanError;
pub use fault::Fault;
pub use rule::FaultRule;

pub(crate) use apply::apply;
pub(crate) use roll::Faults;

/// Which requests are hit by a fault, and by which: a list of rules, of which the first that matches is applied.
///
/// Made from JSON ([`from_json`](Self::from_json), `PUT /_emulator/faults`, `batchcast emulator --faults FILE`) or in
/// code:
///
/// ```
/// use batchcast_emulator::{Fault, FaultPlan, FaultRule};
///
/// # fn main() -> Result<(), batchcast_emulator::FaultPlanError> {
/// let plan = FaultPlan::new()
///     .with_rule(FaultRule::new(Fault::ResetAfter).on_path("/open-apis/message")?.on_nth([2])?)
///     .with_rule(FaultRule::new(Fault::code(11232)?).with_probability(0.1)?);
///
/// let same = br#"[
///     {"match":{"path":"/open-apis/message","nth":[2]},"fault":{"kind":"reset_after"}},
///     {"match":{"probability":0.1},"fault":{"kind":"code","code":11232}}]"#;
/// assert_eq!(FaultPlan::from_json(same)?, plan);
/// # Ok(())
/// # }
/// ```
///
/// # The JSON
///
/// `{"match":{…},"fault":{"kind":…,…}}`, with these parts of `match`, all of them optional:
///
/// | field | which requests |
/// |---|---|
/// | `path` | those whose path begins so, with `*` for any one part of it; the query is no part of it, and the emulator's own side takes no faults |
/// | `method` | those with this HTTP method |
/// | `nth` | of those that have the path and the method, these, counted from 1 since the plan was set |
/// | `every` | of those that have the path and the method, every so manyth; with `nth` too, either is enough |
/// | `probability` | of what is left, this share, from 0 to 1, drawn from the seed |
///
/// Every rule counts for itself, also the requests that an earlier rule was applied to. The kinds of `fault`, with
/// what they take and whether the request is processed:
///
/// | `kind` | fields | processed | the client sees |
/// |---|---|---|---|
/// | `delay` | `ms` | yes, on arrival | the answer, so much later |
/// | `status` | `status` (200 to 599), `headers`, `body` | no | that, and nothing of the vendor's. A `body` that is no string is written as JSON |
/// | `code` | `code`, and where wanted `msg`, `status` | no | a refusal in the vendor's form, with its document's text and status |
/// | `code_after` | as `code` | yes | the same refusal, of something that was done |
/// | `reset_before` | | no | a connection that is reset |
/// | `reset_after` | | yes | a connection that is reset |
/// | `truncate` | `bytes` | yes | the head of the answer, so many bytes of its body, and a connection that is closed |
/// | `garbage` | | yes | HTTP 200 with a body that is no JSON |
/// | `slow` | `ms` | yes | the body byte by byte, with so long before each |
/// | `expire_token` | | after all tokens given out so far were made void | a refusal (99991663) where it needs a token, and a new token where it asks for one; TIM refuses it (70001), as every signature made in an earlier second from then on |
#[derive(Clone, Default, PartialEq)]
#[must_use]
pub struct FaultPlan {
    rules: Arc<Vec<FaultRule>>,
}

impl FaultPlan {
    /// No fault at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a plan as it is written down; `[]` is the empty one.
    ///
    /// # Errors
    ///
    /// When it is not JSON of that shape, has a field that is not known, or a value that makes no sense. The text
    /// names the rule and the field, what was found and what may stand there.
    pub fn from_json(json: &[u8]) -> Result<Self, FaultPlanError> {
        listing::read(json).map(|rules| Self { rules: Arc::new(rules) })
    }

    /// One more rule, after those that there are.
    pub fn with_rule(mut self, rule: FaultRule) -> Self {
        Arc::make_mut(&mut self.rules).push(rule);
        self
    }

    /// The rules in their order.
    pub fn rules(&self) -> &[FaultRule] {
        &self.rules
    }
}

impl fmt::Debug for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules()).finish()
    }
}
