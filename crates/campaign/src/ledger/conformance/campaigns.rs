//! Campaigns, their messages and their columns.

use std::time::Duration;

use batchcast_transport::time::Unix;

use super::bench::Bench;
use super::contents::{Contents, fill, id};
use super::sample::{TEXT, campaign, exception, full_campaign, hash, reach, recall, recipient, stopped};
use crate::ending::Why;
use crate::ledger::{BatchRow, CampaignKey, CampaignRow, Settled, Stage, StoppedRow, Used};
use crate::outcome::Requests;

pub(super) fn come_back_as_they_were(bench: &Bench) {
    let check = |row: CampaignRow| {
        let key = bench.campaign(&row);
        let expected = Some(CampaignRow { key, ..row.clone() });
        assert_eq!(bench.read(|view| view.campaign_of(key)), expected);
        assert_eq!(bench.read(|view| view.campaign(&row.id)), expected);
    };
    check(campaign("plain"));
    check(full_campaign("full"));
    for (id, stage) in [("d", Stage::Importing), ("e", Stage::Planned), ("f", Stage::Started), ("g", Stage::Cancelled)]
    {
        check(CampaignRow { stage, ..campaign(id) });
    }
    let reasons = [
        Why::NotPermitted,
        Why::QuotaUsedUp,
        Why::WrongEndpoint,
        Why::Broken,
        Why::TooManyDoubts,
        Why::MessageRefused,
        Why::Unreachable,
        Why::LongThrottle,
        Why::TooManyBadIds,
        Why::Interrupted,
    ];
    for (number, why) in reasons.into_iter().enumerate() {
        check(CampaignRow { stopped: Some(stopped(why)), ..campaign(&format!("why{number}")) });
    }
    let bare = StoppedRow { why: Why::Broken, reason: String::new(), remedy: None, resume_at: None };
    check(CampaignRow { stopped: Some(bare), ..campaign("bare") });
    check(CampaignRow { started_at: Some(Unix::EPOCH), ..full_campaign("epoch") });

    assert_eq!(bench.read(|view| view.campaign(&id("none"))), None);
    assert_eq!(bench.read(|view| view.campaign_of(CampaignKey(i64::MAX))), None);
}

pub(super) fn have_texts_of_their_own(bench: &Bench) {
    let (one, other) = (bench.campaign(&campaign("one")), bench.campaign(&campaign("other")));
    let long = TEXT.repeat(5_000);
    bench.write(|tables| {
        tables.insert_message(one, 0, &long)?;
        tables.insert_message(one, u32::MAX, "")?;
        tables.insert_message(other, 0, "{}")?;
        tables.replace_columns(one, &["b", "a", "", TEXT].map(str::to_owned))?;
        tables.replace_columns(other, &["x".to_owned()])
    });
    let message = |key, variant| bench.read(|view| view.message(key, variant));
    assert_eq!(message(one, 0).as_deref(), Some(&*long));
    assert_eq!(message(one, u32::MAX).as_deref(), Some(""));
    assert_eq!(message(one, 1), None);
    assert_eq!(message(other, 0).as_deref(), Some("{}"));
    assert_eq!(message(other, u32::MAX), None);
    bench.refuses("a second message of the same variant", |tables| tables.insert_message(other, 0, "[]"));
    assert_eq!(message(other, 0).as_deref(), Some("{}"));

    let columns = |key| bench.read(|view| view.columns(key));
    assert_eq!(columns(one), ["b", "a", "", TEXT]);
    for names in [&["only".to_owned()][..], &[]] {
        bench.write(|tables| tables.replace_columns(one, names));
        assert_eq!(columns(one), names);
    }
    assert_eq!(columns(other), ["x"]);
}

pub(super) fn come_in_the_order_in_which_they_were_planned(bench: &Bench) {
    assert_eq!(bench.read(|view| view.campaigns()), []);
    let names = ["zebra", "m", "Affe", "0", "zz"];
    let keys = names.map(|name| bench.campaign(&campaign(name)));
    // Where a row lies in a file may change with its length.
    let longer = CampaignRow { key: keys[0], ..full_campaign("any") };
    assert!(bench.write(|tables| tables.replace_campaign(0, &longer)));
    let found = bench.read(|view| view.campaigns());
    assert_eq!(found.iter().map(|row| row.key).collect::<Vec<_>>(), keys);
    assert_eq!(found[0].plan, longer.plan);
    assert_eq!(found[3], CampaignRow { key: keys[3], ..campaign("0") });
}

pub(super) fn have_ids_and_keys_of_their_own(bench: &Bench) {
    let first = bench.campaign(&CampaignRow { key: CampaignKey(77), ..campaign("first") });
    bench.refuses("a second campaign of the same id", |tables| {
        tables.insert_campaign(&full_campaign("first")).map(|_| ())
    });
    assert_eq!(bench.read(|view| view.campaign_of(first)), Some(CampaignRow { key: first, ..campaign("first") }));
    let second = bench.campaign(&CampaignRow { key: first, ..campaign("second") });
    assert_ne!(first, second);
    // Whoever still writes to a campaign that was removed must not write to another.
    bench.write(|tables| tables.delete_campaign(second));
    let third = bench.campaign(&campaign("second"));
    assert!(third != second && third != first, "a key was given twice: {first:?}, {second:?}, {third:?}");
}

