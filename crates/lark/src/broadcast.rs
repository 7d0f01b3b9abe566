//! [`Broadcast`]: a message on its way through Feishu or Lark, as a campaign sees it.

use std::num::NonZeroUsize;

use batchcast_model::lark::{BatchMessage, Message, Planner, Recipients};
use batchcast_model::{Invalid, Recipient, json};
use batchcast_transport::blocking::Caller;
use batchcast_transport::channel::{Address, Channel, Cut, Mark, Receipt, Rejected};
use batchcast_transport::error::{BuildError, CallError, Error};
use batchcast_transport::exchange::Limit;

use crate::batch_send::BatchSend;
use crate::builder::{ClientBuilder, MESSAGES_PER_DAY, documented_pace};

/// The reason in reports for an id that stands in `invalid_*`.
const INVALID: &str = "the vendor says that this id is not valid";

/// One message and the client that sends it, for a campaign of any size.
#[derive(Debug)]
pub struct Broadcast {
    caller: Caller,
    address: Address,
    message: Message,
    /// The message as JSON.
    text: String,
    planner: Planner,
}

impl ClientBuilder {
    /// A channel that sends this message. Retry, waiting and pace are left to the campaign, whatever was set here.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn broadcast(self, message: Message) -> Result<Broadcast, Error> {
        let address = self.address()?;
        let around = self.surroundings()?.for_single_attempts();
        let planner = Planner::new(&message);
        let text = json::to_text(&message)?;
        Ok(Broadcast { caller: Caller::new(around), address, message, text, planner })
    }
}

impl Broadcast {
    /// At most this many ids in one request, all lists together. Unless set, four full lists may share a request, as
    /// the document allows by its letter.
    ///
    /// # Errors
    /// [`Invalid`] above 800, which is four full lists.
    pub fn with_ids_per_request(mut self, ids: NonZeroUsize) -> Result<Self, Invalid> {
        self.planner = self.planner.with_ids_per_request(ids)?;
        Ok(self)
    }

    /// Goes by this name of its endpoint in campaigns, instead of its address: for one that has another address every
    /// time, as an emulator within the process does.
    #[must_use]
    pub fn with_endpoint_name(mut self, name: impl Into<String>) -> Self {
        self.address.endpoint = name.into();
        self
    }

    fn batch(&self, batch: &[Recipient]) -> Result<BatchMessage, Invalid> {
        let mut recipients = Recipients::new();
        for recipient in batch {
            recipients.push(recipient.clone())?;
        }
        BatchMessage::new(self.message.clone(), recipients)
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
        documented_pace()
    }

    fn daily_quota(&self) -> Option<u64> {
        Some(MESSAGES_PER_DAY)
    }

    fn cut(&self) -> Box<dyn Cut> {
        Box::new(self.planner.clone())
    }

    fn ready(&self) -> Result<(), CallError> {
        self.caller.ready()
    }

    fn mark(&self) -> Option<Mark> {
        // The API has no key of the caller's, and no way to look a request up.
        None
    }

    fn attempt(&self, batch: &[Recipient], _: Option<&Mark>) -> Result<Receipt, CallError> {
        let batch = self.batch(batch).map_err(BuildError::new)?;
        let receipt = self.caller.call(BatchSend::new(batch))?;
        let rejected = receipt.invalid.into_iter().map(|recipient| Rejected::new(recipient, None, INVALID));
        Ok(Receipt::new(Some(receipt.message_id)).with_rejected(rejected.collect()).with_request_id(receipt.log_id))
    }
}
