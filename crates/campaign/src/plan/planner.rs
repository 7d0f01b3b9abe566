//! Makes a plan of a stream of recipients: [`Planner`].

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::{Address, Channel, Cut};
use batchcast_transport::time::Unix;

use super::columns::Columns;
use super::identity::{self, RecipientSet};
use super::seen::Seen;
use super::{Canary, Plan};
use crate::commit::{read, write};
use crate::event::{Event, Observer, Unobserved};
use crate::ledger::{
    BatchRow, CampaignId, CampaignKey, CampaignRow, Hash, Hold, Ledger, LedgerError, LedgerProblem, RecipientRow, Stage,
};
use crate::outcome::Requests;
use crate::protocol;
use crate::refusal::{Error, Refusal};
use crate::source::OwnColumns;

/// How many rows are written at once.
const CHUNK: usize = 10_000;

/// How many recipients a plan shows from either end.
const SHOWN: usize = 3;

/// The only variant of the message, as yet.
const VARIANT: u32 = 0;

/// A plan in the making. Recipients are added one after the other, in the order in which they are reported, and are
/// written down as they come: memory holds some twenty bytes of each, to tell duplicates.
///
/// Nothing of it counts before it is [saved](Self::save). What is not is removed, and what a crash leaves is removed
/// when the next plan is made.
pub struct Planner<'a> {
    ledger: Arc<dyn Ledger>,
    observer: &'a dyn Observer,
    campaign: CampaignRow,
    cut: Box<dyn Cut>,
    canary: CanaryCut,
    excluded: Seen,
    seen: Seen,
    set: RecipientSet,
    columns: Columns,
    /// How many recipients each batch has.
    sizes: Vec<u32>,
    counts: [u64; IdKind::ALL.len()],
    rows: u64,
    last: VecDeque<String>,
    chunk: Vec<RecipientRow>,
    is_saved: bool,
    /// Says to others that this import lives.
    _hold: Hold,
}

/// The first recipients have requests of their own.
enum CanaryCut {
    None,
    /// So many are still to come; then this is the cut of the rest.
    Filling {
        left: u64,
        rest: Box<dyn Cut>,
    },
    Full {
        canary: Canary,
        bytes: u64,
    },
}

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner").field("campaign", &self.campaign).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Planner<'static> {
    /// A plan for the message of this channel, which is `excerpt` in a few words.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn new(ledger: Arc<dyn Ledger>, channel: &dyn Channel, excerpt: impl Into<String>) -> Result<Self, Error> {
        remove_left_overs(&ledger)?;
        let (address, message) = (channel.address(), channel.message());
        let id = CampaignId::random();
        let hold = ledger.hold(&id)?;
        let campaign = write(&*ledger, |tables| {
            let now = tables.now();
            let plan = Plan::of_nobody(address.clone(), excerpt.into(), identity::message(&address, &message), now);
            let mut row = CampaignRow::new(id, plan, now + IMPORT_LEASE);
            row.key = tables.insert_campaign(&row)?;
            tables.insert_message(row.key, VARIANT, &message)?;
            Ok(row)
        })?;
        Ok(Self {
            ledger,
            observer: &Unobserved,
            campaign,
            cut: channel.cut(),
            canary: CanaryCut::None,
            excluded: Seen::new(),
            seen: Seen::new(),
            set: RecipientSet::default(),
            columns: Columns::default(),
            sizes: Vec::new(),
            counts: [0; IdKind::ALL.len()],
            rows: 0,
            last: VecDeque::new(),
            chunk: Vec::new(),
            is_saved: false,
            _hold: hold,
        })
    }
}

/// How long an import may go without writing anything before another takes it for dead, where there is no lock to tell.
const IMPORT_LEASE: Duration = Duration::from_secs(600);

