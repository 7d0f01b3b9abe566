//! Which request everybody goes into: [`Batches`].

use std::num::NonZeroU64;

use batchcast_model::{IdKind, Invalid, Recipient};
use batchcast_transport::channel::Cut;
use batchcast_transport::time::Unix;

use super::Canary;
use crate::ledger::{BatchNumber, BatchRow, BatchState};
use crate::refusal::{Error, Refusal};

/// Where those stand, while the plan is made, who get no request: nobody is behind their address. How many requests
/// there are, and so what number is free for them, is known at the end.
pub(super) const NOWHERE: BatchNumber = BatchNumber::MAX;

/// The requests of a plan in the making.
pub(super) struct Batches {
    cut: Box<dyn Cut>,
    canary: CanaryCut,
    /// How many recipients each batch has.
    sizes: Vec<u32>,
    placed: u64,
    nowhere: u32,
}

/// The first recipients have requests of their own.
enum CanaryCut {
    None,
    /// So many are still to come; then this is the cut of the rest.
    Filling {
        left: u64,
        rest: Box<dyn Cut>,
    },
    Full {
        canary: Canary,
        bytes: u64,
    },
}

impl Batches {
    pub(super) fn new(cut: Box<dyn Cut>) -> Self {
        Self { cut, canary: CanaryCut::None, sizes: Vec::new(), placed: 0, nowhere: 0 }
    }

    /// The first so many have requests of their own; this is the cut of the rest.
    pub(super) fn with_canary(&mut self, recipients: NonZeroU64, rest: Box<dyn Cut>) {
        self.canary = CanaryCut::Filling { left: recipients.get(), rest };
    }

    /// Whether the vendor takes this kind of id.
    pub(super) fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        self.cut.takes(kind)
    }

    /// The batch of the next recipient.
    pub(super) fn place(&mut self, recipient: &Recipient) -> Result<BatchNumber, Error> {
        let before = match &self.canary {
            CanaryCut::Full { canary, .. } => canary.requests as usize,
            _ => 0,
        };
        let batch = self.cut.place(recipient)? + before;
        // The last number stands for nowhere, and the one before it may be needed for those who are there.
        let number = BatchNumber::try_from(batch).ok().filter(|number| *number < NOWHERE - 1);
        let number = number.ok_or(Refusal::TooManyRequests)?;
        if self.sizes.len() <= batch {
            self.sizes.resize(batch + 1, 0);
        }
        self.sizes[batch] += 1;
        self.placed += 1;
        if let CanaryCut::Filling { left, .. } = &mut self.canary {
            *left -= 1;
            if *left == 0 {
                self.end_canary();
            }
        }
        Ok(number)
    }

    /// The batch of one who gets no request.
    pub(super) fn turn_away(&mut self) -> BatchNumber {
        self.nowhere += 1;
        NOWHERE
    }

    fn end_canary(&mut self) {
        if let CanaryCut::Filling { rest, .. } = std::mem::replace(&mut self.canary, CanaryCut::None) {
            let bytes = std::mem::replace(&mut self.cut, rest).bytes();
            let canary = Canary { recipients: self.placed, requests: self.requests() };
            self.canary = CanaryCut::Full { canary, bytes };
        }
    }

    pub(super) fn requests(&self) -> u32 {
        u32::try_from(self.sizes.len()).unwrap_or(u32::MAX)
    }

    /// How many get no request.
    pub(super) const fn turned_away(&self) -> u32 {
        self.nowhere
    }

    /// The canary, unless everybody is in it: then there is no rest to wait.
    pub(super) fn canary(&self) -> Option<Canary> {
        match &self.canary {
            CanaryCut::Full { canary, .. } => Some(*canary).filter(|canary| canary.recipients < self.placed),
            _ => None,
        }
    }

    /// The bytes of all bodies.
    pub(super) fn bytes(&self) -> u64 {
        let before = match &self.canary {
            CanaryCut::Full { bytes, .. } => *bytes,
            _ => 0,
        };
        before + self.cut.bytes()
    }

    /// All requests as rows of the ledger.
    pub(super) fn rows(&self) -> impl Iterator<Item = BatchRow> {
        (0..).zip(&self.sizes).map(|(number, size)| BatchRow::new(number, *size))
    }

    /// The row of those who get no request, behind all others.
    pub(super) fn row_of_nobody(&self, reason: &str, at: Unix) -> Option<BatchRow> {
        let row = BatchRow::new(self.requests(), self.nowhere);
        let reason = Some(reason.to_owned());
        (self.nowhere > 0).then_some(BatchRow { state: BatchState::Rejected, reason, at, ..row })
    }
}
