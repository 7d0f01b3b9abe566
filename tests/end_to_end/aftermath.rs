//! After a send by Tencent Cloud Chat: `recall` from one recipient after the other, and `resolve --check`, as far as that
//! does not take the two minutes that `.ci/check-for-real` waits.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use batchcast_emulator::{
    Emulator, Fault, FaultPlan, FaultRule, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID, Timestamp,
};
use batchcast_model::{IdKind, Recipient};
use batchcast_tests::{Answer, Home, Invocation};
use batchcast_tim::usersig::SecretKey;
use batchcast_tim::{Client, Credentials, MsgKey, Region, WithdrawMsg};
use serde_json::json;

use crate::desk::{Desk, counts, id};

const WITHDRAW: &str = "/v4/openim/admin_msgwithdraw";
const HISTORY: &str = "/v4/openim/admin_getroammsg";

/// A home, a vendor, and a campaign to so many, each in a request of their own.
struct Sent {
    home: Home,
    emulator: Emulator,
    campaign: String,
    message_ids: Vec<String>,
}

impl Sent {
    fn by(emulator: Emulator, people: usize, exit: i32) -> Self {
        let home = Home::with_ids_per_request(1);
        let ids = (0..people).flat_map(|n| ["--id".to_owned(), format!("user{n}")]);
        let send = home.send_tim(emulator.url(), ["--text", "hi", "--via", "tim", "--in-flight", "1", "--json"]);
        let summary = send.args(ids).run().exits(exit).summary();
        let message_ids = summary["message_ids"].as_array().unwrap().iter();
        let message_ids = message_ids.map(|id| id.as_str().unwrap().to_owned()).collect();
        Self { campaign: id(&summary), message_ids, home, emulator }
    }

    fn recall(&self, args: &[&str]) -> Invocation {
        self.home.tim(["recall", &self.campaign, "--in-flight", "1"]).args(args)
    }

    fn resolve(&self, args: &[&str]) -> Invocation {
        self.home.tim(["resolve", &self.campaign]).args(args)
    }

    fn asked(&self, path: &str) -> usize {
        self.emulator.requests().iter().filter(|request| request.path == path).count()
    }

    /// Id, state, code and reason of everybody in a table of `recall --csv`.
    fn table(csv: &str) -> Vec<[String; 4]> {
        let mut lines = csv.trim_start_matches('\u{feff}').lines();
        assert_eq!(lines.next(), Some("row,kind,id,recall,code,reason,at"));
        let row = |line: &str| {
            let cells: Vec<_> = line.split(',').map(str::to_owned).collect();
            let [row, kind, id, state, code, reason, at] = &cells[..] else { panic!("{line}") };
            assert!(row.parse::<u64>().is_ok() && kind == "account" && at.is_empty() == (state == "none"), "{line}");
            [id.clone(), state.clone(), code.clone(), reason.clone()]
        };
        lines.map(row).collect()
    }
}

fn row(id: &str, state: &str, code: &str, reason: &str) -> [String; 4] {
    [id, state, code, reason].map(str::to_owned)
}

#[test]
fn a_recall_says_what_became_of_everybody() {
    let sent = Sent::by(Emulator::start().unwrap(), 3, 0);
    let expected = ["user0", "user1", "user2"].map(|id| row(id, "recalled", "", ""));
    let ran = sent.recall(&["--csv", "-"]).run().exits(0);
    assert_eq!(Sent::table(&ran.stdout), expected);
    let file = sent.home.path("recalled.csv");
    let ran = sent.recall(&["--csv", file.to_str().unwrap(), "--json"]).run().exits(0);
    assert_eq!(
        ran.document(),
        json!({"schema": "batchcast.recall/1", "campaign": sent.campaign,
               "recipients": {"recalled": 3, "refused": 0, "unknown": 0, "left": 0, "out_of_reach": 0}})
    );
    assert_eq!(Sent::table(&fs::read_to_string(file).unwrap()), expected);
    assert_eq!(sent.asked(WITHDRAW), 3, "nobody is asked for twice");
    let both = sent.recall(&["--csv", "-", "--json"]).run().exits(2);
    assert_eq!(both.error()["kind"], "usage");
}

#[test]
fn too_late_is_told_and_asked_for_again() {
    let later = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&later);
    let now = move || Timestamp::from_second(Timestamp::now().as_second() + clock.load(Ordering::SeqCst)).unwrap();
    let builder = Emulator::builder().with_tim_recall_window(Duration::from_secs(120)).with_clock(now);
    let sent = Sent::by(builder.start().unwrap(), 2, 0);
    later.store(300, Ordering::SeqCst);
    let expected = ["user0", "user1"].map(|id| row(id, "refused", "20016", "too late"));
    let ran = sent.recall(&["--csv", "-"]).run().exits(3);
    assert_eq!(Sent::table(&ran.stdout), expected);
    let _ = sent.recall(&[]).run().exits(3).says(&["refused      2", "recalled     0"]);
    assert_eq!(sent.asked(WITHDRAW), 4);
}

