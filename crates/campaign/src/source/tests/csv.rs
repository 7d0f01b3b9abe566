use super::{check, check_with, tim};
use crate::source::{IdRules, rows};
use batchcast_model::IdKind;

#[test]
fn a_row_is_one_recipient_and_the_rest_is_the_callers() {
    check(
        "name,open_id,email\nAnn,ou_1,a@x.com\n Bo ,,b@x.com\nCy,\" \",c@x.com\n",
        &[
            "1@2 open_id=ou_1 name=\"Ann\" email=\"a@x.com\"",
            "2@3 email=b@x.com name=\" Bo \" open_id=\"\"",
            "3@4 email=c@x.com name=\"Cy\" open_id=\" \"",
        ],
    );
    check("open_id\nou_1\n\n  \nou_2", &["1@2 open_id=ou_1", "2@5 open_id=ou_2"]);
    check("open_id\n ou_1\t\n\u{a0}ou_2\u{3000}\n", &["1@2 open_id=ou_1", "2@3 open_id=ou_2"]);
    check("open_id,row\nou_1,ou_1\nou_1,ou_1\n", &["1@2 open_id=ou_1 row=\"ou_1\"", "2@3 open_id=ou_1 row=\"ou_1\""]);
    check("open_id\n", &[]);
}

#[test]
fn the_id_is_the_first_that_is_not_empty_in_the_documented_order() {
    let header = "department_id,mobile,email,account,union_id,user_id,open_id\n";
    #[track_caller]
    fn id(header: &str, row: &str, expected: &str) {
        let file = format!("{header}{row}\n");
        let row = rows("people.csv", file.as_bytes(), &IdRules::default()).unwrap().next().unwrap().unwrap();
        assert_eq!(format!("{}={}", row.recipient().kind(), row.recipient().id()), expected);
        assert_eq!(row.id_column(), Some(row.recipient().kind().as_str()));
        assert_eq!(row.columns().len(), 6);
    }
    id(header, "d,m,e,a,n,u,o", "open_id=o");
    id(header, "d,m,e,a,n,u,", "user_id=u");
    id(header, "d,m,e,a,n,,", "union_id=n");
    id(header, "d,m,e,a,,,", "account=a");
    id(header, "d,m,e,,,,", "email=e");
    id(header, "d,m,,,,,", "mobile=m");
    id(header, "d,,,,,,", "department_id=d");
}

#[test]
fn a_named_id_column_is_the_only_one() {
    let staff = IdRules::default().with_id_column("staff");
    check_with(
        &staff.clone().with_id_kind(IdKind::UserId),
        "open_id,staff\nou_1,7\nou_2,on_1\nou_3, \n",
        &[
            "1@2 user_id=7 open_id=\"ou_1\"",
            "2@3 union_id=on_1 open_id=\"ou_2\"",
            "people.csv: line 4, column 2 (staff): the row has no id in staff; give it one, or delete the row",
        ],
    );
    check_with(
        &staff.clone(),
        "staff\n7\n",
        &["people.csv: line 2, column 1 (staff): nothing tells what kind of id \"7\" is; give --id-kind"],
    );
    check_with(&tim().with_id_column("staff"), "staff\n7\n", &["1@2 account=7"]);
    check_with(
        &IdRules::default().with_id_column("email"),
        "open_id,email\nou_1,a@x\n",
        &["1@2 email=a@x open_id=\"ou_1\""],
    );
    check_with(
        &staff,
        "open_id\nou_1\n",
        &[
            "people.csv: line 1: no column is called \"staff\", found \"open_id\"; give --id-column one of the file's own columns",
        ],
    );
}

#[test]
fn names_are_exact() {
    check("Account,email\nACME,a@x.com\n", &["1@2 email=a@x.com Account=\"ACME\""]);
    check(" open_id , name \nou_1, x\n", &["1@2 open_id=ou_1 name=\" x\""]);
}

