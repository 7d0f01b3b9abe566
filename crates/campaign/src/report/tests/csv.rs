//! CSV as other programs read it.

use ::csv::ReaderBuilder;
use batchcast_model::IdKind;
use batchcast_transport::time::Unix;
use proptest::prelude::*;

use super::sample::{Sample, batch, exception, named, outcome_row, with_columns};
use crate::ledger::{BatchRow, BatchState, ExceptionRow, OutcomeRow, Settled};
use crate::report::{CsvReport, StateFilter};

const AT: Unix = Unix::from_secs(1_795_276_799);

fn written(sample: &Sample) -> String {
    let mut bytes = Vec::new();
    let rows = sample.write(StateFilter::All, &mut CsvReport::new(&mut bytes)).unwrap();
    assert_eq!(rows, sample.rows.len() as u64);
    String::from_utf8(bytes).unwrap()
}

/// The header and the rows. All have the same number of cells, or the reader fails.
fn read(csv: &str) -> Vec<Vec<String>> {
    let records = ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes()).into_records();
    records.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn one_row_a_recipient() {
    let accepted = BatchRow { at: AT, message_id: Some("bm-1".to_owned()), ..batch(0, BatchState::Accepted) };
    let unknown = BatchRow { at: AT, reason: Some("reset, no answer".to_owned()), ..batch(1, BatchState::Unknown) };
    let own = ExceptionRow { code: Some(20003), at: AT, ..exception(5, Settled::Rejected, Some("no such account")) };
    let rows = vec![
        with_columns(1, accepted.clone(), r#"["Zoë, \"Z\"","a\nb"]"#),
        OutcomeRow { exception: Some(own), ..with_columns(5, accepted, r#"["你好"]"#) },
        outcome_row(6, unknown),
        with_columns(7, BatchRow { at: AT, ..batch(12, BatchState::InFlight) }, r#"[null,"x"]"#),
        outcome_row(9, batch(13, BatchState::Pending)),
    ];
    let expected = "\
row,name,input.id,kind,id,state,code,reason,batch,message_id,at
1,\"Zoë, \"\"Z\"\"\",\"a\nb\",open_id,ou_1,accepted,,,0,bm-1,2026-11-21T15:59:59.000Z
5,你好,,open_id,ou_5,rejected,20003,no such account,0,,2026-11-21T15:59:59.000Z
6,,,open_id,ou_6,unknown,,\"reset, no answer\",1,,2026-11-21T15:59:59.000Z
7,,x,open_id,ou_7,unknown,,no answer yet,12,,2026-11-21T15:59:59.000Z
9,,,open_id,ou_9,pending,,,13,,
";
    assert_eq!(written(&Sample::new(&["name", "id"], rows)), expected);
}

#[test]
fn a_campaign_without_rows_has_a_header() {
    assert_eq!(written(&Sample::new(&[], Vec::new())), "row,kind,id,state,code,reason,batch,message_id,at\n");
}

#[test]
fn every_cell_that_others_wrote_is_defused() {
    let vendor = BatchRow {
        message_id: Some("=m".to_owned()),
        reason: Some("\n@r".to_owned()),
        ..batch(0, BatchState::Accepted)
    };
    let cells = read(&written(&Sample::new(&["=name", "+n"], vec![with_columns(1, vendor, r#"["=1+1","-5"]"#)])));
    assert_eq!(cells[0][..4], ["row", "'=name", "'+n", "kind"]);
    // A line break in a vendor's text is a space.
    assert_eq!(
        cells[1][1..],
        ["'=1+1", "'-5", "open_id", "ou_1", "accepted", "", "' @r", "0", "'=m", { "1970-01-01T00:00:00.000Z" }]
    );

    // A code is a number.
    let negative = BatchRow { code: Some(-1), ..batch(0, BatchState::Rejected) };
    assert_eq!(read(&written(&Sample::new(&[], vec![outcome_row(1, negative)])))[1][4], "-1");
}

#[test]
fn an_id_is_defused_unless_it_is_a_phone_number() {
    #[track_caller]
    fn check(kind: IdKind, id: &str, expected: &str) {
        assert_eq!(read(&written(&Sample::new(&[], vec![named(kind, id)])))[1][1..3], [kind.as_str(), expected]);
    }
    check(IdKind::Account, "+8613800000000", "+8613800000000");
    check(IdKind::Mobile, "+8613800000000", "+8613800000000");
    check(IdKind::Account, "@TGS#2J4SZEAEL", "'@TGS#2J4SZEAEL");
    check(IdKind::UserId, "=1+1", "'=1+1");
    check(IdKind::UserId, "-1", "'-1");
    check(IdKind::UserId, "+1-1", "'+1-1");
    check(IdKind::UserId, "张三", "张三");
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[=+\\-@\t\r\n\u{0} ,;\"'|a0＝＋－＠你é🗳]{0,6}", any::<String>()]
}

/// Names that are apart from each other, and from ours.
fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(cell().prop_map(|cell| format!("{cell}#")), 0..4)
        .prop_map(|names| names.into_iter().collect())
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        names in names(),
        rows in prop::collection::vec((prop::collection::vec(prop::option::of(cell()), 4), cell()), 0..4),
    ) {
        let outcome = |(index, (columns, reason)): (usize, &(Vec<Option<String>>, String))| {
            let columns = serde_json::to_string(&columns[..names.len()]).unwrap();
            let rejected = BatchRow { reason: Some(reason.clone()), ..batch(7, BatchState::Rejected) };
            with_columns(index as u64 + 1, rejected, &columns)
        };
        let sample = Sample { columns: names.clone(), ..Sample::new(&[], rows.iter().enumerate().map(outcome).collect()) };
        let mut read = read(&written(&sample)).into_iter();

        let header = read.next().unwrap();
        prop_assert_eq!(header.len(), names.len() + 9);
        for (found, name) in header[1..].iter().zip(&names) {
            prop_assert!(is_read_as(found, name), "{:?} of {:?}", found, name);
        }
        for (found, (columns, _)) in read.by_ref().zip(&rows) {
            for (found, column) in found[1..].iter().zip(&columns[..names.len()]) {
                prop_assert!(is_read_as(found, column.as_deref().unwrap_or_default()), "{:?} of {:?}", found, column);
            }
            let reason = &found[names.len() + 5];
            prop_assert!(!reason.contains(char::is_control) && may_be_opened(reason), "{:?}", reason);
        }
        prop_assert_eq!(read.next(), None);
    }
}

/// Whether a cell is the text, and safe.
fn is_read_as(cell: &str, text: &str) -> bool {
    may_be_opened(cell) && (cell == text || cell.strip_prefix('\'') == Some(text))
}

fn may_be_opened(cell: &str) -> bool {
    let first = |cell: &str| cell.chars().next();
    let runs = |character: Option<char>| character.is_some_and(|character| "=+-@＝＋－＠".contains(character));
    !first(cell).is_some_and(|character| "\t\r\n\0".contains(character)) && !runs(first(cell.trim_start()))
}
