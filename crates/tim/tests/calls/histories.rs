//! What two accounts have written to each other.

use std::num::NonZeroU32;

use batchcast_tim::model::tim::Stamp;
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::paging::Paged;
use batchcast_tim::transport::time::Unix;
use batchcast_tim::{BadRoamMsgs, RoamMsgs};
use serde_json::{Value, json};

use crate::asking::*;

fn history() -> RoamMsgs {
    let times = Unix::from_secs(1_584_669_600)..=Unix::from_secs(1_584_673_200);
    RoamMsgs::new(account("user2"), account("user1"), times).unwrap()
}

fn message(from: &str, to: &str, seq: u32, random: u32, time: u32, text: &str) -> Value {
    json!({
        "From_Account": from, "To_Account": to, "MsgSeq": seq, "MsgRandom": random, "MsgTimeStamp": time,
        "MsgFlagBits": 0, "IsPeerRead": 0, "MsgKey": format!("{seq}_{random}_{time}"),
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
        "CloudCustomData": "your cloud custom data",
    })
}

/// The document's first page, without the ten messages that it leaves out.
fn first_page() -> Value {
    let msg_1 = message("user1", "user2", 549396494, 2578554, 1584669680, "msg 1");
    let msg_2 = message("user2", "user1", 1054803289, 7201, 1584669689, "msg 2");
    let last = json!({"LastMsgTime": 1584669680, "LastMsgKey": "549396494_2578554_1584669680"});
    let mut page = ok(&json!({"Complete": 0, "MsgCnt": 2, "MsgList": [msg_1, msg_2]}));
    page.as_object_mut().unwrap().extend(last.as_object().unwrap().clone());
    page
}

#[test]
fn a_history_is_read_page_by_page() {
    let call = history();
    let path = "openim/admin_getroammsg";
    let mut body = json!({
        "Operator_Account": "user2", "Peer_Account": "user1", "MaxCnt": 100,
        "MinTime": 1584669600, "MaxTime": 1584673200,
    });
    posts(&call, path, &body);
    is_safe(&call);
    let page = done(&call, &first_page());
    let second = call.after(page.next.as_deref().unwrap());
    body["MaxTime"] = json!(1584669680);
    body["LastMsgKey"] = json!("549396494_2578554_1584669680");
    posts(&second, path, &body);
    body["MaxCnt"] = json!(7);
    posts(&second.clone().with_max_cnt(NonZeroU32::new(7).unwrap()).unwrap(), path, &body);

    let [first, other] = &page.items[..] else { panic!("{page:?}") };
    assert_eq!((first.from_account.as_str(), first.to_account.as_str()), ("user1", "user2"));
    assert_eq!(first.stamp(), Some(Stamp { msg_seq: 549396494, msg_random: 2578554 }));
    assert_eq!(first.msg_time_stamp, Unix::from_secs(1_584_669_680));
    assert_eq!((first.msg_key.as_str(), first.is_recalled()), ("549396494_2578554_1584669680", false));
    assert_eq!(first.is_peer_read, Some(false));
    assert_eq!(first.msg_body, json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "msg 1"}}]));
    assert_eq!(first.cloud_custom_data.as_deref(), Some("your cloud custom data"));
    assert_eq!(other.from_account, "user2");

    let msg_13 = message("user1", "user2", 1456, 23287, 1584669601, "msg 13");
    let mut last = ok(&json!({"Complete": 1, "MsgCnt": 1, "MsgList": [msg_13]}));
    last["LastMsgTime"] = json!(1584669601);
    last["LastMsgKey"] = json!("1456_23287_1584669601");
    let page = done(&second, &last);
    assert_eq!((page.items.len(), page.next), (1, None));
}

