//! A campaign in a ledger, to look at and to settle: [`Campaign`].

use std::sync::Arc;

use batchcast_transport::channel::Channel;
use batchcast_transport::exchange::Limit;

use crate::commit::{read, write};
use crate::interrupt::Interrupt;
use crate::ledger::{
    Again, BatchNumber, CampaignId, CampaignKey, CampaignRow, Hold, Ledger, LedgerError, LedgerProblem, Stage, View,
};
use crate::plan::{Estimate, Plan, estimate};
use crate::protocol::{self, Resolution, Resolved, Sent};
use crate::refusal::{Error, Refusal};
use crate::report::{self, ReportError, Sink, StateFilter};
use crate::standing::{Held, Standing, standing};

/// A campaign that is written down.
#[derive(Debug, Clone)]
pub struct Campaign {
    ledger: Arc<dyn Ledger>,
    id: CampaignId,
    key: CampaignKey,
    plan: Plan,
    interrupt: Interrupt,
}

impl Campaign {
    /// The campaign of this name.
    ///
    /// # Errors
    /// [`Refusal::NoSuchCampaign`]; [`Error::Ledger`].
    pub fn open(ledger: Arc<dyn Ledger>, id: &CampaignId) -> Result<Self, Error> {
        let found = read(&*ledger, |view| view.campaign(id))?;
        let row = found.filter(|row| row.stage != Stage::Importing);
        let row = row.ok_or_else(|| Refusal::NoSuchCampaign(id.clone()))?;
        Ok(Self { ledger, id: row.id, key: row.key, plan: row.plan, interrupt: Interrupt::new() })
    }

