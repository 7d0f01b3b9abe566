//! What a ledger must do: [`Ledger`], and what can be written within a transaction: [`Tables`].

use std::fmt::Debug;
use std::time::Duration;

use batchcast_transport::time::Unix;

use super::campaign_id::{CampaignId, CampaignKey};
use super::error::LedgerError;
use super::follow_up::{ImageRow, PersonRow, ReachRow, RecallRow};
use super::row::{BatchNumber, BatchRow, CampaignRow, ExceptionRow, Guard, RecipientRow, Slot};
use super::view::View;
use crate::outcome::Requests;

/// A store of campaigns that lasts. Blocking, and shared by threads and processes.
///
/// Transactions are serialised as far as their rows touch: two that write the same row never both see it as it was.
pub trait Ledger: Send + Sync + Debug {
    /// One transaction that may write. It is on the disk when this returns; if `work` fails, nothing of it is kept.
    ///
    /// `work` is called once, and never again after an error of its own.
    ///
    /// # Errors
    /// What `work` returned, or [`LedgerError`] where the transaction could not begin or be committed. If it is the commit
    /// that failed, nobody knows whether it is kept.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError>;

    /// One consistent view, which nobody waits for and which waits for nobody.
    ///
    /// # Errors
    /// What `work` returned, or [`LedgerError`] where it could not begin.
    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError>;

    /// Looks whether what is written there is whole, before anything is sent by it.
    ///
    /// # Errors
    /// [`LedgerError`], with [`LedgerProblem::Damaged`](super::LedgerProblem::Damaged) where it is not.
    fn check(&self) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Takes hold of a campaign for the life of this process, or until the [`Hold`] is dropped.
    ///
    /// # Errors
    /// [`LedgerError`] where that cannot be told.
    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError>;

    /// Whether somebody living holds a campaign, without taking hold of it. `None` where only the lease can tell.
    ///
    /// # Errors
    /// [`LedgerError`] where that cannot be told.
    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError>;
}

/// What comes of taking hold of a campaign.
#[derive(Debug)]
#[must_use]
pub enum Hold {
    /// It is held until this is dropped, and whoever held it before is known to be dead.
    Held(Box<dyn Debug + Send + Sync>),
    /// Somebody living holds it.
    ByAnother,
    /// This ledger cannot know whether a holder lives: the lease decides.
    ByLease,
}

/// What can be written within a transaction.
pub trait Tables: View {
    /// A new campaign without batches and recipients; its key is given by the ledger, whatever stands in the row.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn insert_campaign(&mut self, row: &CampaignRow) -> Result<CampaignKey, LedgerError>;

    /// Replaces everything of a campaign but its id, its requests and its elapsed time. False where it does not have
    /// this epoch any more, or is gone: then nothing is written.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_campaign(&mut self, epoch: u64, row: &CampaignRow) -> Result<bool, LedgerError>;

    /// Marks a planned campaign as started, in one statement. False where it is not planned, or where another
    /// campaign of the same identity has started and `again` does not say that this is meant.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn start_campaign(&mut self, campaign: CampaignKey, at: Unix, again: Again) -> Result<bool, LedgerError>;

    /// Adds to what a campaign has used; the numbers may be negative.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn add_use(&mut self, campaign: CampaignKey, used: &Used) -> Result<(), LedgerError>;

    /// Removes a campaign with everything that belongs to it. Directories are the app's, and stay.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn delete_campaign(&mut self, campaign: CampaignKey) -> Result<(), LedgerError>;

    /// Removes a campaign's recipients, columns and messages, and from its batches, exceptions and recalls every text that
    /// may name a recipient; and from every directory the people whom its recipients are, if they stand there by the same
    /// id. What was there is overwritten.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn forget_recipients(&mut self, campaign: CampaignKey) -> Result<(), LedgerError>;

    /// Keeps a variant of the message.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn insert_message(&mut self, campaign: CampaignKey, variant: u32, message: &str) -> Result<(), LedgerError>;

