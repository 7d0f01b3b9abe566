//! Accounts before a send by Tencent Cloud Chat: `--check-accounts`, `lookup` and `import`.

use batchcast_emulator::{Emulator, Fault, FaultPlan, FaultRule};
use batchcast_tests::{Home, Invocation};
use serde_json::{Value, json};

const CHECK: &str = "/v4/im_open_login_svc/account_check";
const IMPORT: &str = "/v4/im_open_login_svc/multiaccount_import";
const SEND: &str = "/v4/openim/batchsendmsg";

/// Nobody exists but who is imported.
fn vendor() -> Emulator {
    Emulator::builder().with_tim_imported_accounts_only().start().unwrap()
}

fn command(home: &Home, emulator: &Emulator, args: &[&str]) -> Invocation {
    home.tim(args).args(["--endpoint", emulator.url(), "--via", "tim"])
}

/// The bodies of the requests to this path.
fn asked(emulator: &Emulator, path: &str) -> Vec<Value> {
    let of_path = emulator.received().into_iter().filter(|request| request.uri.path() == path);
    of_path.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

/// A list of so many accounts from this one on.
fn list(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("user{n}\n")).collect()
}

#[test]
fn whoever_is_not_imported_is_rejected_before_anything_is_sent_to_them() {
    for json in [&[][..], &["--json"]] {
        let (home, emulator) = (Home::empty(), vendor());
        let _ = command(&home, &emulator, &["import", "--id", "ann", "--id", "ben"]).run().exits(0);
        let send = ["send", "--text", "hi", "--id", "ann", "--id", "cid", "--id", "ben", "--check-accounts"];
        let ran = command(&home, &emulator, &send).args(json).run().exits(3);
        if json.is_empty() {
            let states: Vec<_> = ran.rows().iter().map(|row| row[..3].join(" ")).collect();
            assert_eq!(states, ["accepted account ann", "rejected account cid", "accepted account ben"]);
            assert!(ran.rows()[1][3].contains("the account is not imported"), "{}", ran.shown());
        } else {
            assert_eq!(ran.summary()["recipients"]["rejected"], 1);
        }
        assert_eq!(asked(&emulator, SEND).len(), 1);
        assert_eq!(asked(&emulator, SEND)[0]["To_Account"], json!(["ann", "ben"]));
    }
}

#[test]
fn a_plan_with_checked_accounts_is_run_for_the_others() {
    let (home, emulator) = (Home::empty(), vendor());
    let (known, all) = (home.file("known.txt", list(0, 150)), home.file("all.txt", list(0, 300)));
    let _ = command(&home, &emulator, &["import", "--to", &known]).run().exits(0);
    let plan = ["plan", "--text", "hi", "--to", &all, "--check-accounts"];
    let campaign = command(&home, &emulator, &plan).run().exits(0).stdout.trim_end().to_owned();
    let lengths: Vec<_> =
        asked(&emulator, CHECK).iter().map(|body| body["CheckItem"].as_array().unwrap().len()).collect();
    assert_eq!(lengths, [100, 100, 100]);
    let planned = home.batchcast(["status", &campaign, "--json"]).run().exits(0).standing();
    assert_eq!([&planned["recipients"]["pending"], &planned["recipients"]["rejected"]], [150, 150]);
    // Who is imported later was not when it was planned.
    let _ = command(&home, &emulator, &["import", "--id", "user299"]).run().exits(0);
    let summary = home.tim(["run", &campaign, "--json"]).run().exits(3).summary();
    assert_eq!([&summary["recipients"]["accepted"], &summary["recipients"]["rejected"]], [150, 150]);
    assert_eq!((emulator.deliveries().len(), asked(&emulator, CHECK).len()), (150, 3));
}

