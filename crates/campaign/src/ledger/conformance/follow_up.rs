//! What came after a send: how far batches have come, and what was taken back.

use batchcast_transport::reach::Reach;

use super::bench::{Bench, attempt};
use super::contents::{Contents, fill, recall_counts};
use super::sample::{LATEST, MOST, TEXT, at, campaign, reach, recall};
use crate::ledger::{BatchNumber, CampaignKey, ReachRow, RecallRow, RecallState};

/// A campaign, beside another one that a case must not see and must not touch.
fn with(bench: &Bench) -> CampaignKey {
    bench.write(|tables| {
        let other = tables.insert_campaign(&campaign("b"))?;
        tables.replace_reach(other, &[reach(0, 1), reach(5, 1)])?;
        tables.replace_recalls(other, &[recall(0, None), recall(0, Some(1)), recall(5, None)])?;
        tables.insert_campaign(&campaign("a"))
    })
}

fn recalls(bench: &Bench, key: CampaignKey, batch: BatchNumber) -> Vec<RecallRow> {
    bench.read(|view| view.recalls(key, batch))
}

fn places(bench: &Bench, key: CampaignKey, batch: BatchNumber) -> Vec<Option<u64>> {
    recalls(bench, key, batch).into_iter().map(|row| row.row).collect()
}

pub(super) fn tells_reach_by_number(bench: &Bench) {
    let key = with(bench);
    assert_eq!(bench.read(|view| view.reach(key)), []);
    let full = Reach::new(MOST, MOST - 1, MOST - 2).with_recalled(MOST - 3);
    let rows = [
        ReachRow { reach: full, at: LATEST, ..reach(u32::MAX, 0) },
        ReachRow { reach: Reach::default(), at: at(0), ..reach(64, 0) },
        reach(0, 7),
        ReachRow { reach: Reach::new(3, 2, 1).with_recalled(0), ..reach(65, 0) },
    ];
    bench.write(|tables| tables.replace_reach(key, &rows));
    let [last, second, first, third] = rows;
    assert_eq!(bench.read(|view| view.reach(key)), [first, second, third, last]);
}

pub(super) fn tells_the_latest_reach(bench: &Bench) {
    let key = with(bench);
    let before = ReachRow { reach: Reach::new(9, 9, 9).with_recalled(9), ..reach(1, 1) };
    bench.write(|tables| tables.replace_reach(key, &[reach(0, 1), before, reach(2, 1)]));
    // Counts may fall, and the clock may have been set back.
    let after = ReachRow { at: at(1), reach: Reach::new(4, 3, 2), ..before };
    bench.write(|tables| tables.replace_reach(key, &[after, reach(3, 1), reach(3, 2)]));
    assert_eq!(bench.read(|view| view.reach(key)), [reach(0, 1), after, reach(2, 1), reach(3, 2)]);
    bench.write(|tables| tables.replace_reach(key, &[]));
    assert_eq!(bench.read(|view| view.reach(key)).len(), 4);
}

pub(super) fn tells_recalls_as_they_were(bench: &Bench) {
    let key = with(bench);
    let rows = [
        RecallRow { state: RecallState::Recalled, code: None, reason: None, ..recall(7, None) },
        RecallRow { state: RecallState::Refused, code: Some(i64::MIN), at: LATEST, ..recall(7, Some(1)) },
        RecallRow { state: RecallState::Unknown, code: Some(i64::MAX), at: at(0), ..recall(7, Some(2)) },
        RecallRow { code: Some(0), reason: Some(String::new()), ..recall(7, Some(3)) },
        RecallRow { code: None, reason: Some("x".repeat(100_000)), ..recall(7, Some(MOST)) },
    ];
    bench.write(|tables| tables.replace_recalls(key, &rows));
    assert_eq!(recalls(bench, key, 7), rows);
    assert_eq!(recalls(bench, key, 0), []);
    let last = recall(u32::MAX, None);
    bench.write(|tables| tables.replace_recalls(key, std::slice::from_ref(&last)));
    assert_eq!(recalls(bench, key, u32::MAX), [last]);
}

pub(super) fn tells_a_batchs_own_recall_first(bench: &Bench) {
    let key = with(bench);
    let rows = [(3, Some(900)), (3, Some(2)), (2, Some(5)), (3, Some(64)), (3, None), (3, Some(1)), (4, Some(3))];
    bench.write(|tables| tables.replace_recalls(key, &rows.map(|(batch, row)| recall(batch, row))));
    assert_eq!(places(bench, key, 3), [None, Some(1), Some(2), Some(64), Some(900)]);
    assert_eq!(places(bench, key, 2), [Some(5)]);
    assert_eq!(places(bench, key, 4), [Some(3)]);
    assert_eq!(places(bench, key, 5), []);
}

