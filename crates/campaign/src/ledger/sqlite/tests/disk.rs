//! A full disk, and another program that keeps the file locked.

use std::time::Duration;

use batchcast_transport::time::Unix;

use super::{Place, new_campaign, read, recipient, write};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::sqlite::connection::Limits;
use crate::ledger::{BatchRow, BatchState, CampaignId, CampaignKey, LedgerError, LedgerProblem, RecipientRow, Tables};

/// A ledger that has room for little more than the one campaign and the one batch in it.
fn nearly_full(place: &Place) -> (Sqlite, CampaignKey) {
    let ledger = place.open();
    let key = new_campaign(&ledger, &CampaignId::random());
    write(&ledger, |tables| tables.insert_batches(key, &[BatchRow::new(0, 1)])).unwrap();
    drop(ledger);
    let pages: u32 = place.raw().query_row("PRAGMA page_count", (), |row| row.get(0)).unwrap();
    (place.open_with(Limits { pages: Some(pages + 2), ..Limits::default() }), key)
}

fn many() -> Vec<RecipientRow> {
    (1..1_000).map(|row| recipient(row, 0)).collect()
}

fn names(ledger: &Sqlite, key: CampaignKey) -> usize {
    let mut names = 0;
    read(ledger, |view| {
        view.recipients(key, &mut |_| {
            names += 1;
            Ok(())
        })
    });
    names
}

#[test]
fn of_what_does_not_fit_nothing_is_kept() {
    let place = Place::new();
    let (ledger, key) = nearly_full(&place);
    let before = read(&ledger, |view| view.batch(key, 0)).unwrap();
    let claimed = BatchRow { state: BatchState::Claimed, ..before.clone() };
    let error = write(&ledger, |tables| {
        assert!(tables.replace_batch(key, before.guard(), &claimed)?);
        tables.insert_recipients(key, &many())
    });
    assert_eq!(error.unwrap_err().problem(), &LedgerProblem::DiskFull);
    assert_eq!(read(&ledger, |view| view.batch(key, 0)), Some(before.clone()));
    assert_eq!(names(&ledger, key), 0);
    // What fits is kept, then as before.
    write(&ledger, |tables| tables.replace_batch(key, before.guard(), &claimed)).unwrap();
    drop(ledger);
    assert_eq!(read(&place.open(), |view| view.batch(key, 0)), Some(claimed));
}

#[test]
fn nothing_is_kept_of_work_that_passes_a_failure_over() {
    #[track_caller]
    fn check(goes_on: impl Fn(&mut dyn Tables) -> Result<(), LedgerError>) {
        let place = Place::new();
        let (ledger, key) = nearly_full(&place);
        let result = write(&ledger, |tables| {
            tables.add_quota("app", Unix::EPOCH, 1)?;
            // SQLite rolls the whole transaction back at this.
            let large = tables.insert_message(key, 0, &"large".repeat(10_000));
            assert_eq!(large.unwrap_err().problem(), &LedgerProblem::DiskFull);
            goes_on(tables)
        });
        assert_eq!(result.unwrap_err().problem(), &LedgerProblem::Failed);
        assert_eq!(read(&ledger, |view| view.quota("app", Unix::EPOCH)), []);
        write(&ledger, |tables| tables.add_quota("app", Unix::EPOCH, 1)).unwrap();
    }
    check(|_| Ok(()));
    // Without a transaction it would be kept at once.
    check(|tables| tables.add_quota("app", Unix::EPOCH, 1));
    check(|tables| {
        tables.add_quota("app", Unix::EPOCH, 1).ok();
        Ok(())
    });
}

#[test]
fn another_programs_lock_is_waited_for_and_then_told() {
    let place = Place::new();
    let id = CampaignId::random();
    let key = new_campaign(&place.open(), &id);
    let ledger = place.open_with(Limits { busy: Duration::from_millis(20), ..Limits::default() });
    let other = place.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = write(&ledger, |tables| tables.delete_campaign(key)).unwrap_err();
    assert_eq!(error.problem(), &LedgerProblem::Busy);
    assert_eq!(read(&ledger, |view| view.campaigns()).len(), 1, "to read it is free");
    other.execute_batch("ROLLBACK").unwrap();
    write(&ledger, |tables| tables.delete_campaign(key)).unwrap();
    assert_eq!(read(&ledger, |view| view.campaign(&id)), None);
}
