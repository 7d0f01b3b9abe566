//! `progress` and `recall`: by whom and where a campaign was sent, as far as the vendor lets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use batchcast_emulator::{Builder, Directory, Emulator, FeishuDirectory, Timestamp};
use batchcast_tests::{Answer, Home, Invocation};
use serde_json::{Value, json};

use crate::desk::{Desk, Gate, counts, id};

const BATCHES: &str = "/open-apis/im/v1/batch_messages/";

/// A campaign that was sent to two at this emulator, one in each request.
fn sent(emulator: &Emulator, args: &[&str]) -> (Home, String) {
    let home = Home::with_ids_per_request(1);
    let send = home.send(emulator.url(), ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--json"]).args(args);
    let campaign = id(&send.run().exits(0).summary());
    (home, campaign)
}

/// Refused with exit 2 and an error alone that says all of this.
#[track_caller]
fn refused(run: Invocation, kind: &str, says: &[&str]) {
    let error = run.args(["--json"]).run().exits(2).error();
    let said = format!("{} {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
    assert_eq!(error["kind"], kind, "{error}");
    assert!(says.iter().all(|text| said.contains(text)), "{says:?}: {error}");
}

/// How many were taken back, refused, in doubt, left, and out of reach.
#[track_caller]
fn recalled(document: &Value) -> [u64; 5] {
    assert_eq!(document["schema"], "batchcast.recall/1", "{document}");
    ["recalled", "refused", "unknown", "left", "out_of_reach"]
        .map(|name| document["recipients"][name].as_u64().unwrap())
}

#[test]
fn status_tells_what_was_taken_back_once_somebody_has_tried() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign) = sent(&emulator, &[]);
    let status = || home.batchcast(["status", &campaign]).run().exits(0).stdout;
    assert!(!status().contains("taken back"), "{}", status());
    let _ = home.lark(["recall", &campaign]).run().exits(0);
    assert!(status().contains("2 taken back, 0 refused, 0 unknown"), "{}", status());
}

#[test]
fn counts_are_told_batch_by_batch_and_all_together() {
    let emulator = Emulator::builder().with_reads(1.0).start().unwrap();
    let (home, campaign) = sent(&emulator, &[]);
    let progress = home.lark(["progress", &campaign, "--json"]).run().exits(0).document();
    assert_eq!(
        (&progress["schema"], &progress["campaign"], &progress["skipped"]),
        (&json!("batchcast.progress/1"), &json!(campaign), &json!([])),
        "{progress}"
    );
    assert_eq!(progress["total"], json!({"valid": 2, "delivered": 2, "read": 2, "recalled": null}), "{progress}");
    for (number, batch) in progress["batches"].as_array().unwrap().iter().enumerate() {
        let at = &batch["at"];
        assert!(at.as_str().unwrap().parse::<Timestamp>().is_ok(), "{progress}");
        let one = json!({"batch": number, "valid": 1, "delivered": 1, "read": 1, "recalled": null, "at": at});
        assert_eq!(batch, &one, "{progress}");
    }
    assert_eq!(progress["batches"].as_array().unwrap().len(), 2, "{progress}");
    let watch = ["progress", &campaign, "--watch", "--still", "1ms", "--every", "1ms", "--json"];
    let watched = home.lark(watch).run().exits(0);
    assert_eq!(watched.document()["total"]["read"], 2, "one document, however often it asks: {}", watched.shown());
    // The time alone is written where it makes sense alone.
    let alone = home.lark(["progress", &campaign, "--still", "1m"]).run().exits(2);
    let _ = alone.says(&["--watch"]);
}

#[test]
fn it_is_asked_of_whom_it_was_sent_by_and_where() {
    let (emulator, other) = (Emulator::start().unwrap(), Emulator::start().unwrap());
    let (home, campaign) = sent(&emulator, &[]);
    let before = emulator.requests().len();
    for command in ["progress", "recall"] {
        let run = || home.lark([command, &campaign]);
        let app = ["cli_other", "cli_sandbox", "planned for"];
        refused(run().env("BATCHCAST_APP_ID", "cli_other"), "refused", &app);
        let token = home.batchcast([command, &campaign]).env("BATCHCAST_TENANT_ACCESS_TOKEN", "t-1");
        refused(token, "refused", &["cli_sandbox"]);
        refused(run().args(["--endpoint", other.url()]), "refused", &["endpoint", emulator.url(), other.url()]);
        refused(run().env("BATCHCAST_ENDPOINT", other.url()), "refused", &["endpoint", other.url()]);
        refused(run().args(["--via", "lark"]), "refused", &["provider", "feishu", "lark"]);
        refused(run().args(["--sandbox"]), "refused", &["endpoint", emulator.url(), "sandbox"]);
        refused(home.lark([command, "c-2222222222"]), "refused", &["there is no campaign c-2222222222"]);
        refused(home.lark([command, "nonsense"]), "usage", &["nonsense"]);
    }
    assert_eq!((emulator.requests().len(), other.requests().len()), (before, 0));
}

