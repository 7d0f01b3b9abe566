//! What a campaign asks of Tencent Cloud Chat around a send.

use std::sync::Arc;
use std::time::Duration;

use batchcast_model::tim::Message;
use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::{
    Contacts, Found, History, Memory, Recall, RecallUnit, Sending, Sent, TakenBack, Trace,
};
use batchcast_transport::channel::{Address, Mark};
use batchcast_transport::error::{ApiError, BuildError, CallError, Error};
use batchcast_transport::time::Timer;

use crate::account::{AccountCheck, AccountStatus, MAX_CHECKED_ACCOUNTS};
use crate::builder::ClientBuilder;
use crate::c2c::{MsgKey, RoamMsgs, WithdrawMsg, Withdrawn};
use crate::client::Client;
use crate::stamp;

/// Whoever is not imported now may be in a minute, by the very person who has read that here.
const MEMORY: Memory = Memory { found: Duration::ZERO, missing: Duration::ZERO };

/// How long messages are kept unless more is bought ("Pulling Historical One-to-one Messages", 1047/35478, 2024-07-16).
const ROAMING: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How far the clock of whoever sent it may be from the vendor's: so far that a wrong time zone does not make a message
/// that is there seem to be missing.
const CLOCKS_DIFFER: Duration = Duration::from_secs(24 * 60 * 60);

/// Checks accounts before they are sent to: one that is not imported cannot be reached.
impl Contacts for Client {
    fn looks_up(&self, kind: IdKind) -> bool {
        kind == IdKind::Account
    }

    fn calls(&self, addresses: Vec<Recipient>) -> Vec<Vec<Recipient>> {
        addresses.chunks(MAX_CHECKED_ACCOUNTS).map(<[_]>::to_vec).collect()
    }

    fn look_up(&self, call: Vec<Recipient>) -> Result<Vec<Found>, CallError> {
        let checked = self.call(AccountCheck::new(call).map_err(BuildError::new)?)?;
        let found = checked.into_iter().map(|checked| match checked.status {
            AccountStatus::NotImported => Found::new(checked.account, None),
            // Where it cannot be told, the message will tell.
            AccountStatus::Imported | AccountStatus::Other(_) | AccountStatus::Failed { .. } => {
                Found::new(checked.account.clone(), Some(checked.account))
            }
        });
        Ok(found.collect())
    }

    fn nobody(&self) -> &'static str {
        "the account is not imported"
    }

    fn memory(&self) -> Memory {
        MEMORY
    }

    fn members(&self, _: &Recipient) -> Result<Option<u64>, CallError> {
        Ok(None)
    }
}

/// A message that was sent, and the client of the app that sent it: to take it back, and to find out who has it.
///
/// Both go by who the recipients see as its sender, which every attempt of a [`Broadcast`](crate::Broadcast) has in its
/// mark: an app may send as many accounts, and the history of one conversation knows nothing of another.
#[derive(Debug)]
pub struct SentMessage {
    client: Client,
    address: Address,
    /// How long the vendor keeps it for those who are offline, where it says so itself.
    life_time: Option<Duration>,
    is_online_only: bool,
}

impl ClientBuilder {
    /// What can be done with this message after it was sent by this app.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn sent_message(self, message: &Message) -> Result<SentMessage, Error> {
        Ok(SentMessage {
            address: self.address()?,
            client: self.build()?,
            life_time: message.life_time(),
            is_online_only: message.is_online_only(),
        })
    }
}

impl SentMessage {
    /// The same by another timer, for whoever has to end its waiting.
    #[must_use]
    pub fn with_timer(self, timer: Arc<dyn Timer>) -> Self {
        Self { client: self.client.with_timer(timer), ..self }
    }
}

/// Who sent it, by the mark of its attempt.
fn sender(mark: Option<&Mark>) -> Option<Recipient> {
    Recipient::new(IdKind::Account, stamp::sender_of(mark?)?).ok()
}

/// One call for each recipient, by the batch's MsgKey ("Recalling One-to-one Messages", 1047/35015, 2025).
impl Recall for SentMessage {
    fn address(&self) -> &Address {
        &self.address
    }

