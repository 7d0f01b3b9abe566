//! Fresh numbers for a request, and how a campaign writes them down.

use batchcast_model::tim::Stamp;
#[cfg(feature = "blocking")]
use batchcast_transport::channel::Mark;

/// A `MsgSeq` and a `MsgRandom`, drawn at random from their whole range. Every request needs its own.
#[must_use]
pub fn random_stamp() -> Stamp {
    Stamp { msg_seq: fastrand::u32(..), msg_random: fastrand::u32(..) }
}

/// The two numbers as the vendor itself joins them at the beginning of a `MsgKey`.
#[cfg(feature = "blocking")]
pub(crate) fn mark(stamp: Stamp) -> Mark {
    Mark::new(format!("{}_{}", stamp.msg_seq, stamp.msg_random))
}

#[cfg(feature = "blocking")]
pub(crate) fn of_mark(mark: &Mark) -> Option<Stamp> {
    let (msg_seq, msg_random) = mark.as_str().split_once('_')?;
    Some(Stamp { msg_seq: msg_seq.parse().ok()?, msg_random: msg_random.parse().ok()? })
}

#[cfg(all(test, feature = "blocking"))]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_the_two_numbers() {
        for (msg_seq, msg_random) in [(0, 0), (28360, 19901224), (u32::MAX, u32::MAX)] {
            let stamp = Stamp { msg_seq, msg_random };
            assert_eq!(of_mark(&mark(stamp)), Some(stamp));
        }
        assert_eq!(of_mark(&Mark::new("28360")), None);
    }
}
