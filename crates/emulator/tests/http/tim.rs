//! TIM around a send, with a signature of the vendor's own package: half of the accounts are unknown, imported, sent
//! to, found in the history and recalled.

use batchcast_emulator::{Emulator, Timestamp};
use serde_json::{Value, json};

use crate::client::Client;

const GOLDEN: &str = include_str!("../golden/usersig.json");

/// An administrator with a signature, on a connection.
struct Caller {
    client: Client,
    query: String,
}

impl Caller {
    fn call(&mut self, command: &str, body: &Value) -> Value {
        let path = format!("/v4/{command}?{}", self.query);
        let reply = self.client.ask("POST", &path, "", &body.to_string());
        assert_eq!(reply.status, 200, "{command}");
        reply.json()
    }

    fn status(&mut self, accounts: &[String]) -> Vec<bool> {
        let items: Vec<_> = accounts.iter().map(|id| json!({"UserID": id})).collect();
        let reply = self.call("im_open_login_svc/account_check", &json!({"CheckItem": items}));
        let rows = reply["ResultItem"].as_array().expect("a list").iter();
        rows.map(|row| row["AccountStatus"] == "Imported").collect()
    }

    /// `MsgFlagBits` of what an account got from the administrator with this key, if it did.
    fn flag(&mut self, account: &str, administrator: &Value, key: &Value) -> Option<Value> {
        let now = 1_557_387_418;
        let request = json!({"Operator_Account": account, "Peer_Account": administrator, "MaxCnt": 20,
            "MinTime": now - 60, "MaxTime": now + 60});
        let page = self.call("openim/admin_getroammsg", &request);
        assert_eq!((&page["ErrorCode"], &page["Complete"]), (&json!(0), &json!(1)), "{page}");
        let mut rows = page["MsgList"].as_array().expect("a list").iter();
        rows.find(|row| row["MsgKey"] == *key).map(|row| row["MsgFlagBits"].clone())
    }
}

#[test]
fn half_of_the_accounts_are_imported_and_everybody_is_reached_found_and_recalled() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let signer = &golden["vectors"][0];
    let text = |name: &str| signer[name].as_str().unwrap().to_owned();
    let (sdkappid, identifier, usersig) = (signer["sdkappid"].as_u64().unwrap(), text("identifier"), text("sig"));
    let now = Timestamp::from_second(signer["time"].as_i64().unwrap()).unwrap();
    let emulator = Emulator::builder()
        .with_tim_credentials(sdkappid, &identifier, text("key"))
        .with_clock(move || now)
        .start()
        .unwrap();
    let query =
        format!("sdkappid={sdkappid}&identifier={identifier}&usersig={usersig}&random=99999999&contenttype=json");
    let mut caller = Caller { client: Client::connect(emulator.addr()), query };

    let accounts: Vec<String> = (0..20).map(|n| format!("user{n}")).collect();
    let listed: Vec<&String> = accounts.iter().step_by(2).collect();
    let directory = json!({"tim": {"accounts": listed}}).to_string();
    assert_eq!(caller.client.ask("PUT", "/_emulator/directory", "", &directory).status, 200);

    let known = caller.status(&accounts);
    assert_eq!(known.iter().filter(|&&known| known).count(), 10);
    let message = |seq: u32| {
        json!({"To_Account": accounts, "MsgSeq": seq, "MsgRandom": 1,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]})
    };
    let partial = caller.call("openim/batchsendmsg", &message(1));
    assert_eq!(partial["ActionStatus"], "SomeError");
    assert_eq!(partial["ErrorList"].as_array().unwrap().len(), 10);

    let missing: Vec<&String> = accounts.iter().zip(&known).filter(|(_, known)| !**known).map(|(id, _)| id).collect();
    let imported = caller.call("im_open_login_svc/multiaccount_import", &json!({"Accounts": missing}));
    assert_eq!((&imported["ActionStatus"], &imported["FailAccounts"]), (&json!("OK"), &json!([])));
    assert!(caller.status(&accounts).into_iter().all(|known| known));
    let all = caller.call("openim/batchsendmsg", &message(2));
    assert_eq!((&all["ActionStatus"], all.get("ErrorList")), (&json!("OK"), None));

    let administrator = json!(identifier);
    for key in [&partial["MsgKey"], &all["MsgKey"]] {
        for account in &accounts {
            let delivered = emulator.deliveries().iter().any(|d| d.id == *account && *key == d.message_id);
            let found = caller.flag(account, &administrator, key);
            assert_eq!(found, delivered.then(|| json!(0)), "{account} {key}: the history and the log agree");

            let recall = json!({"From_Account": identifier, "To_Account": account, "MsgKey": key});
            let code = caller.call("openim/admin_msgwithdraw", &recall)["ErrorCode"].clone();
            assert_eq!(code, if delivered { 0 } else { 20022 }, "{account} {key}");
            assert_eq!(caller.flag(account, &administrator, key), delivered.then(|| json!(8)), "{account} {key}");
        }
    }
    assert_eq!(emulator.deliveries().len(), 30);
}
