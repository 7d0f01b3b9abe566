//! `--sandbox`: an emulator inside the process, and a ledger that goes with it unless one is asked for.

use std::fs;

use batchcast_tests::{Home, Invocation};
use serde_json::json;

use crate::desk::{counts, id};

/// What is in the directory for temporary files.
fn temporary(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.path("tmp")).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn home() -> Home {
    let home = Home::empty();
    fs::create_dir(home.path("tmp")).unwrap();
    home
}

fn in_sandbox(home: &Home, args: &[&str]) -> Invocation {
    home.batchcast(args).args(["--sandbox"]).env("TMPDIR", home.path("tmp"))
}

#[test]
fn its_ledger_goes_with_it() {
    let home = home();
    let send = || in_sandbox(&home, &["send", "--text", "hi", "--id", "ou_1", "--id", "ou_2_invalid", "--json"]);
    // Twice the same: nobody remembers.
    for _ in 0..2 {
        let summary = send().run().exits(3).summary();
        assert_eq!((counts(&summary), &summary["next"]), ([1, 1, 0, 0], &json!(null)), "{summary}");
        assert_eq!(temporary(&home), [""; 0]);
    }
    assert!(!home.path(".local").exists(), "the default ledger is not touched");
    let elsewhere = send().env("BATCHCAST_LEDGER", format!("sqlite:{}", home.path("l.db").display()));
    elsewhere.run().exits(3);
    assert!(!home.path("l.db").exists(), "nor one that is configured for real sending");
}

#[test]
fn a_plan_in_it_is_told_to_be_gone() {
    let home = home();
    let plan = in_sandbox(&home, &["plan", "--text", "hi", "--id", "ou_1", "--json"]).run().exits(0).standing();
    assert_eq!((&plan["state"], &plan["next"]), (&json!("planned"), &json!(null)), "{plan}");
    let in_words = in_sandbox(&home, &["plan", "--text", "hi", "--id", "ou_1"]).run().exits(0);
    let _ = in_words.says(&["it is gone now: give --ledger to keep it"]);
    assert_eq!(temporary(&home), [""; 0]);
    assert!(!home.path(".local").exists());
}

#[test]
fn with_a_ledger_it_is_planned_and_run_later() {
    let home = home();
    let ledger = format!("sqlite:{}", home.path("sandbox.db").display());
    let plan = ["plan", "--text", "hi", "--id", "ou_1", "--id", "ou_2", "--ledger", &ledger, "--json"];
    let plan = in_sandbox(&home, &plan).run().exits(0).standing();
    let campaign = id(&plan);
    // Without the sandbox it would go nowhere.
    let outside = home.batchcast(["run", &campaign, "--ledger", &ledger, "--json"]).run().exits(2);
    assert!(outside.error()["hint"].as_str().unwrap().contains("--sandbox"), "{}", outside.shown());

    let run = || in_sandbox(&home, &["run", &campaign, "--ledger", &ledger, "--json"]);
    let summary = run().run().exits(0).summary();
    assert_eq!((id(&summary), counts(&summary)), (campaign.clone(), [2, 0, 0, 0]), "{summary}");
    assert_eq!(run().run().exits(0).summary(), summary, "nothing is left");

    // And the same again is the same, though its port is another.
    let send = ["send", "--text", "hi", "--id", "ou_1", "--id", "ou_2", "--ledger", &ledger, "--json"];
    let again = in_sandbox(&home, &send).run().exits(2);
    assert!(again.error()["message"].as_str().unwrap().contains(&campaign), "{}", again.shown());
    assert_eq!(temporary(&home), [""; 0]);
}

#[cfg(unix)]
#[test]
fn who_leaves_at_once_leaves_nothing_behind() {
    let home = home();
    home.configure("[profiles.one]\nids_per_request = 1\n");
    let people: String = (0..50).map(|n| format!("ou_{n}\n")).collect();
    let args = ["send", "--text", "hi", "--to", "-", "--profile", "one", "--rate", "1", "-vv"];
    for is_twice in [false, true] {
        let mut running = in_sandbox(&home, &args).stdin(&*people).start();
        running.wait_for("attempt 1");
        assert_eq!(temporary(&home).len(), 1);
        running.terminate();
        running.wait_for("stopping");
        if is_twice {
            running.terminate();
        }
        // Whoever leaves at once may leave a request on the wire.
        let codes: &[i32] = if is_twice { &[5, 6] } else { &[6] };
        let ran = running.finish().exits_with_one_of(codes);
        assert_eq!(temporary(&home), [""; 0], "{}", ran.shown());
    }
}
