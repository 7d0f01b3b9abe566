//! The commands: each takes its arguments, calls the library, and has the answer rendered.

pub(crate) mod cancel;
pub(crate) mod emulator;
pub(crate) mod explain;
pub(crate) mod forget;
pub(crate) mod plan;
mod planning;
pub(crate) mod report;
pub(crate) mod resolve;
pub(crate) mod run;
pub(crate) mod send;
mod sending;
pub(crate) mod status;
pub(crate) mod usersig;
