//! `forget`: the data of recipients goes, and what was done stays known.

use std::fs;

use batchcast_tests::{Answer, Home};
use serde_json::json;

use crate::desk::{Desk, Gate, counts, id};

/// Everything that the ledger has on the disk.
fn bytes(home: &Home) -> Vec<u8> {
    let folder = home.path(".local/state/batchcast");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let files: Vec<_> = files.collect();
    assert!(!files.is_empty());
    files.into_iter().flat_map(|file| fs::read(file).unwrap()).collect()
}

fn holds(home: &Home, text: &str) -> bool {
    bytes(home).windows(text.len()).any(|window| window == text.as_bytes())
}

/// Everything of a campaign that names somebody.
const PERSONAL: [&str; 6] =
    ["ou_canary_good", "ou_canary_bad", "ou_canary_doubt", "Canary Lane 1", "canary-code-of-somebody", "canary-team"];

/// One is accepted, one rejected with a reason that names them, and one in doubt.
fn sent() -> (Desk, String) {
    let desk = Desk::new(|asked| match asked.nth {
        0 => Answer::accepted("bm-0"),
        1 => Answer::code(10032, "canary-code-of-somebody"),
        _ => Answer::new(502, "text/html", "<html>"),
    });
    let people = "open_id,canary-team,street\nou_canary_good,a,Canary Lane 1\nou_canary_bad,b,\nou_canary_doubt,c,\n";
    let args = ["--text", "hi", "--to", "-", "--in-flight", "1", "--json"];
    let sent = desk.home.send(&desk.vendor.url(), args).stdin(people).run().exits(5).summary();
    (desk, id(&sent))
}

#[test]
fn nothing_on_the_disk_names_anybody_and_the_counts_stay() {
    let (desk, campaign) = sent();
    let before = desk.status(&campaign);
    for text in PERSONAL {
        assert!(holds(&desk.home, text), "{text} is what is looked for");
    }
    let forgotten = desk.home.batchcast(["forget", &campaign, "--json"]).run().exits(0).standing();
    for text in PERSONAL {
        assert!(!holds(&desk.home, text), "{text}");
    }
    for document in [&forgotten, &desk.status(&campaign)] {
        for same in ["campaign", "state", "provider", "recipients", "requests"] {
            assert_eq!(document[same], before[same], "{same}");
        }
        assert!(document["next"].is_null(), "{document}");
    }
    // Once more is no error.
    desk.home.batchcast(["forget", &campaign]).run().exits(0);
    let list = desk.home.batchcast(["list", "--json"]).run().exits(0).list();
    assert_eq!(counts(&list[0]), [1, 1, 1, 0]);
}

#[test]
fn what_was_sent_is_still_known_to_be_sent() {
    let (desk, campaign) = sent();
    desk.home.batchcast(["forget", &campaign]).run().exits(0);
    let people = "ou_canary_bad\nou_canary_doubt\nou_canary_good\n";
    let again =
        desk.home.send(&desk.vendor.url(), ["--text", "hi", "--to", "-", "--json"]).stdin(people).run().exits(2);
    assert!(again.error()["message"].as_str().unwrap().contains(&campaign), "{}", again.shown());
    // Nothing is left to send: that is told by the counts.
    let run = desk.run(&campaign).args(["--json"]).run().exits(5);
    assert_eq!(counts(&run.standing()), [1, 1, 1, 0]);
    let resend = desk.home.batchcast(["resolve", &campaign, "--as", "resend", "--json"]).run().exits(2);
    assert!(resend.error()["message"].as_str().unwrap().contains("forgotten"), "{}", resend.shown());
    assert_eq!(desk.vendor.messages().len(), 3);
}

#[test]
fn a_report_has_no_rows_and_says_why() {
    let (desk, campaign) = sent();
    desk.home.batchcast(["forget", &campaign]).run().exits(0);
    let csv = desk.home.batchcast(["report", &campaign, "--csv", "-"]).run().exits(0);
    assert_eq!(csv.stdout, "row,kind,id,state,code,reason,batch,message_id,at\n");
    let csv = csv.says(&["its recipients were forgotten"]);
    assert_eq!(csv.stderr.lines().count(), 1, "{}", csv.shown());
    let file = desk.home.path("report.jsonl");
    let report = ["report", &*campaign, "--jsonl", file.to_str().unwrap(), "--json"];
    let written = desk.home.batchcast(report).run().exits(0);
    assert_eq!(written.document(), json!({"campaign": campaign, "rows": 0}));
    assert_eq!(fs::read_to_string(file).unwrap(), "");
}

#[test]
fn of_whom_some_are_left_nobody_is_forgotten() {
    let desk = Desk::new(|asked| match asked.nth {
        0 => Answer::accepted("bm-0"),
        _ => Answer::code(11205, "App do not have bot."),
    });
    let campaign = id(&desk.send(3).args(["--json"]).run().exits(4).summary());
    let forget = || desk.home.batchcast(["forget", &campaign, "--json"]).run();
    let error = forget().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("2 recipients who are pending"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains(&format!("batchcast cancel {campaign}")), "{error}");
    assert!(holds(&desk.home, "ou_2"));

    desk.home.batchcast(["cancel", &campaign]).run().exits(0);
    assert_eq!(counts(&forget().exits(0).standing()), [1, 0, 0, 2]);
    assert!(!holds(&desk.home, "ou_2"));
    let _ = desk.run(&campaign).run().exits(2).says(&["forgotten"]);
}

#[test]
fn one_campaign_alone_is_forgotten() {
    let desk = Desk::accepting();
    let other = desk.planned(5);
    let campaign = id(&desk.send(3).args(["--json"]).run().exits(0).summary());
    desk.home.batchcast(["forget", &campaign]).run().exits(0);
    let report = desk.home.batchcast(["report", &other, "--csv", "-"]).run().exits(0);
    assert_eq!(report.stdout.lines().count(), 1 + 5);
    desk.run(&other).run().exits(0);
    assert_eq!(desk.vendor.messages().len(), 3 + 5);
}

#[test]
fn what_runs_is_not_forgotten() {
    let (desk, gate) = Gate::desk();
    let campaign = desk.planned(2);
    let running = gate.start(desk.run(&campaign).args(["--json"]));
    let error = desk.home.batchcast(["forget", &campaign, "--json"]).run().exits(8).error();
    assert_eq!(error["kind"], "held", "{error}");
    drop(gate);
    assert_eq!(counts(&running.finish().exits(0).summary()), [2, 0, 0, 0]);
    let nowhere = desk.home.batchcast(["forget", "c-2222222222", "--json"]).run().exits(2);
    assert_eq!(nowhere.error()["kind"], "refused");
}
