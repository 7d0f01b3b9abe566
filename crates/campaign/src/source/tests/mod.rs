//! Whole sources, from bytes to rows: one file a concern.

mod csv;
mod fuzz;
mod jsonl;
mod list;
mod stream;

use batchcast_model::IdKind;

use super::{BadSource, IdRules, Row, rows};

const NAME: &str = "people.csv";

/// Every row, or the error, as one line: `number@line kind=id name=value…`.
fn read(input: impl AsRef<[u8]>, rules: &IdRules) -> Vec<String> {
    match rows(NAME, input.as_ref(), rules) {
        Ok(rows) => rows.map(show).collect(),
        Err(error) => vec![error.to_string()],
    }
}

fn show(row: Result<Row, BadSource>) -> String {
    let row = match row {
        Ok(row) => row,
        Err(error) => return error.to_string(),
    };
    let recipient = row.recipient();
    let mut text = format!("{}@{} {}={}", row.number(), row.line(), recipient.kind(), recipient.id());
    for (name, value) in row.columns() {
        text.push_str(&format!(" {name}={value:?}"));
    }
    text
}

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: &[&str]) {
    check_with(&IdRules::default(), input, expected);
}

/// What ends in `…` in `expected` is compared up to there.
#[track_caller]
fn check_with(rules: &IdRules, input: impl AsRef<[u8]>, expected: &[&str]) {
    let found = read(input, rules);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        match expected.strip_suffix('…') {
            Some(beginning) => assert!(found.starts_with(beginning), "{found}\n{expected}"),
            None => assert_eq!(found, expected),
        }
    }
}

fn tim() -> IdRules {
    IdRules::default().with_only_kind(IdKind::Account)
}
