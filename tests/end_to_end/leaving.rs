//! SIGTERM to leave now: twice while something else than a message is on the wire, once where nothing is.
#![cfg(unix)]

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;

use batchcast_tests::{Home, Invocation, Ran};
use serde_json::{Value, json};

use crate::desk::{Desk, Gate, id};
use crate::interrupts::{BATCHES, accounts, addresses, desk, error, interrupted, recalled, sent, tim};
use crate::pictures::png;

/// Interrupts it while this many requests of it have been answered, and leaves with no answer to what is on the wire.
fn left(gate: &Gate, run: Invocation, answered: usize) -> Ran {
    let running = interrupted(gate, run, answered);
    running.terminate();
    running.finish()
}

/// Its standard output, which nobody reads as yet.
fn unread(run: Invocation) -> (Invocation, UnixStream) {
    let (reader, writer) = UnixStream::pair().unwrap();
    (run.stdout(OwnedFd::from(writer)), reader)
}

/// More rows than a pipe takes whose reader stands still.
const TOO_MANY: usize = 9_000;

#[test]
fn a_recall_that_is_left_at_once_is_in_doubt() {
    let (desk, gate, campaign) = sent(2);
    let recall = || desk.home.lark(["recall", &campaign, "--json"]);
    let ran = left(&gate, recall(), 1).exits(5);
    let _ = error(&ran, 5, "what it does twice changes nothing");
    drop(gate);
    assert_eq!(recalled(&recall().run().exits(0).document()), [2, 0]);
    let asked = desk.vendor.asked();
    let asked: Vec<_> = asked.iter().filter_map(|asked| asked.route().strip_prefix(BATCHES)).collect();
    assert_eq!(asked, ["bm-0", "bm-1", "bm-1"], "what was written down stays so");
}

