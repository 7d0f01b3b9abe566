//! Where the file lies, and who may read it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use batchcast_transport::testing::ManualTimer;

use super::{Place, new_campaign, read};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::{CampaignId, Hold, Ledger, LedgerProblem};

fn mode(path: impl AsRef<Path>) -> u32 {
    path.as_ref().metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn everything_is_the_owners_alone() {
    let place = Place::new();
    let path = place.folder.path().join("a/b/ledger.db");
    let ledger = Sqlite::open(&path, Arc::new(ManualTimer::default())).unwrap();
    let id = CampaignId::random();
    new_campaign(&ledger, &id);
    read(&ledger, |view| view.campaigns());
    let _held = ledger.hold(&id).unwrap();

    let check = |name: &str, expected| assert_eq!(mode(place.folder.path().join(name)), expected, "{name}");
    check("a", 0o700);
    check("a/b", 0o700);
    check("a/b/ledger.db", 0o600);
    check("a/b/ledger.db-wal", 0o600);
    check("a/b/ledger.db-shm", 0o600);
    check("a/b/ledger.db.locks", 0o700);
    check(&format!("a/b/ledger.db.locks/{id}"), 0o600);
}

#[test]
fn a_file_that_others_may_read_or_write_is_refused_and_left_as_it_is() {
    fn check(found: u32, is_refused: bool) {
        let place = Place::new();
        drop(place.open());
        fs::set_permissions(place.path(), Permissions::from_mode(found)).unwrap();
        let problem = place.try_open().err().map(|error| error.problem().clone());
        assert_eq!(problem, is_refused.then_some(LedgerProblem::ReadableByOthers), "{found:o}");
        assert_eq!(mode(place.path()), found);
    }
    check(0o600, false);
    check(0o700, false);
    check(0o640, true);
    check(0o604, true);
    check(0o620, true);
    check(0o602, true);
    check(0o644, true);
}

#[test]
fn what_is_no_file_is_refused() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    let error = place.try_open().unwrap_err();
    assert_eq!(error.problem(), &LedgerProblem::Failed);
    assert!(error.to_string().ends_with("ledger.db cannot be read or written: it is not a file"), "{error}");
    // Nor is a file a directory.
    let place = Place::new();
    drop(place.open());
    let below = Sqlite::open(place.path().join("ledger.db"), Arc::new(ManualTimer::default()));
    assert_eq!(below.unwrap_err().problem(), &LedgerProblem::Failed);
}

#[test]
fn names_that_mean_something_to_sqlite_are_files() {
    fn check(name: &str) {
        let place = Place::new();
        drop(Sqlite::open(place.folder.path().join(name), Arc::new(ManualTimer::default())).unwrap());
        assert!(place.folder.path().join(name).is_file(), "{name}");
    }
    check(":memory:");
    check("file:ledger.db?mode=memory");
    check("with blank, 张三 and %41");
}

#[test]
fn two_names_of_a_file_are_one_ledger() {
    let place = Place::new();
    let ledger = place.open();
    let id = CampaignId::random();
    new_campaign(&ledger, &id);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.db");
    symlink(place.path(), &link).unwrap();
    let linked = Sqlite::open(&link, Arc::new(ManualTimer::default())).unwrap();
    assert_eq!(read(&linked, |view| view.campaigns()).len(), 1);
    let _held = ledger.hold(&id).unwrap();
    assert!(matches!(linked.hold(&id).unwrap(), Hold::ByAnother));
    // What stands beside a ledger stands beside its file, not beside the link.
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn a_link_to_nothing_is_refused() {
    let place = Place::new();
    symlink(place.folder.path().join("nothing"), place.path()).unwrap();
    assert_eq!(place.try_open().unwrap_err().problem(), &LedgerProblem::Failed);
}

#[test]
fn nothing_is_left_beside_a_closed_file() {
    let place = Place::new();
    let ledger = place.open();
    new_campaign(&ledger, &CampaignId::random());
    let other = place.open();
    assert_eq!(read(&ledger, |view| view.campaigns()).len(), 1);
    assert_eq!(read(&other, |view| view.campaigns()).len(), 1);
    drop(ledger);
    assert!(place.folder.path().join("ledger.db-wal").exists(), "the other has it open");
    drop(other);
    let left: Vec<_> = fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["ledger.db"]);
    assert_eq!(read(&place.open(), |view| view.campaigns()).len(), 1);
}
