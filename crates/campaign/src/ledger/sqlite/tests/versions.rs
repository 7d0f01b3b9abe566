//! Versions of the schema, and files that are no ledger.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Barrier};
use std::thread;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::reach::Reach;
use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::Unix;

use super::{Place, new_campaign, read, write};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::sqlite::connection::Limits;
use crate::ledger::sqlite::schema::{APPLICATION, STEPS};
use crate::ledger::{BatchState, CampaignId, Hash, LedgerError, LedgerProblem, PersonRow, ReachRow, Stage};

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

/// A campaign as version 1 wrote it: of two batches, of which one is in doubt, with three recipients.
const OF_VERSION_1: &str = r#"
INSERT INTO campaigns (key, id, message, identity, plan, stage, epoch, held_until, batches, sent, throttled, retried,
    elapsed_ms, started_at, stopped, forgotten_at)
VALUES (7, 'c-old', zeroblob(32), zeroblob(32), '{"provider":"tim","endpoint":"https://im.example.com","app":"1400000000",
    "excerpt":"hello","message":"0000000000000000000000000000000000000000000000000000000000000000",
    "identity":"0000000000000000000000000000000000000000000000000000000000000000","kinds":[["account",3]],"duplicates":0,
    "excluded":0,"requests":2,"bytes":300,"canary":null,"first":["张1"],"last":["c"],"created_at_ms":5}',
    2, 1, 0, 2, 2, 0, 0, 1000, 6, NULL, NULL);
INSERT INTO messages (campaign, variant, message) VALUES (7, 0, '{}');
INSERT INTO columns (campaign, position, name) VALUES (7, 0, 'city');
INSERT INTO recipients (campaign, row, batch, kind, id, columns)
VALUES (7, 1, 0, 4, '张1', '["x"]'), (7, 2, 0, 4, 'b', NULL), (7, 3, 1, 4, 'c', NULL);
INSERT INTO batches (campaign, number, variant, size, state, epoch, attempt, tries_again, not_before, slot, lease_until,
    began_at, deadline, mark, at, message_id, request_id, code, reason, by_hand)
VALUES (7, 0, 0, 2, 3, 1, 1, 0, 0, 0, 0, 8, 9, '1 2', 9, 'm', 'r', NULL, NULL, 0),
    (7, 1, 0, 1, 5, 1, 1, 0, 0, 0, 0, 8, 9, '3 4', 9, NULL, NULL, NULL, 'no answer came', 0);
INSERT INTO exceptions (campaign, row, batch, state, code, reason, at) VALUES (7, 2, 0, 4, 70107, 'no such account', 9);
INSERT INTO slots (pace, at, requests, recipients) VALUES ('app', 8, 1, 2);
INSERT INTO pauses (pace, until, asked_ms) VALUES ('app', 10, 2);
INSERT INTO quota (pace, minute, volume) VALUES ('app', 0, 3);
"#;

#[test]
fn a_ledger_of_version_1_is_brought_here_with_all_that_is_in_it() {
    let place = Place::new();
    open(&place, &STEPS[..1]).unwrap();
    place.raw().execute_batch(OF_VERSION_1).unwrap();
    let tables: &[&str] =
        &["batches", "campaigns", "columns", "exceptions", "messages", "pauses", "quota", "recipients", "slots"];
    let rows = |table: &&str| {
        let raw = place.raw();
        let mut rows = raw.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        let rows: Vec<Vec<rusqlite::types::Value>> = rows.query_map((), row).unwrap().map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "there is nothing in {table} to lose");
        rows
    };
    let before: Vec<_> = tables.iter().map(rows).collect();
    let ledger = place.open();
    let newest = u32::try_from(STEPS.len()).unwrap();
    assert_eq!(found(&place).0, i64::from(newest));
    assert_eq!(tables.iter().map(rows).collect::<Vec<_>>(), before);

    let campaign = read(&ledger, |view| view.campaign(&"c-old".parse().unwrap())).unwrap();
    assert_eq!((campaign.stage, campaign.plan.excerpt.as_str(), campaign.requests.sent), (Stage::Started, "hello", 2));
    let mut outcomes = Vec::new();
    read(&ledger, |view| {
        view.outcomes(campaign.key, &mut |outcome| {
            let own = outcome.exception.map(|exception| exception.code);
            outcomes.push((outcome.recipient.recipient.id().to_owned(), outcome.batch.state, own));
            Ok(())
        })
    });
    let is = |id: &str, state, own| (id.to_owned(), state, own);
    assert_eq!(
        outcomes,
        [
            is("张1", BatchState::Accepted, None),
            is("b", BatchState::Accepted, Some(Some(70107))),
            is("c", BatchState::Unknown, None),
        ]
    );

    // And the new tables are there, beside the campaign.
    let person = PersonRow {
        address: Hash([3; 32]),
        id: Some(Recipient::new(IdKind::Account, "张1").unwrap()),
        at: Unix::EPOCH,
    };
    let reach = ReachRow { batch: 0, at: Unix::EPOCH, reach: Reach::new(2, 1, 0) };
    write(&ledger, |tables| {
        tables.replace_people("app", std::slice::from_ref(&person))?;
        tables.replace_reach(campaign.key, &[reach])
    })
    .unwrap();
    assert_eq!(read(&ledger, |view| view.people("app", &[person.address])), [person]);
    write(&ledger, |tables| tables.forget_recipients(campaign.key)).unwrap();
    assert_eq!(read(&ledger, |view| view.people("app", &[Hash([3; 32])])), []);
    assert_eq!(read(&ledger, |view| view.reach(campaign.key)), [reach]);

    // Whoever knows version 1 alone does not touch it any more.
    drop(ledger);
    let error = open(&place, &STEPS[..1]).unwrap_err();
    assert_eq!(error.problem(), &LedgerProblem::TooNew { found: newest, known: 1 });
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