#[test]
fn what_was_sent_in_a_sandbox_is_gone() {
    let home = Home::empty();
    let ledger = format!("sqlite:{}", home.path("sandbox.db").display());
    let send = ["send", "--text", "hi", "--id", "ou_1", "--sandbox", "--ledger", &ledger, "--json"];
    let campaign = id(&home.batchcast(send).run().exits(0).summary());
    for command in ["progress", "recall"] {
        for sandbox in [None, Some("--sandbox")] {
            let run = home.batchcast([command, &campaign, "--ledger", &ledger]).args(sandbox);
            refused(run, "usage", &["sent in a sandbox, which is gone", "batchcast emulator"]);
        }
    }
}

#[test]
fn of_tim_no_counts_are_told() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let send = home.send_tim(emulator.url(), ["--via", "tim", "--text", "hi", "--id", "bonnie", "--json"]);
    let campaign = id(&send.run().exits(0).summary());
    refused(home.tim(["progress", &campaign]), "usage", &["Feishu and Lark only", "batchcast report"]);
}

#[test]
fn pending_people_are_told_to_be_cancelled() {
    let (desk, gate) = Gate::desk();
    let mut sending = gate.start(desk.send(3).args(["--json"]));
    // As long as somebody sends, nothing is taken back.
    let campaign = {
        let list = desk.home.batchcast(["list", "--json"]).run().exits(0).list();
        id(&list[0])
    };
    let held = desk.home.lark(["recall", &campaign, "--json"]).run().exits(8).error();
    assert_eq!(held["kind"], "held", "{held}");
    sending.terminate();
    sending.wait_for("stopping");
    gate.open();
    assert_eq!(counts(&sending.finish().exits(6).summary()), [1, 0, 0, 2]);
    drop(gate);
    // The next run would send it to the others.
    let recall = desk.home.lark(["recall", &campaign, "--json"]).run().exits(6);
    assert_eq!(recalled(&recall.document()), [1, 0, 0, 0, 0]);
    let recall = recall.says(&[&format!("2 are still pending: batchcast cancel {campaign}")]);
    assert_eq!(desk.vendor.messages().len(), 1, "{}", recall.shown());
}

#[test]
fn whoever_is_in_doubt_is_out_of_reach() {
    let desk = Desk::new(|asked| match asked.nth {
        1 if asked.route().ends_with("batch_send/") => Answer::close(),
        _ => Answer::accepted(&format!("bm-{}", asked.nth)),
    });
    let campaign = id(&desk.send(3).args(["--json"]).run().exits(5).summary());
    let recall = desk.home.lark(["recall", &campaign, "--json"]).run().exits(5);
    assert_eq!(recalled(&recall.document()), [2, 0, 0, 0, 1]);
    let in_words = desk.home.lark(["recall", &campaign]).run().exits(5);
    let _ = in_words.says(&["recalled     2", "out of reach 1", "nobody knows whether they got it"]);
}

/// An emulator whose clock is so many hours ahead as the number says.
fn ahead(builder: Builder) -> (Emulator, Arc<AtomicI64>) {
    let hours = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&hours);
    let now = move || Timestamp::now() + Duration::from_secs(clock.load(Ordering::SeqCst).unsigned_abs() * 3_600);
    (builder.with_clock(now).start().unwrap(), hours)
}

#[test]
fn what_is_too_old_to_be_taken_back_is_refused_one_by_one() {
    #[track_caller]
    fn check(builder: Builder, via: &str, hours: i64, exit: i32, expected: [u64; 5]) {
        let (emulator, clock) = ahead(builder);
        let (home, campaign) = sent(&emulator, &["--via", via]);
        clock.store(hours, Ordering::SeqCst);
        let csv = home.path("recall.csv");
        let recall = ["recall", &campaign, "--json", "--csv", csv.to_str().unwrap()];
        let recall = home.lark(recall).run().exits(exit);
        assert_eq!(recalled(&recall.document()), expected, "{via} after {hours} h");
        let table = std::fs::read_to_string(csv).unwrap();
        let rows: Vec<_> = table.lines().skip(1).collect();
        assert_eq!(rows.len(), 2, "{table}");
        let refused = expected[1] > 0;
        let row = if refused { "open_id,ou_1,refused,230009,code 230009: " } else { "open_id,ou_1,recalled,,," };
        assert!(rows[0].contains(row), "{table}");
        let in_words = home.lark(["recall", &campaign]).run().exits(exit);
        let _ = in_words.says(&[if refused { "refused      2" } else { "recalled     2" }]);
    }
    check(Emulator::builder().with_lark(), "lark", 23, 0, [2, 0, 0, 0, 0]);
    check(Emulator::builder().with_lark(), "lark", 25, 3, [0, 2, 0, 0, 0]);
    check(Emulator::builder(), "feishu", 25, 0, [2, 0, 0, 0, 0]);
    let hour = Duration::from_secs(3_600);
    check(Emulator::builder().with_recall_window(hour), "feishu", 2, 3, [0, 2, 0, 0, 0]);
}

