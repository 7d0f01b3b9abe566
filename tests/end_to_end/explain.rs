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
fn a_code_of_tim_is_explained() {
    check("70009", Some("permission"), &["Tencent Cloud Chat", "key"]);
    check("70107", Some("recipient"), &["Tencent Cloud Chat", "import"]);
    check("60008", Some("unknown"), &["Nobody can know"]);
}

#[test]
fn the_codes_of_the_calls_around_a_tim_send_are_explained() {
    // Accounts: checking and importing them.
    check("40006", Some("unknown"), &["importing twice is importing once"]);
    check("40601", Some("message"), &["500 bytes"]);
    check("70169", Some("unknown"), &["timed out", "Check or import the accounts again"]);
    check("70206", Some("message"), &["1 to 100 accounts"]);
    check("70398", Some("permission"), &["as many accounts as its edition allows"]);
    check("70399", Some("recipient"), &["deleted less than three months ago"]);
    check("70402", Some("message"), &["parameter of the account call"]);
    check("70403", Some("permission"), &["not an administrator"]);
    check("70500", Some("unknown"), &["account service"]);
    // Recalls and histories.
    check("20016", Some("message"), &["may not recall the message any more", "administrator"]);
    check("20022", Some("message"), &["no such message", "with the MsgKey of the batch"]);
    check("20023", Some("message"), &["recalled already", "Nothing to do"]);
    check("90003", Some("recipient"), &["To_Account", "import"]);
    check("90008", Some("message"), &["From_Account", "does not exist"]);
    check("90054", Some("message"), &["MsgKey"]);
}

#[test]
fn a_code_that_both_vendors_have_is_explained_twice_or_as_asked() {
    let vendors = ["Feishu and Lark", "Tencent Cloud Chat"];
    for (via, expected) in [
        (None, &vendors[..]),
        (Some("feishu"), &vendors[..1]),
        (Some("lark"), &vendors[..1]),
        (Some("tim"), &vendors[1..]),
    ] {
        let args: Vec<_> =
            ["explain", "20009"].into_iter().chain(via.into_iter().flat_map(|via| ["--via", via])).collect();
        let human = Home::empty().batchcast(&args).run().exits(0);
        for vendor in vendors {
            let headed = human.stdout.contains(&format!("20009 ({vendor})\n"));
            assert_eq!(headed, expected.contains(&vendor), "{}", human.shown());
        }
        let document = Home::empty().batchcast(&args).args(["--json"]).run().exits(0).document();
        let of: Vec<_> =
            document["codes"].as_array().unwrap().iter().map(|code| code["of"].as_str().unwrap()).collect();
        assert_eq!(of, expected);
    }
}

#[test]
fn no_error_is_no_code() {
    let ran = Home::empty().batchcast(["explain", "0"]).run().exits(2).says(&["0 is no error"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(Home::empty().batchcast(["explain", "0", "--json"]).run().exits(2).error()["kind"], "input");
    let _ = Home::empty().batchcast(["explain", "11205", "--via", "tim"]).run().exits(2).says(&["11205"]);
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
