//! The optional fields that say how a message is kept and shown.

use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::Envelope;
use crate::tim::offline_push;
use crate::tim::shape::{Field, Type, optional};

/// Seven days, by the page "batch send messages" (2021 on).
const LIFE_TIME_LIMIT: u64 = 604_800;

/// Fields for which the documents have a type and no code of their own.
const PLAIN: &[Field] = &[
    optional("OnlineOnlyFlag", Type::OneOf(&[0, 1])),
    optional("IsNeedReadReceipt", Type::OneOf(&[0, 1])),
    optional("CloudCustomData", Type::String),
    optional("SendMsgControl", Type::Strings),
];

/// Where a message is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Nowhere: it is for those who are online (`OnlineOnlyFlag` 1, or `MsgLifeTime` 0).
    OnlineOnly,
    /// In the recipient's history alone (`SyncOtherMachine` 2).
    Recipient,
    /// In the sender's history too.
    Both,
}

/// Whether the sender wants to know who read it (`IsNeedReadReceipt`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receipt {
    Wanted,
    NotWanted,
}

impl Receipt {
    pub(crate) fn of(envelope: &Envelope<'_>) -> Self {
        if envelope.optional("IsNeedReadReceipt") == Some("1") { Self::Wanted } else { Self::NotWanted }
    }
}

pub(crate) fn check(envelope: &Envelope<'_>) -> Result<Storage, Refusal> {
    let mut storage = Storage::Both;
    let mut online_only = envelope.optional("OnlineOnlyFlag") == Some("1");
    if let Some(json) = envelope.optional("MsgLifeTime") {
        let seconds: u64 = serde_json::from_str(json).map_err(|_| codes::LIFE_TIME.refusal())?;
        if seconds > LIFE_TIME_LIMIT {
            return Err(codes::LIFE_TIME_TOO_LARGE.because(format_args!("{seconds} s of at most {LIFE_TIME_LIMIT} s")));
        }
        online_only |= seconds == 0;
    }
    if envelope.optional_u32("SyncOtherMachine", codes::SYNC_OTHER_MACHINE)? == Some(2) {
        storage = Storage::Recipient;
    }
    envelope.optional_u32("SyncFromOldSystem", codes::SYNC_FROM_OLD_SYSTEM)?;
    envelope.optional_u32("MsgTimeStamp", codes::MSG_TIME_STAMP)?;
    if let Some(json) = envelope.optional("OfflinePushInfo") {
        offline_push::check(json)?;
    }
    for field in PLAIN {
        envelope.check(field)?;
    }
    Ok(if online_only { Storage::OnlineOnly } else { storage })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{check_accepted, check_refusal, with_field};

    #[test]
    fn values_that_pass() {
        fn check(name: &str, values: &[Value]) {
            for value in values {
                check_accepted(&with_field(name, value.clone()));
            }
        }
        check("MsgLifeTime", &[json!(0), json!(1), json!(604_800)]);
        check("SyncOtherMachine", &[json!(1), json!(2), json!(4_294_967_295_u32)]);
        check("SyncFromOldSystem", &[json!(0)]);
        check("MsgTimeStamp", &[json!(1_767_225_600)]);
        check("OnlineOnlyFlag", &[json!(0), json!(1)]);
        check("IsNeedReadReceipt", &[json!(0), json!(1)]);
        check("CloudCustomData", &[json!(""), json!("{\"a\":1}")]);
        check("SendMsgControl", &[json!([]), json!(["NoUnread", "NoLastMsg", "WithMuteNotifications"])]);
    }

    #[test]
    fn values_that_are_refused() {
        fn check(name: &str, values: &[Value], code: i64, info: &str) {
            for value in values {
                check_refusal(&with_field(name, value.clone()), code, info);
            }
        }
        let not_u32 = [json!("1"), json!(true), json!(-1), json!(1.0), json!(4_294_967_296_u64), json!([1])];
        check("MsgLifeTime", &[json!("60"), json!(60.5), json!(-1), json!({})], 90044, "Invalid format of MsgLifeTime");
        check("MsgLifeTime", &[json!(604_801)], 90026, "MsgLifeTime field error: 604801 s of at most 604800 s");
        check("SyncOtherMachine", &not_u32, 90031, "Invalid format of SyncOtherMachine");
        check("SyncFromOldSystem", &not_u32, 90030, "Invalid format of SyncFromOldSystem");
        check("MsgTimeStamp", &not_u32, 90006, "Invalid format of MsgTimeStamp");
        let format = "Request format error";
        let not_flags = [json!(2), json!("1"), json!(true)];
        check("OnlineOnlyFlag", &not_flags, 90010, &format!("{format}: OnlineOnlyFlag must be 0 or 1"));
        check("IsNeedReadReceipt", &not_flags, 90010, &format!("{format}: IsNeedReadReceipt must be 0 or 1"));
        check("CloudCustomData", &[json!({})], 90010, &format!("{format}: CloudCustomData must be a string"));
        let controls = [json!("NoUnread"), json!([1])];
        check("SendMsgControl", &controls, 90010, &format!("{format}: SendMsgControl must be an array of strings"));
    }
}
