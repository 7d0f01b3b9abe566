//! [`Broadcast`]: a message on its way through Tencent Cloud Chat, as a campaign sees it.

use std::num::NonZeroUsize;

use batchcast_model::tim::{Accounts, BatchMessage, Message, Planner, Stamp};
use batchcast_model::{Invalid, Recipient};
use batchcast_transport::blocking::Caller;
use batchcast_transport::channel::{Channel, Cut, Mark, Receipt, Rejected};
use batchcast_transport::error::{BuildError, CallError, Error};
use batchcast_transport::exchange::Limit;

use crate::batchsendmsg::{BatchSendMsg, FailedAccount};
use crate::builder::{ClientBuilder, documented_pace};
use crate::codes;
use crate::stamp::{self, random_stamp};

/// One message and the client that sends it, for a campaign of any size.
#[derive(Debug)]
pub struct Broadcast {
    caller: Caller,
    message: Message,
    planner: Planner,
    limits: Vec<Limit>,
}

impl ClientBuilder {
    /// A channel that sends this message. Retry, waiting and pace are left to the campaign, whatever was set here.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn broadcast(self, message: Message) -> Result<Broadcast, Error> {
        let caller = Caller::new(self.surroundings()?.for_single_attempts());
        Ok(Broadcast { caller, message, planner: Planner::new(), limits: documented_pace() })
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

    fn batch(&self, batch: &[Recipient], stamp: Stamp) -> Result<BatchMessage, Invalid> {
        let mut accounts = Accounts::new();
        for recipient in batch {
            accounts.push(recipient.clone())?;
        }
        BatchMessage::new(self.message.clone(), accounts, stamp)
    }
}

impl Channel for Broadcast {
    fn provider(&self) -> &'static str {
        "tim"
    }

    fn limits(&self) -> Vec<Limit> {
        self.limits.clone()
    }

    fn cut(&self) -> Box<dyn Cut> {
        // A request that alone exceeds the pace could never leave within it.
        let most = self.limits.iter().filter_map(Limit::most_recipients).min();
        let most = most.and_then(|most| NonZeroUsize::new(most.try_into().ok()?));
        Box::new(match most {
            Some(most) => self.planner.clone().at_most(most),
            None => self.planner.clone(),
        })
    }

    fn ready(&self) -> Result<(), CallError> {
        self.caller.ready()
    }

    fn mark(&self) -> Option<Mark> {
        Some(stamp::mark(random_stamp()))
    }

    fn attempt(&self, batch: &[Recipient], mark: Option<&Mark>) -> Result<Receipt, CallError> {
        let stamp = mark.and_then(stamp::of_mark).unwrap_or_else(random_stamp);
        let batch = self.batch(batch, stamp).map_err(BuildError::new)?;
        let receipt = self.caller.call(BatchSendMsg::new(batch))?;
        let rejected = receipt.failed.into_iter().map(|FailedAccount { account, code }| {
            Rejected::new(account, code, code.map_or("no reason given", codes::reason))
        });
        Ok(Receipt::new(receipt.msg_key).with_rejected(rejected.collect()).with_request_id(receipt.random))
    }
}
