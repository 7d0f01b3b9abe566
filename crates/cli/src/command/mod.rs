//! The commands: each takes its arguments, calls the library, and has the answer rendered.

pub(crate) mod cancel;
pub(crate) mod emulator;
pub(crate) mod explain;
mod followed;
pub(crate) mod forget;
pub(crate) mod import;
pub(crate) mod lookup;
pub(crate) mod plan;
mod planning;
pub(crate) mod progress;
pub(crate) mod recall;
pub(crate) mod report;
pub(crate) mod resolve;
pub(crate) mod run;
pub(crate) mod send;
mod sending;
pub(crate) mod status;
pub(crate) mod upload;
pub(crate) mod usersig;
