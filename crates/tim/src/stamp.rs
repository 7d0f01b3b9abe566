//! Fresh numbers for a request, and how a campaign writes them down.

use batchcast_model::tim::Stamp;
#[cfg(feature = "blocking")]
use batchcast_transport::channel::Mark;

/// A `MsgSeq` and a `MsgRandom`, drawn at random from their whole range. Every request needs its own.
#[must_use]
pub fn random_stamp() -> Stamp {
    Stamp { msg_seq: fastrand::u32(..), msg_random: fastrand::u32(..) }
}

/// Between the numbers and the account in a mark.
#[cfg(feature = "blocking")]
const BY: &str = " by ";

/// The two numbers as the vendor itself joins them at the beginning of a `MsgKey`, and who the recipients see as the
/// sender: the history of a conversation is kept by both.
#[cfg(feature = "blocking")]
pub(crate) fn mark(stamp: Stamp, sender: &str) -> Mark {
    Mark::new(format!("{}_{}{BY}{sender}", stamp.msg_seq, stamp.msg_random))
}

#[cfg(feature = "blocking")]
pub(crate) fn of_mark(mark: &Mark) -> Option<Stamp> {
    let numbers = mark.as_str().split_once(BY).map_or(mark.as_str(), |(numbers, _)| numbers);
    let (msg_seq, msg_random) = numbers.split_once('_')?;
    Some(Stamp { msg_seq: msg_seq.parse().ok()?, msg_random: msg_random.parse().ok()? })
}

/// Who sent it. Marks of earlier versions do not tell.
#[cfg(feature = "blocking")]
pub(crate) fn sender_of(mark: &Mark) -> Option<&str> {
    mark.as_str().split_once(BY).map(|(_, sender)| sender)
}

#[cfg(all(test, feature = "blocking"))]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_the_two_numbers_and_who_sent_it() {
        for (msg_seq, msg_random) in [(0, 0), (28360, 19901224), (u32::MAX, u32::MAX)] {
            let stamp = Stamp { msg_seq, msg_random };
            let mark = mark(stamp, "chief by night");
            assert_eq!((of_mark(&mark), sender_of(&mark)), (Some(stamp), Some("chief by night")));
        }
        let earlier = Mark::new("28360_19901224");
        assert_eq!(of_mark(&earlier), Some(Stamp { msg_seq: 28360, msg_random: 19901224 }));
        assert_eq!(sender_of(&earlier), None);
        assert_eq!(of_mark(&Mark::new("28360")), None);
    }
}
