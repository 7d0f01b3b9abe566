//! What stands beside `MsgBody`: from whom, for how long, and how it is counted, kept and pushed.

use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::accounts::account;
use super::limits::MAX_LIFE_TIME;
use super::message::Message;
use super::offline_push::OfflinePushInfo;
use super::record::Part;
use crate::cursor::{Cursor, Fields};
use crate::invalid::{Invalid, Problem};
use crate::json;
use crate::path::Path;
use crate::recipient::Recipient;
use crate::warning::Warning;

/// Whether the message also appears in the sender's own clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncOtherMachine {
    /// 1: in the clients that are online, and in the history.
    Sync,
    /// 2: not at all.
    DoNotSync,
}

/// How a message is counted and announced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SendMsgControl {
    /// It does not count as unread.
    NoUnread,
    /// The list of conversations does not change by it.
    NoLastMsg,
    /// Those who muted the sender are not disturbed. Without, a batch disturbs them.
    WithMuteNotifications,
    /// Any other.
    Other(String),
}

/// The optional fields, each as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    from_account: Option<Recipient>,
    life_time: Option<Duration>,
    online_only: Option<u8>,
    sync_other_machine: Option<SyncOtherMachine>,
    offline_push: Option<OfflinePushInfo>,
    cloud_custom_data: Option<String>,
    send_msg_control: Option<Vec<SendMsgControl>>,
    read_receipt: Option<u8>,
}

const FROM_ACCOUNT: &str = "From_Account";
const MSG_LIFE_TIME: &str = "MsgLifeTime";
const ONLINE_ONLY_FLAG: &str = "OnlineOnlyFlag";
const SYNC_OTHER_MACHINE: &str = "SyncOtherMachine";
const OFFLINE_PUSH_INFO: &str = "OfflinePushInfo";
const CLOUD_CUSTOM_DATA: &str = "CloudCustomData";
const SEND_MSG_CONTROL: &str = "SendMsgControl";
const IS_NEED_READ_RECEIPT: &str = "IsNeedReadReceipt";

impl Message {
    /// Names the account that the message comes from. Without, it comes from the administrator who sends it.
    ///
    /// # Errors
    ///
    /// What cannot be an account ([`Recipient::new`]).
    pub fn with_from_account(self, account: impl Into<String>) -> Result<Self, Invalid> {
        self.with(FROM_ACCOUNT, account.into())
    }

    /// How long the message is kept for those who are offline. Without, seven days; for zero, they never get it.
    ///
    /// # Errors
    ///
    /// More than [`MAX_LIFE_TIME`], and fractions of a second.
    pub fn with_life_time(self, life_time: Duration) -> Result<Self, Invalid> {
        if life_time.subsec_nanos() != 0 {
            let problem = Problem::not_allowed(&format!("{life_time:?}"));
            return Err(Invalid::new(MSG_LIFE_TIME, problem).with_hint("give whole seconds"));
        }
        self.with(MSG_LIFE_TIME, life_time.as_secs())
    }

    /// Sends it to those who are online alone, and keeps it in nobody's history.
    #[must_use]
    pub fn with_online_only(mut self) -> Self {
        self.options_mut().online_only = Some(1);
        self
    }

    /// Whether the message also appears in the sender's own clients. Without, it does in the history.
    #[must_use]
    pub fn with_sync_other_machine(mut self, sync: SyncOtherMachine) -> Self {
        self.options_mut().sync_other_machine = Some(sync);
        self
    }

    /// How it is pushed to those who are offline.
    ///
    /// # Errors
    ///
    /// A field among the unknown ones that has a documented name and another type. What is misspelt, or a number that
    /// is not documented, is a [warning](Self::warnings).
    pub fn with_offline_push(self, push: OfflinePushInfo) -> Result<Self, Invalid> {
        let push = json::value_of(&push)?;
        self.with(OFFLINE_PUSH_INFO, push)
    }

    /// Data that is stored and delivered with the message.
    ///
    /// # Errors
    ///
    /// Data that is more than [`MAX_CONTENT`](super::limits::MAX_CONTENT) together with the elements.
    pub fn with_cloud_custom_data(self, data: impl Into<String>) -> Result<Self, Invalid> {
        self.with(CLOUD_CUSTOM_DATA, data.into())
    }

    /// How it is counted and announced.
    #[must_use]
    pub fn with_send_msg_control(mut self, control: impl IntoIterator<Item = SendMsgControl>) -> Self {
        self.options_mut().send_msg_control = Some(control.into_iter().collect());
        self
    }

    /// Asks for a receipt from everybody who read it.
    #[must_use]
    pub fn with_read_receipt(mut self) -> Self {
        self.options_mut().read_receipt = Some(1);
        self
    }

    /// The account that it comes from, where one is named.
    #[must_use]
    pub fn from_account(&self) -> Option<&str> {
        self.options().from_account.as_ref().map(Recipient::id)
    }

    /// How long it is kept for those who are offline, where that is said.
    #[must_use]
    pub fn life_time(&self) -> Option<Duration> {
        self.options().life_time
    }

    /// Whether it is for those who are online alone.
    #[must_use]
    pub fn is_online_only(&self) -> bool {
        self.options().online_only == Some(1)
    }