#[test]
fn counts_that_the_vendor_has_no_more_stay_as_they_were() {
    let (emulator, clock) = ahead(Emulator::builder());
    let (home, campaign) = sent(&emulator, &[]);
    home.lark(["progress", &campaign]).run().exits(0);
    clock.store(31 * 24, Ordering::SeqCst);
    let progress = home.lark(["progress", &campaign, "--json"]).run().exits(0).document();
    assert_eq!(progress["total"], json!({"valid": 2, "delivered": 2, "read": 0, "recalled": null}), "{progress}");
    let skipped = progress["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 2, "{progress}");
    assert!(skipped[0]["reason"].as_str().unwrap().contains("230030"), "{progress}");
}

#[test]
fn without_permission_nothing_is_told_or_taken_back() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign) = sent(&emulator, &[]);
    let office = FeishuDirectory::new().with_scope("im:message");
    emulator.set_directory(Directory::new().with_feishu(office).unwrap());
    for command in ["progress", "recall"] {
        let error = home.lark([command, &campaign, "--json"]).run().exits(4).error();
        assert_eq!(error["kind"], "permission", "{error}");
        assert!(error["message"].as_str().unwrap().contains("230027"), "{error}");
        assert!(error["hint"].as_str().unwrap().contains("im:message:send_multi_users"), "{error}");
    }
    let asked = emulator.requests().iter().filter(|request| request.path.starts_with(BATCHES)).count();
    assert_eq!(asked, 2, "one for each command: the others would be refused, too");
    emulator.set_directory(Directory::new());
    assert_eq!(recalled(&home.lark(["recall", &campaign, "--json"]).run().exits(0).document()), [2, 0, 0, 0, 0]);
}

#[test]
fn a_recall_that_broke_off_goes_on_with_the_rest() {
    let desk = Desk::new(|asked| match asked.route().strip_prefix(BATCHES) {
        // The second batch is refused once, with what ends it for all.
        Some("bm-1") if asked.nth == 0 => Answer::code(230_027, "Lack of necessary permissions."),
        Some(_) => Answer::json(json!({"code": 0, "msg": "ok", "data": {}})),
        None => Answer::accepted(&format!("bm-{}", asked.nth)),
    });
    let campaign = id(&desk.send(4).args(["--json"]).run().exits(0).summary());
    let csv = desk.home.path("recall.csv");
    let recall = ["recall", &campaign, "--json", "--csv", csv.to_str().unwrap()];
    let broken = desk.home.lark(recall).run().exits(4).error();
    assert_eq!(broken["kind"], "permission", "{broken}");
    let table = std::fs::read_to_string(&csv).unwrap();
    let states: Vec<_> = table.lines().skip(1).map(|row| row.split(',').nth(3).unwrap().to_owned()).collect();
    assert_eq!(states, ["recalled", "none", "none", "none"], "what was taken back is told: {table}");

    assert_eq!(recalled(&desk.home.lark(recall).run().exits(0).document()), [4, 0, 0, 0, 0]);
    let asked = desk.vendor.asked();
    let asked: Vec<_> = asked.iter().filter_map(|asked| asked.route().strip_prefix(BATCHES)).collect();
    assert_eq!(asked, ["bm-0", "bm-1", "bm-1", "bm-2", "bm-3"]);
}

#[test]
fn a_recall_whose_answer_never_came_may_be_asked_for_again() {
    let is_back = Arc::new(AtomicBool::new(false));
    let answers = Arc::clone(&is_back);
    let desk = Desk::new(move |asked| match asked.route().strip_prefix(BATCHES) {
        Some("bm-1") if !answers.load(Ordering::SeqCst) => Answer::close(),
        Some(_) => Answer::json(json!({"code": 0, "msg": "ok", "data": {}})),
        None => Answer::accepted(&format!("bm-{}", asked.nth)),
    });
    let campaign = id(&desk.send(3).args(["--json"]).run().exits(0).summary());
    let recall = || desk.home.lark(["recall", &campaign, "--deadline", "1s"]);
    let in_words = recall().run().exits(5);
    let _ = in_words.says(&["recalled     2", "unknown      1", "the same command asks again, which is safe"]);
    is_back.store(true, Ordering::SeqCst);
    let before = desk.vendor.asked().len();
    let _ = recall().run().exits(0).says(&["recalled     3"]);
    let asked: Vec<_> = desk.vendor.asked()[before..]
        .iter()
        .filter(|asked| asked.route().starts_with(BATCHES))
        .map(|asked| asked.path.clone())
        .collect();
    assert_eq!(asked, [format!("{BATCHES}bm-1")], "the others are taken back");
}

#[test]
fn its_table_does_not_go_where_the_ledger_is() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign) = sent(&emulator, &[]);
    let ledger = home.path(".local/state/batchcast/ledger.db");
    refused(home.lark(["recall", &campaign, "--csv", ledger.to_str().unwrap()]), "usage", &["--csv"]);
    refused(home.lark(["recall", &campaign, "--csv", "-"]), "usage", &["--json does not go with --csv -"]);
    assert!(emulator.requests().iter().all(|request| request.method != "DELETE"));
}
