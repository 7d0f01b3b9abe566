//! Starting a campaign: once, and no second one of the same identity by mistake.

use super::bench::Bench;
use super::sample::{at, campaign, full_campaign, hash};
use crate::ledger::{Again, CampaignKey, CampaignRow, Stage};

fn start(bench: &Bench, key: CampaignKey, again: Again) -> bool {
    bench.write(|tables| tables.start_campaign(key, at(500), again))
}

fn row(bench: &Bench, key: CampaignKey) -> CampaignRow {
    bench.read(|view| view.campaign_of(key)).expect("it was not removed")
}

/// A campaign of this identity.
fn identical(bench: &Bench, id: &str, identity: u8, stage: Stage) -> CampaignKey {
    let mut row = CampaignRow { stage, ..campaign(id) };
    row.plan.identity = hash(identity);
    bench.campaign(&row)
}

pub(super) fn happens_once(bench: &Bench) {
    let planned = CampaignRow { stage: Stage::Planned, started_at: None, ..full_campaign("a") };
    let key = bench.campaign(&planned);
    let other = identical(bench, "b", 1, Stage::Planned);
    assert!(start(bench, key, Again::Refuse));
    let started = CampaignRow { key, stage: Stage::Started, started_at: Some(at(500)), ..planned };
    assert_eq!(row(bench, key), started);
    for again in [Again::Refuse, Again::Allow] {
        assert!(!bench.write(|tables| tables.start_campaign(key, at(600), again)), "it started twice with {again:?}");
        assert_eq!(row(bench, key), started);
    }
    assert_eq!(row(bench, other).stage, Stage::Planned);
}

pub(super) fn begins_with_planned_ones_alone(bench: &Bench) {
    let keys = [Stage::Importing, Stage::Started, Stage::Cancelled].map(|stage| {
        let id = format!("{stage:?}");
        (identical(bench, &id, stage as u8, stage), stage)
    });
    for (key, stage) in keys {
        for again in [Again::Refuse, Again::Allow] {
            assert!(!start(bench, key, again), "{stage:?} is not planned");
        }
        assert_eq!((row(bench, key).stage, row(bench, key).started_at), (stage, None));
    }
    assert!(!start(bench, CampaignKey(i64::MAX), Again::Allow), "there is no such campaign");
}

pub(super) fn is_refused_where_an_identical_one_started(bench: &Bench) {
    // None of these has started, and one that has is another message to others.
    identical(bench, "importing", 1, Stage::Importing);
    identical(bench, "planned", 1, Stage::Planned);
    identical(bench, "cancelled", 1, Stage::Cancelled);
    let another = identical(bench, "another", 2, Stage::Planned);
    assert!(start(bench, another, Again::Refuse));

    let first = identical(bench, "first", 1, Stage::Planned);
    let second = identical(bench, "second", 1, Stage::Planned);
    let third = identical(bench, "third", 1, Stage::Planned);
    assert!(start(bench, first, Again::Refuse), "nobody has got it yet");
    assert!(!start(bench, second, Again::Refuse), "the first has started");
    assert_eq!((row(bench, second).stage, row(bench, second).started_at), (Stage::Planned, None));
    assert!(start(bench, second, Again::Allow), "it is meant");

    // What was cancelled after it had started has been sent to somebody all the same.
    for key in [first, second] {
        let cancelled = CampaignRow { stage: Stage::Cancelled, ..row(bench, key) };
        assert!(bench.write(|tables| tables.replace_campaign(0, &cancelled)));
    }
    assert!(!start(bench, third, Again::Refuse), "two have started, and were cancelled");
    bench.write(|tables| {
        tables.delete_campaign(first)?;
        tables.delete_campaign(second)
    });
    assert!(start(bench, third, Again::Refuse), "those that started are gone");
}

pub(super) fn is_known_by_the_message(bench: &Bench) {
    let with_message = |id: &str, message| {
        let mut row = campaign(id);
        row.plan.message = hash(message);
        // Identities of their own, so that all of them may start.
        row.plan.identity = hash(id.as_bytes()[0]);
        bench.campaign(&row)
    };
    let started = |message| {
        let rows = bench.read(|view| view.started_with_message(&hash(message)));
        rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
    };
    let [z, b, a] = [("z", 1), ("b", 2), ("a", 1)].map(|(id, message)| with_message(id, message));
    with_message("planned", 1);
    assert_eq!(started(1), []);
    for key in [a, b, z] {
        assert!(start(bench, key, Again::Refuse));
    }
    assert_eq!(started(1), [z, a], "in the order in which they were planned");
    assert_eq!(started(2), [b]);
    assert_eq!(started(3), []);
    let cancelled = CampaignRow { stage: Stage::Cancelled, ..row(bench, a) };
    assert!(bench.write(|tables| tables.replace_campaign(0, &cancelled)));
    assert_eq!(started(1), [z, a], "whoever got it before it was cancelled has got it");
    let whole = bench.read(|view| view.started_with_message(&hash(2)));
    assert_eq!(whole, [row(bench, b)]);
}
