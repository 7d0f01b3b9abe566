//! `resolve`: settling what is in doubt, and only that. A doubt that may be settled is two minutes old: that one is
//! settled by `.ci/resolve-for-real`.

use batchcast_emulator::Timestamp;
use batchcast_tests::{Answer, Home, Vendor};

use crate::desk::{Desk, counts, id};

/// Of three, the second is in doubt.
fn in_doubt() -> (Desk, String) {
    let desk = Desk::new(|asked| match asked.nth {
        1 => Answer::new(502, "text/html", "<html>"),
        n => Answer::accepted(&format!("bm-{n}")),
    });
    let summary = desk.send(3).args(["--json"]).run().exits(5).summary();
    assert_eq!(counts(&summary), [2, 0, 1, 0], "{summary}");
    (desk, id(&summary))
}

#[test]
fn what_may_still_be_on_its_way_is_not_settled() {
    let (desk, campaign) = in_doubt();
    for choice in ["delivered", "not-delivered", "resend"] {
        for batch in [&[][..], &["--batch", "1"]] {
            let resolve = desk.home.batchcast(["resolve", &campaign, "--as", choice, "--json"]).args(batch);
            let error = resolve.run().exits(2).error();
            let message = error["message"].as_str().unwrap();
            assert!(message.contains("may still be on its way"), "{error}");
            // Thirty seconds for the answer, and two minutes.
            let after: Timestamp = message.rsplit(' ').next().unwrap().parse().unwrap();
            let left = after.duration_since(Timestamp::now()).as_secs();
            assert!((60..=150).contains(&left), "in {left} s: {error}");
        }
    }
    let status = desk.status(&campaign);
    assert_eq!(counts(&status), [2, 0, 1, 0], "{status}");
    assert!(status["next"].as_str().unwrap().starts_with(&format!("batchcast resolve {campaign}")), "{status}");
    // Typed as it stands there it changes nothing, and lists the choices.
    let next = desk.home.shell(status["next"].as_str().unwrap()).run().exits(2);
    let _ = next.says(&["delivered", "not-delivered", "resend"]);
}

#[test]
fn a_batch_without_a_doubt_is_refused() {
    let (desk, campaign) = in_doubt();
    for batch in ["0", "2", "3"] {
        let resolve = ["resolve", &*campaign, "--batch", batch, "--as", "resend", "--json"];
        let error = desk.home.batchcast(resolve).run().exits(2).error();
        assert!(error["message"].as_str().unwrap().contains("not in doubt"), "{error}");
        assert!(error["hint"].as_str().unwrap().contains("--state unknown"), "{error}");
    }
    for wrong in [&["--as", "maybe"][..], &[], &["--as", "resend", "--batch", "x"]] {
        let resolve = desk.home.batchcast(["resolve", &campaign, "--json"]).args(wrong);
        assert_eq!(resolve.run().exits(2).error()["kind"], "usage");
    }
    let nowhere = desk.home.batchcast(["resolve", "c-2222222222", "--as", "resend", "--json"]).run().exits(2);
    assert_eq!(nowhere.error()["kind"], "refused");
}

#[test]
fn nothing_in_doubt_is_nothing_to_do() {
    let vendor = Vendor::start(|_| Answer::code(10032, "nobody"));
    let home = Home::empty();
    let sent = home.send(&vendor.url(), ["--text", "hi", "--id", "ou_1", "--json"]).run().exits(3).summary();
    let planned = home.lark(["plan", "--text", "hi", "--id", "ou_2", "--via", "lark"]).run().exits(0).stdout;
    for campaign in [&id(&sent), planned.trim_end()] {
        for choice in ["delivered", "not-delivered", "resend"] {
            let before = home.batchcast(["status", campaign, "--json"]).run().exits(0).standing();
            let ran = home.batchcast(["resolve", campaign, "--as", choice, "--json"]).run().exits(0);
            assert_eq!(ran.standing(), before);
            ran.says(&["nothing was in doubt"]);
        }
    }
}

#[test]
fn a_run_that_goes_on_settles_what_it_has_in_hand_itself() {
    let (desk, gate) = crate::desk::Gate::desk();
    let campaign = desk.planned(2);
    let running = gate.start(desk.run(&campaign).args(["--json"]));
    let resolve = desk.home.batchcast(["resolve", &campaign, "--as", "resend", "--json"]).run().exits(0);
    assert_eq!(counts(&resolve.standing()), [0, 0, 1, 1], "{}", resolve.shown());
    resolve.says(&["nothing was in doubt"]);
    drop(gate);
    assert_eq!(counts(&running.finish().exits(0).summary()), [2, 0, 0, 0]);
    assert_eq!(desk.reached(), ["ou_0", "ou_1"]);
}
