//! Whether somebody is at work.

use serde::Serialize;

/// In the order of the documents' samples.
#[derive(Serialize)]
pub(crate) struct Status {
    is_frozen: bool,
    is_resigned: bool,
    is_activated: bool,
    is_exited: bool,
    is_unjoin: bool,
}

/// Nobody in a directory is frozen, gone or not yet there.
pub(crate) const ACTIVE: Status =
    Status { is_frozen: false, is_resigned: false, is_activated: true, is_exited: false, is_unjoin: false };
