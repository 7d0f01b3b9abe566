//! Where a campaign and a vendor meet: [`Channel`].
//!
//! A campaign knows recipients, batches and outcomes; a vendor knows messages, requests and codes. Neither knows the
//! other.

use std::fmt;

use batchcast_model::{IdKind, Invalid, Recipient};

use crate::error::CallError;
use crate::exchange::Limit;

/// One message on its way through one vendor: what a campaign needs of both.
///
/// In this order: the campaign waits for its slot, makes the channel [`ready`](Self::ready), writes down that an
/// attempt begins, and makes the [`attempt`](Self::attempt); so what a crash puts in doubt is only what was on the
/// wire.
pub trait Channel: Send + Sync + fmt::Debug {
    /// Through which vendor, which address and which app it goes.
    fn address(&self) -> Address;

    /// The message as JSON, without what belongs to one request alone: recipients, and whatever makes a request
    /// unique.
    fn message(&self) -> String;

    /// The pace that the vendor's document allows one app.
    fn limits(&self) -> Vec<Limit>;

    /// How many recipients one app may send to within a day, where there is such a limit. A department counts as one,
    /// so it is reached sooner than counted.
    fn daily_quota(&self) -> Option<u64>;

    /// A fresh cut of recipients into batches.
    fn cut(&self) -> Box<dyn Cut>;

    /// Sees to it that an attempt can leave at once: gets a token that outlives it. Nothing is sent to anybody, and it
    /// is not an attempt.
    ///
    /// # Errors
    /// [`CallError`] of no attempts; its class says what may follow.
    fn ready(&self) -> Result<(), CallError>;

    /// A fresh mark for an attempt, by which the vendor may tell later what became of it. It is drawn, and written
    /// down, before the attempt begins. `None` where the vendor has nothing of the kind.
    fn mark(&self) -> Option<Mark>;

    /// Sends the message to these recipients, under this [`mark`](Self::mark), with exactly one attempt: no retry, no
    /// pacing, no asking for a token. Where the one of [`ready`](Self::ready) is not good any more, there is no attempt:
    /// that is an error of the class [`Token`](crate::class::Class::Token), and the campaign makes ready again.
    ///
    /// The receipt names none but recipients of this batch. Where the vendor names anybody else, the answer is not
    /// about this batch, so nobody can know who got the message: that is an error.
    ///
    /// # Errors
    /// [`CallError`]; its class says what may follow. [`Class::Unknown`](crate::class::Class::Unknown) where somebody
    /// is named who is not in the batch.
    fn attempt(&self, batch: &[Recipient], mark: Option<&Mark>) -> Result<Receipt, CallError>;
}

/// Through which vendor, which address and which app a message goes. Whatever differs in one of them is another
/// campaign, and keeps a pace of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Address {
    /// The vendor in a word, as reports have it: `feishu`, `lark` or `tim`.
    pub provider: String,
    /// Where its API is served.
    pub endpoint: String,
    /// The vendor's id of the app; never a secret.
    pub app: String,
}

impl Address {
    /// This vendor, at this endpoint, for this app.
    #[must_use]
    pub fn new(provider: impl Into<String>, endpoint: impl Into<String>, app: impl Into<String>) -> Self {
        Self { provider: provider.into(), endpoint: endpoint.into(), app: app.into() }
    }

    /// What stands for an app that is not known, because there is only an access token.
    pub const UNKNOWN_APP: &'static str = "token";

    /// Whether the app is known. What one app was told of people and pictures is nothing to another, so of one that is
    /// not known nothing is remembered.
    #[must_use]
    pub fn knows_app(&self) -> bool {
        self.app != Self::UNKNOWN_APP
    }

    /// All of it in one text, under which a ledger keeps what belongs to the app: its pace, its volume, and what it was
    /// told of people and pictures.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {} {}", self.provider, self.app, self.endpoint)
    }
}

/// What an attempt is known by to the vendor, in the vendor's own terms: for TIM its `MsgSeq` and `MsgRandom`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark(String);

impl Mark {
    /// A mark of this text. It is shown in reports, so it must not be a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Cuts a stream of recipients into batches, without looking ahead.
pub trait Cut: Send {
    /// The number of the batch, from 0, that this recipient goes into.
    ///
    /// # Errors
    /// [`Invalid`] where the vendor does not take this kind of id.
    fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid>;

    /// Whether the vendor takes this kind of id, without placing anybody.
    ///
    /// # Errors
    /// [`Invalid`] where it does not.
    fn takes(&self, kind: IdKind) -> Result<(), Invalid>;

    /// How many bytes the bodies of all requests so far have together, about.
    fn bytes(&self) -> u64;
}

/// What the vendor said of an accepted batch. It names none but recipients of that batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct Receipt {
    /// The vendor's name for what was sent, for recall and progress.
    pub message_id: Option<String>,
    /// Recipients whom the vendor turned down. All others were accepted.
    pub rejected: Vec<Rejected>,
    /// The id that the vendor's support asks for.
    pub request_id: Option<String>,
}

impl Receipt {
    /// A receipt by which everybody was accepted.
    pub fn new(message_id: Option<String>) -> Self {
        Self { message_id, ..Self::default() }
    }

    /// With those whom the vendor turned down.
    pub fn with_rejected(mut self, rejected: Vec<Rejected>) -> Self {
        self.rejected = rejected;
        self
    }

    /// With the id that the vendor's support asks for.
    pub fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }
}

impl Cut for batchcast_model::lark::Planner {
    fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid> {
        Self::place(self, recipient)
    }

    fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        Self::takes(self, kind)
    }

    fn bytes(&self) -> u64 {
        Self::bytes(self)
    }
}

/// One recipient whom the vendor turned down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// Who.
    pub recipient: Recipient,
    /// The vendor's code for this recipient, where it gave one.
    pub code: Option<i64>,
    /// Why, in words.
    pub reason: String,
}

impl Rejected {
    /// This recipient, for this reason.
    #[must_use]
    pub fn new(recipient: Recipient, code: Option<i64>, reason: impl Into<String>) -> Self {
        Self { recipient, code, reason: reason.into() }
    }
}
