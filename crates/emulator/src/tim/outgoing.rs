//! A message that is to be sent: what `sendmsg` and `batchsendmsg` have in common.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::deliveries::{IdKind, Provider};
use crate::task::Task;
use crate::tim::accounts::LoginState;
use crate::tim::codes::{self, Code, Refusal};
use crate::tim::envelope::{Envelope, unsigned};
use crate::tim::history::Message;
use crate::tim::msg_key::MsgKey;
use crate::tim::options::{Receipt, Storage};
use crate::tim::{elements, options};
use crate::world::World;

/// A checked message, not yet sent.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    sender: Cow<'a, str>,
    pub(crate) msg_seq: Option<u32>,
    pub(crate) msg_random: u32,
    msg_type: Cow<'static, str>,
    pub(crate) msg_body: &'a RawValue,
    custom_data: Option<&'a RawValue>,
    storage: Storage,
    receipt: Receipt,
}

/// What a sent message is known by.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) msg_key: MsgKey,
    pub(crate) msg_id: String,
}

impl<'a> Outgoing<'a> {
    /// Checks the fields in the order of the documents' tables; `too_long` is the call's code for a body above 12K.
    pub(crate) fn read(envelope: &Envelope<'a>, sender: Cow<'a, str>, too_long: Code) -> Result<Self, Refusal> {
        let msg_seq = envelope.optional_u32("MsgSeq", codes::MSG_SEQ)?;
        let msg_random = unsigned(envelope.required("MsgRandom", codes::MSG_RANDOM)?, codes::MSG_RANDOM)?;
        let msg_body = envelope.raw("MsgBody").ok_or_else(|| codes::MSG_BODY.refusal())?;
        let msg_type = elements::check(msg_body, envelope.optional("CloudCustomData"), too_long)?;
        let storage = options::check(envelope)?;
        let custom_data = envelope.raw("CloudCustomData").filter(|raw| raw.get() != "null");
        let receipt = Receipt::of(envelope);
        Ok(Self { sender, msg_seq, msg_random, msg_type, msg_body, custom_data, storage, receipt })
    }

    pub(crate) fn sender(&self) -> &str {
        &self.sender
    }

    /// Delivers to all of `to`, who exist, and notes it in the history.
    pub(crate) fn send(self, world: &mut World, now: Timestamp, to: &[Cow<'_, str>]) -> Sent {
        let seq = self.msg_seq.unwrap_or_else(|| world.tim.msg_seqs.next_id() as u32);
        let msg_key = MsgKey { seq, random: self.msg_random, at: now.as_second() };
        let account_number = world.tim.msg_ids.next_id() % 1_000_000_000_000;
        let msg_id = format!("144115{account_number:012}-{}-{}", msg_key.at, msg_key.random);

        let mut task = Task::new(Provider::Tim, msg_key.to_string(), self.msg_type, now);
        let kept = self.storage != Storage::OnlineOnly;
        if kept {
            let message = Message {
                from: self.sender.into_owned(),
                key: msg_key,
                msg_body: self.msg_body.to_owned(),
                custom_data: self.custom_data.map(ToOwned::to_owned),
                storage: self.storage,
                receipt: self.receipt,
            };
            task = task.numbered(world.tim.history.push(message, to.iter().map(Cow::as_ref)));
        }
        if kept || world.config.tim.login_state == LoginState::Online {
            for account in to {
                task.deliver(IdKind::Account, account);
            }
        }
        world.deliver(task);
        Sent { msg_key, msg_id }
    }
}
