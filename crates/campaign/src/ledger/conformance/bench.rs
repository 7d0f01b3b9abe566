//! One case on its way through one backend: [`Bench`].

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::{Clock, Unix};

use super::{Empty, Open};
use crate::ledger::{CampaignKey, CampaignRow, Ledger, LedgerError, LedgerProblem, Tables, View};

/// An empty store, its clock, and one user of it.
pub(super) struct Bench {
    pub(super) clock: ManualTimer,
    pub(super) ledger: Box<dyn Ledger>,
    open: Open,
}

impl Bench {
    pub(super) fn new(empty: Empty<'_>) -> Self {
        let clock = ManualTimer::default();
        let open = empty(Arc::new(clock.clone()));
        Self { clock, ledger: open(), open }
    }

    /// Another user of the same store.
    pub(super) fn another(&self) -> Box<dyn Ledger> {
        (self.open)()
    }

    pub(super) fn now(&self) -> Unix {
        self.clock.now().unix
    }

    pub(super) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    #[track_caller]
    pub(super) fn write<T>(&self, work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>) -> T {
        write(&*self.ledger, work)
    }

    #[track_caller]
    pub(super) fn read<T>(&self, work: impl FnMut(&dyn View) -> Result<T, LedgerError>) -> T {
        read(&*self.ledger, work)
    }

    /// Asserts that a write is refused.
    #[track_caller]
    pub(super) fn refuses(&self, what: &str, work: impl FnMut(&mut dyn Tables) -> Result<(), LedgerError>) {
        assert!(attempt(&*self.ledger, work).is_err(), "{what} was not refused");
    }

    /// A new campaign.
    #[track_caller]
    pub(super) fn campaign(&self, row: &CampaignRow) -> CampaignKey {
        self.write(|tables| tables.insert_campaign(row))
    }
}

/// What the work of one transaction returned.
#[track_caller]
pub(super) fn write<T>(ledger: &dyn Ledger, work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>) -> T {
    match attempt(ledger, work) {
        Ok(returned) => returned,
        Err(error) => panic!("a write failed: {error}"),
    }
}

pub(super) fn attempt<T>(
    ledger: &dyn Ledger,
    mut work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    let mut returned = None;
    ledger.write(&mut |tables| {
        returned = Some(work(tables)?);
        Ok(())
    })?;
    Ok(returned.expect("the ledger did not call the work of a transaction that succeeded"))
}

/// What the work of one view returned.
#[track_caller]
pub(super) fn read<T>(ledger: &dyn Ledger, mut work: impl FnMut(&dyn View) -> Result<T, LedgerError>) -> T {
    let mut returned = None;
    let read = ledger.read(&mut |view| {
        returned = Some(work(view)?);
        Ok(())
    });
    if let Err(error) = read {
        panic!("a read failed: {error}");
    }
    returned.expect("the ledger did not call the work of a view that succeeded")
}

/// An error that no ledger gives by itself.
pub(super) fn on_purpose() -> LedgerError {
    LedgerError::new(LedgerProblem::Damaged("on purpose".to_owned()), "of the case")
}

/// Asserts that this is the error [`on_purpose`].
#[track_caller]
pub(super) fn is_on_purpose(result: Result<(), LedgerError>) {
    let error = result.expect_err("what failed on purpose succeeded");
    assert_eq!(error.to_string(), on_purpose().to_string());
}
