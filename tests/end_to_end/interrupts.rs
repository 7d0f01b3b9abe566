//! SIGTERM while something else than a message is on the wire: once to stop after its answer.
#![cfg(unix)]

use std::sync::mpsc;

use batchcast_tests::{Answer, Asked, Home, Invocation, Ran, Running};
use serde_json::{Value, json};

use crate::desk::{Desk, Gate, id};
use crate::people::{LOOK_UP, directory};

pub(crate) const BATCHES: &str = "/open-apis/im/v1/batch_messages/";

/// The same answers for every vendor, each held back until the gate lets it through.
pub(crate) fn desk() -> (Desk, Gate) {
    Gate::before(|asked| match asked.route() {
        LOOK_UP => directory(asked),
        "/v4/im_open_login_svc/multiaccount_import" => {
            Answer::json(json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "FailAccounts": []}))
        }
        "/v4/im_open_login_svc/account_check" => checked(asked),
        "/open-apis/contact/v3/users/find_by_department" => {
            let more = asked.parameter("page_token").is_none();
            let items = json!([{"open_id": if more { "ou_ann" } else { "ou_ben" }}]);
            Answer::json(json!({"code": 0, "data": {"items": items, "has_more": more, "page_token": "2"}}))
        }
        route if route.starts_with(BATCHES) => counted(),
        _ => Answer::accepted(&format!("bm-{}", asked.nth)),
    })
}

/// A message to one, who has it.
fn counted() -> Answer {
    let counts = json!({"valid_user_ids_count": 1, "success_user_ids_count": 1, "read_user_ids_count": 0});
    let data = json!({"batch_message_send_progress": counts, "batch_message_recall_progress": {}});
    Answer::json(json!({"code": 0, "msg": "ok", "data": data}))
}

fn checked(asked: &Asked) -> Answer {
    let items = asked.body["CheckItem"].as_array().unwrap().iter();
    let all = items.map(|item| json!({"UserID": item["UserID"], "ResultCode": 0, "AccountStatus": "Imported"}));
    Answer::json(json!({"ActionStatus": "OK", "ErrorCode": 0, "ResultItem": all.collect::<Vec<_>>()}))
}

/// A campaign that was sent to so many, each in a request of their own; from here on the gate is shut.
pub(crate) fn sent(people: usize) -> (Desk, Gate, String) {
    let (desk, gate) = desk();
    (0..people).for_each(|_| gate.open());
    let campaign = id(&desk.send(people).args(["--json"]).run().exits(0).summary());
    (0..people).for_each(|_| gate.wait());
    (desk, gate, campaign)
}

/// A file of so many addresses that are to be looked up.
pub(crate) fn addresses(desk: &Desk, people: usize) -> String {
    let list: Vec<_> = (0..people).map(|n| format!("p{n}@example.com")).collect();
    desk.home.file("people.csv", format!("email\n{}\n", list.join("\n")))
}

pub(crate) fn accounts(desk: &Desk, people: usize) -> String {
    let list: Vec<_> = (0..people).map(|n| format!("user{n}")).collect();
    desk.home.file("accounts.txt", format!("{}\n", list.join("\n")))
}

pub(crate) fn tim(desk: &Desk, args: &[&str]) -> Invocation {
    desk.home.tim(args).args(["--endpoint", &desk.vendor.url(), "--via", "tim"])
}

/// Interrupts it while this many requests of it have been answered, and the next has arrived.
pub(crate) fn interrupted(gate: &Gate, run: Invocation, answered: usize) -> Running {
    let mut running = gate.start(run);
    for _ in 0..answered {
        gate.open();
        gate.wait();
    }
    running.terminate();
    running.wait_for("stopping: waiting for the answers");
    running
}

/// The same, and lets the answer through that is on the wire.
fn finished(gate: &Gate, run: Invocation, answered: usize) -> Ran {
    let running = interrupted(gate, run, answered);
    gate.open();
    running.finish()
}

/// The error in a document, which is the exit.
#[track_caller]
pub(crate) fn error(ran: &Ran, exit: u64, hint: &str) -> Value {
    let document = ran.document();
    let error = document.get("error").unwrap_or(&document);
    assert_eq!((&error["kind"], &error["exit"]), (&json!("interrupted"), &json!(exit)), "{}", ran.shown());
    assert!(error["hint"].as_str().is_some_and(|found| found.contains(hint)), "{hint:?}: {}", ran.shown());
    document
}

/// How many were taken back, and how many are left.
pub(crate) fn recalled(document: &Value) -> [u64; 2] {
    ["recalled", "left"].map(|name| document["recipients"][name].as_u64().unwrap())
}

