//! What a campaign needs of a vendor around a send: [`Contacts`] before it, [`Follow`], [`Recall`] and [`History`] after
//! it.
//!
//! Each is asked for a bounded piece of work at a time, so that a campaign can write down what it has after each, and
//! nothing is asked twice when it is taken up again. Repeating one is safe; none of them sends a message.

use std::fmt;
use std::time::Duration;

use batchcast_model::{IdKind, Recipient};

use crate::channel::{Address, Mark};
use crate::error::CallError;
use crate::reach::Reach;
use crate::time::Unix;

/// Who is behind an address, as far as the vendor tells this app.
pub trait Contacts: Send + Sync + fmt::Debug {
    /// Whether recipients of this kind are looked up before they are sent to.
    fn looks_up(&self, kind: IdKind) -> bool;

    /// Cuts addresses into calls, the fewest that the vendor allows.
    fn calls(&self, addresses: Vec<Recipient>) -> Vec<Vec<Recipient>>;

    /// Looks up the addresses of one call. There is one answer for each, in any order.
    ///
    /// # Errors
    /// [`CallError`]; nothing is known of any of them then.
    fn look_up(&self, call: Vec<Recipient>) -> Result<Vec<Found>, CallError>;

    /// Why somebody of whom nothing was found cannot be sent to, in words.
    fn nobody(&self) -> &'static str;

    /// How long an answer may be relied on without asking again.
    fn memory(&self) -> Memory;

    /// How many people a message to this department reaches, about; `None` where the app may not see it or it would take
    /// too many calls.
    ///
    /// # Errors
    /// [`CallError`] where the vendor could not be asked. That the app may not see it is no error.
    fn members(&self, department: &Recipient) -> Result<Option<u64>, CallError>;
}

/// Who is behind one address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The address that was asked for.
    pub address: Recipient,
    /// By which they are sent to; `None` where there is nobody, or nobody whom the app may see.
    pub id: Option<Recipient>,
}

impl Found {
    /// This one is behind this address.
    #[must_use]
    pub const fn new(address: Recipient, id: Option<Recipient>) -> Self {
        Self { address, id }
    }
}

/// How long an answer may be relied on. Zero is not beyond the plan that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// That this one is behind an address.
    pub found: Duration,
    /// That nobody is.
    pub missing: Duration,
}

/// The vendor's own counts of what was sent.
pub trait Follow: Send + Sync + fmt::Debug {
    /// Through which vendor, which address and which app it is asked.
    fn address(&self) -> &Address;

    /// How far the batch of this message id has come.
    ///
    /// # Errors
    /// [`CallError`].
    fn reach(&self, message_id: &str) -> Result<Reach, CallError>;

    /// For how long after it was sent the vendor can be asked.
    fn window(&self) -> Duration;
}

/// Takes messages back.
pub trait Recall: Send + Sync + fmt::Debug {
    /// Through which vendor, which address and which app it is asked.
    fn address(&self) -> &Address;

    /// What one call takes back.
    fn unit(&self) -> RecallUnit;

    /// Takes back what was sent, or, where the [unit](Self::unit) is a recipient, from this one alone. What is taken back
    /// already may be taken back again.
    ///
    /// # Errors
    /// [`CallError`] where the vendor refuses, or nobody knows whether it did it.
    fn recall(&self, sending: &Sending<'_>, recipient: Option<&Recipient>) -> Result<TakenBack, CallError>;
}

/// What was sent, in the vendor's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending<'a> {
    /// The vendor's name for it.
    pub message_id: &'a str,
    /// What its attempt was known by.
    pub mark: Option<&'a Mark>,
}

/// What the vendor said to taking a message back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "the message may still be there"]
pub enum TakenBack {
    /// It has taken the order.
    Now,
    /// It had done so before.
    Before,
    /// It does not do it, and the others are worth asking for.
    #[non_exhaustive]
    Refused {
        /// The vendor's code, where it gave one.
        code: Option<i64>,
        /// Why, in words.
        reason: String,
    },
}

impl TakenBack {
    /// The vendor does not do it, by this code, for this reason.
    pub fn refused(code: i64, reason: impl Into<String>) -> Self {
        Self::Refused { code: Some(code), reason: reason.into() }
    }
}

/// What one call takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallUnit {
    /// A batch, from everybody in it.
    Batch,
    /// The message of one recipient.
    Recipient,
}

/// What a vendor remembers of single messages: by it a doubt can be settled without asking anybody.
pub trait History: Send + Sync + fmt::Debug {
    /// Through which vendor, which address and which app it is asked.
    fn address(&self) -> &Address;

    /// Looks whether this recipient got the message that was sent under this mark between these two times, on the clock of
    /// whoever sent it.
    ///
    /// # Errors
    /// [`CallError`] where the vendor could not be asked; nothing is known then.
    fn find(&self, recipient: &Recipient, mark: &Mark, sent: Sent) -> Result<Trace, CallError>;
}

/// When an attempt was on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// When it began.
    pub from: Unix,
    /// When it was over, whatever became of it.
    pub until: Unix,
    /// When it is asked for.
    pub asked: Unix,
}

/// What a vendor remembers of one message to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trace {
    /// It is there.
    Found {
        /// The vendor's name for the sending, where it is told.
        message_id: Option<String>,
    },
    /// It is not there, and would be if the recipient had got it.
    Missing,
    /// It may have been there, or would not be there in any case.
    CannotTell {
        /// Why.
        reason: String,
    },
}

impl Trace {
    /// There is no telling, for this reason.
    #[must_use]
    pub fn cannot_tell(reason: impl Into<String>) -> Self {
        Self::CannotTell { reason: reason.into() }
    }
}
