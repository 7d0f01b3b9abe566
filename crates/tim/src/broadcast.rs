//! [`Broadcast`]: a message on its way through Tencent Cloud Chat, as a campaign sees it.

use std::num::NonZeroUsize;

use batchcast_model::tim::{Accounts, BatchMessage, Message, Planner, Stamp};
use batchcast_model::{IdKind, Invalid, Recipient, json};
use batchcast_transport::blocking::Caller;
use batchcast_transport::channel::{Address, Channel, Cut, Mark, Receipt, Rejected};
use batchcast_transport::error::{BuildError, CallError, Error};
use batchcast_transport::exchange::Limit;

use crate::batchsendmsg::{BatchSendMsg, FailedAccount};
use crate::builder::ClientBuilder;
use crate::codes;
use crate::pace::documented_pace;
use crate::stamp::{self, random_stamp};

/// One message and the client that sends it, for a campaign of any size.
#[derive(Debug)]
pub struct Broadcast {
    caller: Caller,
    address: Address,
    message: Message,
    /// The message as JSON.
    text: String,
    planner: Planner,
    limits: Vec<Limit>,
    /// Who the recipients see as its sender.
    sender: String,
}

impl ClientBuilder {
    /// A channel that sends this message. Retry, waiting and pace are left to the campaign, whatever was set here.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn broadcast(self, message: Message) -> Result<Broadcast, Error> {
        let address = self.address()?;
        let sender = message.from_account().unwrap_or_else(|| self.credentials().identifier()).to_owned();
        let around = self.surroundings()?.for_single_attempts();
        let text = json::to_text(&message)?;
        Ok(Broadcast {
            caller: Caller::new(around),
            address,
            message,
            text,
            planner: Planner::new(),
            limits: documented_pace(),
            sender,
        })
    }
}

impl Broadcast {
    /// At most this many accounts in one request; 500 unless set.
    ///
    /// # Errors
    /// [`Invalid`] above 500.
    pub fn with_ids_per_request(mut self, ids: NonZeroUsize) -> Result<Self, Invalid> {
        self.planner = self.planner.with_ids_per_request(ids)?;
        Ok(self)
    }

    /// Another pace than the [documented](documented_pace) one, where more was [bought](crate::pace).
    #[must_use]
    pub fn with_limits(mut self, limits: Vec<Limit>) -> Self {
        self.limits = limits;
        self
    }

    /// Goes by this name of its endpoint in campaigns, instead of its address: for one that has another address every
    /// time, as an emulator within the process does.
    #[must_use]
    pub fn with_endpoint_name(mut self, name: impl Into<String>) -> Self {
        self.address.endpoint = name.into();
        self
    }

    fn batch(&self, batch: &[Recipient], stamp: Stamp) -> Result<BatchMessage, Invalid> {
        let mut accounts = Accounts::new();
        for recipient in batch {
            accounts.push(recipient.clone())?;
        }
        BatchMessage::new(self.message.clone(), accounts, stamp)
    }
}

/// Accounts in requests of one message.
#[derive(Debug)]
struct Requests {
    planner: Planner,
    message_bytes: u64,
}

impl Cut for Requests {
    fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid> {
        self.planner.place(recipient)
    }

    fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        self.planner.takes(kind)
    }

    fn bytes(&self) -> u64 {
        const OF_A_REQUEST: &str = ",\"To_Account\":[],\"MsgSeq\":4294967295,\"MsgRandom\":4294967295";
        self.planner.batches() as u64 * (self.message_bytes + OF_A_REQUEST.len() as u64) + self.planner.id_bytes()
    }
}

impl Channel for Broadcast {
    fn address(&self) -> Address {
        self.address.clone()
    }

    fn message(&self) -> String {
        self.text.clone()
    }

    fn limits(&self) -> Vec<Limit> {
        self.limits.clone()
    }

    fn daily_quota(&self) -> Option<u64> {
        None
    }

    fn cut(&self) -> Box<dyn Cut> {
        // A request that alone exceeds the pace could never leave within it.
        let most = self.limits.iter().filter_map(Limit::most_recipients).min();
        let most = most.and_then(|most| NonZeroUsize::new(most.try_into().ok()?));
        let planner = match most {
            Some(most) => self.planner.clone().at_most(most),
            None => self.planner.clone(),
        };
        Box::new(Requests { planner, message_bytes: self.text.len() as u64 })
    }

    fn ready(&self) -> Result<(), CallError> {
        self.caller.ready()
    }

    fn mark(&self) -> Option<Mark> {
        Some(stamp::mark(random_stamp(), &self.sender))
    }

    fn attempt(&self, batch: &[Recipient], mark: Option<&Mark>) -> Result<Receipt, CallError> {
        // Under another mark than the one that is written down its fate could never be looked up.
        let stamp = match mark {
            None => random_stamp(),
            Some(mark) => {
                stamp::of_mark(mark).ok_or_else(|| BuildError::text("the mark is not one of this channel"))?
            }
        };
        let batch = self.batch(batch, stamp).map_err(BuildError::new)?;
        let receipt = self.caller.call(BatchSendMsg::new(batch))?;
        let rejected = receipt.failed.into_iter().map(|FailedAccount { account, code }| {
            Rejected::new(account, code, code.map_or("no reason given", codes::reason))
        });
        Ok(Receipt::new(receipt.msg_key).with_rejected(rejected.collect()).with_request_id(receipt.random))
    }
}