    /// Whether it also appears in the sender's own clients, where that is said.
    #[must_use]
    pub fn sync_other_machine(&self) -> Option<SyncOtherMachine> {
        self.options().sync_other_machine
    }

    /// How it is pushed, where that is said.
    #[must_use]
    pub fn offline_push(&self) -> Option<&OfflinePushInfo> {
        self.options().offline_push.as_ref()
    }

    /// Data that is stored and delivered with it, where there is any.
    #[must_use]
    pub fn cloud_custom_data(&self) -> Option<&str> {
        self.options().cloud_custom_data.as_deref()
    }

    /// How it is counted and announced.
    #[must_use]
    pub fn send_msg_control(&self) -> &[SendMsgControl] {
        self.options().send_msg_control.as_deref().unwrap_or_default()
    }

    /// Whether it asks for receipts.
    #[must_use]
    pub fn wants_read_receipt(&self) -> bool {
        self.options().read_receipt == Some(1)
    }

    /// Reads it anew with this field, so that a rule stands in one place.
    fn with(self, name: &str, value: impl Into<Value>) -> Result<Self, Invalid> {
        let mut body = json::value_of(&self)?;
        body[name] = value.into();
        Self::from_value(body)
    }
}

impl Options {
    pub(super) fn read(body: &mut Fields<'_>) -> Result<Self, Invalid> {
        Ok(Self {
            from_account: body.take(FROM_ACCOUNT).map(account).transpose()?,
            life_time: body.take(MSG_LIFE_TIME).map(life_time).transpose()?,
            online_only: body.take(ONLINE_ONLY_FLAG).map(flag).transpose()?,
            sync_other_machine: body.take(SYNC_OTHER_MACHINE).map(SyncOtherMachine::read).transpose()?,
            offline_push: body.take(OFFLINE_PUSH_INFO).map(Part::read).transpose()?,
            cloud_custom_data: body.take(CLOUD_CUSTOM_DATA).map(Cursor::string).transpose()?,
            send_msg_control: body.take(SEND_MSG_CONTROL).map(Part::read).transpose()?,
            read_receipt: body.take(IS_NEED_READ_RECEIPT).map(flag).transpose()?,
        })
    }

    /// What `CloudCustomData` adds to what the vendor's limit counts.
    pub(super) fn content_len(&self) -> usize {
        self.cloud_custom_data.as_ref().map_or(0, json::len)
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut M) -> Result<(), M::Error> {
        write(body, FROM_ACCOUNT, self.from_account.as_ref().map(Recipient::id))?;
        write(body, MSG_LIFE_TIME, self.life_time.map(|time| time.as_secs()))?;
        write(body, ONLINE_ONLY_FLAG, self.online_only)?;
        write(body, SYNC_OTHER_MACHINE, self.sync_other_machine)?;
        write(body, OFFLINE_PUSH_INFO, self.offline_push.as_ref())?;
        write(body, CLOUD_CUSTOM_DATA, self.cloud_custom_data.as_ref())?;
        write(body, SEND_MSG_CONTROL, self.send_msg_control.as_ref())?;
        write(body, IS_NEED_READ_RECEIPT, self.read_receipt)
    }

    pub(super) fn warn(&self, body: Path<'_>, warnings: &mut Vec<Warning>) {
        if let Some(push) = &self.offline_push {
            push.warn(body.key(OFFLINE_PUSH_INFO), warnings);
        }
        let place = body.key(SEND_MSG_CONTROL);
        for (index, control) in self.send_msg_control.iter().flatten().enumerate() {
            if let SendMsgControl::Other(_) = control {
                let text = "documented are NoUnread, NoLastMsg and WithMuteNotifications; it is sent as it is, and \
                            may be refused";
                warnings.push(Warning::new(place.index(index), text));
            }
        }
    }
}

fn write<M: SerializeMap>(body: &mut M, name: &str, value: Option<impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| body.serialize_entry(name, &value))
}

fn life_time(field: Cursor<'_>) -> Result<Duration, Invalid> {
    let seconds = 0..=MAX_LIFE_TIME.as_secs();
    field.within(seconds, "whole seconds from 0 to 604800 (7 days)").map(Duration::from_secs)
}

fn flag(field: Cursor<'_>) -> Result<u8, Invalid> {
    field.within(0..=1, "0 or 1")
}

impl SyncOtherMachine {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        Ok(match field.within(1..=2_u8, "1 (sync) or 2 (do not)")? {
            1 => Self::Sync,
            _ => Self::DoNotSync,
        })
    }
}

impl Serialize for SyncOtherMachine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Sync => 1,
            Self::DoNotSync => 2,
        })
    }
}

impl SendMsgControl {
    /// The vendor's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::NoUnread => "NoUnread",
            Self::NoLastMsg => "NoLastMsg",
            Self::WithMuteNotifications => "WithMuteNotifications",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for SendMsgControl {
    fn from(word: String) -> Self {
        let known = [Self::NoUnread, Self::NoLastMsg, Self::WithMuteNotifications];
        known.into_iter().find(|known| known.as_str() == word).unwrap_or(Self::Other(word))
    }
}

impl Part for SendMsgControl {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        field.string().map(Self::from)
    }
}

impl Serialize for SendMsgControl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
