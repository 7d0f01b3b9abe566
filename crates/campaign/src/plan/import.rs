//! A campaign on its way into the ledger: [`Import`].

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::channel::{Address, Channel};
use batchcast_transport::time::Unix;

use super::batches::{Batches, NOWHERE};
use super::{Members, Plan, identity};
use crate::commit::{read, write};
use crate::ledger::{
    CampaignId, CampaignKey, CampaignRow, Hash, Hold, Ledger, LedgerError, LedgerProblem, RecipientRow, Stage,
};
use crate::outcome::Requests;
use crate::protocol;

/// How many rows are written at once.
pub(super) const CHUNK: usize = 10_000;

/// The only variant of the message, as yet.
const VARIANT: u32 = 0;

/// How long an import may go without writing anything before another takes it for dead, where there is no lock to tell.
const IMPORT_LEASE: Duration = Duration::from_secs(600);

/// A campaign that is being written down. It does not count before it is [complete](Self::complete); what is not is
/// removed, and what a crash leaves is removed when the next one begins.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) campaign: CampaignRow,
    is_complete: bool,
    /// Says to others that this import lives.
    _hold: Hold,
}

impl Import {
    pub(super) fn begin(ledger: Arc<dyn Ledger>, channel: &dyn Channel, excerpt: String) -> Result<Self, LedgerError> {
        remove_left_overs(&ledger)?;
        let (address, message) = (channel.address(), channel.message());
        let id = CampaignId::random();
        let hold = ledger.hold(&id)?;
        let campaign = write(&*ledger, |tables| {
            let now = tables.now();
            let plan = Plan::of_nobody(address.clone(), excerpt, identity::message(&address, &message), now);
            let mut row = CampaignRow::new(id, plan, now + IMPORT_LEASE);
            row.key = tables.insert_campaign(&row)?;
            tables.insert_message(row.key, VARIANT, &message)?;
            Ok(row)
        })?;
        Ok(Self { ledger, campaign, is_complete: false, _hold: hold })
    }

    pub(super) fn write_recipients(&self, rows: &[RecipientRow]) -> Result<(), LedgerError> {
        let campaign = &self.campaign;
        write(&*self.ledger, |tables| {
            tables.insert_recipients(campaign.key, rows)?;
            let held_until = tables.now() + IMPORT_LEASE;
            is_there(tables.replace_campaign(campaign.epoch, &CampaignRow { held_until, ..campaign.clone() })?)
        })
    }

    pub(super) fn write_batches(&self, batches: &Batches, nobody: &str) -> Result<(), LedgerError> {
        let (key, mut rows) = (self.campaign.key, batches.rows().peekable());
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
            write(&*self.ledger, |tables| tables.insert_batches(key, &chunk))?;
        }
        write(&*self.ledger, |tables| match batches.row_of_nobody(nobody, tables.now()) {
            None => Ok(()),
            Some(row) => {
                tables.insert_batches(key, std::slice::from_ref(&row))?;
                tables.move_members(key, NOWHERE, 0, row.number)
            }
        })
    }

    /// From here on it is a campaign.
    pub(super) fn complete(&mut self, columns: &[String]) -> Result<(), LedgerError> {
        self.campaign.stage = Stage::Planned;
        self.campaign.held_until = Unix::EPOCH;
        let campaign = &self.campaign;
        write(&*self.ledger, |tables| {
            tables.replace_columns(campaign.key, columns)?;
            is_there(tables.replace_campaign(campaign.epoch, campaign)?)
        })?;
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for Import {
    fn drop(&mut self) {
        // Saved or not: nobody knows where the last commit failed, and nobody was told of it. If this fails, the next
        // plan removes what is left of an import.
        if !self.is_complete {
            let _ = write(&*self.ledger, |tables| protocol::delete_unstarted(tables, self.campaign.key));
        }
    }
}

impl Plan {
    fn of_nobody(address: Address, excerpt: String, message: Hash, created_at: Unix) -> Self {
        let identity = Hash([0; 32]);
        let (kinds, first, last) = (Vec::new(), Vec::new(), Vec::new());
        let (duplicates, excluded, not_found, requests, bytes, canary) = (0, 0, 0, 0, 0, None);
        Self {
            address,
            excerpt,
            message,
            identity,
            kinds,
            duplicates,
            excluded,
            not_found,
            members: Members::default(),
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
        // Kept until it is removed, so that nobody takes hold of it meanwhile.
        let hold = ledger.hold(&campaign.id)?;
        let is_dead = match hold {
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

fn is_there(is_there: bool) -> Result<(), LedgerError> {
    let gone = || LedgerError::new(LedgerProblem::Damaged("an import is gone while it goes on".to_owned()), "in use");
    is_there.then_some(()).ok_or_else(gone)
}