pub(super) fn tells_the_latest_recall(bench: &Bench) {
    let key = with(bench);
    let before = [recall(0, None), recall(0, Some(1)), recall(0, Some(2)), recall(1, Some(1))];
    bench.write(|tables| tables.replace_recalls(key, &before));
    let again = |row| RecallRow { state: RecallState::Recalled, code: None, reason: None, at: at(1), ..recall(0, row) };
    bench.write(|tables| tables.replace_recalls(key, &[again(None), again(Some(2)), again(Some(3))]));
    assert_eq!(recalls(bench, key, 0), [again(None), recall(0, Some(1)), again(Some(2)), again(Some(3))]);
    assert_eq!(recalls(bench, key, 1), [recall(1, Some(1))]);
    // Of two in one go, the later one.
    bench.write(|tables| tables.replace_recalls(key, &[again(Some(1)), recall(0, Some(1)), again(Some(1))]));
    assert_eq!(recalls(bench, key, 0)[1], again(Some(1)));
    bench.write(|tables| tables.replace_recalls(key, &[]));
    assert_eq!(recalls(bench, key, 0).len(), 4);
}

pub(super) fn takes_no_recall_of_row_zero(bench: &Bench) {
    // It would be the batch's own in SQL, and so take the place of what became of somebody, or of everybody.
    let key = with(bench);
    bench.write(|tables| tables.replace_recalls(key, &[recall(0, None)]));
    let kept = attempt(&*bench.ledger, |tables| tables.replace_recalls(key, &[recall(1, None), recall(0, Some(0))]));
    let error = kept.expect_err("a recall of row 0 was kept").to_string();
    assert!(error.contains("row 0"), "{error}");
    assert_eq!(recalls(bench, key, 0), [recall(0, None)]);
    assert_eq!(recalls(bench, key, 1), []);
}

pub(super) fn counts_recalls_by_state(bench: &Bench) {
    let key = with(bench);
    assert_eq!(bench.read(|view| view.recall_counts(key)), []);
    let row = |batch, row, state| RecallRow { state, ..recall(batch, row) };
    bench.write(|tables| {
        tables.replace_recalls(
            key,
            &[
                row(0, None, RecallState::Recalled),
                row(0, Some(1), RecallState::Unknown),
                row(0, Some(2), RecallState::Recalled),
                row(9, None, RecallState::Recalled),
                row(9, Some(7), RecallState::Unknown),
            ],
        )
    });
    let expected = [(RecallState::Recalled, 3), (RecallState::Unknown, 2)];
    assert_eq!(bench.read(|view| recall_counts(view, key)), expected);
    bench.write(|tables| {
        tables.replace_recalls(key, &[row(0, Some(1), RecallState::Refused), row(9, Some(7), RecallState::Refused)])
    });
    let expected = [(RecallState::Recalled, 3), (RecallState::Refused, 2)];
    assert_eq!(bench.read(|view| recall_counts(view, key)), expected, "none is unknown any more");
    assert_eq!(bench.read(|view| view.recall_counts(CampaignKey(i64::MAX))), []);
}

pub(super) fn outlives_forgetting_without_reasons(bench: &Bench) {
    let (key, other) = bench.write(|tables| Ok((fill(tables, "a")?, fill(tables, "b")?)));
    let named = [recall(70, None), recall(70, Some(9)), recall(71, Some(10))];
    bench.write(|tables| {
        tables.replace_recalls(key, &named)?;
        tables.forget_recipients(key)
    });
    let nameless = |row: &RecallRow| RecallRow { reason: None, ..row.clone() };
    assert!(named.iter().all(|row| row.reason.as_ref().is_some_and(|reason| reason.contains(TEXT))));
    assert_eq!(recalls(bench, key, 70), [nameless(&named[0]), nameless(&named[1])]);
    assert_eq!(recalls(bench, key, 71), [nameless(&named[2])]);
    let [forgotten, whole] = [key, other].map(|key| bench.read(|view| Contents::of(view, key)));
    assert_eq!((forgotten.reach.len(), &forgotten.reach), (2, &whole.reach), "counts name nobody");
}
