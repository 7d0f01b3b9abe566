//! What databases call states, stages and kinds of id: small numbers, each of which keeps its meaning for ever.

use batchcast_model::IdKind;

use super::follow_up::RecallState;
use super::row::{BatchState, Settled, Stage};

const STATES: [BatchState; 7] = [
    BatchState::Pending,
    BatchState::Claimed,
    BatchState::InFlight,
    BatchState::Accepted,
    BatchState::Rejected,
    BatchState::Unknown,
    BatchState::Split,
];
const SETTLED: [Settled; 3] = [Settled::Accepted, Settled::Rejected, Settled::Unknown];
const RECALLS: [RecallState; 3] = [RecallState::Recalled, RecallState::Refused, RecallState::Unknown];
const STAGES: [Stage; 4] = [Stage::Importing, Stage::Planned, Stage::Started, Stage::Cancelled];

/// The position is the number, so new ones go to the end.
const KINDS: [IdKind; 7] = [
    IdKind::OpenId,
    IdKind::UserId,
    IdKind::UnionId,
    IdKind::DepartmentId,
    IdKind::Account,
    IdKind::Email,
    IdKind::Mobile,
];

impl BatchState {
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        STATES.into_iter().find(|state| state.number() == number)
    }
}

impl Settled {
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        SETTLED.into_iter().find(|state| state.number() == number)
    }
}

impl RecallState {
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        RECALLS.into_iter().find(|state| state.number() == number)
    }
}

impl Stage {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Importing => 0,
            Self::Planned => 1,
            Self::Started => 2,
            Self::Cancelled => 3,
        }
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        STAGES.into_iter().find(|stage| stage.number() == number)
    }
}

/// The number of a kind of id; `None` for one that the model has and this list has not.
pub(crate) fn of_kind(kind: IdKind) -> Option<u8> {
    KINDS.iter().position(|known| *known == kind).and_then(|position| position.try_into().ok())
}

pub(crate) fn kind_from(number: u8) -> Option<IdKind> {
    KINDS.get(usize::from(number)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_for_ever_what_it_means() {
        fn check<T: Copy + PartialEq + std::fmt::Debug>(
            value: T,
            expected: u8,
            number: impl Fn(T) -> Option<u8>,
            from: impl Fn(u8) -> Option<T>,
        ) {
            assert_eq!(number(value), Some(expected), "{value:?}");
            assert_eq!(from(expected), Some(value), "{expected}");
        }
        let state = |value, expected| {
            check(value, expected, |state: BatchState| Some(state.number()), BatchState::from_number);
        };
        state(BatchState::Pending, 0);
        state(BatchState::Claimed, 1);
        state(BatchState::InFlight, 2);
        state(BatchState::Accepted, 3);
        state(BatchState::Rejected, 4);
        state(BatchState::Unknown, 5);
        state(BatchState::Split, 6);
        let settled =
            |value, expected| check(value, expected, |state: Settled| Some(state.number()), Settled::from_number);
        settled(Settled::Accepted, 3);
        settled(Settled::Rejected, 4);
        settled(Settled::Unknown, 5);
        let recall = |value, expected| {
            check(value, expected, |state: RecallState| Some(state.number()), RecallState::from_number);
        };
        recall(RecallState::Recalled, 0);
        recall(RecallState::Refused, 1);
        recall(RecallState::Unknown, 2);
        let stage = |value, expected| check(value, expected, |stage: Stage| Some(stage.number()), Stage::from_number);
        stage(Stage::Importing, 0);
        stage(Stage::Planned, 1);
        stage(Stage::Started, 2);
        stage(Stage::Cancelled, 3);
        for (kind, expected) in IdKind::ALL.into_iter().zip(0..) {
            check(kind, expected, of_kind, kind_from);
        }
    }

    #[test]
    fn other_numbers_mean_nothing() {
        assert_eq!(BatchState::from_number(7), None);
        assert_eq!((Settled::from_number(2), Settled::from_number(6)), (None, None));
        assert_eq!(RecallState::from_number(3), None);
        assert_eq!(Stage::from_number(4), None);
        assert_eq!(kind_from(7), None);
    }
}