#[test]
fn what_somebody_else_has_taken_back_is_taken_back() {
    let sent = Sent::by(Emulator::start().unwrap(), 2, 0);
    let key = SecretKey::new(SANDBOX_TIM_KEY).unwrap();
    let app = u32::try_from(SANDBOX_TIM_SDKAPPID).unwrap();
    let credentials = Credentials::secret_key(app, SANDBOX_TIM_IDENTIFIER, key).unwrap();
    let builder = Client::builder(Region::China, credentials).with_endpoint(sent.emulator.url().parse().unwrap());
    let [from, to] = [SANDBOX_TIM_IDENTIFIER, "user1"].map(|id| Recipient::new(IdKind::Account, id).unwrap());
    let withdraw = WithdrawMsg::new(from, to, MsgKey::new(sent.message_ids[1].as_str()).unwrap()).unwrap();
    assert!(builder.build().unwrap().withdraw(&withdraw).unwrap().is_recalled());
    let ran = sent.recall(&["--csv", "-"]).run().exits(0);
    let expected = [row("user0", "recalled", "", ""), row("user1", "recalled", "", "already recalled")];
    assert_eq!(Sent::table(&ran.stdout), expected);
}

#[test]
fn what_the_vendor_does_not_know_is_gone() {
    let sent = Sent::by(Emulator::start().unwrap(), 1, 0);
    sent.emulator.reset();
    let ran = sent.recall(&["--csv", "-"]).run().exits(3);
    let gone = "gone";
    assert_eq!(Sent::table(&ran.stdout), [row("user0", "refused", "20022", gone)]);
}

#[test]
fn a_recall_that_was_broken_off_goes_on_where_it_was() {
    let sent = Sent::by(Emulator::start().unwrap(), 8, 0);
    let refused = FaultRule::new(Fault::code(90009).unwrap()).on_path(WITHDRAW).unwrap().on_nth([6]).unwrap();
    sent.emulator.set_faults(FaultPlan::new().with_rule(refused));
    let file = sent.home.path("recalled.csv");
    let csv = ["--csv", file.to_str().unwrap()];
    let broken = sent.recall(&csv).args(["--json"]).run();
    assert!(broken.error()["message"].as_str().unwrap().contains("90009"), "{}", broken.shown());
    // What became of some is told all the same.
    let states = |file: &str| Sent::table(file).into_iter().map(|[_, state, ..]| state).collect::<Vec<_>>();
    let expected = [vec!["recalled"; 5], vec!["none"; 3]].concat();
    assert_eq!(states(&fs::read_to_string(&file).unwrap()), expected);
    assert_eq!(sent.asked(WITHDRAW), 6);
    let ran = sent.recall(&csv).run().exits(0);
    assert_eq!(states(&fs::read_to_string(&file).unwrap()), ["recalled"; 8], "{}", ran.shown());
    assert_eq!(sent.asked(WITHDRAW), 6 + 3, "only the rest is asked for");
}

/// Of three the second is in doubt, and has it.
fn in_doubt() -> Sent {
    let lost = FaultRule::new(Fault::ResetAfter).on_path("/v4/openim/batchsendmsg").unwrap().on_nth([2]).unwrap();
    let sent = Sent::by(Emulator::builder().with_faults(FaultPlan::new().with_rule(lost)).start().unwrap(), 3, 5);
    assert_eq!(sent.emulator.deliveries().len(), 3);
    sent
}

#[test]
fn a_doubt_is_out_of_reach_of_a_recall() {
    let sent = in_doubt();
    let ran = sent.recall(&[]).run().exits(5).says(&["recalled     2", "out of reach 1"]);
    assert_eq!(sent.asked(WITHDRAW), 2, "{}", ran.shown());
}

#[test]
fn a_history_is_not_asked_before_its_time() {
    let sent = in_doubt();
    for batch in [&[][..], &["--batch", "1"]] {
        let error = sent.resolve(&["--check", "--json"]).args(batch).run().exits(2).error();
        assert!(error["message"].as_str().unwrap().contains("may still be on its way"), "{error}");
    }
    let error = sent.resolve(&["--check", "--batch", "0", "--json"]).run().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("not in doubt"), "{error}");
    assert_eq!(sent.asked(HISTORY), 0);
    let status = sent.home.batchcast(["status", &sent.campaign, "--json"]).run().exits(0).standing();
    assert_eq!(counts(&status), [2, 0, 1, 0]);
}

#[test]
fn where_nothing_is_in_doubt_nobody_is_asked() {
    let sent = Sent::by(Emulator::start().unwrap(), 2, 0);
    let ran = sent.resolve(&["--check", "--json"]).run().exits(0);
    assert_eq!(counts(&ran.standing()), [2, 0, 0, 0]);
    let _ = ran.says(&["nothing was in doubt"]);
    assert_eq!(sent.asked(HISTORY), 0);
}

#[test]
fn a_doubt_is_settled_in_one_way() {
    let sent = in_doubt();
    for wrong in [&["--check", "--as", "delivered"][..], &[], &["--as", "delivered", "--in-flight", "2"]] {
        let error = sent.resolve(wrong).args(["--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "usage", "{wrong:?}: {error}");
    }
    assert_eq!(sent.asked(HISTORY), 0);
}

#[test]
fn feishu_and_lark_remember_nothing_that_could_be_asked_for() {
    let desk = Desk::new(|_| Answer::reset());
    let summary = desk.send(1).args(["--json"]).run().exits(5).summary();
    let before = desk.vendor.messages().len();
    let resolve = desk.home.lark(["resolve", &id(&summary), "--check", "--json"]);
    let error = resolve.run().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("tell nobody what became of a request"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--as"), "{error}");
    assert_eq!(desk.vendor.messages().len(), before);
}