#[test]
fn a_history_has_several_spellings_and_loses_nothing() {
    let call = history();
    for complete in [json!(1), json!("1"), json!(true)] {
        let page = done(&call, &ok(&json!({ "Complete": complete })));
        assert_eq!((page.items.len(), page.next), (0, None));
    }
    let mut odd = message("user1", "user2", 1, 2, 1584669700, "gone");
    odd["MsgSeq"] = json!("1");
    odd["MsgFlagBits"] = json!(8);
    odd["IsPeerRead"] = json!(true);
    odd["MsgBody"] = json!([{"MsgType": "TIMTomorrowElem", "MsgContent": 7}]);
    odd["MsgVersion"] = json!({"of": ["tomorrow"]});
    odd.as_object_mut().unwrap().remove("CloudCustomData");
    let page = done(&call, &ok(&json!({"Complete": 1, "MsgList": [odd]})));
    let found = &page.items[0];
    assert_eq!(found.stamp(), Some(Stamp { msg_seq: 1, msg_random: 2 }));
    assert_eq!((found.is_recalled(), found.is_peer_read, &found.cloud_custom_data), (true, Some(true), &None));
    assert_eq!(found.msg_body, odd["MsgBody"]);
    assert_eq!(Value::Object(found.extra.clone()), json!({"MsgVersion": {"of": ["tomorrow"]}}));
    // A client's own message may have numbers that no batch has.
    let mut large = message("user1", "user2", 1, 2, 1584669700, "large");
    large["MsgSeq"] = json!(u64::MAX);
    assert_eq!(done(&call, &ok(&json!({"Complete": 1, "MsgList": [large]}))).items[0].stamp(), None);
}

#[test]
fn a_page_that_might_hide_something_cannot_be_read() {
    let call = history();
    let good = message("user1", "user2", 1, 2, 1584669700, "good");
    let without = |name: &str| {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(name);
        json!({"Complete": 1, "MsgList": [bad]})
    };
    unreadable(
        &call,
        &[
            json!({}),
            json!({"MsgList": [good]}),
            json!({"Complete": 2, "MsgList": []}),
            json!({"Complete": 1, "MsgList": {}}),
            json!({"Complete": 1, "MsgCnt": 2, "MsgList": [good]}),
            json!({"Complete": 1, "MsgCnt": "many", "MsgList": [good]}),
            json!({"Complete": 0, "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669700, "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669700, "LastMsgKey": "", "MsgList": [good]}),
            // Times that were not asked for.
            json!({"Complete": 0, "LastMsgTime": 1584673201, "LastMsgKey": "1_2_3", "MsgList": [good]}),
            json!({"Complete": 0, "LastMsgTime": 1584669599, "LastMsgKey": "1_2_3", "MsgList": [good]}),
            without("MsgSeq"),
            without("MsgRandom"),
            without("MsgTimeStamp"),
            without("MsgKey"),
            without("From_Account"),
            without("To_Account"),
        ],
    );
    // A page that is its own next one would be asked for without end.
    unreadable(&call.after("1584669680 549396494_2578554_1584669680"), &[first_page()]);
    refused(&call, &[(90003, Class::Recipient), (90008, Class::Message)]);
}

#[test]
fn a_history_is_asked_for_within_its_bounds() {
    let new = |operator, from, to| RoamMsgs::new(operator, account("a"), Unix::from_secs(from)..=Unix::from_secs(to));
    assert!(new(account("b"), 5, 5).is_ok());
    assert_eq!(new(account("b"), 6, 5).unwrap_err(), BadRoamMsgs::Times { from: 6, to: 5 });
    assert_eq!(new(open_id(), 5, 6).unwrap_err(), BadRoamMsgs::Account(NO_ACCOUNT));
    let most = |count| new(account("b"), 5, 6).unwrap().with_max_cnt(NonZeroU32::new(count).unwrap());
    assert!(most(100).is_ok());
    assert_eq!(
        most(101).unwrap_err().to_string(),
        "MaxCnt: too many: the limit is 100 messages, found 101; turn the pages"
    );
}
