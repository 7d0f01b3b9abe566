//! What is removed is overwritten.

use std::fs;

use batchcast_transport::time::Unix;

use super::{Place, new_campaign, recipient, write};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::{
    BatchRow, BatchState, CampaignId, CampaignKey, ExceptionRow, Hash, PersonRow, RecallRow, RecallState, RecipientRow,
    Settled,
};

/// In every text that may name a recipient, and in every id.
const NAMED: &str = "named";

/// Enough that pages are split and joined, and half of the recipients moved from one batch to another.
fn campaign(ledger: &Sqlite) -> CampaignKey {
    let key = new_campaign(ledger, &CampaignId::random());
    for chunk in 0..10 {
        let rows: Vec<_> = (1..=500)
            .map(|row| {
                let columns = (row % 3 == 0).then(|| format!("[{:?}]", NAMED.repeat(row)).into());
                RecipientRow { columns, ..recipient(u64::from(chunk) * 500 + row as u64, chunk) }
            })
            .collect();
        write(ledger, |tables| tables.insert_recipients(key, &rows)).unwrap();
    }
    write(ledger, |tables| {
        tables.insert_message(key, 0, &format!("Dear {NAMED}"))?;
        tables.replace_columns(key, &[NAMED.to_owned()])?;
        for number in 0..10 {
            let batch = BatchRow::new(number, 500);
            tables.insert_batches(key, &[batch.clone(), BatchRow::new(number + 10, 250)])?;
            tables.move_members(key, number, u64::from(number) * 500 + 250, number + 10)?;
            let refused = BatchRow { state: BatchState::Rejected, reason: Some(NAMED.repeat(9)), ..batch.clone() };
            tables.replace_batch(key, batch.guard(), &refused)?;
            let replaced = BatchRow { state: BatchState::Rejected, reason: None, ..batch };
            tables.replace_batch(key, refused.guard(), &replaced)?;
        }
        let exception = |row: u64| ExceptionRow {
            row,
            batch: 0,
            state: Settled::Rejected,
            code: Some(70107),
            reason: Some(format!("{NAMED}{row}")),
            at: Unix::EPOCH,
        };
        tables.replace_exceptions(key, &(1..200).map(exception).collect::<Vec<_>>())?;
        let recall = |row: u64| RecallRow {
            batch: 0,
            row: Some(row),
            state: RecallState::Refused,
            code: Some(20023),
            reason: Some(format!("{NAMED}{row}")),
            at: Unix::EPOCH,
        };
        tables.replace_recalls(key, &(1..200).map(recall).collect::<Vec<_>>())
    })
    .unwrap();
    key
}

/// What a look-up of every tenth recipient leaves, done twice.
fn look_up(ledger: &Sqlite) {
    let address = |row: u64| Hash(std::array::from_fn(|place| (row >> (place % 8 * 8)).to_le_bytes()[0]));
    for at in [Unix::EPOCH, Unix::from_millis(1)] {
        let person = |row| PersonRow { address: address(row), id: Some(recipient(row, 0).recipient), at };
        let people: Vec<_> = (1..=5_000).step_by(10).map(person).collect();
        write(ledger, |tables| tables.replace_people("app", &people)).unwrap();
    }
}

/// How often a name stands in a file of the ledger.
fn names(place: &Place, file: &str) -> usize {
    let bytes = fs::read(place.folder.path().join(file)).unwrap();
    bytes.windows(NAMED.len()).filter(|window| *window == NAMED.as_bytes()).count()
}

#[test]
fn nothing_of_it_is_left_in_the_files() {
    fn check(prepare: impl Fn(&Sqlite), remove: impl Fn(&Sqlite, CampaignKey)) {
        let place = Place::new();
        let ledger = place.open();
        let key = campaign(&ledger);
        prepare(&ledger);
        // The file itself is not looked at while it is open: to close it again would take SQLite's locks away.
        assert!(names(&place, "ledger.db-wal") > 5_000);
        remove(&ledger, key);
        assert_eq!(names(&place, "ledger.db-wal"), 0);
        drop(ledger);
        assert_eq!(names(&place, "ledger.db"), 0);
    }
    check(look_up, |ledger, key| write(ledger, |tables| tables.forget_recipients(key)).unwrap());
    check(|_| (), |ledger, key| write(ledger, |tables| tables.delete_campaign(key)).unwrap());
}

#[test]
fn a_reader_holds_it_up_but_does_not_prevent_it() {
    let place = Place::new();
    let ledger = place.open();
    let key = campaign(&ledger);
    drop(ledger);
    assert!(names(&place, "ledger.db") > 5_000);
    let ledger = place.open();
    let other = place.raw();
    other.execute_batch("BEGIN; SELECT * FROM recipients LIMIT 1").unwrap();
    write(&ledger, |tables| tables.forget_recipients(key)).unwrap();
    drop(other);
    drop(ledger);
    assert_eq!(names(&place, "ledger.db"), 0);
}
