//! All of a transaction or nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::bench::{Bench, is_on_purpose, on_purpose, read};
use super::contents::{Contents, fill, id};
use super::sample::{SETTLED, at, batch, campaign, exception, hash, reach, recall, recipient};
use crate::ledger::{
    Again, BatchRow, BatchState, CampaignKey, CampaignRow, ImageRow, LedgerError, PersonRow, RecallRow, Slot, Tables,
    Used, View,
};

/// Writes something into every table.
fn change_everything(tables: &mut dyn Tables, key: CampaignKey) -> Result<(), LedgerError> {
    fill(tables, "new")?;
    assert!(tables.replace_campaign(0, &CampaignRow { key, batches: 99, ..campaign("a") })?);
    assert!(tables.start_campaign(key, at(1), Again::Allow)?);
    tables.add_use(key, &Used { sent: 5, elapsed: Duration::from_secs(1), ..Used::default() })?;
    tables.insert_message(key, 1, "1")?;
    tables.replace_columns(key, &[])?;
    tables.insert_recipients(key, &[recipient(100, 0)])?;
    tables.insert_batches(key, &[BatchRow::new(3, 0)])?;
    assert!(tables.replace_batch(key, BatchRow::new(0, 2).guard(), &batch(0, BatchState::Split))?);
    tables.move_members(key, 0, 3, 3)?;
    tables.replace_exceptions(key, &[exception(3, 1, SETTLED[0]), exception(8, 2, SETTLED[0])])?;
    tables.insert_slot("app", Slot { at: at(7), cost: Default::default() })?;
    tables.clamp_slots("app", at(6))?;
    tables.replace_pause("app", at(9), Duration::from_secs(9))?;
    tables.replace_people("app", &[PersonRow { id: None, ..person(1) }, person(2)])?;
    tables.replace_image("app", &image("new"))?;
    tables.replace_reach(key, &[reach(0, 1), reach(1, 9)])?;
    tables.replace_recalls(key, &[recall(1, Some(1)), RecallRow { reason: None, ..recall(1, None) }])?;
    tables.add_quota("app", at(60_000), 9)
}

fn person(number: u8) -> PersonRow {
    PersonRow { address: hash(number), id: Some(recipient(number.into(), 0).recipient), at: at(1) }
}

fn image(key: &str) -> ImageRow {
    ImageRow { content: hash(1), key: key.to_owned(), at: at(1) }
}

/// Everything that can be seen of the campaign, and of the app.
fn looked_at(view: &dyn View, key: CampaignKey) -> Result<(Contents, String), LedgerError> {
    let pace = (view.slots("app", at(0))?, view.pause("app")?, view.quota("app", at(0))?);
    let mut people = view.people("app", &[1, 2, 3].map(hash))?;
    people.sort_by_key(|row| row.address);
    let rest = (view.campaigns()?.len(), pace, people, view.image("app", &hash(1))?);
    Ok((Contents::of(view, key)?, format!("{rest:?}")))
}

fn seen(bench: &Bench, key: CampaignKey) -> (Contents, String) {
    bench.read(|view| looked_at(view, key))
}

/// A store with some of everything.
fn with(bench: &Bench) -> CampaignKey {
    bench.write(|tables| {
        tables.insert_slot("app", Slot { at: at(8), cost: Default::default() })?;
        tables.add_quota("app", at(60_000), 1)?;
        tables.replace_people("app", &[person(1), person(3)])?;
        tables.replace_image("app", &image("old"))?;
        fill(tables, "a")
    })
}

pub(super) fn see_what_they_wrote(bench: &Bench) {
    let key = with(bench);
    let (contents, rest) = bench.write(|tables| {
        change_everything(tables, key)?;
        looked_at(tables, key)
    });
    assert_eq!((contents.reach.len(), contents.recalls.len()), (3, 3));
    assert_eq!(contents.row.as_ref().map(|row| (row.batches, row.requests.sent)), Some((99, 5)));
    assert_eq!(contents.recipients.len(), 7);
    assert_eq!((contents, rest), seen(bench, key), "it saw something else than what was kept");
}

pub(super) fn are_seen_by_everybody(bench: &Bench) {
    let other = bench.another();
    let key = with(bench);
    let expected = seen(bench, key).0;
    assert_eq!(read(&*other, |view| Contents::of(view, key)), expected);
    assert_eq!(read(&*bench.another(), |view| Contents::of(view, key)), expected);
}

pub(super) fn outlive_their_users(bench: &Bench) {
    let first = bench.another();
    let mut key = None;
    let filled = first.write(&mut |tables| {
        key = Some(fill(tables, "a")?);
        Ok(())
    });
    assert!(filled.is_ok(), "{filled:?}");
    let key = key.expect("the work was not called");
    let expected = read(&*first, |view| Contents::of(view, key));
    drop(first);
    assert_eq!(read(&*bench.another(), |view| Contents::of(view, key)), expected);
}

pub(super) fn that_fail_leave_nothing(bench: &Bench) {
    let key = with(bench);
    let before = seen(bench, key);
    is_on_purpose(bench.ledger.write(&mut |tables| {
        change_everything(tables, key)?;
        Err(on_purpose())
    }));
    assert_eq!(seen(bench, key), before);
    // Rows that are removed come back, too.
    is_on_purpose(bench.ledger.write(&mut |tables| {
        tables.delete_slots("app", at(100))?;
        tables.delete_quota("app", at(60_000))?;
        tables.delete_people("app", at(1), at(1))?;
        tables.delete_image("app", "old")?;
        tables.forget_recipients(key)?;
        tables.delete_campaign(key)?;
        Err(on_purpose())
    }));
    assert_eq!(seen(bench, key), before);
    // And nothing of it spoils what is next.
    bench.write(|tables| change_everything(tables, key));
    assert_ne!(seen(bench, key), before);
    assert!(bench.read(|view| view.campaign(&id("new"))).is_some());
}

pub(super) fn that_panic_leave_nothing(bench: &Bench) {
    let key = with(bench);
    let before = seen(bench, key);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        bench.ledger.write(&mut |tables| {
            change_everything(tables, key)?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err(), "the panic was swallowed");
    assert_eq!(seen(bench, key), before);
    let panicked = catch_unwind(AssertUnwindSafe(|| bench.ledger.read(&mut |_| panic!("on purpose"))));
    assert!(panicked.is_err(), "the panic was swallowed");
    bench.write(|tables| change_everything(tables, key));
    assert_ne!(seen(bench, key), before);
}

pub(super) fn call_their_work_once(bench: &Bench) {
    let mut calls = [0; 4];
    let written = bench.ledger.write(&mut |_| {
        calls[0] += 1;
        Ok(())
    });
    let looked = bench.ledger.read(&mut |_| {
        calls[1] += 1;
        Ok(())
    });
    assert!(written.is_ok() && looked.is_ok(), "nothing failed in it: {written:?}, {looked:?}");
    is_on_purpose(bench.ledger.write(&mut |_| {
        calls[2] += 1;
        Err(on_purpose())
    }));
    is_on_purpose(bench.ledger.read(&mut |_| {
        calls[3] += 1;
        Err(on_purpose())
    }));
    assert_eq!(calls, [1; 4]);
}

pub(super) fn have_the_time_of_the_clock(bench: &Bench) {
    let other = bench.another();
    for step in [0, 1, 86_400_000] {
        bench.advance(Duration::from_millis(step));
        assert_eq!(bench.read(|view| Ok(view.now())), bench.now());
        assert_eq!(bench.write(|tables| Ok(tables.now())), bench.now());
        assert_eq!(read(&*other, |view| Ok(view.now())), bench.now());
    }
}
