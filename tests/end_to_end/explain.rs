//! `batchcast explain`.

use batchcast_tests::Home;

#[track_caller]
fn check(code: &str, class: Option<&str>, says: &[&str]) {
    let ran = Home::empty().batchcast(["explain", code]).run().exits(0).says(says);
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.starts_with(&format!("{code} (")), "{}", ran.shown());

    let document = Home::empty().batchcast(["explain", code, "--json"]).run().exits(0).document();
    assert_eq!(document["schema"], "batchcast.explanation/1");
    let explained = &document["codes"][0];
    assert_eq!(explained["code"].to_string(), code);
    assert_eq!(explained["class"].as_str(), class, "{document}");
    for field in ["meaning", "remedy", "source"] {
        assert!(!explained[field].as_str().unwrap().is_empty(), "{field}: {document}");
    }
}

#[test]
fn a_code_is_explained() {
    check("11205", Some("permission"), &["Add Bot", "the rest is pending"]);
    check("11247", Some("quota"), &["500,000", "until there is quota again"]);
    check("99991663", Some("token"), &["fresh token"]);
    check("10003", Some("message"), &["parameter"]);
    check("200621", None, &["in the text of an 11246"]);
}

#[test]
fn a_code_that_nobody_explains_is_said_to_be_a_doubt() {
    for code in ["424242", "-1"] {
        let ran = Home::empty().batchcast(["explain", code]).run().exits(2).says(&[code, "unknown"]);
        assert_eq!(ran.stdout, "");
        let error = Home::empty().batchcast(["explain", code, "--json"]).run().exits(2).error();
        assert!(error["message"].as_str().unwrap().contains(code), "{error}");
    }
    let error = Home::empty().batchcast(["explain", "bot", "--json"]).run().exits(2).error();
    assert_eq!(error["kind"], "usage");
}
