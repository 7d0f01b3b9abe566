use super::{check, check_with, tim};
use crate::source::IdRules;
use batchcast_model::IdKind;

#[test]
fn one_id_a_line() {
    check(
        "\u{feff}\r\n ou_1 \r\n\r\non_1\r\nod-1\r\nou_1",
        &["1@2 open_id=ou_1", "2@4 union_id=on_1", "3@5 department_id=od-1", "4@6 open_id=ou_1"],
    );
    check_with(&tim(), "li.si\n@TGS#1\n#1\n", &["1@1 account=li.si", "2@2 account=@TGS#1", "3@3 account=#1"]);
    check_with(
        &IdRules::default().with_id_kind(IdKind::Email),
        "a@x.com\nou_1\n",
        &["1@1 email=a@x.com", "2@2 open_id=ou_1"],
    );
}

#[test]
fn an_id_column_does_not_concern_a_list() {
    check_with(&IdRules::default().with_id_column("staff"), "ou_1\n", &["1@1 open_id=ou_1"]);
}

#[test]
fn bad_lines_are_named_one_by_one_and_counted() {
    check(
        "ou_1\n7cdcc7c2\nou_2,Bo\nou_3;ou_4\nou_5\tEd\n  ou_6 x\n\"ou_7\"\nopen_id\n# done\nou_8\n",
        &[
            "1@1 open_id=ou_1",
            "people.csv: line 2, column 1: nothing tells what kind of id \"7cdcc7c2\" is; give --id-kind",
            "people.csv: line 3, column 1: must be one id, found \"ou_2,Bo\"; give one id a line, or a CSV file with a header",
            "people.csv: line 4, column 1: must be one id, found…",
            "people.csv: line 5, column 1: must be one id, found…",
            "people.csv: line 6, column 3: not a valid open_id: \"ou_6 x\" is not allowed; an id has…",
            "people.csv: line 7, column 1: nothing tells what kind…",
            "people.csv: line 8, column 1: nothing tells what kind…",
            "people.csv: line 9, column 1: nothing tells what kind of id \"# done\" is…",
            "10@10 open_id=ou_8",
        ],
    );
    let long = format!("ou_1\nou_{}\n", "x".repeat(62));
    check(
        long,
        &[
            "1@1 open_id=ou_1",
            "people.csv: line 2, column 1: not a valid open_id: too large: the limit is 64 bytes, found 65",
        ],
    );
    check_with(
        &IdRules::default().with_id_kind(IdKind::Mobile),
        "13800000000\n1.38E+10\n",
        &["1@1 mobile=13800000000", "people.csv: line 2, column 1: \"1.38E+10\" is what a spreadsheet left of an id…"],
    );
}

#[test]
fn a_header_that_nearly_is_one_is_nobodys_account() {
    check_with(
        &tim(),
        "Account\nli.si\n",
        &["people.csv: line 1: no column is known to hold ids, found \"Account\"; rename…"],
    );
}