#[test]
fn a_recall_goes_on_where_it_was_interrupted() {
    let (desk, gate, campaign) = sent(3);
    let recall = || desk.home.lark(["recall", &campaign]);
    let ran = finished(&gate, recall().args(["--json"]), 0).exits(6);
    assert_eq!(recalled(&error(&ran, 6, &format!("batchcast recall {campaign}"))), [1, 2]);
    let ran = finished(&gate, recall(), 0).exits(6);
    let hint = format!("to go on: batchcast recall {campaign}");
    let ran = ran.says(&["recalled     2", "left         1", "error: 2 were taken back, 1 are left", &hint]);
    assert_eq!(ran.stdout.lines().count(), 2, "{}", ran.shown());
    // There is nothing left that a signal could stop.
    let ran = finished(&gate, recall().args(["--json"]), 0).exits(0);
    assert_eq!(recalled(&ran.document()), [3, 0], "{}", ran.shown());
    let asked = desk.vendor.asked();
    let asked: Vec<_> = asked.iter().filter_map(|asked| asked.route().strip_prefix(BATCHES)).collect();
    assert_eq!(asked, ["bm-0", "bm-1", "bm-2"]);
}

#[test]
fn an_answer_that_does_not_come_is_waited_for_no_longer_than_the_deadline() {
    let (desk, gate, campaign) = sent(2);
    let recall = desk.home.lark(["recall", &campaign, "--json", "--deadline", "300ms"]);
    let ran = interrupted(&gate, recall, 0).finish().exits(5);
    let document = error(&ran, 5, "to go on");
    assert_eq!((recalled(&document), &document["recipients"]["unknown"]), ([0, 1], &json!(1)), "it is written down");
    drop(gate);
}

#[test]
fn a_recall_that_is_throttled_is_left_and_nothing_is_in_doubt() {
    let (arrived, arrives) = mpsc::channel();
    let desk = Desk::new(move |asked| match asked.route() {
        route if route.starts_with(BATCHES) => {
            let _ = arrived.send(());
            Answer::code(99_991_400, "too frequent").with_header("x-ogw-ratelimit-reset", "60")
        }
        _ => Answer::accepted("bm-1"),
    });
    let campaign = id(&desk.send(2).args(["--json"]).run().exits(0).summary());
    let mut running = desk.home.lark(["recall", &campaign, "--json"]).start();
    arrives.recv().unwrap();
    running.terminate();
    running.wait_for("stopping");
    let ran = running.finish().exits(6);
    assert_eq!(recalled(&error(&ran, 6, "to go on")), [0, 2]);
}

