//! Recipients: who they are, in which batch, and in which order.

use batchcast_model::{IdKind, Recipient};

use super::bench::{Bench, is_on_purpose, on_purpose};
use super::contents::{outcomes, recipients};
use super::sample::{MOST, SETTLED, batch, campaign, exception, full_batch, recipient};
use crate::ledger::{BatchNumber, BatchRow, BatchState, CampaignKey, OutcomeRow, RecipientRow};

fn with(bench: &Bench, rows: &[RecipientRow]) -> CampaignKey {
    bench.write(|tables| {
        let key = tables.insert_campaign(&campaign("a"))?;
        let other = tables.insert_campaign(&campaign("b"))?;
        // What a case must not see, and must not touch.
        for key in [key, other] {
            tables.insert_batches(key, &[0, 1, 2].map(|number| batch(number, BatchState::Pending)))?;
        }
        tables.insert_recipients(other, &[recipient(1, 0), recipient(2, 1)])?;
        tables.insert_recipients(key, rows)?;
        Ok(key)
    })
}

fn members(bench: &Bench, key: CampaignKey, batch: BatchNumber) -> Vec<u64> {
    bench.read(|view| view.members(key, batch)).into_iter().map(|(row, _)| row).collect()
}

pub(super) fn come_back_as_they_were(bench: &Bench) {
    let columns = [None, Some("[]"), Some(r#"["Łódź, \"x\"\n",null,"😀"]"#)];
    let ids = ["a", "张三", "a/b'c<d>\u{1f600}", "%_;--", "0012", "1e5", "@TGS#2J4SZEAEL"];
    let kinds = IdKind::ALL.into_iter().cycle();
    let rows: Vec<_> = (1..)
        .zip(kinds)
        .take(7 * ids.len())
        .map(|(row, kind)| {
            let place = usize::try_from(row).unwrap_or_default();
            let recipient = Recipient::new(kind, ids[place % ids.len()]).expect("any kind takes these");
            RecipientRow { row: row * row, batch: 1, recipient, columns: columns[place % 3].map(Into::into) }
        })
        .chain([RecipientRow { row: MOST, ..recipient(1, 2) }])
        .collect();
    let key = with(bench, &rows);
    assert_eq!(bench.read(|view| recipients(view, key)), rows);
    let found = bench.read(|view| view.members(key, 1));
    let expected = rows.iter().filter(|row| row.batch == 1).map(|row| (row.row, row.recipient.clone()));
    assert_eq!(found, expected.collect::<Vec<_>>());
    let expected = |recipient: &RecipientRow| {
        let batch = batch(recipient.batch, BatchState::Pending);
        OutcomeRow { recipient: recipient.clone(), batch, exception: None }
    };
    assert_eq!(bench.read(|view| outcomes(view, key)), rows.iter().map(expected).collect::<Vec<_>>());
}

pub(super) fn come_by_row(bench: &Bench) {
    // Batches take turns where their kinds of id do.
    let rows = [(900, 0), (3, 1), (64, 0), (5, 2), (63, 1)].map(|(row, batch)| recipient(row, batch));
    let key = with(bench, &rows);
    bench.write(|tables| {
        assert!(tables.replace_batch(key, BatchRow::new(2, 1).guard(), &full_batch(2))?);
        tables.replace_exceptions(key, &[exception(64, 0, SETTLED[0])])?;
        tables.insert_recipients(key, &[recipient(4, 0)])
    });
    let expected = [3, 4, 5, 63, 64, 900];
    let found = bench.read(|view| Ok((recipients(view, key)?, outcomes(view, key)?)));
    assert_eq!(found.0.iter().map(|row| row.row).collect::<Vec<_>>(), expected);
    assert_eq!(found.1.iter().map(|outcome| outcome.recipient.row).collect::<Vec<_>>(), expected);
    assert_eq!((found.1[2].batch.clone(), found.1[2].exception.clone()), (full_batch(2), None));
    assert_eq!(found.1[4].exception, Some(exception(64, 0, SETTLED[0])));
    assert!(found.1.iter().all(|outcome| outcome.batch.number == outcome.recipient.batch));
}

pub(super) fn stop_where_their_visitor_fails(bench: &Bench) {
    let key = with(bench, &[1, 2, 3].map(|row| recipient(row, 0)));
    let mut seen = Vec::new();
    is_on_purpose(bench.ledger.read(&mut |view| {
        view.recipients(key, &mut |row| {
            seen.push(row.row);
            if row.row == 2 { Err(on_purpose()) } else { Ok(()) }
        })
    }));
    is_on_purpose(bench.ledger.read(&mut |view| {
        view.outcomes(key, &mut |outcome| {
            seen.push(outcome.recipient.row);
            if outcome.recipient.row == 2 { Err(on_purpose()) } else { Ok(()) }
        })
    }));
    assert_eq!(seen, [1, 2, 1, 2]);
}

pub(super) fn have_rows_of_their_own(bench: &Bench) {
    let key = with(bench, &[recipient(1, 0)]);
    bench.refuses("a second recipient of row 1", |tables| {
        tables.insert_recipients(key, &[RecipientRow { row: 1, ..recipient(2, 1) }])
    });
    assert_eq!(bench.read(|view| recipients(view, key)), [recipient(1, 0)]);
}

pub(super) fn are_missed_where_their_batch_is(bench: &Bench) {
    // Who is left out of the report is lost.
    let key = with(bench, &[recipient(1, 0), recipient(2, 77), recipient(3, 1)]);
    let looked = bench.ledger.read(&mut |view| view.outcomes(key, &mut |_| Ok(())));
    assert!(looked.is_err(), "a recipient without a batch was passed over");
    assert_eq!(bench.read(|view| recipients(view, key)).len(), 3);
}

pub(super) fn are_members_of_their_batch(bench: &Bench) {
    let key = with(bench, &[(7, 1), (3, 0), (1, 1), (70, 1), (5, 0)].map(|(row, batch)| recipient(row, batch)));
    assert_eq!(members(bench, key, 0), [3, 5]);
    assert_eq!(members(bench, key, 1), [1, 7, 70]);
    assert_eq!(members(bench, key, 2), [0; 0]);
    assert_eq!(bench.read(|view| view.members(key, 0))[1], (5, recipient(5, 0).recipient));
}

pub(super) fn move_from_batch_to_batch(bench: &Bench) {
    let rows = [(1, 0), (2, 0), (4, 1), (5, 0), (8, 0), (9, 1)].map(|(row, batch)| recipient(row, batch));
    let key = with(bench, &rows);
    let check = |from, first_row, to, expected: [&[u64]; 3]| {
        bench.write(|tables| tables.move_members(key, from, first_row, to));
        for (number, expected) in (0..).zip(expected) {
            assert_eq!(members(bench, key, number), expected, "batch {number}, from {first_row} on {from} to {to}");
        }
        let found = bench.read(|view| recipients(view, key));
        assert_eq!(found.len(), rows.len());
        for row in found {
            let place = usize::try_from(row.batch).unwrap_or_default();
            assert!(expected[place].contains(&row.row), "row {} is in two batches", row.row);
        }
    };
    // From this row on, itself included.
    check(0, 5, 2, [&[1, 2], &[4, 9], &[5, 8]]);
    check(0, 3, 2, [&[1, 2], &[4, 9], &[5, 8]]);
    // In between those who are there.
    check(2, 6, 1, [&[1, 2], &[4, 8, 9], &[5]]);
    check(0, 0, 2, [&[], &[4, 8, 9], &[1, 2, 5]]);
    check(0, 0, 1, [&[], &[4, 8, 9], &[1, 2, 5]]);
    let found = bench.read(|view| outcomes(view, key));
    assert!(found.iter().all(|outcome| outcome.batch.number == outcome.recipient.batch), "{found:?}");
}
