//! A disk that is full in the middle of a run, in the shape of a limit to how long files may get: exit 9, nothing is
//! sent after it, and what is told afterwards is the truth.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;

use batchcast_emulator::Emulator;
use batchcast_tests::{Home, Ran};
use serde_json::Value;

use crate::desk::counts;

/// One recipient in each request, four requests at once.
const PEOPLE: usize = 60;
const IN_FLIGHT: usize = 4;

struct Scene {
    home: Home,
    emulator: Emulator,
    campaign: String,
}

impl Scene {
    fn new() -> Self {
        let (home, emulator) = (Home::with_ids_per_request(1), Emulator::start().unwrap());
        let people: String = (0..PEOPLE).map(|n| format!("ou_{n}\n")).collect();
        let args = ["plan", "--text", "hi", "--to", "-", "--endpoint", emulator.url()];
        let campaign = home.lark(args).stdin(people).run().exits(0).stdout.trim_end().to_owned();
        Self { home, emulator, campaign }
    }

    /// A run that can make no file longer than so many blocks of 512 bytes, which it lives to be told.
    fn run(&self, blocks: usize) -> Ran {
        let Self { campaign, .. } = self;
        let run = format!("batchcast run {campaign} --rate unlimited --in-flight {IN_FLIGHT} --json");
        self.home.shell(&format!("ulimit -f {blocks}; {run}; exit $?")).run()
    }

    fn status(&self) -> Value {
        self.home.batchcast(["status", &self.campaign, "--json"]).run().exits(0).standing()
    }

    /// Who is in this state, by the report.
    fn in_state(&self, state: &str) -> BTreeSet<String> {
        let report = ["report", &self.campaign, "--jsonl", "-", "--state", state];
        let report = self.home.batchcast(report).run().exits(0);
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        report.stdout.lines().map(id).collect()
    }

    /// Everybody whom the vendor has reached, nobody twice.
    #[track_caller]
    fn delivered(&self) -> BTreeSet<String> {
        let all: Vec<_> = self.emulator.deliveries().into_iter().map(|to| to.id).collect();
        let delivered: BTreeSet<_> = all.iter().cloned().collect();
        assert_eq!(delivered.len(), all.len(), "somebody was reached twice");
        delivered
    }

    /// Accepted ⊆ delivered ⊆ accepted ∪ unknown, and nobody is lost.
    #[track_caller]
    fn check_truth(&self, failures: usize) {
        let [accepted, unknown, pending] = ["accepted", "unknown", "pending"].map(|state| self.in_state(state));
        let delivered = self.delivered();
        assert!(accepted.is_subset(&delivered), "{accepted:?} {delivered:?}");
        assert!(delivered.is_subset(&accepted.union(&unknown).cloned().collect()), "{delivered:?}");
        assert_eq!(accepted.len() + unknown.len() + pending.len(), PEOPLE);
        assert!(unknown.len() <= failures * IN_FLIGHT, "{} in doubt after {failures} failures", unknown.len());
        let people = [accepted.len() as u64, 0, unknown.len() as u64, pending.len() as u64];
        assert_eq!(counts(&self.status()), people);
    }
}

#[test]
fn it_is_nine_and_nothing_is_sent_after_it() {
    let scene = Scene::new();
    // From hardly a page to enough for a part of the campaign.
    for (failures, blocks) in [64, 90, 200, 400].into_iter().enumerate() {
        let before = counts(&scene.status())[3];
        let ran = scene.run(blocks).exits(9);
        let requests = scene.emulator.requests().len();
        let document = ran.standing();
        assert_eq!(
            (&document["state"], &document["error"]["kind"]),
            (&"paused".into(), &"ledger".into()),
            "{document}"
        );
        assert!(document["error"]["hint"].as_str().unwrap().contains("nothing more was sent"), "{document}");
        assert_eq!(counts(&document), counts(&scene.status()), "what it told is what is written down");
        assert!(counts(&document)[3] > 0 && counts(&document)[3] <= before, "{document}");
        scene.check_truth(failures + 1);
        assert_eq!(scene.emulator.requests().len(), requests);
    }
    // With room again it goes on, and never with those in doubt.
    let doubtful = scene.in_state("unknown");
    let exit = if doubtful.is_empty() { 0 } else { 5 };
    let command = ["run", &scene.campaign, "--rate", "unlimited", "--json"];
    let summary = scene.home.lark(command).run().exits(exit).summary();
    assert_eq!((&summary["state"], counts(&summary)[3]), (&"finished".into(), 0), "{summary}");
    assert_eq!(scene.in_state("unknown"), doubtful);
    scene.check_truth(4);
}

#[test]
fn where_nothing_at_all_can_be_written_nothing_begins() {
    let scene = Scene::new();
    let ran = scene.run(8).exits(9);
    let error = ran.error();
    assert_eq!(error["kind"], "ledger", "a ledger that cannot be read: {error}");
    let status = scene.status();
    assert_eq!((&status["state"], counts(&status)[3]), (&"planned".into(), PEOPLE as u64), "{status}");
    assert_eq!(scene.emulator.requests().len(), 0);
}

#[test]
fn wherever_a_send_breaks_off_it_tells_of_what_is_left() {
    let emulator = Emulator::start().unwrap();
    let mut told = [0, 0];
    for blocks in (20..=500).step_by(20) {
        let home = Home::with_ids_per_request(1);
        let people: String = (0..40).map(|n| format!("ou_{blocks}_{n}\n")).collect();
        let send = format!("batchcast send --text hi --to - --endpoint {} --in-flight 1 --json", emulator.url());
        let before = emulator.deliveries().len();
        let ran = home.shell(&format!("ulimit -f {blocks}; {send}")).stdin(people).run().exits(9);
        let sent = (emulator.deliveries().len() - before) as u64;
        let left = home.batchcast(["list", "--json"]).run().exits(0).list();
        if left.is_empty() {
            assert_eq!((&ran.error()["kind"], sent), (&"ledger".into(), 0), "{blocks}");
            told[0] += 1;
        } else {
            let document = ran.standing();
            assert_eq!(document["error"]["kind"], "ledger", "{blocks}: {document}");
            assert_eq!(
                (&left[0]["campaign"], counts(&left[0])),
                (&document["campaign"], counts(&document)),
                "{blocks}"
            );
            let [accepted, _, unknown, _] = counts(&document);
            assert!(accepted <= sent && sent <= accepted + unknown && unknown <= 1, "{blocks}: {sent}: {document}");
            told[1] += 1;
        }
    }
    assert!(told[0] > 0 && told[1] > 0, "each is met: {told:?}");
}

#[test]
fn a_plan_that_does_not_fit_leaves_nothing() {
    let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
    home.file("people", (0..5_000).map(|n| format!("ou_{n:030}\n")).collect::<String>());
    for command in ["plan", "send"] {
        let line = format!("{command} --text hi --to \"$HOME\"/people --endpoint {} --json", emulator.url());
        let ran = home.shell(&format!("ulimit -f 300; batchcast {line}")).run().exits(9);
        assert_eq!(ran.error()["kind"], "ledger", "{}", ran.shown());
        assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list().len(), 0);
    }
    assert_eq!(emulator.requests().len(), 0);
    // With room it fits, and nothing is in its way.
    let people = home.path("people");
    let args = ["--text", "hi", "--to", people.to_str().unwrap(), "--rate", "unlimited"];
    home.send(emulator.url(), args).stdout(std::process::Stdio::null()).run().exits(0);
    assert_eq!(emulator.deliveries().len(), 5_000);
}
