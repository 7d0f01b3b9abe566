//! A send of any size: who goes into which request, what follows each answer, and what became of every recipient.
//!
//! # In scope
//! * [`source`]: recipients from CSV, JSON Lines and plain lists, read as a stream.
//! * [`Plan`]: duplicates dropped, everybody else cut into the fewest requests.
//! * [`Run`]: the reducer. It is told what became of each attempt and says what is next; it does no IO.
//! * [`Sending`]: a few threads around the reducer.
//! * [`Summary`]: the counts, and the outcome of every single recipient.
//!
//! # Out of scope
//! How a vendor is spoken to: everything that is needed of one stands in the trait
//! [`Channel`](batchcast_transport::channel::Channel).
//!
//! # The rules
//! Nobody is messaged twice: a batch is attempted again only if the answer in hand proves that nothing was processed.
//! Nobody is lost: every recipient of the plan is accepted, rejected, unknown or pending, and the four add up. No doubt
//! is hidden: an attempt without an answer makes its recipients *unknown*, and that is never repeated by itself.
//!
//! The state is in memory: what became of whom is gone with the process.

mod batch;
mod consequences;
mod ending;
mod outcome;
mod plan;
mod reducer;
mod sending;
pub mod source;
mod standing;

pub use ending::{Ending, Stopped, Why};
pub use outcome::{Counts, Outcome, Progress, Requests, Summary};
pub use plan::{Plan, PlanBuilder};
pub use reducer::{Attempt, Begin, Claim, Next, Run};
pub use sending::Sending;
