//! Versions of the schema, and files that are no ledger.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Barrier};
use std::thread;

use batchcast_transport::testing::ManualTimer;

use super::{Place, new_campaign, read};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::sqlite::connection::Limits;
use crate::ledger::sqlite::schema::{APPLICATION, STEPS};
use crate::ledger::{CampaignId, LedgerError, LedgerProblem};

const FIRST: &str = "CREATE TABLE first (number INTEGER) STRICT; INSERT INTO first VALUES (1);";
const SECOND: &str = "CREATE TABLE second (number INTEGER) STRICT; INSERT INTO second SELECT number + 1 FROM first;";
const BROKEN: &str = "CREATE TABLE third (number INTEGER) STRICT; INSERT INTO nowhere VALUES (3);";

fn open(place: &Place, steps: &[&str]) -> Result<(), LedgerError> {
    Sqlite::open_with(&place.path(), Arc::new(ManualTimer::default()), steps, Limits::default()).map(drop)
}

/// The version, and the tables.
fn found(place: &Place) -> (i64, Vec<String>) {
    let raw = place.raw();
    let version = raw.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    let mut tables = raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let tables = tables.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (version, tables)
}

fn file(place: &Place, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(place.path()).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_file_goes_the_steps_that_it_has_not_gone() {
    let place = Place::new();
    open(&place, &[FIRST]).unwrap();
    assert_eq!(found(&place), (1, vec!["first".to_owned()]));
    open(&place, &[FIRST]).unwrap();
    place.raw().execute("UPDATE first SET number = 7", ()).unwrap();
    open(&place, &[FIRST, SECOND]).unwrap();
    assert_eq!(found(&place), (2, vec!["first".to_owned(), "second".to_owned()]));
    let second: i64 = place.raw().query_row("SELECT number FROM second", (), |row| row.get(0)).unwrap();
    assert_eq!(second, 8);

    let place = Place::new();
    open(&place, &[FIRST, SECOND]).unwrap();
    assert_eq!(found(&place).0, 2);
}

#[test]
fn a_step_that_fails_leaves_the_version_before_it() {
    let place = Place::new();
    let error = open(&place, &[FIRST, SECOND, BROKEN]).unwrap_err();
    assert_eq!(error.problem(), &LedgerProblem::Failed);
    assert!(error.to_string().contains("nowhere"), "{error}");
    assert_eq!(found(&place), (2, vec!["first".to_owned(), "second".to_owned()]));
    open(&place, &[FIRST, SECOND]).unwrap();
}

#[test]
fn a_newer_version_is_refused() {
    let place = Place::new();
    drop(place.open());
    let known = u32::try_from(STEPS.len()).unwrap();
    place.raw().pragma_update(None, "user_version", known + 1).unwrap();
    let error = place.try_open().unwrap_err();
    assert_eq!(error.problem(), &LedgerProblem::TooNew { found: known + 1, known });
}

#[test]
fn what_is_no_ledger_is_refused_and_left_as_it_is() {
    #[track_caller]
    fn check(place: &Place, expected: &str) {
        let before = fs::read(place.path()).unwrap();
        let error = place.try_open().unwrap_err();
        assert_eq!(error.problem(), &LedgerProblem::Damaged(expected.to_owned()), "{error}");
        assert!(fs::read(place.path()).unwrap() == before, "it was written to");
        assert!(!place.folder.path().join("ledger.db-wal").exists());
    }
    let place = Place::new();
    file(&place, "open_id\nou_1\n".repeat(100).as_bytes());
    check(&place, "it is no SQLite database");

    // Shorter than the head of a database.
    let place = Place::new();
    file(&place, b"open_id\nou_1\n");
    check(&place, "it is no SQLite database");

    let place = Place::new();
    file(&place, b"");
    place.raw().execute_batch("CREATE TABLE theirs (number INTEGER)").unwrap();
    check(&place, "it is an SQLite database of another program");

    let place = Place::new();
    file(&place, b"");
    place.raw().pragma_update(None, "application_id", 1).unwrap();
    check(&place, "it is an SQLite database of another program");

    let place = Place::new();
    file(&place, b"");
    place.raw().pragma_update(None, "application_id", APPLICATION).unwrap();
    place.raw().pragma_update(None, "user_version", -1).unwrap();
    check(&place, "it has schema version -1");
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    let place = Place::new();
    file(&place, b"");
    new_campaign(&place.open(), &CampaignId::random());
    assert_eq!(read(&place.open(), |view| view.campaigns()).len(), 1);
}

#[test]
fn many_may_open_a_fresh_ledger_at_once() {
    const MANY: usize = 8;
    for _ in 0..5 {
        let place = Place::new();
        let start = Barrier::new(MANY);
        thread::scope(|scope| {
            for _ in 0..MANY {
                scope.spawn(|| {
                    start.wait();
                    new_campaign(&place.open(), &CampaignId::random());
                });
            }
        });
        assert_eq!(read(&place.open(), |view| view.campaigns()).len(), MANY);
    }
}
