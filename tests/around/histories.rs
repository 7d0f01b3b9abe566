//! What a history says of one recipient, and where it says nothing.

use std::time::Duration;

use batchcast_emulator::{Emulator, Fault, FaultPlan, FaultRule};
use batchcast_model::tim::Message;
use batchcast_tim::{MultiAccountImport, SentMessage};
use batchcast_transport::around::{History, Sent, Trace};
use batchcast_transport::channel::{Channel, Mark};
use batchcast_transport::error::ApiError;
use batchcast_transport::exchange::RetryPolicy;
use batchcast_transport::time::{Clock, SystemTimer};
use serde_json::{Value, json};

use crate::town::{account, client};

const HISTORY: &str = "/v4/openim/admin_getroammsg";
const CHECK: &str = "/v4/im_open_login_svc/account_check";

/// A message to ann and ben, who have it, and to cid, whom nobody knows.
struct Letter {
    emulator: Emulator,
    history: SentMessage,
    mark: Mark,
    sent: Sent,
}

impl Letter {
    /// With these fields beside the text.
    fn with(fields: &Value) -> Self {
        let emulator = Emulator::builder().with_tim_imported_accounts_only().start().unwrap();
        let builder = client(&emulator).with_policy(RetryPolicy::default().with_retries(0));
        let imported = MultiAccountImport::without_profiles(["ann", "ben", "desk"].map(account)).unwrap();
        assert_eq!(builder.clone().build().unwrap().multiaccount_import(&imported).unwrap().failed, []);
        let mut body = json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let message = Message::from_value(body).unwrap();
        let channel = builder.clone().broadcast(message.clone()).unwrap();
        let (mark, now) = (channel.mark().unwrap(), SystemTimer::new().now().unix);
        let receipt = channel.attempt(&["ann", "ben", "cid"].map(account), Some(&mark)).unwrap();
        assert_eq!(receipt.rejected.len(), 1, "{receipt:?}");
        let sent = Sent { from: now, until: now + Duration::from_secs(30), asked: now + Duration::from_secs(150) };
        Self { emulator, history: builder.sent_message(&message).unwrap(), mark, sent }
    }

    fn new() -> Self {
        Self::with(&json!({}))
    }

    /// From now on this path is refused by this code.
    fn refusing(self, path: &str, code: i64) -> Self {
        let rule = FaultRule::new(Fault::code(code).unwrap()).on_path(path).unwrap();
        self.emulator.set_faults(FaultPlan::new().with_rule(rule));
        self
    }

    fn find(&self, id: &str) -> Result<Trace, Option<i64>> {
        let found = self.history.find(&account(id), &self.mark, self.sent);
        found.map_err(|error| error.api().and_then(ApiError::code))
    }

    fn asked(&self, path: &str) -> usize {
        self.emulator.requests().iter().filter(|request| request.path == path).count()
    }
}

#[track_caller]
fn cannot_tell(letter: &Letter, id: &str, why: &str) {
    let found = letter.find(id);
    assert!(matches!(&found, Ok(Trace::CannotTell { reason }) if reason.contains(why)), "{found:?}");
}

#[test]
fn who_has_it_and_who_has_not() {
    let letter = Letter::new();
    for id in ["ann", "ben"] {
        assert!(matches!(letter.find(id), Ok(Trace::Found { message_id: Some(_) })));
    }
    assert_eq!(letter.find("desk"), Ok(Trace::Missing));
    assert_eq!(letter.asked(CHECK), 0);
    // Who does not exist has no history that could be asked for.
    assert_eq!(letter.find("cid"), Ok(Trace::Missing));
    assert_eq!(letter.asked(CHECK), 1);
}

#[test]
fn a_history_that_is_refused_says_nothing_of_whoever_exists() {
    for code in [70107, 90008, 90048] {
        let letter = Letter::new().refusing(HISTORY, code);
        cannot_tell(&letter, "ann", &format!("the history is refused: code {code}"));
        assert_eq!(letter.find("cid"), Ok(Trace::Missing));
    }
}

#[test]
fn what_is_wrong_with_the_sender_or_the_app_is_said_of_nobody() {
    for code in [90003, 90009, 91000] {
        assert_eq!(Letter::new().refusing(HISTORY, code).find("ann"), Err(Some(code)));
    }
    assert_eq!(Letter::new().refusing(CHECK, 90009).find("cid"), Err(Some(90009)));
}

#[test]
fn it_is_looked_for_among_what_its_sender_sent() {
    let letter = Letter::with(&json!({"From_Account": "desk"}));
    assert!(matches!(letter.find("ann"), Ok(Trace::Found { .. })));
    let asked: Value = serde_json::from_slice(&letter.emulator.received().last().unwrap().body).unwrap();
    assert_eq!((&asked["Operator_Account"], &asked["Peer_Account"]), (&json!("ann"), &json!("desk")));
}

#[test]
fn where_no_history_has_it_nobody_is_asked() {
    for (field, value) in [("OnlineOnlyFlag", 1), ("MsgLifeTime", 0)] {
        let letter = Letter::with(&json!({field: value}));
        cannot_tell(&letter, "ann", field);
        assert_eq!(letter.asked(HISTORY), 0, "{field}");
    }
    let letter = Letter { mark: Mark::new("7 and 8"), ..Letter::new() };
    cannot_tell(&letter, "ann", "MsgSeq");
    let mut letter = Letter::new();
    letter.sent.asked = letter.sent.from + Duration::from_secs(7 * 24 * 60 * 60);
    cannot_tell(&letter, "ann", "seven days");
    assert_eq!(letter.asked(HISTORY), 0);
}
