//! A send of any size as a durable thing: who gets it, what follows each answer, and what became of every recipient.
//!
//! # In scope
//! * [`source`]: recipients from CSV, JSON Lines and plain lists, read as a stream.
//! * [`LookUp`]: who is behind an address, asked once; [`image_key`]: a picture, uploaded once.
//! * [`Planner`]: duplicates dropped, everybody else cut into the fewest requests, written down as they come.
//! * [`ledger`]: where all of it is kept; SQLite and memory.
//! * [`protocol`]: what may be written when, once for every ledger.
//! * [`Run`]: the reducer. It is told what became of each attempt and says what is next; it does no IO.
//! * [`Sending`]: a few threads around the reducer.
//! * [`Campaign`]: to look at one, to settle its doubts, to cancel and to forget it.
//! * [`follow_up`]: the vendor's own counts of it, taking it back, and settling doubts by the vendor's history.
//! * [`report`]: what became of every single recipient.
//! * [`Interrupt`]: to stop all that asks a vendor, apart from a [`Sending`], which has a stop of its own.
//!
//! # Out of scope
//! How a vendor is spoken to: everything that is needed of one stands in the trait
//! [`Channel`](batchcast_transport::channel::Channel). Callers with an async runtime use its `spawn_blocking`.
//!
//! # The rules
//! Nobody is messaged twice: a batch is attempted again only if the answer in hand proves that nothing was processed.
//! Nobody is lost: every recipient of the plan is accepted, rejected, unknown or pending, and the four add up. No doubt
//! is hidden: an attempt without an answer makes its recipients *unknown*, and that is never repeated by itself. All of
//! this holds whenever the process dies: an attempt is written down before its first byte may leave.
//!
//! # Features
//! | feature | default | what |
//! |---|---|---|
//! | `sqlite` | yes | [`ledger::sqlite`]: the ledger in a file, SQLite built from source |
//! | `testing` | no | `ledger::conformance`, the suite that every ledger passes, and `ledger::failing` |
//!
//! # Errors
//! | error | what it means | what was sent |
//! |---|---|---|
//! | [`Error::Refused`] | it may not be done; see [`Refusal::hint`] | nothing |
//! | [`Error::Held`] | another run holds the campaign | nothing by this one |
//! | [`Error::Invalid`] | a recipient cannot be one | nothing |
//! | [`Error::Vendor`] | the vendor could not be asked around a send | nothing by that |
//! | [`Error::Interrupted`] | an [`Interrupt`] was asked for | nothing by that |
//! | [`Error::Ledger`] | the ledger failed | nothing after that |
//!
//! That somebody was rejected or is in doubt is no error: see [`Standing`].
//!
//! # Example
//! ```no_run
//! use std::num::NonZeroUsize;
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use batchcast_campaign::ledger::{Ledger, sqlite::Sqlite};
//! use batchcast_campaign::protocol::Terms;
//! use batchcast_campaign::report::{CsvReport, StateFilter};
//! use batchcast_campaign::{Campaign, Options, Planner, Sending, Unobserved};
//! use batchcast_model::{IdKind, Recipient};
//! use batchcast_transport::channel::Channel;
//! use batchcast_transport::time::SystemTimer;
//!
//! # fn example(channel: &dyn Channel, people: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
//! let timer = SystemTimer::new();
//! let ledger: Arc<dyn Ledger> = Arc::new(Sqlite::open("ledger.db", Arc::new(timer))?);
//!
//! // `channel` is a message and the client that sends it, such as `batchcast_lark`'s `ClientBuilder::broadcast`.
//! let mut plan = Planner::new(Arc::clone(&ledger), channel, "office closes early")?;
//! for id in people {
//!     plan.add(Recipient::new(IdKind::OpenId, id)?, &[], &Vec::new())?;
//! }
//! let id = plan.save()?;
//!
//! let terms = Terms::of(channel, Duration::from_secs(30));
//! let options = Options::new(terms).with_in_flight(NonZeroUsize::new(8).unwrap());
//! let sending = Sending::start(Arc::clone(&ledger), &id, channel, options, &timer, &Unobserved)?;
//! sending.carry_out(channel, &timer, &Unobserved)?;
//!
//! let campaign = Campaign::open(ledger, &id)?;
//! let people = campaign.standing()?.recipients;
//! println!("{} accepted, {} rejected, {} unknown", people.accepted, people.rejected, people.unknown);
//! campaign.report(StateFilter::Unknown, &mut CsvReport::new(std::io::stdout()))?;
//! # Ok(())
//! # }
//! ```

mod campaign;
mod canary;
mod commit;
mod ending;
mod event;
pub mod follow_up;
mod image_key;
mod interrupt;
pub mod ledger;
mod look_up;
mod max_rejected;
mod outcome;
mod plan;
pub mod protocol;
mod refusal;
pub mod report;
mod run;
pub mod source;
mod standing;

pub use campaign::Campaign;
pub use canary::CanaryResult;
pub use ending::{Ending, Stopped, Why};
pub use event::{Event, Observer, Unobserved};
pub use image_key::{content_of, image_key, new_image_key};
pub use interrupt::Interrupt;
pub use look_up::LookUp;
pub use max_rejected::{InvalidMaxRejected, MaxRejected};
pub use outcome::{Counts, Outcome, Progress, Requests};
pub use plan::{Canary, Estimate, MAX_OWN_COLUMNS, Members, Plan, Planner};
pub use refusal::{Error, Refusal};
pub use run::{Next, Options, Permit, Run, Sending};
pub use standing::{Standing, State, Step};