#[test]
fn accounts_are_checked_where_it_is_asked_for_and_by_this_vendor_alone() {
    let (home, emulator) = (Home::empty(), vendor());
    let send = ["send", "--text", "hi", "--id", "cid"];
    let ran = command(&home, &emulator, &send).run().exits(3);
    assert!(ran.rows()[0][3].contains("90012"), "the vendor itself turns it down: {}", ran.shown());
    assert_eq!(asked(&emulator, CHECK).len(), 0);
    let lark = home.send(emulator.url(), ["--text", "hi", "--id", "ou_1", "--via", "lark", "--check-accounts"]);
    let _ = lark.run().exits(2).says(&["--check-accounts is for Tencent Cloud Chat only", "say themselves"]);
    // Where they cannot be checked, nothing is planned and nothing is sent.
    let refused = FaultRule::new(Fault::code(90009).unwrap()).on_path(CHECK).unwrap();
    emulator.set_faults(FaultPlan::new().with_rule(refused));
    let ran = command(&home, &emulator, &[&send[..], &["--check-accounts", "--json"]].concat()).run();
    assert!(ran.error()["message"].as_str().unwrap().contains("90009"), "{}", ran.shown());
    assert_eq!((asked(&emulator, SEND).len(), emulator.deliveries().len()), (1, 0));
}

#[test]
fn a_lookup_says_who_is_imported() {
    let (home, emulator) = (Home::empty(), vendor());
    let _ = command(&home, &emulator, &["import", "--id", "ann", "--id", "000123"]).run().exits(0);
    let lookup = ["lookup", "--id", "ann", "--id", "account=cid", "--id", "000123"];
    let ran = command(&home, &emulator, &lookup).run().exits(0).says(&["2 found, 1 not found"]);
    let lines: Vec<_> = ran.stdout.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines, ["account,imported", "ann,yes", "cid,no", "000123,yes"]);
    let document = command(&home, &emulator, &lookup).args(["--json"]).run().exits(0).document();
    let address = |id: &str, imported: bool| json!({"kind": "account", "address": id, "imported": imported});
    let addresses = [address("ann", true), address("cid", false), address("000123", true)];
    assert_eq!(document, json!({"schema": "batchcast.lookup/1", "addresses": addresses, "found": 2, "not_found": 1}));
    // What it writes is what --to reads.
    let found = home.file("found.csv", &ran.stdout);
    let ran = command(&home, &emulator, &["lookup", "--to", &found]).run().exits(0);
    assert_eq!(ran.stdout.lines().count(), 4);
    // Whoever is not there may be in a minute: nothing is remembered.
    let _ = command(&home, &emulator, &["import", "--id", "cid"]).run().exits(0);
    let _ = command(&home, &emulator, &lookup).run().exits(0).says(&["3 found, 0 not found"]);
    let wrong = command(&home, &emulator, &["lookup", "--id", "email=ann@example.com", "--json"]).run().exits(2);
    assert_eq!(wrong.error()["kind"], "input");
}

#[test]
fn an_import_takes_profiles_a_hundred_at_a_time() {
    let (home, emulator) = (Home::empty(), vendor());
    let rows: String = (0..248).map(|n| format!("user{n},,\n")).collect();
    let csv =
        format!("account,nick,face_url\nann,\"Ann, of the desk\",https://example.com/ann.png\nben, Ben ,\n{rows}");
    let file = home.file("people.csv", csv);
    let ran = command(&home, &emulator, &["import", "--to", &file]).run().exits(0).says(&["250 imported, 0 not"]);
    assert!(ran.stdout.trim_start_matches('\u{feff}').starts_with("account,imported\nann,yes\nben,yes\n"));
    let calls = asked(&emulator, IMPORT);
    // Where none of a hundred has a profile, their names will do.
    let list = |body: &Value| body.get("AccountList").or(body.get("Accounts")).unwrap().as_array().unwrap().clone();
    let length = |body: &Value| list(body).len();
    assert_eq!(calls.iter().map(length).collect::<Vec<_>>(), [100, 100, 50]);
    assert_eq!(
        list(&calls[0])[..3],
        [
            json!({"UserID": "ann", "Nick": "Ann, of the desk", "FaceUrl": "https://example.com/ann.png"}),
            json!({"UserID": "ben", "Nick": "Ben"}),
            json!({"UserID": "user0"}),
        ]
    );
    // Again is once.
    let _ = command(&home, &emulator, &["import", "--to", &file]).run().exits(0);
    let all = ["send", "--text", "hi", "--to", &file, "--check-accounts", "--json"];
    let summary = command(&home, &emulator, &all).run().exits(0).summary();
    assert_eq!(summary["recipients"]["accepted"], 250);
}

