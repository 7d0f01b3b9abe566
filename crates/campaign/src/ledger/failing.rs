//! A ledger that fails on request: [`Failing`].
//!
//! To see what a failure leaves wherever it strikes, go through all places one after the other:
//!
//! ```
//! use std::sync::Arc;
//!
//! use batchcast_campaign::ledger::failing::Failing;
//! use batchcast_campaign::ledger::memory::Memory;
//! use batchcast_campaign::ledger::{Ledger, LedgerError, LedgerProblem};
//! use batchcast_transport::testing::ManualTimer;
//! use batchcast_transport::time::Unix;
//!
//! /// What is to be tested.
//! fn act(ledger: &dyn Ledger) -> Result<(), LedgerError> {
//!     ledger.write(&mut |tables| tables.add_quota("app", Unix::EPOCH, 1))
//! }
//!
//! for first in 1.. {
//!     let memory = Memory::new(Arc::new(ManualTimer::default()));
//!     let ledger = Failing::new(memory.clone(), first, LedgerProblem::DiskFull);
//!     let result = act(&ledger);
//!     if !ledger.has_failed() {
//!         assert!(result.is_ok());
//!         break;
//!     }
//!     // The failure is told, and `memory` is what the next run finds.
//!     assert!(result.is_err());
//! }
//! ```

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;

use super::{
    Again, BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, ExceptionRow, Guard, Hash, Hold,
    ImageRow, Ledger, LedgerError, LedgerProblem, OutcomeRow, PersonRow, ReachRow, RecallRow, RecallState,
    RecipientRow, Settled, Slot, Tables, Used, View,
};

/// A ledger whose operations fail from one on, as on a disk that is full or broken.
///
/// Every method of [`View`] and [`Tables`] but [`View::now`] is one operation, every commit is one, and so is taking or
/// looking at a hold.
#[derive(Debug)]
pub struct Failing<L> {
    ledger: L,
    failure: Failure,
}

#[derive(Debug)]
struct Failure {
    first: u64,
    problem: LedgerProblem,
    commit: FailedCommit,
    operations: AtomicU64,
}

/// What is kept of a transaction whose commit is the first operation that fails. Nobody is told which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedCommit {
    /// Nothing.
    NothingKept,
    /// Everything: it was the answer that got lost.
    EverythingKept,
}

impl<L: Ledger> Failing<L> {
    /// Fails the operation of this number, counted from 1, and every one after it; `u64::MAX` fails none. Of a commit
    /// that fails nothing is kept.
    #[must_use]
    pub const fn new(ledger: L, first: u64, problem: LedgerProblem) -> Self {
        let commit = FailedCommit::NothingKept;
        Self { ledger, failure: Failure { first, problem, commit, operations: AtomicU64::new(0) } }
    }

    /// With this kept of a transaction whose commit is the first to fail.
    #[must_use]
    pub fn with_commit(mut self, commit: FailedCommit) -> Self {
        self.failure.commit = commit;
        self
    }

    /// How many operations there were so far, with those that failed.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.failure.operations.load(Ordering::SeqCst)
    }

    /// Whether one of them failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.operations() >= self.failure.first
    }
}

impl Failure {
    /// Counts one operation, which may be the one that fails.
    fn count(&self) -> Result<(), LedgerError> {
        if self.next() < self.first { Ok(()) } else { Err(self.error()) }
    }

    fn next(&self) -> u64 {
        self.operations.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn error(&self) -> LedgerError {
        LedgerError::new(self.problem.clone(), "that fails on request")
    }
}

impl<L: Ledger> Ledger for Failing<L> {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        let failure = &self.failure;
        let mut is_told = true;
        self.ledger.write(&mut |tables| {
            work(&mut Counted { rows: tables, failure })?;
            let commit = failure.next();
            is_told = commit < failure.first;
            // After an operation that failed there is nothing left to keep.
            let is_kept = is_told || (commit == failure.first && failure.commit == FailedCommit::EverythingKept);
            if is_kept { Ok(()) } else { Err(failure.error()) }
        })?;
        if is_told { Ok(()) } else { Err(failure.error()) }
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.ledger.read(&mut |rows| work(&Counted { rows, failure: &self.failure }))
    }

    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError> {
        self.failure.count()?;
        self.ledger.hold(campaign)
    }

    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError> {
        self.failure.count()?;
        self.ledger.is_held(campaign)
    }
}