    /// How every campaign of a ledger stands, in the order in which they were planned.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn list(ledger: &dyn Ledger) -> Result<Vec<Standing>, LedgerError> {
        let mut campaigns = read(ledger, |view| view.campaigns())?;
        campaigns.retain(|campaign| campaign.stage != Stage::Importing);
        let held = campaigns.iter().map(|campaign| ledger.is_held(&campaign.id)).collect::<Result<Vec<_>, _>>()?;
        let all = campaigns.into_iter().zip(held);
        read(ledger, |view| all.map(|(campaign, held)| look(view, campaign, held)).collect())
    }

    /// Whatever [follows it up](crate::follow_up) asks the vendor no more once this is asked for.
    #[must_use]
    pub fn with_interrupt(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }

    pub(crate) const fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// What it is called.
    #[must_use]
    pub const fn id(&self) -> &CampaignId {
        &self.id
    }

    /// What it set out to do.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where it is written down.
    #[must_use]
    pub const fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// Under which its rows stand in the ledger.
    #[must_use]
    pub const fn key(&self) -> CampaignKey {
        self.key
    }

    /// Its message as JSON, without what belongs to one request.
    ///
    /// # Errors
    /// [`Refusal::Forgotten`]; [`Error::Ledger`].
    pub fn message(&self) -> Result<String, Error> {
        let message = read(&*self.ledger, |view| view.message(self.key, 0))?;
        Ok(message.ok_or_else(|| Refusal::Forgotten(self.id.clone()))?)
    }

    /// How it stands.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn standing(&self) -> Result<Standing, Error> {
        // Asked first: a run that ends meanwhile is told as running, which it was.
        let held = self.ledger.is_held(&self.id)?;
        Ok(read(&*self.ledger, |view| look(view, self.row(view)?, held))?)
    }

    /// What is still to be sent, and what of it was sent by others, at this pace.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn estimate(&self, limits: Vec<Limit>) -> Result<Estimate, Error> {
        Ok(read(&*self.ledger, |view| estimate(view, &self.row(view)?, limits))?)
    }

    /// Whether it may be run through this channel, and why not.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Ledger`].
    pub fn may_run(&self, channel: &dyn Channel, again: Again) -> Result<(), Error> {
        let refusal = read(&*self.ledger, |view| protocol::refusal(view, &self.row(view)?, &Sent::by(channel), again))?;
        Ok(refusal.map_or(Ok(()), Err)?)
    }

    /// Writes what became of every recipient; see [`report::write`](crate::report::write()).
    ///
    /// # Errors
    /// [`ReportError`].
    pub fn report(&self, state: StateFilter, sink: &mut dyn Sink) -> Result<u64, ReportError> {
        let mut written = None;
        let read = self.ledger.read(&mut |view| {
            written = Some(report::write(view, self.key, state, sink));
            Ok(())
        });
        match (read, written) {
            (Ok(()), Some(written)) => written,
            (Err(source), _) => Err(ReportError::ledger(source)),
            (Ok(()), None) => Err(ReportError::ledger(self.gone())),
        }
    }

    /// Whether its recipients were forgotten.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn is_forgotten(&self) -> Result<bool, Error> {
        Ok(read(&*self.ledger, |view| Ok(self.row(view)?.forgotten_at.is_some()))?)
    }

    /// Sees to it that nothing more is sent. A run that goes on ends before its next request; what is on the wire is
    /// still recorded.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn cancel(&self) -> Result<(), Error> {
        Ok(write(&*self.ledger, |tables| protocol::cancel(tables, &self.id))??)
    }

    /// Settles what is in doubt, or one batch of it; all of that or nothing.
    ///
    /// # Errors
    /// [`Refusal::TooEarly`] until two minutes after the deadline of the last attempt in doubt: it may still be on its
    /// way. [`Refusal::NotInDoubt`]; [`Error::Ledger`].
    pub fn resolve(&self, batch: Option<BatchNumber>, resolution: Resolution) -> Result<Resolved, Error> {
        // A living run settles what it has in hand itself.
        let hold = self.ledger.hold(&self.id)?;
        Ok(write(&*self.ledger, |tables| {
            let is_left = match hold {
                Hold::Held(_) => true,
                Hold::ByAnother => false,
                Hold::ByLease => self.row(tables)?.held_until <= tables.now(),
            };
            if is_left {
                protocol::sweep(tables, self.key)?;
            }
            protocol::resolve(tables, &self.id, batch, resolution)
        })??)
    }

    /// Removes the data of its recipients, and everything that may name one. The counts and the hashes stay.
    ///
    /// # Errors
    /// [`Error::Held`] while a run holds it; [`Refusal::Unfinished`] where some are pending; [`Error::Ledger`].
    pub fn forget(&self) -> Result<(), Error> {
        let hold = self.ledger.hold(&self.id)?;
        let forgotten = write(&*self.ledger, |tables| {
            let is_held = match hold {
                Hold::Held(_) => false,
                Hold::ByAnother => true,
                Hold::ByLease => self.row(tables)?.held_until > tables.now(),
            };
            Ok(if is_held { None } else { Some(protocol::forget(tables, &self.id)?) })
        })?;
        Ok(forgotten.ok_or_else(|| Error::Held(self.id.clone()))??)
    }

    /// Removes it altogether, if it never started. False where it has.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn discard(&self) -> Result<bool, Error> {
        Ok(write(&*self.ledger, |tables| protocol::delete_unstarted(tables, self.key))?)
    }

    fn row(&self, view: &dyn View) -> Result<CampaignRow, LedgerError> {
        view.campaign_of(self.key)?.ok_or_else(|| self.gone())
    }

    fn gone(&self) -> LedgerError {
        LedgerError::new(LedgerProblem::Damaged(format!("campaign {} is gone", self.id)), "in use")
    }
}

fn look(view: &dyn View, campaign: CampaignRow, held: Option<bool>) -> Result<Standing, LedgerError> {
    let is_held = held.unwrap_or_else(|| campaign.held_until > view.now());
    standing(view, campaign, if is_held { Held::Yes } else { Held::No })
}
