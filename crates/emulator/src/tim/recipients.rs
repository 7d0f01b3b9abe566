//! `To_Account` and `From_Account`.

use std::borrow::Cow;

use crate::ids;
use crate::tim::accounts::{Absence, Accounts};
use crate::tim::codes::{self, Code, Refusal};
use crate::tim::envelope::{Envelope, text, texts};

/// Accounts in one call: of a batch by every copy of the page "batch send messages", and of a query of login states.
const LIST_LIMIT: usize = 500;

/// The recipients of a request, each once, in the order sent.
#[derive(Debug)]
pub(crate) struct Recipients<'a> {
    pub(crate) existing: Vec<Cow<'a, str>>,
    pub(crate) absent: Vec<(Cow<'a, str>, Absence)>,
}

impl<'a> Recipients<'a> {
    pub(crate) fn read(envelope: &Envelope<'a>, known: Accounts<'_>) -> Result<Self, Refusal> {
        let json = envelope.required("To_Account", codes::TO_ACCOUNT)?;
        if !json.starts_with('[') {
            return Err(codes::TO_ACCOUNT_NOT_ARRAY.refusal());
        }
        let (mut existing, mut absent) = (Vec::new(), Vec::new());
        for account in ids::once(to_accounts(json, codes::TO_ACCOUNT_EMPTY)?) {
            match known.absence(&account) {
                None => existing.push(account),
                Some(absence) => absent.push((account, absence)),
            }
        }
        Ok(Self { existing, absent })
    }
}

/// The accounts in a list, with the code of the call for an empty one.
pub(crate) fn to_accounts(json: &str, empty: Code) -> Result<Vec<Cow<'_, str>>, Refusal> {
    let check_count = |found| match found {
        0 => Err(empty.refusal()),
        1..=LIST_LIMIT => Ok(()),
        _ => Err(codes::TOO_MANY.because(format_args!("{found}, and a call may have {LIST_LIMIT}"))),
    };
    texts(json, || codes::TO_ACCOUNT.refusal(), check_count)
}

