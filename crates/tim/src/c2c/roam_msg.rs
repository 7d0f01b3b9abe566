//! One message of a history: [`RoamMsg`].

use batchcast_model::tim::Stamp;
use batchcast_transport::time::Unix;
use serde_json::{Map, Value};

use crate::answer;

/// The bit of `MsgFlagBits` that says that a message was taken back.
const RECALLED: u64 = 8;

/// What has a field of its own, beside `MsgBody`.
const NAMES: [&str; 9] = [
    "From_Account",
    "To_Account",
    "MsgSeq",
    "MsgRandom",
    "MsgTimeStamp",
    "MsgKey",
    "MsgFlagBits",
    "IsPeerRead",
    "CloudCustomData",
];

/// A message in the history of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoamMsg {
    /// Who sent it.
    pub from_account: String,
    /// Who got it.
    pub to_account: String,
    /// `MsgSeq`.
    pub msg_seq: u64,
    /// `MsgRandom`.
    pub msg_random: u64,
    /// When the vendor took it, in whole seconds.
    pub msg_time_stamp: Unix,
    /// The vendor's name for it: for recall.
    pub msg_key: String,
    /// 8: [taken back](Self::is_recalled). Other bits are not documented.
    pub msg_flag_bits: u64,
    /// Whether whoever got it has sent a receipt that they read it, where the answer says.
    pub is_peer_read: Option<bool>,
    /// Its elements as JSON, which may be newer than this crate; `null` where there are none.
    pub msg_body: Value,
    /// The data that travels with it.
    pub cloud_custom_data: Option<String>,
    /// What else the vendor says of it.
    pub extra: Map<String, Value>,
}

impl RoamMsg {
    /// The two numbers that it was sent with. `None` where they are larger than any that this crate sends.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        Some(Stamp { msg_seq: self.msg_seq.try_into().ok()?, msg_random: self.msg_random.try_into().ok()? })
    }

    /// Whether it was taken back.
    #[must_use]
    pub const fn is_recalled(&self) -> bool {
        self.msg_flag_bits & RECALLED != 0
    }

    pub(super) fn of(item: &Value) -> Option<Self> {
        let mut extra = item.as_object()?.clone();
        let msg_body = extra.remove("MsgBody").unwrap_or_default();
        extra.retain(|name, _| !NAMES.contains(&name.as_str()));
        Some(Self {
            from_account: answer::text(item, "From_Account")?,
            to_account: answer::text(item, "To_Account")?,
            msg_seq: answer::number(item, "MsgSeq")?,
            msg_random: answer::number(item, "MsgRandom")?,
            msg_time_stamp: Unix::from_secs(answer::number(item, "MsgTimeStamp")?),
            msg_key: answer::text(item, "MsgKey")?,
            msg_flag_bits: match item.get("MsgFlagBits") {
                None | Some(Value::Null) => 0,
                Some(_) => answer::number(item, "MsgFlagBits")?,
            },
            is_peer_read: answer::flag(item, "IsPeerRead"),
            msg_body,
            cloud_custom_data: answer::text(item, "CloudCustomData"),
            extra,
        })
    }
}
