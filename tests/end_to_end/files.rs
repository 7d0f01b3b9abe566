//! The files of a ledger: what is left of them, and what may not be done with them.

use std::fs;

use batchcast_emulator::Emulator;
use batchcast_tests::Home;

/// A home with a campaign that is planned and one that was sent, and the path of its ledger.
fn home_with_campaigns(emulator: &Emulator) -> (Home, String, String) {
    let home = Home::empty();
    let sent = home.send(emulator.url(), ["--text", "sent", "--id", "ou_1", "--json"]).run().exits(0);
    assert_eq!(sent.summary()["state"], "finished");
    let plan = ["plan", "--text", "planned", "--id", "ou_2", "--endpoint", emulator.url()];
    let campaign = home.lark(plan).run().exits(0).stdout.trim_end().to_owned();
    let ledger = home.path(".local/state/batchcast/ledger.db").display().to_string();
    (home, campaign, ledger)
}

#[test]
fn a_command_that_has_ended_leaves_nothing_beside_the_ledger() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign, _) = home_with_campaigns(&emulator);
    let _ = home.lark(["run", &campaign]).run().exits(0);
    let files = fs::read_dir(home.path(".local/state/batchcast")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["ledger.db", "ledger.db.locks"]);
}

#[cfg(unix)]
#[test]
fn a_second_name_of_the_ledger_is_refused() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign, ledger) = home_with_campaigns(&emulator);
    let other = home.path("other.db").display().to_string();
    fs::hard_link(&ledger, &other).unwrap();
    for name in [&other, &ledger] {
        let refused = home.lark(["run", &campaign, "--ledger", &format!("sqlite:{name}"), "--json"]).run().exits(2);
        assert!(refused.error()["message"].as_str().unwrap().contains("hard link"), "{}", refused.shown());
    }
    fs::remove_file(other).unwrap();
    let _ = home.lark(["run", &campaign]).run().exits(0);
}

#[test]
fn nothing_is_written_over_the_ledger_or_what_is_read() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign, ledger) = home_with_campaigns(&emulator);
    let people = home.file("people.txt", "ou_3\n");
    let before = fs::read(&ledger).unwrap();
    let report = home.path("report").display().to_string();
    for args in [
        vec!["report", &campaign, "--csv", &ledger],
        vec!["report", &campaign, "--csv", &report, "--jsonl", &report],
        vec!["run", &campaign, "--events", &ledger],
        vec!["send", "--text", "hi", "--to", &people, "--events", &people, "--endpoint", emulator.url()],
    ] {
        let _ = home.lark(args).run().exits(2);
    }
    assert_eq!(fs::read(&ledger).unwrap(), before);
    assert_eq!(fs::read_to_string(people).unwrap(), "ou_3\n");
    assert_eq!(emulator.deliveries().len(), 1);
}

#[test]
fn a_finished_campaign_is_refused_elsewhere_and_by_another_count() {
    let emulator = Emulator::start().unwrap();
    let (home, campaign, _) = home_with_campaigns(&emulator);
    let _ = home.lark(["run", &campaign]).run().exits(0);
    let _ = home.lark(["run", &campaign, "--endpoint", "http://127.0.0.1:9"]).run().exits(2);
    let _ = home.lark(["run", &campaign, "--via", "tim"]).run().exits(2);
    let _ = home.lark(["run", &campaign, "--yes", "--expect-count", "7"]).run().exits(2);
    let _ = home.lark(["run", &campaign, "--yes", "--expect-count", "1"]).run().exits(0);
}
