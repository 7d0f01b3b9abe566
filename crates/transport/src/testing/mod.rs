//! For the tests of whoever writes an operation or an adapter: nothing here waits, and nothing leaves this machine.
//!
//! * [`ManualTimer`]: a clock that stands still until somebody waits, and then is there at once.
//! * [`ScriptedTransport`]: gives prepared [`Answer`]s and keeps the requests.
//! * [`Trace`]: what happened when, to be compared.
//! * [`TestCall`] and [`TestCredentials`]: a call and a token of a vendor that exists in tests only, whose answers say
//!   themselves what they mean.
//! * [`check_classes`] and [`check_wording`]: what must hold of a table of codes.
//! * `contract`: what an adapter must do, over loopback (where there is an adapter).
//!
//! ```
//! # #[cfg(feature = "blocking")] {
//! use std::time::Duration;
//!
//! use batchcast_transport::blocking::drive;
//! use batchcast_transport::class::Class;
//! use batchcast_transport::exchange::Exchange;
//! use batchcast_transport::operation::Replay;
//! use batchcast_transport::testing::{Answer, ManualTimer, ScriptedTransport, TestCall, surroundings};
//!
//! let timer = ManualTimer::default();
//! let busy = Class::Throttled { after: Some(Duration::from_secs(7)) };
//! let transport = ScriptedTransport::new(&timer, [Answer::of(busy), Answer::done("sent")]);
//! let exchange = Exchange::new(TestCall::new(Replay::Never), surroundings(), 1);
//!
//! assert_eq!(drive(&transport, &timer, exchange).unwrap(), "sent");
//! assert_eq!(transport.requests().len(), 2);
//! assert!(timer.elapsed() >= Duration::from_secs(7));
//! # }
//! ```
//!
//! # Panics
//! A mistake in a test panics: a script that is over too early, a status that is none.

mod codes;
#[cfg(any(feature = "blocking", feature = "async"))]
pub mod contract;
mod script;
#[cfg(any(feature = "blocking", feature = "async"))]
mod server;
mod timer;
mod trace;
mod vendor;

pub use codes::{check_classes, check_wording};
pub use script::{Answer, ScriptedTransport};
pub use timer::ManualTimer;
pub use trace::{Event, Trace};
pub use vendor::{TestCall, TestCredentials, surroundings};
