//! `run`: it sends what is pending and only that, where it was planned for, and what is done is told again.

use batchcast_emulator::Emulator;
use batchcast_tests::{Answer, Home, Invocation, Vendor};
use serde_json::{Value, json};

use crate::desk::{Desk, Gate, counts};

/// Refused with exit 2 and an error alone that says all of this.
#[track_caller]
fn refused(run: Invocation, says: &[&str]) {
    let ran = run.args(["--json"]).run().exits(2);
    let error = ran.error();
    assert_eq!(error["kind"], "refused", "{}", ran.shown());
    let said = format!("{}; {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
    assert!(says.iter().all(|text| said.contains(text)), "{says:?}: {error}");
}

#[test]
fn what_was_interrupted_goes_on_with_whoever_is_left() {
    let (desk, gate) = Gate::desk();
    let mut sending = gate.start(desk.send(4).args(["--json"]));
    sending.terminate();
    sending.wait_for("stopping");
    gate.open();
    let paused = sending.finish().exits(6).summary();
    assert_eq!((&paused["state"], counts(&paused)), (&json!("paused"), [1, 0, 0, 3]), "{paused}");
    drop(gate);

    let campaign = crate::desk::id(&paused);
    assert_eq!(paused["next"], format!("batchcast run {campaign}"));
    let status = desk.status(&campaign);
    assert_eq!((&status["state"], counts(&status)), (&json!("paused"), [1, 0, 0, 3]), "{status}");
    assert_eq!(status["error"]["kind"], "interrupted", "{status}");

    let ran = desk.run(&campaign).args(["--json"]).run().exits(0).says(&["pending     3 of them, in 3 requests"]);
    let summary = ran.summary();
    assert_eq!((&summary["state"], counts(&summary)), (&json!("finished"), [4, 0, 0, 0]), "{summary}");
    assert_eq!(summary["message_ids"], json!(["bm-0", "bm-1", "bm-2", "bm-3"]), "of both runs");
    assert_eq!(summary["requests"], json!({"planned": 4, "sent": 4, "throttled": 0, "retried": 0}));
    assert_eq!(desk.reached(), ["ou_0", "ou_1", "ou_2", "ou_3"]);
    assert!(desk.status(&campaign).get("error").is_none(), "what stopped it once is of no interest now");
}

#[test]
fn with_nothing_left_it_sends_nothing_and_exits_by_the_counts() {
    #[track_caller]
    fn check(answer: Answer, exit: i32, people: [u64; 4]) {
        let desk = Desk::new(move |_| answer.clone());
        let sent = desk.send(1).args(["--json"]).run().exits(exit).summary();
        assert_eq!((&sent["state"], counts(&sent)), (&json!("finished"), people), "{sent}");
        let campaign = crate::desk::id(&sent);
        let again = desk.run(&campaign).args(["--json"]).run().exits(exit).summary();
        assert_eq!(again, sent);
        let in_words = desk.run(&campaign).run().exits(exit);
        assert_eq!(in_words.rows().len(), 1, "{}", in_words.shown());
        // Even where nobody could be asked, for there is nothing to ask.
        let _ = desk.run(&campaign).args(["--yes", "--expect-count", "1"]).run().exits(exit);
        assert_eq!(desk.vendor.messages().len(), 1);
    }
    check(Answer::accepted("bm-1"), 0, [1, 0, 0, 0]);
    check(Answer::code(10032, "nobody"), 3, [0, 1, 0, 0]);
    check(Answer::code(2200, "internal"), 5, [0, 0, 1, 0]);
    // Also where the vendor refused the message itself.
    check(Answer::code(10002, "no"), 3, [0, 1, 0, 0]);
}

#[test]
fn it_goes_where_it_was_planned_for_or_nowhere() {
    let (planned, other) = (Emulator::start().unwrap(), Emulator::start().unwrap());
    let home = Home::empty();
    home.configure("[profiles.lark]\nvia = 'lark'\n");
    let args = ["plan", "--text", "hi", "--id", "ou_1", "--endpoint", planned.url()];
    let id = home.lark(args).run().exits(0).stdout.trim_end().to_owned();
    let run = || home.lark(["run", &id]);
    refused(run().args(["--endpoint", other.url()]), &["endpoint", planned.url(), other.url()]);
    refused(run().env("BATCHCAST_ENDPOINT", other.url()), &["endpoint", planned.url(), other.url()]);
    refused(run().args(["--via", "lark"]), &["provider", "feishu", "lark"]);
    refused(run().args(["--via", "tim"]), &["provider", "feishu", "tim"]);
    refused(run().args(["--profile", "lark"]), &["provider", "feishu", "lark"]);
    refused(run().env("BATCHCAST_APP_ID", "cli_other"), &["app", "cli_sandbox", "cli_other"]);
    refused(run().args(["--sandbox"]), &["endpoint", planned.url(), "sandbox"]);
    let token = home.batchcast(["run", &id]).env("BATCHCAST_TENANT_ACCESS_TOKEN", "t-1");
    refused(token, &["app", "cli_sandbox"]);
    for emulator in [&planned, &other] {
        assert_eq!(emulator.requests().len(), 0);
    }
    // The same in other words.
    let same = format!("{}/", planned.url());
    home.lark(["run", &id, "--endpoint", &same, "--via", "feishu"]).run().exits(0);
    assert_eq!(planned.deliveries().len(), 1);
}

#[test]
fn of_tim_the_app_is_its_number() {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let plan = ["plan", "--text", "hi", "--via", "tim", "--id", "a", "--endpoint", emulator.url()];
    let id = home.tim(plan).run().exits(0).stdout.trim_end().to_owned();
    let run = || home.tim(["run", &id]);
    refused(run().env("BATCHCAST_TIM_SDKAPPID", "1400000007"), &["app", "1400000000", "1400000007"]);
    assert_eq!(emulator.received().len(), 0);
    // It is the vendor's to say who may sign for the app.
    let _ = run().env("BATCHCAST_TIM_IDENTIFIER", "deputy").run().exits(4).says(&["90009"]);
    run().run().exits(0);
    assert_eq!(emulator.deliveries().len(), 1);
}

#[test]
fn the_count_that_is_expected_is_the_plans_also_on_resume() {
    let (desk, gate) = Gate::desk();
    let mut sending = gate.start(desk.send(3).args(["--json", "--expect-count", "3"]));
    sending.terminate();
    sending.wait_for("stopping");
    gate.open();
    let campaign = crate::desk::id(&sending.finish().exits(6).summary());
    drop(gate);
    for wrong in ["2", "1", "0"] {
        let ran = desk.run(&campaign).args(["--yes", "--expect-count", wrong, "--json"]).run().exits(2);
        assert_eq!(ran.error()["kind"], "count_mismatch", "{}", ran.shown());
    }
    assert_eq!(counts(&desk.status(&campaign)), [1, 0, 0, 2], "nothing was sent and nothing changed");
    desk.run(&campaign).args(["--yes", "--expect-count", "3"]).run().exits(0);
    assert_eq!(desk.reached(), ["ou_0", "ou_1", "ou_2"]);
}

#[test]
fn what_is_not_there_or_not_to_be_is_refused() {
    let desk = Desk::accepting();
    refused(desk.run("c-2222222222"), &["there is no campaign c-2222222222", "batchcast list"]);
    let malformed = desk.run("2222222222").args(["--json"]).run().exits(2);
    assert_eq!(malformed.error()["kind"], "usage", "{}", malformed.shown());

    let cancelled = desk.planned(2);
    desk.home.batchcast(["cancel", &cancelled]).run().exits(0);
    refused(desk.run(&cancelled), &[&cancelled, "cancelled"]);
    refused(desk.run(&cancelled).args(["--again"]), &[&cancelled, "cancelled"]);

    let forgotten = desk.planned(3);
    desk.home.batchcast(["forget", &forgotten]).run().exits(0);
    refused(desk.run(&forgotten), &[&forgotten, "forgotten"]);
    refused(desk.run(&forgotten).args(["--again"]), &[&forgotten, "forgotten"]);
    assert_eq!(desk.vendor.asked().len(), 0);
}

#[test]
fn a_refused_message_is_run_again_only_if_that_is_meant() {
    let desk = Desk::new(|asked| match asked.nth {
        0 => Answer::accepted("bm-0"),
        1 => Answer::code(11246, "ErrCode: 200621"),
        _ => Answer::accepted("bm-2"),
    });
    let stopped = desk.send(4).args(["--json"]).run().exits(3).summary();
    let campaign = crate::desk::id(&stopped);
    assert_eq!((&stopped["state"], counts(&stopped)), (&json!("paused"), [1, 1, 0, 2]), "{stopped}");
    assert_eq!(stopped["error"]["kind"], "message", "{stopped}");
    assert_eq!(stopped["next"], format!("batchcast run {campaign} --again"));

    refused(desk.run(&campaign), &["refused the message", "11246", "add --again"]);
    assert_eq!((desk.vendor.messages().len(), counts(&desk.status(&campaign))), (2, [1, 1, 0, 2]));

    let rest = desk.home.shell(&format!("{} --json --in-flight 1", stopped["next"].as_str().unwrap()));
    let rest = rest.run().exits(3).summary();
    assert_eq!((&rest["state"], counts(&rest)), (&json!("finished"), [3, 1, 0, 0]), "{rest}");
    assert!(rest["next"].is_null() && rest.get("error").is_none(), "{rest}");
    assert_eq!(desk.reached(), ["ou_0", "ou_1", "ou_2", "ou_3"], "whoever was refused is not tried again");
}

#[test]
fn without_credentials_it_says_how_the_campaign_stands() {
    let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
    let home = Home::empty();
    let plan = ["plan", "--text", "hi", "--id", "ou_1", "--via", "feishu", "--json"];
    let id = crate::desk::id(&home.lark(plan).run().exits(0).standing());
    let ran = home.batchcast(["run", &id, "--json"]).run().exits(4);
    let document = ran.standing();
    assert_eq!((&document["state"], &document["error"]["kind"]), (&json!("planned"), &json!("credentials")));
    assert_eq!(document["error"]["exit"], 4, "{document}");
    assert_eq!(vendor.asked().len(), 0);
}

#[test]
fn a_message_with_everything_in_it_survives_the_ledger() {
    let vendor = Vendor::start(|_| Answer::accepted("bm-1"));
    let home = Home::empty();
    let body = json!({
        "msg_type": "interactive",
        "card": {"x": [1, 2.5, 1e300, -0.0, null, true, "🗳 \u{202e}\u{0}"], "big": 12_345_678_901_234_567_890_u64},
        "x_new_switch": "on",
        "union_ids": ["on_1"],
    });
    let file = home.file("body.json", body.to_string());
    let id = home.lark(["plan", &file, "--endpoint", &vendor.url()]).run().exits(0).stdout.trim_end().to_owned();
    std::fs::remove_file(file).unwrap();
    let _ = home.lark(["run", &id]).run().exits(0);
    assert_eq!(vendor.messages()[0].body, body);

    let accepted = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": "1_2_3"});
    let vendor = Vendor::start(move |_| Answer::json(accepted.clone()));
    let mut body: Value = serde_json::from_str(include_str!("../data/tim-text-offline-push.json")).unwrap();
    let file = home.file("tim.json", body.to_string());
    let id = home.tim(["plan", &file, "--endpoint", &vendor.url()]).run().exits(0).stdout.trim_end().to_owned();
    let _ = home.tim(["run", &id]).run().exits(0);
    let mut arrived = vendor.messages()[0].body.clone();
    for drawn in ["MsgSeq", "MsgRandom"] {
        arrived.as_object_mut().unwrap().remove(drawn);
        body.as_object_mut().unwrap().remove(drawn);
    }
    assert_eq!(arrived, body);
}