impl<'a> Planner<'a> {
    /// Tells this observer what happens.
    #[must_use]
    pub fn with_observer<'b>(self, observer: &'b dyn Observer) -> Planner<'b>
    where
        'a: 'b,
    {
        let mut this: Planner<'b> = self;
        this.observer = observer;
        this
    }

    /// The first so many recipients get requests of their own, so that the rest can wait for what becomes of them.
    #[must_use]
    pub fn with_canary(mut self, recipients: NonZeroU64, channel: &dyn Channel) -> Self {
        self.canary = CanaryCut::Filling { left: recipients.get(), rest: channel.cut() };
        self
    }

    /// Leaves this one out, whenever they come from now on.
    pub fn exclude(&mut self, recipient: &Recipient) {
        self.excluded.insert(identity::fingerprint(&identity::recipient(recipient)));
    }

    /// Adds one row: one recipient with the caller's own columns. One who is excluded, under this id or one of the
    /// `other_ids` of the same person, is left out and counted; so is one who is there already.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the vendor does not take this kind of id, or there are too many own columns;
    /// [`Error::Ledger`].
    pub fn add(&mut self, recipient: Recipient, other_ids: &[Recipient], own: &OwnColumns) -> Result<(), Error> {
        self.rows += 1;
        let hash = identity::recipient(&recipient);
        let fingerprint = identity::fingerprint(&hash);
        let is_excluded = |id: &Recipient| self.excluded.contains(identity::fingerprint(&identity::recipient(id)));
        if !self.excluded.is_empty() && (self.excluded.contains(fingerprint) || other_ids.iter().any(is_excluded)) {
            self.campaign.plan.excluded += 1;
            return Ok(());
        }
        if self.seen.contains(fingerprint) {
            self.campaign.plan.duplicates += 1;
            return Ok(());
        }
        let columns = self.columns.values(own)?;
        // The last that may be refused: whoever has a place is in.
        let batch = self.place(&recipient)?;
        self.seen.insert(fingerprint);
        self.set.add(&hash);
        self.count(&recipient);
        self.chunk.push(RecipientRow { row: self.rows, batch, recipient, columns });
        if self.chunk.len() == CHUNK { Ok(self.flush()?) } else { Ok(()) }
    }

    fn place(&mut self, recipient: &Recipient) -> Result<u32, Error> {
        let before = match &self.canary {
            CanaryCut::Full { canary, .. } => canary.requests as usize,
            _ => 0,
        };
        let batch = self.cut.place(recipient)? + before;
        let number = u32::try_from(batch).map_err(|_| Refusal::TooManyRequests)?;
        if self.sizes.len() <= batch {
            self.sizes.resize(batch + 1, 0);
        }
        self.sizes[batch] += 1;
        Ok(number)
    }

    fn count(&mut self, recipient: &Recipient) {
        if let Some(kind) = IdKind::ALL.iter().position(|kind| *kind == recipient.kind()) {
            self.counts[kind] += 1;
        }
        if self.campaign.plan.first.len() < SHOWN {
            self.campaign.plan.first.push(recipient.id().to_owned());
        } else {
            self.last.push_back(recipient.id().to_owned());
            if self.last.len() > SHOWN {
                self.last.pop_front();
            }
        }
        if let CanaryCut::Filling { left, .. } = &mut self.canary {
            *left -= 1;
            if *left == 0 {
                self.end_canary();
            }
        }
    }

    fn end_canary(&mut self) {
        if let CanaryCut::Filling { rest, .. } = std::mem::replace(&mut self.canary, CanaryCut::None) {
            let bytes = std::mem::replace(&mut self.cut, rest).bytes();
            let requests = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
            let canary = Canary { recipients: self.counts.iter().sum(), requests };
            self.canary = CanaryCut::Full { canary, bytes };
        }
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        let (campaign, chunk) = (&self.campaign, &self.chunk);
        write(&*self.ledger, |tables| {
            tables.insert_recipients(campaign.key, chunk)?;
            let held_until = tables.now() + IMPORT_LEASE;
            keep(tables.replace_campaign(campaign.epoch, &CampaignRow { held_until, ..campaign.clone() })?)
        })?;
        self.chunk.clear();
        self.observer.observe(&Event::ImportChunk { recipients: self.counts.iter().sum() });
        Ok(())
    }

    /// Saves the plan: from here on it is a campaign, and never changes.
    ///
    /// # Errors
    /// [`Refusal::NoRecipients`]; [`Error::Ledger`].
    pub fn save(mut self) -> Result<CampaignId, Error> {
        let recipients = self.counts.iter().sum();
        if recipients == 0 {
            return Err(Refusal::NoRecipients.into());
        }
        self.flush()?;
        self.write_batches()?;
        self.complete_plan(recipients);
        self.observer.observe(&Event::Importing { recipients });
        let (campaign, columns) = (&self.campaign, self.columns.names());
        write(&*self.ledger, |tables| {
            tables.replace_columns(campaign.key, columns)?;
            keep(tables.replace_campaign(campaign.epoch, campaign)?)
        })?;
        self.is_saved = true;
        let id = self.campaign.id.clone();
        self.observer.observe(&Event::Imported { campaign: id.to_string(), recipients });
        Ok(id)
    }

    fn write_batches(&self) -> Result<(), LedgerError> {
        for (index, sizes) in self.sizes.chunks(CHUNK).enumerate() {
            let numbers = (index * CHUNK..).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
            let rows: Vec<_> = numbers.zip(sizes).map(|(number, size)| BatchRow::new(number, *size)).collect();
            write(&*self.ledger, |tables| tables.insert_batches(self.campaign.key, &rows))?;
        }
        Ok(())
    }

    fn complete_plan(&mut self, recipients: u64) {
        let (canary, bytes_before) = match &self.canary {
            // Where everybody is in it, there is no rest to wait.
            CanaryCut::Full { canary, bytes } => {
                (Some(*canary).filter(|canary| canary.recipients < recipients), *bytes)
            }
            _ => (None, 0),
        };
        let requests = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        let plan = &mut self.campaign.plan;
        plan.identity = identity::campaign(&plan.message, &self.set);
        plan.kinds = IdKind::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0).collect();
        plan.requests = requests;
        plan.bytes = bytes_before + self.cut.bytes();
        plan.canary = canary;
        plan.last = std::mem::take(&mut self.last).into();
        self.campaign.batches = requests;
        self.campaign.stage = Stage::Planned;
        self.campaign.held_until = Unix::EPOCH;
    }
}

