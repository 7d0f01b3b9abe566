//! Fresh numbers for a request.

use batchcast_model::tim::Stamp;

/// A `MsgSeq` and a `MsgRandom`, drawn at random from their whole range. Every request needs its own.
#[must_use]
pub fn random_stamp() -> Stamp {
    Stamp { msg_seq: fastrand::u32(..), msg_random: fastrand::u32(..) }
}