pub(super) fn are_replaced_but_for_what_they_used(bench: &Bench) {
    let used = CampaignRow {
        requests: Requests { planned: 0, sent: 2, throttled: 3, retried: 4 },
        elapsed: Duration::from_millis(5),
        ..campaign("a")
    };
    let key = bench.campaign(&used);
    let other = bench.campaign(&campaign("b"));
    let new = CampaignRow { key, ..full_campaign("c") };
    assert!(bench.write(|tables| tables.replace_campaign(0, &new)));
    // How many are planned is the plan's.
    let requests = Requests { planned: new.plan.requests.into(), ..used.requests };
    let expected = CampaignRow { id: used.id, requests, elapsed: used.elapsed, ..new };
    assert_eq!(bench.read(|view| view.campaign_of(key)), Some(expected.clone()));
    assert_eq!(bench.read(|view| view.campaign_of(other)), Some(CampaignRow { key: other, ..campaign("b") }));

    // And back: every `Some` may become `None` again.
    let back = CampaignRow { key, requests: used.requests, elapsed: used.elapsed, ..campaign("a") };
    assert!(bench.write(|tables| tables.replace_campaign(expected.epoch, &back)));
    assert_eq!(bench.read(|view| view.campaign_of(key)), Some(back));
}

pub(super) fn are_replaced_in_their_epoch_alone(bench: &Bench) {
    let row = CampaignRow { epoch: 5, ..campaign("a") };
    let key = bench.campaign(&row);
    let new = CampaignRow { key, epoch: 6, ..full_campaign("a") };
    for epoch in [0, 4, 6] {
        assert!(!bench.write(|tables| tables.replace_campaign(epoch, &new)), "it has not the epoch {epoch}");
        assert_eq!(bench.read(|view| view.campaign_of(key)), Some(CampaignRow { key, ..row.clone() }));
    }
    assert!(bench.write(|tables| tables.replace_campaign(5, &new)));
    assert!(!bench.write(|tables| tables.replace_campaign(5, &new)), "its epoch is 6 by now");
}

pub(super) fn add_up_what_they_used(bench: &Bench) {
    let mut row = campaign("a");
    row.plan.requests = 9;
    row.requests.planned = 9;
    let key = bench.campaign(&row);
    let other = bench.campaign(&campaign("b"));
    let check = |sent, throttled, retried, elapsed, expected: (u64, u64, u64, u64)| {
        let used = Used { sent, throttled, retried, elapsed: Duration::from_millis(elapsed) };
        bench.write(|tables| tables.add_use(key, &used));
        let (sent, throttled, retried, elapsed) = expected;
        let expected = CampaignRow {
            key,
            requests: Requests { planned: 9, sent, throttled, retried },
            elapsed: Duration::from_millis(elapsed),
            ..row.clone()
        };
        assert_eq!(bench.read(|view| view.campaign_of(key)), Some(expected), "with {used:?}");
    };
    check(3, 2, 1, 1_500, (3, 2, 1, 1_500));
    check(4, 0, 5, 1, (7, 2, 6, 1_501));
    check(-1, -2, 0, 0, (6, 0, 6, 1_501));
    // Not below 0, as in `Requests::and`.
    check(-7, -1, -6, 0, (0, 0, 0, 1_501));
    check(1, 1, 1, 0, (1, 1, 1, 1_501));
    assert_eq!(bench.read(|view| view.campaign_of(other)), Some(CampaignRow { key: other, ..campaign("b") }));
}

pub(super) fn that_are_gone_take_nothing(bench: &Bench) {
    let (gone, stays) = bench.write(|tables| Ok((fill(tables, "gone")?, fill(tables, "stays")?)));
    let expected = bench.read(|view| Contents::of(view, stays));
    bench.write(|tables| tables.delete_campaign(gone));
    bench.refuses("a message", |tables| tables.insert_message(gone, 0, "{}"));
    bench.refuses("columns", |tables| tables.replace_columns(gone, &["a".to_owned()]));
    bench.refuses("a batch", |tables| tables.insert_batches(gone, &[BatchRow::new(0, 1)]));
    bench.refuses("a recipient", |tables| tables.insert_recipients(gone, &[recipient(1, 0)]));
    bench.refuses("an exception", |tables| tables.replace_exceptions(gone, &[exception(1, 0, Settled::Unknown)]));
    bench.refuses("reach", |tables| tables.replace_reach(gone, &[reach(0, 1)]));
    bench.refuses("a recall", |tables| tables.replace_recalls(gone, &[recall(0, None)]));
    let row = CampaignRow { key: gone, ..campaign("gone") };
    assert!(!bench.write(|tables| tables.replace_campaign(0, &row)));
    assert!(!bench.write(|tables| {
        let batch = BatchRow::new(0, 2);
        tables.replace_batch(gone, batch.guard(), &batch)
    }));
    bench.write(|tables| {
        tables.add_use(gone, &Used { sent: 1, ..Used::default() })?;
        tables.move_members(gone, 0, 0, 1)?;
        tables.forget_recipients(gone)?;
        tables.delete_campaign(gone)
    });
    assert_eq!(bench.read(|view| Contents::of(view, gone)), Contents::NOTHING);
    assert_eq!(bench.read(|view| Contents::of(view, stays)), expected);
    assert_eq!(bench.read(|view| view.started_with_message(&hash(0))), []);
}