    /// Keeps the names of the campaign's own columns, in the place of those before.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_columns(&mut self, campaign: CampaignKey, names: &[String]) -> Result<(), LedgerError>;

    /// Keeps recipients.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn insert_recipients(&mut self, campaign: CampaignKey, rows: &[RecipientRow]) -> Result<(), LedgerError>;

    /// Keeps batches.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn insert_batches(&mut self, campaign: CampaignKey, rows: &[BatchRow]) -> Result<(), LedgerError>;

    /// Replaces a batch that is as the guard says. False where it is not: then nothing is written.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_batch(&mut self, campaign: CampaignKey, guard: Guard, row: &BatchRow) -> Result<bool, LedgerError>;

    /// Puts the members of one batch from this row on into another.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn move_members(
        &mut self,
        campaign: CampaignKey,
        from: BatchNumber,
        first_row: u64,
        to: BatchNumber,
    ) -> Result<(), LedgerError>;

    /// Keeps exceptions, in the place of those of the same recipients.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_exceptions(&mut self, campaign: CampaignKey, rows: &[ExceptionRow]) -> Result<(), LedgerError>;

    /// Adds what was let go under a pace.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn insert_slot(&mut self, pace: &str, slot: Slot) -> Result<(), LedgerError>;

    /// Forgets what was let go at `until` or before.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn delete_slots(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError>;

    /// Moves slots that lie after `latest` there.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn clamp_slots(&mut self, pace: &str, latest: Unix) -> Result<(), LedgerError>;

    /// Replaces the pause of a pace.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_pause(&mut self, pace: &str, until: Unix, asked: Duration) -> Result<(), LedgerError>;

    /// Adds to the volume of a minute, or takes from it, not below 0.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn add_quota(&mut self, pace: &str, minute: Unix, volume: i64) -> Result<(), LedgerError>;

    /// Forgets the volume of minutes that began at `until` or before.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn delete_quota(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError>;

    /// Keeps who is behind addresses, in the place of what was known of them.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_people(&mut self, directory: &str, rows: &[PersonRow]) -> Result<(), LedgerError>;

    /// Forgets who was found at `found_until` or before, and that nobody was found at `missing_until` or before.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn delete_people(&mut self, directory: &str, found_until: Unix, missing_until: Unix) -> Result<(), LedgerError>;

    /// Keeps a picture, in the place of the one of the same content.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_image(&mut self, directory: &str, row: &ImageRow) -> Result<(), LedgerError>;

    /// Forgets the picture of this key.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn delete_image(&mut self, directory: &str, key: &str) -> Result<(), LedgerError>;

    /// Keeps what the vendor counted, in the place of its counts of the same batches.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here.
    fn replace_reach(&mut self, campaign: CampaignKey, rows: &[ReachRow]) -> Result<(), LedgerError>;

    /// Keeps what became of taking messages back, in the place of what had become of the same.
    ///
    /// # Errors
    /// [`LedgerError`], as everything here, and for a row 0: rows count from 1.
    fn replace_recalls(&mut self, campaign: CampaignKey, rows: &[RecallRow]) -> Result<(), LedgerError>;
}

/// Whether a campaign may start though an identical one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It may not.
    Refuse,
    /// It may: it was asked for by name.
    Allow,
}

/// What a campaign has used up, as a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// HTTP requests with the message.
    pub sent: i64,
    /// Of those, refused as too frequent.
    pub throttled: i64,
    /// Of those, for a batch that had been attempted before.
    pub retried: i64,
    /// Time of runs.
    pub elapsed: Duration,
}

impl Requests {
    /// With this added.
    #[must_use]
    pub fn and(self, used: &Used) -> Self {
        Self {
            planned: self.planned,
            sent: self.sent.saturating_add_signed(used.sent),
            throttled: self.throttled.saturating_add_signed(used.throttled),
            retried: self.retried.saturating_add_signed(used.retried),
        }
    }
}
