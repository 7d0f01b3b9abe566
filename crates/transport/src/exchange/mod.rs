//! What happens around a call, as a state machine without IO: [`Exchange`], and [`Preparation`] for what comes before.
//!
//! Retry, backoff, pacing, authorization and deadlines stand here and nowhere else. Each [`Machine`] is fed the time
//! and the last answer, and says what is next; the blocking and the async driver are two short loops around it.
//!
//! ```text
//!      ┌──────────────── a retry is worth it: wait, then ─────────────────┐
//!      ▼                                                                  │
//!   Ready ── a token? a slot of the pace? its time? ──▶ Send ──▶ Calling ─┴─▶ Done
//!    │  ▲
//!    ▼  │  no token: its own budget, never counted as an attempt
//! Authorizing
//! ```
//!
//! A token comes before the slot, so that a slow token endpoint does not let calls bunch up behind it, and is looked
//! at again when the slot has come.

mod authorization;
mod call;
mod credentials;
mod machine;
mod pace;
mod pace_per_api;
mod patience;
mod preparation;
mod retry;
mod session;
mod slot;
mod surroundings;
#[cfg(test)]
mod tests;

pub use call::Exchange;
pub use credentials::{Credentials, Issue, Token};
pub use machine::{Machine, Step};
pub use pace::{Counted, LONGEST_PAUSE, Limit, MemoryPace, Pace, SLOT_LASTS, Unpaced, longest_window, next_slot};
pub use pace_per_api::PacePerApi;
pub use preparation::Preparation;
pub use retry::RetryPolicy;
pub use session::Session;
pub use surroundings::Surroundings;