/// The rows of one transaction, each operation counted.
struct Counted<'a, R> {
    rows: R,
    failure: &'a Failure,
}

/// Methods that are counted and passed on.
macro_rules! counted {
    (looking $($name:ident($($argument:ident: $kind:ty),*) -> $returned:ty;)*) => {
        $(fn $name(&self, $($argument: $kind),*) -> Result<$returned, LedgerError> {
            self.failure.count()?;
            self.rows.$name($($argument),*)
        })*
    };
    (writing $($name:ident($($argument:ident: $kind:ty),*) -> $returned:ty;)*) => {
        $(fn $name(&mut self, $($argument: $kind),*) -> Result<$returned, LedgerError> {
            self.failure.count()?;
            self.rows.$name($($argument),*)
        })*
    };
}

impl<R: Deref<Target: View>> View for Counted<'_, R> {
    fn now(&self) -> Unix {
        self.rows.now()
    }

    counted! { looking
        campaign(id: &CampaignId) -> Option<CampaignRow>;
        campaign_of(key: CampaignKey) -> Option<CampaignRow>;
        campaigns() -> Vec<CampaignRow>;
        started_with_message(message: &Hash) -> Vec<CampaignRow>;
        message(campaign: CampaignKey, variant: u32) -> Option<String>;
        columns(campaign: CampaignKey) -> Vec<String>;
        batch(campaign: CampaignKey, number: BatchNumber) -> Option<BatchRow>;
        next_pending(campaign: CampaignKey, below: BatchNumber) -> Option<BatchRow>;
        first_not_before(campaign: CampaignKey, below: BatchNumber) -> Option<Unix>;
        batches_in(
            campaign: CampaignKey, state: BatchState, each: &mut dyn FnMut(BatchRow) -> Result<(), LedgerError>
        ) -> ();
        batches_after(campaign: CampaignKey, after: Option<BatchNumber>, limit: usize) -> Vec<BatchRow>;
        members(campaign: CampaignKey, batch: BatchNumber) -> Vec<(u64, Recipient)>;
        sizes(campaign: CampaignKey) -> Vec<(BatchState, u64)>;
        exceptions(campaign: CampaignKey) -> Vec<(BatchState, Settled, u64)>;
        exceptions_of(campaign: CampaignKey, batch: BatchNumber) -> Vec<ExceptionRow>;
        recipients(campaign: CampaignKey, each: &mut dyn FnMut(RecipientRow) -> Result<(), LedgerError>) -> ();
        outcomes(campaign: CampaignKey, each: &mut dyn FnMut(OutcomeRow) -> Result<(), LedgerError>) -> ();
        slots(pace: &str, since: Unix) -> Vec<Slot>;
        pause(pace: &str) -> Option<(Unix, Duration)>;
        quota(pace: &str, since: Unix) -> Vec<(Unix, u64)>;
        people(directory: &str, addresses: &[Hash]) -> Vec<PersonRow>;
        image(directory: &str, content: &Hash) -> Option<ImageRow>;
        reach(campaign: CampaignKey) -> Vec<ReachRow>;
        recalls(campaign: CampaignKey, batch: BatchNumber) -> Vec<RecallRow>;
        recall_counts(campaign: CampaignKey) -> Vec<(RecallState, u64)>;
    }
}

