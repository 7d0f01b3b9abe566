//! What a campaign may not do: [`Refusal`], and [`Error`] for all that can go wrong around one.

use std::sync::Arc;

use batchcast_model::Invalid;
use batchcast_transport::channel::Address;
use batchcast_transport::error::CallError;
use batchcast_transport::time::Unix;

use crate::ledger::{BatchNumber, BatchState, CampaignId, LedgerError};
use crate::plan::MAX_OWN_COLUMNS;

/// Something that was asked of a campaign and may not be. Nothing was sent, and nothing of what was asked was done.
///
/// [`resolve`](crate::Campaign::resolve) and [`forget`](crate::Campaign::forget) first sweep what a dead run left in
/// hand, and that stays swept: what it had claimed is pending again, what it had on the wire is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The ledger has none of this name.
    #[error("there is no campaign {0} in this ledger")]
    NoSuchCampaign(CampaignId),
    /// It would go elsewhere than planned.
    #[error("the {what} is not the one of the plan: planned {planned}, found {found}")]
    OtherAddress {
        /// What differs: the provider, the endpoint or the app.
        what: &'static str,
        /// By the plan.
        planned: String,
        /// As it would be now.
        found: String,
    },
    /// What would be sent is not the plan's message.
    #[error("the message is not the one that campaign {0} was planned with")]
    OtherMessage(CampaignId),
    /// The same message to the same recipients was sent already.
    #[error("an identical campaign has been started before: {0}")]
    Identical(CampaignId),
    /// It was cancelled.
    #[error("campaign {0} was cancelled: the rest is never sent")]
    Cancelled(CampaignId),
    /// Its recipients were forgotten.
    #[error("the recipients of campaign {0} were forgotten")]
    Forgotten(CampaignId),
    /// The vendor refused its message, so the rest would be refused too.
    #[error("the vendor refused the message of campaign {campaign}: {reason}")]
    MessageRefused {
        /// Which.
        campaign: CampaignId,
        /// What it said.
        reason: String,
    },
    /// Too soon to settle a doubt: the request may still be on its way.
    #[error("the last request in doubt of campaign {campaign} may still be on its way")]
    TooEarly {
        /// Which.
        campaign: CampaignId,
        /// Not before this.
        until: Unix,
    },
    /// There is no doubt about this batch.
    #[error("batch {batch} of campaign {campaign} is not in doubt")]
    NotInDoubt {
        /// Which campaign.
        campaign: CampaignId,
        /// Which batch.
        batch: BatchNumber,
        /// How it stands; `None` where there is no such batch.
        state: Option<BatchState>,
    },
    /// Some got it and some are left, and nobody could tell any more who.
    #[error("campaign {campaign} has {pending} recipients who are pending")]
    Unfinished {
        /// Which.
        campaign: CampaignId,
        /// How many.
        pending: u64,
    },
    /// There is nobody to send to.
    #[error("there are no recipients")]
    NoRecipients,
    /// More names of own columns than a campaign keeps.
    #[error("all sources together have more than {MAX_OWN_COLUMNS} different columns")]
    TooManyColumns,
    /// More requests than a campaign counts.
    #[error("the recipients need more than {} requests", u32::MAX)]
    TooManyRequests,
    /// Its first requests go to others than the canary too.
    #[error("campaign {campaign} cannot send to its first {asked} alone: it was not planned so")]
    NoSuchCanary {
        /// Which.
        campaign: CampaignId,
        /// How many were to be first.
        asked: u64,
    },
}

impl Refusal {
    /// What is the matter where it was planned for one address and would go through another.
    pub(crate) fn other_address(planned: &Address, found: &Address) -> Option<Self> {
        let differs = |what, planned: &str, found: &str| {
            let (planned, found) = (planned.to_owned(), found.to_owned());
            (planned != found).then_some(Self::OtherAddress { what, planned, found })
        };
        differs("provider", &planned.provider, &found.provider)
            .or_else(|| differs("endpoint", &planned.endpoint, &found.endpoint))
            .or_else(|| differs("app", &planned.app, &found.app))
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchCampaign(_) => "batchcast list shows what there is; is --ledger right?".to_owned(),
            Self::OtherMessage(_) => "run it with the message of its plan, or plan another".to_owned(),
            Self::OtherAddress { .. } => "run it where it was planned for, or plan another".to_owned(),
            Self::Identical(other) => {
                format!("batchcast status {other} says how it stands; to send all of it again, add --again")
            }
            Self::Cancelled(_) | Self::Forgotten(_) => "plan another for those who are left".to_owned(),
            Self::MessageRefused { .. } => {
                "the rest would be refused too: plan another with a better message; if it is the vendor's side that has \
                 changed, add --again"
                    .to_owned()
            }
            Self::TooEarly { .. } => "wait until then; nothing was settled".to_owned(),
            Self::NotInDoubt { campaign, .. } => {
                format!("batchcast report {campaign} --csv - --state unknown shows which are")
            }
            Self::Unfinished { campaign, .. } => {
                format!("run it to its end, or give the rest up first: batchcast cancel {campaign}")
            }
            Self::NoRecipients => "give --to FILE or --id, or recipient lists in the message file".to_owned(),
            Self::TooManyColumns => "leave out the columns that the report need not have".to_owned(),
            Self::TooManyRequests => "make several campaigns of them".to_owned(),
            Self::NoSuchCanary { .. } => "give --canary to plan or send, which cut the requests so".to_owned(),
        }
    }
}

/// Why something could not be done with a campaign.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The ledger failed. Nothing more was sent.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It may not be.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Another run holds the campaign.
    #[error("another run holds campaign {0}")]
    Held(CampaignId),
    /// A recipient, or what a plan was asked for, cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The vendor was asked something around a send, and gave no answer or refused. No message was sent by it.
    #[error(transparent)]
    Vendor(#[from] Arc<CallError>),
    /// Somebody [asked](crate::Interrupt::ask) for it before its end.
    #[error("it was interrupted before its end")]
    Interrupted,
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        Self::Vendor(Arc::new(error))
    }
}