#[test]
fn of_a_recall_all_answers_are_kept_where_one_is_told_to_wait() {
    const RECALL: &str = "/v4/openim/admin_msgwithdraw";
    let (arrived, arrives) = mpsc::channel();
    let desk = Desk::new(move |asked| match asked.route() {
        RECALL if asked.body["To_Account"] == "user7" => {
            let _ = arrived.send(());
            Answer::json(json!({"ActionStatus": "FAIL", "ErrorCode": 70_050, "ErrorInfo": "too frequent"}))
        }
        _ => Answer::json(json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": "1_2_3"})),
    });
    let desk = Desk { home: Home::empty(), ..desk };
    let people = accounts(&desk, 100);
    let sent = tim(&desk, &["send", "--text", "hi", "--to", &people, "--json"]).run().exits(0);
    let campaign = id(&sent.summary());
    let mut running = desk.home.tim(["recall", &campaign, "--json"]).start();
    arrives.recv().unwrap();
    running.terminate();
    running.wait_for("stopping");
    let ran = running.finish().exits(6);
    let asked = desk.vendor.asked().into_iter().filter(|asked| asked.route() == RECALL);
    let answered = asked.filter(|asked| asked.body["To_Account"] != "user7").count() as u64;
    assert_eq!(recalled(&error(&ran, 6, "to go on")), [answered, 100 - answered]);
}

#[test]
fn counts_that_are_watched_are_told_as_they_are() {
    let (desk, gate, campaign) = sent(2);
    let watch = ["progress", &campaign, "--watch", "--every", "1h", "--json"];
    let mut running = gate.start(desk.home.lark(watch));
    gate.open();
    gate.wait();
    gate.open();
    running.wait_for("meant for 2, delivered to 2, read by 0");
    // Nothing is on the wire, and nothing is waited for any more.
    running.terminate();
    let progress = running.finish().exits(0).document();
    assert_eq!((&progress["total"]["delivered"], progress.get("error")), (&json!(2), None), "{progress}");

    // Before there is anything to tell.
    let ran = finished(&gate, desk.home.lark(watch), 0).exits(6);
    let progress = error(&ran, 6, "asks again");
    assert_eq!(progress["total"]["delivered"], 2, "as was told before: {progress}");
    // While it is asked again, what was told before is the answer.
    let often = ["progress", &campaign, "--watch", "--every", "1ms", "--still", "1h", "--json"];
    let ran = finished(&gate, desk.home.lark(often), 2).exits(0);
    assert_eq!(ran.document().get("error"), None, "{}", ran.shown());
}

#[test]
fn counts_that_are_watched_are_told_as_they_were_where_the_vendor_refuses_to_tell_more() {
    let (desk, gate) = Gate::before(|asked| match asked.route() {
        route if route.starts_with(BATCHES) && asked.nth > 0 => Answer::code(99_991_672, "no permission"),
        route if route.starts_with(BATCHES) => counted(),
        _ => Answer::accepted("bm-1"),
    });
    gate.open();
    let campaign = id(&desk.send(1).args(["--json"]).run().exits(0).summary());
    gate.wait();
    let watch = ["progress", &campaign, "--watch", "--every", "1ms", "--json"];
    let progress = finished(&gate, desk.home.lark(watch), 1).exits(0).document();
    assert_eq!((&progress["total"]["delivered"], progress.get("error")), (&json!(1), None), "{progress}");
}

#[test]
fn a_lookup_tells_what_it_was_told_and_asks_for_the_rest_the_next_time() {
    for json in [&["--json"][..], &[]] {
        let (desk, gate) = desk();
        let people = addresses(&desk, 120);
        let lookup = || desk.home.lark(["lookup", "--to", &people, "--endpoint", &desk.vendor.url()]).args(json);
        let ran = finished(&gate, lookup(), 1).exits(6).says(&["100 found, 0 not found"]);
        if json.is_empty() {
            assert_eq!(ran.stdout.lines().count(), 101, "{}", ran.shown());
            let _ = ran.says(&["interrupted", "whom the vendor has told of it is not asked for again"]);
        } else {
            let document = error(&ran, 6, "is not asked for again");
            assert_eq!((document["addresses"].as_array().unwrap().len(), &document["found"]), (100, &json!(100)));
        }
        drop(gate);
        let _ = lookup().run().exits(0).says(&["120 found, 0 not found"]);
        let sizes: Vec<_> = desk
            .vendor
            .asked()
            .iter()
            .filter(|asked| asked.route() == LOOK_UP)
            .map(|a| a.ids("emails").len())
            .collect();
        assert_eq!(sizes, [50, 50, 20]);
    }
}

#[test]
fn a_lookup_of_accounts_says_that_nothing_is_remembered() {
    let (desk, gate) = desk();
    let people = accounts(&desk, 250);
    let ran = finished(&gate, tim(&desk, &["lookup", "--to", &people, "--json"]), 0).exits(6);
    let document = error(&ran, 6, "begins again");
    assert_eq!(document["addresses"].as_array().unwrap().len(), 100, "{document}");
}

#[test]
fn a_lookup_of_a_department_says_that_it_is_not_all() {
    let (desk, gate) = desk();
    let url = desk.vendor.url();
    let lookup =
        |args: &[&str]| desk.home.lark(["lookup", "--endpoint", &*url, "--department", "od-1", "--json"]).args(args);
    let ran = finished(&gate, lookup(&[]), 0).exits(6);
    let members = error(&ran, 6, "begins again");
    assert_eq!(members["members"].as_array().unwrap().len(), 1, "{members}");
    // With the answer to what is on the wire it is all.
    let members = finished(&gate, lookup(&[]), 1).exits(0).document();
    assert_eq!((members["members"].as_array().unwrap().len(), members.get("error")), (2, None), "{members}");
    // What is told at the end alone is not waited for.
    let running = gate.start(lookup(&["--sub-departments"]));
    running.terminate();
    let _ = error(&running.finish().exits(6), 6, "run the same command again");
}

#[test]
fn an_import_tells_whom_it_has_imported() {
    let (desk, gate) = desk();
    let people = accounts(&desk, 250);
    let import = ["import", "--to", &people];
    let ran = finished(&gate, tim(&desk, &import).args(["--json"]), 1).exits(6).says(&["200 imported, 0 not"]);
    let document = error(&ran, 6, "the same command goes on");
    assert_eq!((document["accounts"].as_array().unwrap().len(), &document["imported"]), (200, &json!(200)));
    let ran = finished(&gate, tim(&desk, &import), 0).exits(6).says(&["100 accounts were asked for, 150 are left"]);
    assert_eq!(ran.stdout.lines().count(), 101, "{}", ran.shown());
}

#[test]
fn of_a_plan_nothing_is_kept_but_what_was_looked_up() {
    for (nth, command) in ["plan", "send"].into_iter().enumerate() {
        let (desk, gate) = desk();
        let (people, url) = (addresses(&desk, 120), desk.vendor.url());
        let plan = || desk.home.lark([command, "--text", "hi", "--to", &*people, "--endpoint", &*url, "--json"]);
        let ran = finished(&gate, plan(), nth).exits(6);
        let _ = (ran.error(), error(&ran, 6, "nothing is kept of the plan, and nothing was sent"));
        assert_eq!(desk.home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [Value; 0]);
        assert_eq!(desk.vendor.messages().len(), 0);
        drop(gate);
        let _ = plan().run().exits(0).standing();
        assert_eq!(desk.vendor.asked().iter().filter(|asked| asked.route() == LOOK_UP).count(), 3);
    }
}
