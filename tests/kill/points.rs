//! The points at which a program is killed, and what may be in doubt after each.

use std::fmt;
use std::ops::RangeInclusive;

use batchcast_tests::WirePoint;

/// Where a program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// A chunk of recipients was committed.
    ImportChunk,
    /// Everything was written down but that it is a plan.
    Importing,
    /// It is a plan.
    Imported,
    /// A batch was claimed.
    Claimed,
    /// An attempt was begun.
    Begun,
    /// On the wire.
    Wire(WirePoint),
    /// An answer is in hand.
    Answered,
    /// What became of a batch was recorded.
    Recorded,
    /// Some rows of a report were written.
    Reported,
    /// Whenever it comes.
    AnyTime,
}

/// What the program is about when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Writing down the recipients.
    Import,
    /// Sending.
    Run,
    /// Reporting.
    Report,
}

impl Point {
    /// All of them.
    pub(crate) const ALL: [Self; 13] = [
        Self::ImportChunk,
        Self::Importing,
        Self::Imported,
        Self::Claimed,
        Self::Begun,
        Self::Wire(WirePoint::Connected),
        Self::Wire(WirePoint::MidWrite),
        Self::Wire(WirePoint::Written),
        Self::Wire(WirePoint::MidAnswer),
        Self::Answered,
        Self::Recorded,
        Self::Reported,
        Self::AnyTime,
    ];

    pub(crate) const fn stage(self) -> Stage {
        match self {
            Self::ImportChunk | Self::Importing | Self::Imported => Stage::Import,
            Self::Reported => Stage::Report,
            _ => Stage::Run,
        }
    }

    /// How many batches a program with so many requests at once leaves in doubt, if it is killed here for the `nth` time.
    pub(crate) const fn doubts(self, nth: usize, in_flight: usize) -> RangeInclusive<usize> {
        match self {
            Self::ImportChunk | Self::Importing | Self::Imported | Self::Reported => 0..=0,
            // Before the first claim is acted upon, nothing has begun.
            Self::Claimed if nth == 1 => 0..=0,
            Self::Claimed | Self::Recorded | Self::AnyTime => 0..=in_flight,
            Self::Begun | Self::Wire(_) | Self::Answered => 1..=in_flight,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ImportChunk => "import-chunk",
            Self::Importing => "importing",
            Self::Imported => "imported",
            Self::Claimed => "claimed",
            Self::Begun => "begun",
            Self::Wire(WirePoint::Connected) => "connected",
            Self::Wire(WirePoint::MidWrite) => "mid-write",
            Self::Wire(WirePoint::Written) => "written",
            Self::Wire(WirePoint::MidAnswer) => "mid-answer",
            Self::Answered => "answered",
            Self::Recorded => "recorded",
            Self::Reported => "reported",
            Self::AnyTime => "any-time",
        })
    }
}
