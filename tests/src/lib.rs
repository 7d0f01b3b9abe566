//! What the end-to-end tests stand on: the built program, run as a user runs it, and a vendor that follows a script.
//!
//! # In scope
//! * [`Home`]: a home directory of its own for each test, and the program run in a clean environment.
//! * [`Ran`]: what a run left behind, with the documents of the contract checked wherever they are read.
//! * [`Vendor`]: a server on loopback that answers as a test says, also as the emulator cannot.
//! * [`Proxy`]: the network between the program and a vendor, where a program can be killed in the middle of a request.
//! * [`get`]: a file of the emulator's own side.
//!
//! # Out of scope
//! What a single crate can show by itself stands beside that crate's code.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "what a test stands on fails by panicking")]

mod build;
mod home;
mod process;
mod proxy;
mod ran;
mod running;
mod vendor;

pub use home::{Home, Invocation};
pub use process::Process;
pub use proxy::{Proxy, WirePoint};
pub use ran::Ran;
pub use running::Running;
pub use vendor::{Answer, Asked, Vendor, get};