#[test]
fn encodings_line_ends_and_delimiters() {
    check("\u{feff}open_id,name\r\nou_1,Ann\r\n", &["1@2 open_id=ou_1 name=\"Ann\""]);
    check("\r\n\u{20}\r\nopen_id,name\r\nou_1,张三", &["1@4 open_id=ou_1 name=\"张三\""]);
    check("\u{feff}\"open_id\";\"na,me\"\nou_1;x,y\n", &["1@2 open_id=ou_1 na,me=\"x,y\""]);
    check("name\topen_id\nAnn, Dr\tou_1\n", &["1@2 open_id=ou_1 name=\"Ann, Dr\""]);
    check(
        b"open_id,name\nou_1,Ann\nou_2,\xd5\xc5\xc8\xfd\nou_3,Cy\n",
        &[
            "1@2 open_id=ou_1 name=\"Ann\"",
            "people.csv: line 3, byte 6: must be UTF-8 with LF or CRLF, found the byte 0xD5; save as CSV UTF-8",
        ],
    );
    check(b"\xff\xfeo\0p\0", &["people.csv: line 1: must be UTF-8 with LF or CRLF, found UTF-16; save as CSV UTF-8"]);
    check(
        "open_id\rou_1\r",
        &["people.csv: line 1, byte 8: must be UTF-8 with LF or CRLF, found a carriage return alone…"],
    );
    check("open_id\nou_1\0\n", &["people.csv: line 2, byte 5: must be UTF-8 with LF or CRLF, found a NUL byte…"]);
}

#[test]
fn quoted_cells_keep_their_lines_and_the_count_of_them() {
    check(
        "\"open_id\",\"long\r\nname\"\r\nou_1,\"a\r\n\r\nb\"\r\nou_2,\"say \"\"hi\"\", x\"\r\n,c\r\n",
        &[
            "1@3 open_id=ou_1 long\r\nname=\"a\\r\\n\\r\\nb\"",
            "2@6 open_id=ou_2 long\r\nname=\"say \\\"hi\\\", x\"",
            "people.csv: line 7, column 1 (open_id): the row has no id in open_id…",
        ],
    );
    check(
        "name,open_id\n\"a\nb\",ou 1\n",
        &[
            "people.csv: line 3, column 2 (open_id): not a valid open_id: \"ou 1\" is not allowed; an id has no white space…",
        ],
    );
}

#[test]
fn nobody_is_lost_behind_a_quote() {
    check(
        "open_id,name\nou_1,\"Ann\nou_2,Bo\nou_3,Cy\n",
        &[
            "people.csv: line 2, column 2: the quote that opens here is never closed; close it before the next delimiter…",
        ],
    );
    check(
        "open_id,name\nou_1,\"Ann\nou_2,\"Bo\"\n",
        &["people.csv: line 3, column 2: found \"B\" after the closing quote; quote the whole cell…"],
    );
}

#[test]
fn bad_rows_are_named_one_by_one_and_counted() {
    check(
        "open_id,name,city\nou_1,Ann\nou_2,Bo,Ulm,x,y\n,,\nou_4,Di,Rom\nou\u{200b}5,Ed,Ulm\n",
        &[
            "people.csv: line 2, column 3 (city): too few cells: the header has 3, found 2; give every row as many…",
            "people.csv: line 3, column 4: too many cells: the header has 3, found 5; give every row as many…",
            "people.csv: line 4, column 1 (open_id): the row has no id in open_id; give it one, or delete the row",
            "4@5 open_id=ou_4 name=\"Di\" city=\"Rom\"",
            "people.csv: line 6, column 1 (open_id): not a valid open_id: \"ou\\u{200b}5\" is not allowed; an id has…",
        ],
    );
    check(
        "mobile,user_id\n1.38E+10,\n13800000000.0,\n+8613800000000,\n,#N/A\n",
        &[
            "people.csv: line 2, column 1 (mobile): \"1.38E+10\" is what a spreadsheet left of an id; format the column as text…",
            "people.csv: line 3, column 1 (mobile): \"13800000000.0\" is what…",
            "3@4 mobile=+8613800000000 user_id=\"\"",
            "people.csv: line 5, column 2 (user_id): \"#N/A\" is what…",
        ],
    );
}

#[test]
fn columns_have_names_of_their_own() {
    check("open_id,x,x \nou_1,1,2\n", &["people.csv: line 1, column 3 (x): a second column is called \"x\"; give…"]);
    check("open_id,open_id\nou_1,ou_2\n", &["people.csv: line 1, column 2 (open_id): a second column is called…"]);
    check(
        "open_id,,name,\nou_1,,Ann, \nou_2,,Bo,x\n",
        &[
            "1@2 open_id=ou_1 name=\"Ann\"",
            "people.csv: line 3, column 4: found \"x\" in a column without a name; give the column a name",
        ],
    );
}

#[test]
fn a_header_without_ids() {
    check("name,city\nAnn,Ulm\n", &["people.csv: line 1: no column is known to hold ids, found \"name\", \"city\"…"]);
    check("", &["people.csv: is empty; give a CSV file with a header, JSON Lines, or one id a line"]);
}