impl Drop for Planner<'_> {
    fn drop(&mut self) {
        // Saved or not: nobody knows where the last commit failed, and nobody was told of it. If this fails, the next
        // plan removes what is left of an import.
        if !self.is_saved {
            let _ = write(&*self.ledger, |tables| protocol::delete_unstarted(tables, self.campaign.key));
        }
    }
}

impl Plan {
    fn of_nobody(address: Address, excerpt: String, message: Hash, created_at: Unix) -> Self {
        let identity = Hash([0; 32]);
        let (kinds, first, last) = (Vec::new(), Vec::new(), Vec::new());
        let (duplicates, excluded, requests, bytes, canary) = (0, 0, 0, 0, None);
        Self {
            address,
            excerpt,
            message,
            identity,
            kinds,
            duplicates,
            excluded,
            requests,
            bytes,
            canary,
            first,
            last,
            created_at,
        }
    }
}

impl CampaignRow {
    fn new(id: CampaignId, plan: Plan, held_until: Unix) -> Self {
        Self {
            key: CampaignKey(0),
            id,
            plan,
            stage: Stage::Importing,
            epoch: 0,
            held_until,
            batches: 0,
            requests: Requests::default(),
            elapsed: Duration::ZERO,
            started_at: None,
            stopped: None,
            forgotten_at: None,
        }
    }
}

/// Imports whose process is gone.
fn remove_left_overs(ledger: &Arc<dyn Ledger>) -> Result<(), LedgerError> {
    let (campaigns, now) = read(&**ledger, |view| Ok((view.campaigns()?, view.now())))?;
    for campaign in campaigns.into_iter().filter(|campaign| campaign.stage == Stage::Importing) {
        let is_dead = match ledger.hold(&campaign.id)? {
            Hold::Held(_) => true,
            Hold::ByAnother => false,
            Hold::ByLease => campaign.held_until <= now,
        };
        if is_dead {
            write(&**ledger, |tables| protocol::delete_left_over(tables, campaign.key))?;
        }
    }
    Ok(())
}

fn keep(is_there: bool) -> Result<(), LedgerError> {
    let gone = || LedgerError::new(LedgerProblem::Damaged("an import is gone while it goes on".to_owned()), "in use");
    is_there.then_some(()).ok_or_else(gone)
}