impl<R: DerefMut<Target: Tables>> Tables for Counted<'_, R> {
    counted! { writing
        insert_campaign(row: &CampaignRow) -> CampaignKey;
        replace_campaign(epoch: u64, row: &CampaignRow) -> bool;
        start_campaign(campaign: CampaignKey, at: Unix, again: Again) -> bool;
        add_use(campaign: CampaignKey, used: &Used) -> ();
        delete_campaign(campaign: CampaignKey) -> ();
        forget_recipients(campaign: CampaignKey) -> ();
        insert_message(campaign: CampaignKey, variant: u32, message: &str) -> ();
        replace_columns(campaign: CampaignKey, names: &[String]) -> ();
        insert_recipients(campaign: CampaignKey, rows: &[RecipientRow]) -> ();
        insert_batches(campaign: CampaignKey, rows: &[BatchRow]) -> ();
        replace_batch(campaign: CampaignKey, guard: Guard, row: &BatchRow) -> bool;
        move_members(campaign: CampaignKey, from: BatchNumber, first_row: u64, to: BatchNumber) -> ();
        replace_exceptions(campaign: CampaignKey, rows: &[ExceptionRow]) -> ();
        insert_slot(pace: &str, slot: Slot) -> ();
        delete_slots(pace: &str, until: Unix) -> ();
        clamp_slots(pace: &str, latest: Unix) -> ();
        replace_pause(pace: &str, until: Unix, asked: Duration) -> ();
        add_quota(pace: &str, minute: Unix, volume: i64) -> ();
        delete_quota(pace: &str, until: Unix) -> ();
        replace_people(directory: &str, rows: &[PersonRow]) -> ();
        delete_people(directory: &str, found_until: Unix, missing_until: Unix) -> ();
        replace_image(directory: &str, row: &ImageRow) -> ();
        delete_image(directory: &str, key: &str) -> ();
        replace_reach(campaign: CampaignKey, rows: &[ReachRow]) -> ();
        replace_recalls(campaign: CampaignKey, rows: &[RecallRow]) -> ();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use batchcast_transport::testing::ManualTimer;

    use super::*;
    use crate::ledger::memory::Memory;

    /// Two transactions of two operations and a commit each, and a look: seven operations. Says how far it came.
    fn act(ledger: &dyn Ledger) -> (u32, Result<(), LedgerError>) {
        let mut done = 0;
        let mut acts = || {
            for _ in 0..2 {
                ledger.write(&mut |tables| {
                    tables.add_quota("app", Unix::EPOCH, 1)?;
                    tables.quota("app", Unix::EPOCH).map(|_| ())
                })?;
                done += 1;
            }
            ledger.read(&mut |view| view.pause("app").map(|_| ()))
        };
        let result = acts();
        (done, result)
    }

    fn kept(ledger: &dyn Ledger) -> u64 {
        let mut kept = 0;
        ledger
            .read(&mut |view| {
                kept = view.quota("app", Unix::EPOCH)?.iter().map(|(_, volume)| volume).sum();
                Ok(())
            })
            .unwrap();
        kept
    }

    #[test]
    fn the_first_that_fails_is_the_one_that_was_asked_for() {
        #[track_caller]
        fn check(first: u64, commit: FailedCommit, told: u32, expected: u64) {
            let memory = Memory::new(Arc::new(ManualTimer::default()));
            let ledger = Failing::new(memory.clone(), first, LedgerProblem::DiskFull).with_commit(commit);
            let (done, result) = act(&ledger);
            assert_eq!((done, kept(&memory)), (told, expected));
            assert!(ledger.has_failed());
            assert_eq!(ledger.operations(), first);
            assert_eq!(result.unwrap_err().problem(), &LedgerProblem::DiskFull);
        }
        for commit in [FailedCommit::NothingKept, FailedCommit::EverythingKept] {
            check(1, commit, 0, 0);
            check(2, commit, 0, 0);
            check(4, commit, 1, 1);
            check(5, commit, 1, 1);
            check(7, commit, 2, 2);
        }
        check(3, FailedCommit::NothingKept, 0, 0);
        check(3, FailedCommit::EverythingKept, 0, 1);
        check(6, FailedCommit::NothingKept, 1, 1);
        check(6, FailedCommit::EverythingKept, 1, 2);
    }

    #[test]
    fn where_nothing_fails_all_is_done_and_counted() {
        for first in [8, u64::MAX] {
            let ledger = Failing::new(Memory::new(Arc::new(ManualTimer::default())), first, LedgerProblem::Failed);
            let (done, result) = act(&ledger);
            assert!(result.is_ok() && !ledger.has_failed(), "{result:?}");
            assert_eq!((done, ledger.operations()), (2, 7));
        }
    }

    #[test]
    fn after_the_first_everything_fails() {
        let memory = Memory::new(Arc::new(ManualTimer::default()));
        let ledger = Failing::new(memory.clone(), 1, LedgerProblem::Failed).with_commit(FailedCommit::EverythingKept);
        // Whoever overlooks a failure has nothing kept either.
        let overlooked = ledger.write(&mut |tables| {
            let failed = tables.campaigns();
            assert!(failed.is_err());
            Ok(())
        });
        assert_eq!(overlooked.unwrap_err().problem(), &LedgerProblem::Failed);
        let id = CampaignId::random();
        assert!(ledger.hold(&id).is_err() && ledger.is_held(&id).is_err());
        assert_eq!(act(&ledger).0, 0);
        assert_eq!(kept(&memory), 0);
        assert_eq!(memory.is_held(&id).unwrap(), Some(false));
    }
}
