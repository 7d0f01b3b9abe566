//! What can be looked at in a ledger: [`View`].

use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;

use super::campaign_id::{CampaignId, CampaignKey};
use super::error::LedgerError;
use super::follow_up::{ImageRow, PersonRow, ReachRow, RecallRow, RecallState};
use super::row::{
    BatchNumber, BatchRow, BatchState, CampaignRow, ExceptionRow, Hash, OutcomeRow, RecipientRow, Settled, Slot,
};

/// What can be looked at within a transaction. Campaigns in [`Stage::Importing`](super::Stage::Importing) are seen
/// too.
///
/// A *directory* is what one app was told by its vendor, apart from campaigns: a text that says which app of which vendor,
/// as `feishu https://open.feishu.cn cli_x`. Ids and keys of one app mean nothing to another.
pub trait View {
    /// The time, on the clock that all users of the ledger share.
    fn now(&self) -> Unix;

    /// The campaign of this name.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn campaign(&self, id: &CampaignId) -> Result<Option<CampaignRow>, LedgerError>;

    /// The campaign of this key.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn campaign_of(&self, key: CampaignKey) -> Result<Option<CampaignRow>, LedgerError>;

    /// Every campaign, in the order in which they were planned.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn campaigns(&self) -> Result<Vec<CampaignRow>, LedgerError>;

    /// The campaigns of this very message that have started, in the order in which they were planned.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn started_with_message(&self, message: &Hash) -> Result<Vec<CampaignRow>, LedgerError>;

    /// A variant of a campaign's message, as JSON.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn message(&self, campaign: CampaignKey, variant: u32) -> Result<Option<String>, LedgerError>;

    /// The names of a campaign's own columns.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn columns(&self, campaign: CampaignKey) -> Result<Vec<String>, LedgerError>;

    /// A batch.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn batch(&self, campaign: CampaignKey, number: BatchNumber) -> Result<Option<BatchRow>, LedgerError>;

    /// The pending batch of the lowest number below `below` whose time has come.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn next_pending(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<BatchRow>, LedgerError>;

    /// When the time of the first pending batch below `below` comes; `None` where none is pending.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn first_not_before(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<Unix>, LedgerError>;

    /// The batches in this state by number, one after the other, in flat memory. `each` may fail, which ends it.
    ///
    /// # Errors
    /// [`LedgerError`], and what `each` returned.
    fn batches_in(
        &self,
        campaign: CampaignKey,
        state: BatchState,
        each: &mut dyn FnMut(BatchRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;

    /// The batches after this one by number, or from the first on, in whatever state; at most so many. For whoever asks the
    /// vendor between two looks, and must not hold a view open meanwhile.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn batches_after(
        &self,
        campaign: CampaignKey,
        after: Option<BatchNumber>,
        limit: usize,
    ) -> Result<Vec<BatchRow>, LedgerError>;

    /// Who is in a batch, by row, with the row's number.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn members(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<(u64, Recipient)>, LedgerError>;

    /// The recipients of batches in each state: how many, exceptions included. States without recipients may be left
    /// out, and [`BatchState::Split`] is.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn sizes(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, u64)>, LedgerError>;

    /// How many recipients in batches of a state have which state of their own.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn exceptions(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, Settled, u64)>, LedgerError>;

    /// Those in a batch who have a state of their own, by row.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn exceptions_of(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<ExceptionRow>, LedgerError>;

    /// Everybody of a campaign by row, one after the other, in flat memory. `each` may fail, which ends it.
    ///
    /// # Errors
    /// [`LedgerError`], and what `each` returned.
    fn recipients(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(RecipientRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;

    /// The same with what decides everybody's state.
    ///
    /// # Errors
    /// [`LedgerError`], and what `each` returned.
    fn outcomes(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(OutcomeRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;

    /// What was let go under a pace after `since`, the oldest first.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn slots(&self, pace: &str, since: Unix) -> Result<Vec<Slot>, LedgerError>;

    /// Until when a vendor asked for a pause, and for how long it asked.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn pause(&self, pace: &str) -> Result<Option<(Unix, Duration)>, LedgerError>;

    /// The volume of each minute that ends after `since`, the oldest first. A minute is told by its begin.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn quota(&self, pace: &str, since: Unix) -> Result<Vec<(Unix, u64)>, LedgerError>;

    /// Of these addresses those that are known to this directory, in any order and each once, however often it is asked
    /// for.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn people(&self, directory: &str, addresses: &[Hash]) -> Result<Vec<PersonRow>, LedgerError>;

    /// The picture of this content, if this directory has it.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn image(&self, directory: &str, content: &Hash) -> Result<Option<ImageRow>, LedgerError>;

    /// What the vendor counted of each batch that it was asked about, by number.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn reach(&self, campaign: CampaignKey) -> Result<Vec<ReachRow>, LedgerError>;

    /// What became of taking a batch back: as a whole first, then of its recipients by row.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn recalls(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<RecallRow>, LedgerError>;

    /// How many rows of [`recalls`](Self::recalls) of all batches have which state, a batch as a whole being one. States
    /// that none has are left out.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn recall_counts(&self, campaign: CampaignKey) -> Result<Vec<(RecallState, u64)>, LedgerError>;
}
