use std::sync::Arc;

use super::{check, check_with, tim};
use crate::source::{IdRules, rows};
use batchcast_model::IdKind;

#[test]
fn an_object_is_one_recipient_and_the_rest_is_the_callers() {
    check(
        "\u{feff}\n{\"z\":\"Ann\",\"open_id\":\"ou_1\",\"a\":1.50}\r\n\n \t{\"email\":\" a@x \",\"open_id\":null,\"n\":[1, {\"b c\": true}]}",
        &["1@2 open_id=ou_1 z=\"Ann\" a=\"1.50\"", "2@4 email=a@x open_id=\"\" n=\"[1,{\\\"b c\\\":true}]\""],
    );
    check("{\"user_id\":\"\",\"mobile\":\"1\"}", &["1@1 mobile=1 user_id=\"\""]);
    check(
        "{\"open_id\":\"ou_1\",\"mobile\":12345678901234567890123}",
        &["1@1 open_id=ou_1 mobile=\"12345678901234567890123\""],
    );
    check("{\"\\u006fpen_id\":\"ou\\u005f1\",\"t\":\"\\u4e2d\\n\"}", &["1@1 open_id=ou_1 t=\"中\\n\""]);
}

#[test]
fn rows_share_their_names() {
    let file = "{\"open_id\":\"ou_1\",\"name\":\"Ann\"}\n{\"name\":\"Bo\",\"open_id\":\"ou_2\"}\n";
    let rows: Vec<_> = rows("x", file.as_bytes(), &IdRules::default()).unwrap().map(Result::unwrap).collect();
    assert!(Arc::ptr_eq(&rows[0].columns()[0].0, &rows[1].columns()[0].0));
}

#[test]
fn a_named_id_column() {
    let staff = IdRules::default().with_id_column("staff");
    check_with(
        &staff.clone().with_id_kind(IdKind::UserId),
        "{\"staff\":\"7\",\"open_id\":\"ou_1\"}",
        &["1@1 user_id=7 open_id=\"ou_1\""],
    );
    check_with(&tim().with_id_column("staff"), "{\"staff\":\"7\"}", &["1@1 account=7"]);
    check_with(
        &staff,
        "{\"staff\":\"7\"}\n{\"Staff\":\"8\"}\n{\"open_id\":\"ou_1\"}\n",
        &[
            "people.csv: line 1, column 10 (staff): nothing tells what kind of id \"7\" is; give --id-kind",
            "people.csv: line 2, column 1: no column is called \"staff\", found \"Staff\"; rename \"Staff\" to \"staff\", or give --id-column",
            "people.csv: line 3, column 1: no column is called \"staff\", found \"open_id\"; give --id-column…",
        ],
    );
}

#[test]
fn ids_are_strings() {
    check(
        "{\"n\":1,\"mobile\":13800000000}\n{\"open_id\":{\"a\":1}}\n{\"文\":1,\"open_id\":true}\n",
        &[
            "people.csv: line 1, column 17 (mobile): an id must be a string, found 13800000000; put it in quotes: a number may…",
            "people.csv: line 2, column 12 (open_id): an id must be a string, found {\"a\":1}…",
            "people.csv: line 3, column 18 (open_id): an id must be a string, found true…",
        ],
    );
}

#[test]
fn bad_lines_are_named_one_by_one_and_counted() {
    check(
        "{\"open_id\":\"ou_1\"\n\"ou_2\"\n{\"open_id\":\"ou_3\"}\n{\"open_id\":\"ou_4\"},\n{\"open_id\":\"\",\"email\":null}\n{}\n{\"Email\":\"a@x\"}\n",
        &[
            "people.csv: line 1, column 17: not a JSON object: EOF while parsing an object; write one whole object a line…",
            "people.csv: line 2, column 6: not a JSON object: invalid type: string \"ou_2\", expected one object a line; …",
            "3@3 open_id=ou_3",
            "people.csv: line 4, column 19: not a JSON object: trailing characters…",
            "people.csv: line 5, column 12 (open_id): the row has no id in open_id, email; give it one, or delete the row",
            "people.csv: line 6, column 1: no column is known to hold ids, found none; call the ids' column one of…",
            "people.csv: line 7, column 1: no column is known to hold ids, found \"Email\"; rename \"Email\" to \"email\", or…",
        ],
    );
    check("[{\"open_id\":\"ou_1\"}]", &["people.csv: line 1, column 1: is a JSON array, must be JSON Lines…"]);
    check(
        "{\n  \"open_id\": \"ou_1\"\n}\n",
        &[
            "people.csv: line 1, column 1: not a JSON object: EOF…",
            "people.csv: line 2, column 11: not a JSON object: invalid type: string…",
            "people.csv: line 3, column 1: not a JSON object: expected value…",
        ],
    );
}

#[test]
fn what_readers_would_disagree_on() {
    check(
        "{\"open_id\":\"ou_1\",\"open_id\":\"ou_2\"}\n{\"open_id\":\"ou_1\",\"a\":1,\"\\u0061\":2}\n{\"open_id\":\"ou_1\",\"\":0}\n",
        &[
            "people.csv: line 1, column 29 (open_id): a second column is called \"open_id\"; give every column a name of its own",
            "people.csv: line 2, column 34 (a): a second column is called \"a\"…",
            "people.csv: line 3, column 22: found \"0\" in a column without a name…",
        ],
    );
    check("{\"open_id\":\"ou_1\",\"x\":\"\\ud800\"}", &["people.csv: line 1, column 23 (x): not a JSON object: …"]);
    check(
        b"{\"open_id\":\"ou_1\"}\n{\"open_id\":\"\xff\"}\n{\"open_id\":\"ou_3\"}\n",
        &["1@1 open_id=ou_1", "people.csv: line 2, byte 13: must be UTF-8…"],
    );
}

#[test]
fn depth_is_no_danger() {
    let deep = format!("{{\"open_id\":\"ou_1\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let row = rows("x", deep.as_bytes(), &IdRules::default()).unwrap().next().unwrap();
    assert_eq!(row.unwrap().columns()[0].1.len(), 200_000);
}
