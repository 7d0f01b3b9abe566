//! JSON Lines as other programs read them.

use batchcast_transport::time::Unix;
use serde_json::{Value, json};

use super::sample::{Sample, batch, exception, outcome_row, with_columns};
use crate::ledger::{BatchRow, BatchState, ExceptionRow, OutcomeRow, Settled};
use crate::report::{JsonlReport, StateFilter};

fn written(sample: &Sample) -> String {
    let mut bytes = Vec::new();
    let rows = sample.write(StateFilter::All, &mut JsonlReport::new(&mut bytes)).unwrap();
    assert_eq!(rows, sample.rows.len() as u64);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn one_object_a_line_in_the_order_of_the_csv() {
    let accepted = BatchRow {
        at: Unix::from_secs(1_795_276_799),
        message_id: Some("bm-1".to_owned()),
        ..batch(3, BatchState::Accepted)
    };
    let sample = Sample::new(&["name", "id"], vec![with_columns(1, accepted, r#"["Zoë","7"]"#)]);
    let expected = concat!(
        r#"{"row":1,"name":"Zoë","input.id":"7","kind":"open_id","id":"ou_1","state":"accepted","code":null,"#,
        r#""reason":null,"batch":"3","message_id":"bm-1","at":"2026-11-21T15:59:59.000Z"}"#,
        "\n"
    );
    assert_eq!(written(&sample), expected);
    assert_eq!(written(&Sample::new(&["name"], Vec::new())), "");
}

#[test]
fn every_line_has_every_field_as_it_is() {
    #[track_caller]
    fn check(row: OutcomeRow, expected: &Value) {
        let text = written(&Sample::new(&["a", "b"], vec![row]));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), *expected);
    }
    check(
        outcome_row(9, batch(0, BatchState::Pending)),
        &json!({
            "row": 9, "a": null, "b": null, "kind": "open_id", "id": "ou_9", "state": "pending", "code": null,
            "reason": null, "batch": "0", "message_id": null, "at": null,
        }),
    );
    let own = ExceptionRow { code: Some(-1), ..exception(9, Settled::Rejected, Some("=no\u{7}")) };
    check(
        OutcomeRow { exception: Some(own), ..with_columns(9, batch(0, BatchState::Accepted), r#"["=1","\t\"你"]"#) },
        &json!({
            "row": 9, "a": "=1", "b": "\t\"你", "kind": "open_id", "id": "ou_9", "state": "rejected", "code": -1,
            "reason": "=no", "batch": "0", "message_id": null, "at": "1970-01-01T00:00:00.000Z",
        }),
    );
}