/// The account in whose name the message is sent: whom the request names, else the administrator.
pub(crate) fn sender<'a>(envelope: &Envelope<'a>, known: Accounts<'_>) -> Result<Cow<'a, str>, Refusal> {
    let Some(json) = envelope.optional("From_Account") else {
        return Ok(Cow::Owned(known.administrator().to_owned()));
    };
    let sender = text(json).ok_or_else(|| codes::FROM_ACCOUNT.refusal())?;
    if sender.is_empty() {
        return Err(codes::FROM_ACCOUNT.because("it is empty"));
    }
    if !known.has(&sender) {
        return Err(codes::FROM_ACCOUNT.because(format_args!("account {sender:?} does not exist")));
    }
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Sandbox, check_accepted, check_refusal, with_field};
    use crate::{Directory, TimDirectory};

    fn to(accounts: Value) -> String {
        with_field("To_Account", accounts)
    }

    #[test]
    fn lists_that_are_refused() {
        fn check(accounts: Value, code: i64, info: &str) {
            check_refusal(&to(accounts), code, info);
        }
        check(json!("bonnie"), 90028, "To_Account field error: it is not an Array");
        check(json!({}), 90028, "To_Account field error: it is not an Array");
        check(json!(null), 90028, "To_Account field error: it is not an Array");
        check(json!([]), 90029, "To_Account field error: it is empty");
        check(json!([1, 2]), 90003, "Invalid format of To_Account");
        check(json!(["bonnie", null]), 90003, "Invalid format of To_Account");
        check(json!([["bonnie"]]), 90003, "Invalid format of To_Account");
        check_refusal(
            r#"{"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}"#,
            90003,
            "Invalid format of To_Account",
        );
    }

    #[test]
    fn five_hundred_and_no_more() {
        let accounts = |n: usize| json!((0..n).map(|i| format!("user{i}")).collect::<Vec<_>>());
        assert_eq!(check_accepted(&to(accounts(500))).len(), 500);
        let info = "The target account exceeds 500: 501, and a call may have 500";
        check_refusal(&to(accounts(501)), 90011, info);
        check_refusal(&to(json!(vec!["bonnie"; 501])), 90011, info);
        check_refusal(&to(json!(vec![1; 501])), 90011, info);
    }

    #[test]
    fn accounts_that_do_not_exist_are_listed_and_the_others_get_the_message() {
        fn check(accounts: Value, delivered: &[&str], listed: &[&str]) {
            let mut sandbox = Sandbox::new();
            let reply = sandbox.send(&to(accounts.clone())).json();
            let expected: Vec<Value> = listed.iter().map(|id| json!({"To_Account": id, "ErrorCode": 70107})).collect();
            assert_eq!(reply["ErrorList"], json!(expected), "{accounts}");
            let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| d.id).collect();
            assert_eq!(got, delivered, "{accounts}");
        }
        let long = "u".repeat(64);
        let too_long = "u".repeat(65);
        check(json!(["bonnie", "rong_invalid", "dave"]), &["bonnie", "dave"], &["rong_invalid"]);
        check(json!([long, too_long, "", "ünï"]), &[&long, "ünï"], &[&too_long, ""]);
        check(json!(["a", "x_invalid", "a", "x_invalid"]), &["a"], &["x_invalid"]);
        check(json!(["\"quoted\"\n", "_invalid", "invalid"]), &["\"quoted\"\n", "invalid"], &["_invalid"]);
    }

    #[test]
    fn nobody_exists() {
        check_refusal(&to(json!(["rong_invalid"])), 90012, "invalid To_Account");
        check_refusal(&to(json!(["", "rong_invalid"])), 90012, "invalid To_Account");
    }

    #[test]
    fn the_sender() {
        check_accepted(&with_field("From_Account", json!("dave")));
        fn check(sender: Value, info: &str) {
            check_refusal(&with_field("From_Account", sender), 90008, &format!("Invalid format of From_Account{info}"));
        }
        check(json!(1), "");
        check(json!(["dave"]), "");
        check(json!(""), ": it is empty");
        check(json!("dave_invalid"), ": account \"dave_invalid\" does not exist");
    }

    #[test]
    fn a_directory_says_who_exists() {
        fn check(accounts: Value, sender: Value, code: i64, delivered: &[&str], listed: &[&str]) {
            let directory = Directory::new().with_tim(TimDirectory::new(["bonnie", "rong_invalid", ""]));
            let mut sandbox = Sandbox::from(crate::Emulator::builder().with_directory(directory).world());
            let mut body: Value = serde_json::from_str(&to(accounts.clone())).unwrap();
            body["From_Account"] = sender;
            let reply = sandbox.send(&body.to_string()).json();
            assert_eq!(reply["ErrorCode"], code, "{body}: {reply}");
            let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| d.id).collect();
            assert_eq!(got, delivered, "{body}");
            let named: Vec<_> = reply["ErrorList"].as_array().into_iter().flatten().collect();
            let named: Vec<_> = named.iter().map(|failed| failed["To_Account"].as_str().unwrap()).collect();
            assert_eq!(named, listed, "{body}");
        }
        check(json!(["bonnie", "rong_invalid"]), json!(null), 0, &["bonnie", "rong_invalid"], &[]);
        check(json!(["bonnie", "rong"]), json!("bonnie"), 0, &["bonnie"], &["rong"]);
        check(json!(["administrator"]), json!("administrator"), 0, &["administrator"], &[]);
        check(json!(["rong", "dave"]), json!(null), 90012, &[], &[]);
        check(json!(["bonnie"]), json!("rong"), 90008, &[], &[]);
    }

    #[test]
    fn feishus_directory_is_nothing_to_tim() {
        let mut sandbox = Sandbox::new();
        sandbox.world.set_directory(Directory::new().with_feishu(crate::FeishuDirectory::new()).unwrap());
        assert_eq!(sandbox.send(&to(json!(["bonnie"]))).json()["ErrorCode"], 0);
    }
}