    fn unit(&self) -> RecallUnit {
        RecallUnit::Recipient
    }

    fn recall(&self, sending: &Sending<'_>, recipient: Option<&Recipient>) -> Result<TakenBack, CallError> {
        let Some(recipient) = recipient else {
            return Err(BuildError::text("a message is taken back from one recipient").into());
        };
        let Some(sender) = sender(sending.mark) else {
            return Err(BuildError::text("it is not written down as whom it was sent").into());
        };
        let key = MsgKey::new(sending.message_id).map_err(BuildError::new)?;
        let withdraw = WithdrawMsg::new(sender, recipient.clone(), key).map_err(BuildError::new)?;
        Ok(match self.client.call(withdraw)? {
            Withdrawn::Now => TakenBack::Now,
            Withdrawn::Before => TakenBack::Before,
            not @ (Withdrawn::Gone | Withdrawn::TooLate) => TakenBack::refused(not.code(), not.as_str()),
        })
    }
}

/// By the MsgSeq and MsgRandom of the attempt, on the recipient's side: the sender's has not all of them.
///
/// A recipient who has cleared their history is told as [`Missing`](Trace::Missing): the vendor does not tell that.
impl History for SentMessage {
    fn address(&self) -> &Address {
        &self.address
    }

    fn find(&self, recipient: &Recipient, mark: &Mark, sent: Sent) -> Result<Trace, CallError> {
        let (Some(stamp), Some(sender)) = (stamp::of_mark(mark), sender(Some(mark))) else {
            return Ok(Trace::cannot_tell("no MsgSeq, MsgRandom and sender are written down of the attempt"));
        };
        if let Some(reason) = self.is_not_kept(sent) {
            return Ok(Trace::cannot_tell(reason));
        }
        let times = sent.from - CLOCKS_DIFFER..=sent.until + CLOCKS_DIFFER;
        let history = RoamMsgs::new(recipient.clone(), sender, times).map_err(BuildError::new)?;
        for page in self.client.pages(history) {
            let page = match page {
                Err(error) => match error.api().filter(|refused| is_about_operator(refused)) {
                    Some(refused) => return self.without_history(recipient, refused),
                    None => return Err(error),
                },
                Ok(page) => page,
            };
            if let Some(found) = page.into_iter().find(|found| found.stamp() == Some(stamp)) {
                return Ok(Trace::Found { message_id: Some(found.msg_key) });
            }
        }
        Ok(Trace::Missing)
    }
}

/// Whether a history was refused for the account whose it is. Neither the page nor the error codes say which of these it
/// is; 90003 is not among them, for it may be about the sender.
fn is_about_operator(refused: &ApiError) -> bool {
    matches!(refused.code(), Some(70107 | 90008 | 90048))
}

impl SentMessage {
    /// Of somebody whose history is refused: who is not imported has got nothing, and of others it says nothing.
    fn without_history(&self, recipient: &Recipient, refused: &ApiError) -> Result<Trace, CallError> {
        let check = AccountCheck::new([recipient.clone()]).map_err(BuildError::new)?;
        let checked = self.client.call(check)?;
        Ok(match checked.first().map(|checked| &checked.status) {
            Some(AccountStatus::NotImported) => Trace::Missing,
            _ => Trace::cannot_tell(format!("the history is refused: {refused}")),
        })
    }

    /// Why the history need not have it, though the recipient may.
    fn is_not_kept(&self, sent: Sent) -> Option<&'static str> {
        let age = sent.asked.since(sent.from);
        if self.is_online_only {
            Some("a message with OnlineOnlyFlag 1 is in no history")
        } else if self.life_time.is_some_and(|life_time| age >= life_time) {
            Some("its MsgLifeTime is over, and no document says that the history still has it")
        } else if sent.asked < sent.from {
            Some("the clock was set back since it was sent")
        } else if age + CLOCKS_DIFFER > ROAMING {
            Some("it was sent six days ago or more, and the vendor remembers for seven days")
        } else {
            None
        }
    }
}