#[test]
fn whoever_is_not_taken_is_named() {
    let (home, emulator) = (Home::empty(), vendor());
    let import = ["import", "--id", "ann", "--id", "gone_invalid", "--id", "ben"];
    let ran = command(&home, &emulator, &import).run().exits(3).says(&["2 imported, 1 not"]);
    let lines: Vec<_> = ran.stdout.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines, ["account,imported", "ann,yes", "gone_invalid,no", "ben,yes"]);
    let document = command(&home, &emulator, &import).args(["--json"]).run().exits(3).document();
    let account = |id: &str, imported: bool| json!({"account": id, "imported": imported});
    let accounts = [account("ann", true), account("gone_invalid", false), account("ben", true)];
    assert_eq!(
        document,
        json!({"schema": "batchcast.import/1", "accounts": accounts, "imported": 2, "not_imported": 1})
    );
}

#[test]
fn a_bad_row_imports_nobody() {
    #[track_caller]
    fn check(csv: &str, says: &[&str]) {
        let (home, emulator) = (Home::empty(), vendor());
        let file = home.file("people.csv", csv);
        let ran = command(&home, &emulator, &["import", "--to", &file]).run().exits(2).says(says);
        assert_eq!((ran.stdout.as_str(), emulator.received().len()), ("", 0), "{}", ran.shown());
        let ran = command(&home, &emulator, &["import", "--to", &file, "--json"]).run().exits(2);
        assert_eq!((ran.error()["kind"].as_str(), emulator.received().len()), (Some("input"), 0));
    }
    let long = "x".repeat(33);
    // More than a call, so that the first could have left.
    let good = format!("account,nick\n{}", (0..150).map(|n| format!("user{n},\n")).collect::<String>());
    check(&format!("{good}{long},\n"), &["people.csv", "line 152", "32 bytes", "found 33"]);
    check(&format!("{good},Ann\n"), &["people.csv", "line 152"]);
    check(&format!("{good}ann,{}\n", "n".repeat(501)), &["500 bytes", "501"]);
}

#[test]
fn an_import_is_for_one_vendor_and_needs_somebody() {
    let (home, emulator) = (Home::empty(), vendor());
    let url = ["--endpoint", emulator.url()];
    let lark = home.tim(["import", "--id", "ann", "--via", "feishu"]).args(url);
    let _ = lark.run().exits(2).says(&["into Tencent Cloud Chat only", "--via tim"]);
    let nobody = command(&home, &emulator, &["import", "--json"]).run().exits(2);
    assert_eq!(nobody.error()["kind"], "usage");
    // There is no other vendor that it could be for.
    let _ = home.tim(["import", "--id", "ann"]).args(url).run().exits(0);
    assert_eq!(asked(&emulator, IMPORT), [json!({"Accounts": ["ann"]})]);
}

#[test]
fn an_import_that_the_vendor_breaks_off_says_so_and_can_be_repeated() {
    let (home, emulator) = (Home::empty(), vendor());
    let file = home.file("people.txt", list(0, 250));
    let refused = FaultRule::new(Fault::code(90009).unwrap()).on_path(IMPORT).unwrap().on_nth([2]).unwrap();
    emulator.set_faults(FaultPlan::new().with_rule(refused));
    let import = ["import", "--to", &file];
    let ran = command(&home, &emulator, &import).run().says(&["90009"]);
    assert!(ran.code() != Some(0) && ran.stdout.lines().count() <= 101, "{}", ran.shown());
    let _ = command(&home, &emulator, &import).run().exits(0).says(&["250 imported, 0 not"]);
}