#[test]
fn a_table_that_is_left_at_once_leaves_nothing_beside_its_place() {
    let (desk, gate, campaign) = sent(1);
    std::fs::create_dir(desk.home.path("tables")).unwrap();
    let table = desk.home.path("tables/recalled.csv").into_os_string().into_string().unwrap();
    let _ = left(&gate, desk.home.lark(["recall", &campaign, "--csv", &table]), 0).exits(5);
    let found: Vec<_> = std::fs::read_dir(desk.home.path("tables")).unwrap().collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn members_are_told_as_they_come_in_whole_rows() {
    let (desk, gate) = desk();
    let lookup = ["lookup", "--endpoint", &desk.vendor.url(), "--department", "od-1"];
    let ran = left(&gate, desk.home.lark(lookup), 1).exits(6);
    assert_eq!(ran.stdout.lines().skip(1).collect::<Vec<_>>(), ["ou_ann,,,,,,od-1"], "{}", ran.shown());
}

#[test]
fn an_import_that_is_left_at_once_tells_whom_it_has_imported_for_sure() {
    let (desk, gate) = desk();
    let people = accounts(&desk, 250);
    let import = ["import", "--to", &people];
    let ran = left(&gate, tim(&desk, &import).args(["--json"]), 1).exits(5);
    let document = error(&ran, 5, "what it does twice changes nothing");
    assert_eq!(document["accounts"].as_array().unwrap().len(), 100, "{document}");
    gate.open();
    let ran = left(&gate, tim(&desk, &import), 1).exits(5);
    assert_eq!(ran.stdout.lines().count(), 101, "{}", ran.shown());
    // Before there is any.
    gate.open();
    let ran = left(&gate, tim(&desk, &import).args(["--json"]), 0).exits(5);
    let _ = ran.error();
}

#[test]
fn a_plan_is_left_at_once_while_accounts_are_checked() {
    let (desk, gate) = desk();
    let people = accounts(&desk, 250);
    let plan = || tim(&desk, &["plan", "--text", "hi", "--to", &people, "--check-accounts", "--json"]);
    let ran = left(&gate, plan(), 1).exits(6);
    let _ = (ran.error(), error(&ran, 6, "run the same command again"));
    drop(gate);
    // What is left of it is removed by the next.
    let planned = plan().run().exits(0).standing();
    assert_eq!(planned["recipients"]["pending"], 250, "{planned}");
    assert_eq!(desk.home.batchcast(["list", "--json"]).run().exits(0).list().len(), 1);
}

#[test]
fn an_upload_ends_at_once() {
    let (desk, gate) = desk();
    let picture = desk.home.file("office.png", png(8, 8));
    for json in [&["--json"][..], &[]] {
        let running = gate.start(desk.home.lark(["upload", &picture, "--endpoint", &desk.vendor.url()]).args(json));
        running.terminate();
        let ran = running.finish().exits(6);
        if json.is_empty() {
            let _ = ran.says(&["error: left at once"]);
        } else {
            let _ = (ran.error(), error(&ran, 6, "run the same command again"));
        }
        gate.open();
    }
}

#[test]
fn a_list_that_is_left_in_the_middle_is_a_document() {
    let (desk, gate) = desk();
    drop(gate);
    let people = addresses(&desk, TOO_MANY);
    for _ in 0..10 {
        let lookup = ["lookup", "--to", &people, "--endpoint", &desk.vendor.url(), "--json"];
        let (run, mut reader) = unread(desk.home.lark(lookup));
        let mut running = run.start();
        let mut document = vec![0];
        reader.read_exact(&mut document).unwrap();
        // It is among the rows from here on, and waits for its reader.
        running.terminate();
        running.wait_for("stopping");
        let reading = thread::spawn(move || reader.read_to_end(&mut document).map(|_| document));
        running.terminate();
        let _ = running.finish().exits(6);
        let document: Value = serde_json::from_slice(&reading.join().unwrap().unwrap()).unwrap();
        assert!(!document["addresses"].as_array().unwrap().is_empty(), "{document}");
    }
}

#[test]
fn a_reader_that_stands_still_keeps_nobody_from_leaving() {
    /// Tells of it until its reader stands still, and is interrupted then.
    fn check(run: Invocation, exit: i32) {
        let (run, mut reader) = unread(run);
        let running = run.start();
        reader.read_exact(&mut [0]).unwrap();
        (0..3).for_each(|_| running.terminate());
        let _ = running.finish().exits(exit);
    }
    let (desk, gate) = desk();
    drop(gate);
    let desk = Desk { home: Home::empty(), ..desk };
    let (people, url) = (addresses(&desk, TOO_MANY), desk.vendor.url());
    let to = |command: &[&str]| desk.home.lark(command).args(["--to", &*people, "--endpoint", &*url]);
    // In the middle of a list.
    check(to(&["lookup", "--json"]), 6);
    check(to(&["lookup"]), 6);
    // At the end, where all is done but to tell of it.
    check(to(&["send", "--text", "hi"]), 5);
    let campaign = id(&desk.home.batchcast(["list", "--json"]).run().exits(0).list()[0]);
    check(desk.home.lark(["recall", &campaign, "--csv", "-"]), 5);
}

/// A command that asks on a terminal, and SIGTERM once it does.
#[cfg(target_os = "linux")]
fn asked_and_left(home: &Home, command: &str) -> Ran {
    let (fifo, shell) = (home.path("fifo"), format!("echo process $$; exec batchcast {command}"));
    // A terminal on which nobody types anything.
    let line = format!("mkfifo '{0}'; exec script -qec '{shell}' /dev/null <>'{0}'", fifo.display());
    let mut running = home.shell(&line).start();
    let process = running.wait_for("process ");
    let process = process.trim().strip_prefix("process ").unwrap();
    running.wait_for("quota");
    home.shell(&format!("kill -TERM {process}")).run().exits(0);
    std::fs::remove_file(fifo).unwrap();
    running.finish().exits(6)
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_leaves_at_the_question_of_a_send_keeps_no_plan() {
    let home = Home::empty();
    let send = "send --text hi --id ou_1 --id ou_2 --via feishu --endpoint https://vendor.invalid";
    let ran = asked_and_left(&home, send).says(&["nothing was sent; run the same command again"]);
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [Value; 0], "{}", ran.shown());
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_leaves_at_the_question_of_a_run_is_told_how_it_stands() {
    let home = Home::empty();
    let to =
        ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--via", "feishu", "--endpoint", "https://vendor.invalid"];
    let campaign = id(&home.lark(["plan", "--json"]).args(to).run().exits(0).standing());
    let ran = asked_and_left(&home, &format!("run {campaign} --json"));
    let document: Value =
        serde_json::from_str(ran.stdout.lines().find(|line| line.contains("schema")).unwrap_or_default()).unwrap();
    assert_eq!(
        (&document["state"], &document["error"]["kind"]),
        (&json!("planned"), &json!("interrupted")),
        "{}",
        ran.shown()
    );
    assert_eq!(
        (&document["next"], &document["recipients"]["pending"]),
        (&json!(format!("batchcast run {campaign}")), &json!(2))
    );
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list().len(), 1);
}
