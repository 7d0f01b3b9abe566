//! What each command does: call the library, hand the result to `render`.

pub(crate) mod emulator;
pub(crate) mod explain;
pub(crate) mod send;
pub(crate) mod usersig;
