//! `list`, `status` and `cancel`: what there is, how it stands while it runs and afterwards, and giving up the rest.

use batchcast_emulator::Emulator;
use batchcast_tests::{Answer, Home};
use serde_json::json;

use crate::desk::{Desk, Gate, counts, id};

#[test]
fn a_ledger_that_is_not_there_has_no_campaigns() {
    let home = Home::empty();
    for command in ["list", "status"] {
        assert_eq!(home.batchcast([command, "--json"]).run().exits(0).list().len(), 0);
        let ran = home.batchcast([command]).run().exits(0).says(&["there are no campaigns"]);
        assert_eq!(ran.stdout, "", "{}", ran.shown());
    }
}

#[test]
fn a_list_has_the_documents_of_all_in_the_order_of_their_plans() {
    let desk = Desk::new(|asked| if asked.nth == 1 { Answer::code(10032, "nobody") } else { Answer::accepted("bm-1") });
    let planned = desk.planned(3);
    let finished = id(&desk.send(2).args(["--json"]).run().exits(3).summary());
    let list = desk.home.batchcast(["list", "--json"]).run().exits(0).list();
    assert_eq!(list, [desk.status(&planned), desk.status(&finished)]);
    let expected = [("planned", [0, 0, 0, 3]), ("finished", [1, 1, 0, 0])];
    for (campaign, (state, people)) in list.iter().zip(expected) {
        assert_eq!((&campaign["state"], counts(campaign)), (&json!(state), people), "{campaign}");
    }
    let status = desk.home.batchcast(["status", "--json"]).run().exits(0).list();
    assert_eq!(status, list, "status without a campaign is the list");

    let table = desk.home.batchcast(["list"]).run().exits(0);
    let lines: Vec<_> = table.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines.len(), 3, "{}", table.shown());
    assert_eq!(lines[1][..8], [&*planned, "planned", "feishu", "3", "0", "0", "0", "3"]);
    assert_eq!(lines[2][..8], [&*finished, "finished", "feishu", "2", "1", "1", "0", "0"]);
}

#[test]
fn a_status_in_words_says_what_stopped_it_and_what_to_do() {
    let desk = Desk::new(|_| Answer::code(11205, "App do not have bot."));
    let campaign = id(&desk.send(2).args(["--json"]).run().exits(4).summary());
    let status = desk.home.batchcast(["status", &campaign]).run().exits(0);
    let next = format!("next        batchcast run {campaign}");
    let of_vendor = format!("feishu at {}, app cli_sandbox", desk.vendor.url());
    let expected = ["paused", &of_vendor, "text: hi", "2 in all", "2 pending", "1 sent", "11205", "Add Bot", &next];
    for text in expected {
        assert!(status.stdout.contains(text), "{text:?}: {}", status.shown());
    }
    assert_eq!(status.stderr, "");
    let unknown = desk.home.batchcast(["status", "c-2222222222", "--json"]).run().exits(2);
    assert_eq!(unknown.error()["kind"], "refused");
}

#[test]
fn what_runs_is_running_and_what_is_on_the_wire_is_unknown() {
    let (desk, gate) = Gate::desk();
    let campaign = desk.planned(3);
    let running = gate.start(desk.run(&campaign).args(["--json"]));
    let status = desk.status(&campaign);
    assert_eq!((&status["state"], counts(&status)), (&json!("running"), [0, 0, 1, 2]), "{status}");
    assert!(status["next"].is_null() && status.get("error").is_none(), "{status}");
    assert_eq!(status["requests"]["sent"], 1, "{status}");
    gate.open();
    gate.wait();
    let status = desk.status(&campaign);
    assert_eq!((counts(&status), &status["message_ids"]), ([1, 0, 1, 1], &json!(["bm-0"])), "{status}");
    drop(gate);
    let summary = running.finish().exits(0).summary();
    assert_eq!(desk.status(&campaign), summary);
}

#[test]
fn watching_follows_a_run_to_its_end() {
    let (desk, gate) = Gate::desk();
    let campaign = desk.planned(2);
    let running = gate.start(desk.run(&campaign));
    let watching = desk.home.batchcast(["status", &campaign, "--watch", "--json"]).start();
    gate.open();
    gate.wait();
    // It has not come to an end as long as the run has not.
    assert_eq!(desk.status(&campaign)["state"], "running");
    drop(gate);
    running.finish().exits(0);
    let watched = watching.finish().exits(0).standing();
    assert_eq!((&watched["state"], counts(&watched)), (&json!("finished"), [2, 0, 0, 0]), "{watched}");
    assert_eq!(watched, desk.status(&campaign));
    let _ = desk.home.batchcast(["status", "--watch"]).run().exits(2);
}

#[test]
fn a_plan_that_is_cancelled_is_never_sent() {
    let desk = Desk::accepting();
    let campaign = desk.planned(2);
    let cancelled = desk.home.batchcast(["cancel", &campaign, "--json"]).run().exits(0).standing();
    assert_eq!((&cancelled["state"], counts(&cancelled)), (&json!("finished"), [0, 0, 0, 2]), "{cancelled}");
    assert!(cancelled["next"].is_null(), "{cancelled}");
    let in_words = desk.home.batchcast(["cancel", &campaign]).run().exits(0);
    assert!(in_words.stdout.contains(&format!("{campaign}, cancelled")), "{}", in_words.shown());
    let _ = desk.run(&campaign).run().exits(2);
    // It has messaged nobody, so it is in nobody's way.
    desk.send(2).run().exits(0);
    assert_eq!(desk.vendor.messages().len(), 2);
    let nowhere = desk.home.batchcast(["cancel", "c-2222222222", "--json"]).run().exits(2);
    assert_eq!(nowhere.error()["kind"], "refused");
}

#[test]
fn a_run_that_is_cancelled_ends_before_its_next_request() {
    let (desk, gate) = Gate::desk();
    let campaign = desk.planned(3);
    let running = gate.start(desk.run(&campaign).args(["--json"]));
    desk.home.batchcast(["cancel", &campaign]).run().exits(0);
    gate.open();
    let ran = running.finish().exits(6);
    let summary = ran.summary();
    assert_eq!((&summary["state"], counts(&summary)), (&json!("finished"), [1, 0, 0, 2]), "{summary}");
    assert_eq!(summary["error"]["kind"], "cancelled", "{summary}");
    assert!(summary["next"].is_null(), "{summary}");
    assert_eq!(desk.reached(), ["ou_0"], "what was on the wire is written down, and nothing more is sent");
    assert_eq!(desk.status(&campaign), summary);
}

#[test]
fn to_cancel_what_is_done_changes_nothing() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    let args = ["--text", "hi", "--id", "ou_1", "--id", "ou_2_invalid", "--json"];
    let sent = home.send(emulator.url(), args).run().exits(3).summary();
    let campaign = id(&sent);
    let cancelled = home.batchcast(["cancel", &campaign, "--json"]).run().exits(0).standing();
    assert_eq!(cancelled, sent);
    assert_eq!(home.lark(["run", &campaign, "--json"]).run().exits(3).summary(), sent);
}
