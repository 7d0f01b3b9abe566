//! Makes a plan of a stream of recipients: [`Planner`].

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::Contacts;
use batchcast_transport::channel::Channel;

use super::batches::Batches;
use super::columns::Columns;
use super::identity::{self, RecipientSet};
use super::import::{CHUNK, Import};
use super::seen::Seen;
use super::waiting::{Waiting, WaitingRow};
use crate::event::{Event, Observer, Unobserved};
use crate::interrupt::Interrupt;
use crate::ledger::{CampaignId, Ledger, LedgerError, RecipientRow};
use crate::look_up::LookUp;
use crate::refusal::{Error, Refusal};
use crate::source::OwnColumns;

/// How many recipients a plan shows from either end.
const SHOWN: usize = 3;

/// Of how many departments the members are counted; it takes some calls for each.
const MOST_DEPARTMENTS: usize = 20;

/// A plan in the making. Recipients are added one after the other, in the order in which they are reported, and are
/// written down as they come: memory holds what tells duplicates, and some thousands of rows.
///
/// Nothing of it counts before it is [saved](Self::save). What is not is removed, and what a crash leaves is removed
/// when the next plan is made.
pub struct Planner<'a> {
    import: Import,
    observer: &'a dyn Observer,
    contacts: Option<&'a dyn Contacts>,
    interrupt: Interrupt,
    batches: Batches,
    excluded: Seen,
    /// Addresses of those who are left out and of whom nobody knows yet who they are.
    excluded_addresses: Vec<Recipient>,
    seen: Seen,
    set: RecipientSet,
    columns: Columns,
    counts: [u64; IdKind::ALL.len()],
    rows: u64,
    last: VecDeque<String>,
    waiting: Waiting,
    /// The first departments, whose members are counted at the end.
    departments: Vec<Recipient>,
    chunk: Vec<RecipientRow>,
}

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner")
            .field("campaign", &self.import.campaign)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Planner<'static> {
    /// A plan for the message of this channel, which is `excerpt` in a few words.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn new(ledger: Arc<dyn Ledger>, channel: &dyn Channel, excerpt: impl Into<String>) -> Result<Self, Error> {
        let import = Import::begin(ledger, channel, excerpt.into())?;
        Ok(Self {
            import,
            observer: &Unobserved,
            contacts: None,
            interrupt: Interrupt::new(),
            batches: Batches::new(channel.cut()),
            excluded: Seen::new(),
            excluded_addresses: Vec::new(),
            seen: Seen::new(),
            set: RecipientSet::default(),
            columns: Columns::default(),
            counts: [0; IdKind::ALL.len()],
            rows: 0,
            last: VecDeque::new(),
            waiting: Waiting::default(),
            departments: Vec::new(),
            chunk: Vec::new(),
        })
    }
}

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

    /// Looks up with these who is behind an address, before duplicates are looked for. One whom nobody knows is a
    /// recipient who is rejected. Given before anybody is added or excluded.
    #[must_use]
    pub fn with_contacts<'b>(self, contacts: &'b dyn Contacts) -> Planner<'b>
    where
        'a: 'b,
    {
        let mut this: Planner<'b> = self;
        this.contacts = Some(contacts);
        this
    }

    /// Comes to nothing once this is asked for. What the vendor said until then is remembered.
    #[must_use]
    pub fn with_interrupt(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// Tells the message by this text instead of its own, where its own holds what is another every time: the key of a
    /// picture that was uploaded once more makes no other message of it.
    #[must_use]
    pub fn with_identity_of(mut self, message: &str) -> Self {
        let plan = &mut self.import.campaign.plan;
        plan.message = identity::message(&plan.address, message);
        self
    }

    /// The first so many recipients get requests of their own, so that the rest can wait for what becomes of them.
    #[must_use]
    pub fn with_canary(mut self, recipients: NonZeroU64, channel: &dyn Channel) -> Self {
        self.batches.with_canary(recipients, channel.cut());
        self
    }

    /// Leaves this one out, whenever they come from now on.
    pub fn exclude(&mut self, recipient: &Recipient) {
        self.excluded.insert(fingerprint(recipient));
        if self.looks_up(recipient.kind()) {
            self.excluded_addresses.push(recipient.clone());
        }
    }

    /// Adds one row: one recipient with the caller's own columns. One who is excluded, under this id or one of the
    /// `other_ids` of the same person, is left out and counted; so is one who is there already.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the vendor does not take this kind of id, or there are too many own columns;
    /// [`Error::Vendor`] where it had to be asked who is behind addresses and could not be; [`Error::Interrupted`];
    /// [`Error::Ledger`].
    pub fn add(&mut self, recipient: Recipient, other_ids: &[Recipient], own: &OwnColumns) -> Result<(), Error> {
        self.interrupt.check()?;
        self.rows += 1;
        self.find_excluded()?;
        if self.is_excluded(&recipient) || other_ids.iter().any(|id| self.is_excluded(id)) {
            self.import.campaign.plan.excluded += 1;
            return Ok(());
        }
        let is_address = self.looks_up(recipient.kind());
        if !is_address {
            self.batches.takes(recipient.kind())?;
        }
        let columns = match is_address && recipient.kind() != IdKind::Account {
            // Reported beside the id that is found, or nobody could tell whose it is.
            true => self.columns.values(&with_address(&recipient, own))?,
            false => self.columns.values(own)?,
        };
        let row = WaitingRow { row: self.rows, recipient, columns };
        match (is_address, self.waiting.is_empty()) {
            (true, _) => self.waiting.push_address(row),
            (false, false) => self.waiting.push(row),
            (false, true) => return self.admit(row),
        }
        if self.waiting.is_full() { self.admit_waiting() } else { Ok(()) }
    }

    fn looks_up(&self, kind: IdKind) -> bool {
        self.contacts.is_some_and(|contacts| contacts.looks_up(kind))
    }

    fn is_excluded(&self, id: &Recipient) -> bool {
        !self.excluded.is_empty() && self.excluded.contains(fingerprint(id))
    }

    fn find(&self, addresses: Vec<Recipient>) -> Result<HashMap<Recipient, Option<Recipient>>, Error> {
        let Some(contacts) = self.contacts.filter(|_| !addresses.is_empty()) else {
            return Ok(HashMap::new());
        };
        let look_up = LookUp::new(&*self.import.ledger, &self.import.campaign.plan.address, contacts);
        look_up.with_interrupt(&self.interrupt).find(addresses)
    }

    fn find_excluded(&mut self) -> Result<(), Error> {
        // Each is forgotten when it is known who they are and not before, or they would be sent to after all.
        while !self.excluded_addresses.is_empty() {
            let left = self.excluded_addresses.len().saturating_sub(LookUp::AT_ONCE);
            for id in self.find(self.excluded_addresses[left..].to_vec())?.into_values().flatten() {
                self.excluded.insert(fingerprint(&id));
            }
            self.excluded_addresses.truncate(left);
        }
        Ok(())
    }

    /// Those whom a failure leaves waiting are admitted the next time.
    fn admit_waiting(&mut self) -> Result<(), Error> {
        let found = self.find(self.waiting.addresses().to_vec())?;
        while let Some(row) = self.waiting.take_next() {
            match found.get(&row.recipient) {
                None => self.admit(row)?,
                Some(Some(id)) => self.admit(WaitingRow { recipient: id.clone(), ..row })?,
                Some(None) => self.turn_away(row)?,
            }
        }
        Ok(())
    }

    /// Gives this row its place, unless somebody has it already.
    fn admit(&mut self, row: WaitingRow) -> Result<(), Error> {
        if self.is_excluded(&row.recipient) {
            self.import.campaign.plan.excluded += 1;
            return Ok(());
        }
        if self.seen.contains(fingerprint(&row.recipient)) {
            self.import.campaign.plan.duplicates += 1;
            return Ok(());
        }
        // The last that may be refused: whoever has a place is in.
        let batch = self.batches.place(&row.recipient)?;
        if row.recipient.kind() == IdKind::DepartmentId && self.departments.len() < MOST_DEPARTMENTS {
            self.departments.push(row.recipient.clone());
        }
        self.keep(row, batch)
    }

    /// There is nobody behind this address.
    fn turn_away(&mut self, row: WaitingRow) -> Result<(), Error> {
        if self.seen.contains(fingerprint(&row.recipient)) {
            self.import.campaign.plan.duplicates += 1;
            return Ok(());
        }
        self.import.campaign.plan.not_found += 1;
        let batch = self.batches.turn_away();
        self.keep(row, batch)
    }

    fn keep(&mut self, row: WaitingRow, batch: u32) -> Result<(), Error> {
        let hash = identity::recipient(&row.recipient);
        self.seen.insert(identity::fingerprint(&hash));
        self.set.add(&hash);
        self.count(&row.recipient);
        self.chunk.push(RecipientRow { row: row.row, batch, recipient: row.recipient, columns: row.columns });
        if self.chunk.len() == CHUNK { Ok(self.flush()?) } else { Ok(()) }
    }

    fn count(&mut self, recipient: &Recipient) {
        if let Some(kind) = IdKind::ALL.iter().position(|kind| *kind == recipient.kind()) {
            self.counts[kind] += 1;
        }
        if self.import.campaign.plan.first.len() < SHOWN {
            self.import.campaign.plan.first.push(recipient.id().to_owned());
        } else {
            self.last.push_back(recipient.id().to_owned());
            if self.last.len() > SHOWN {
                self.last.pop_front();
            }
        }
    }

    /// How many people the departments have, as far as the vendor says it now: nobody's sending hangs on it, so the
    /// first question without an answer is the last.
    fn count_members(&mut self) {
        let members = &mut self.import.campaign.plan.members;
        let Some(contacts) = self.contacts else { return };
        for department in self.departments.iter().take_while(|_| !self.interrupt.is_asked()) {
            members.asked += 1;
            match contacts.members(department) {
                Ok(Some(people)) => {
                    members.departments += 1;
                    members.people = members.people.saturating_add(people);
                }
                Ok(None) => {}
                Err(_) => return,
            }
        }
    }

    fn flush(&mut self) -> Result<(), LedgerError> {
        self.import.write_recipients(&self.chunk)?;
        self.chunk.clear();
        self.observer.observe(&Event::ImportChunk { recipients: self.counts.iter().sum() });
        Ok(())
    }

    /// Saves the plan: from here on it is a campaign, and never changes.
    ///
    /// # Errors
    /// [`Refusal::NoRecipients`]; [`Error::Vendor`]; [`Error::Interrupted`]; [`Error::Ledger`].
    pub fn save(mut self) -> Result<CampaignId, Error> {
        self.admit_waiting()?;
        let recipients = self.counts.iter().sum();
        if recipients == 0 {
            return Err(Refusal::NoRecipients.into());
        }
        self.flush()?;
        self.count_members();
        self.interrupt.check()?;
        self.import.write_batches(&self.batches, self.contacts.map_or("", |contacts| contacts.nobody()))?;
        self.complete_plan();
        self.observer.observe(&Event::Importing { recipients });
        self.import.complete(self.columns.names())?;
        let id = self.import.campaign.id.clone();
        self.observer.observe(&Event::Imported { campaign: id.to_string(), recipients });
        Ok(id)
    }

    fn complete_plan(&mut self) {
        let requests = self.batches.requests();
        let plan = &mut self.import.campaign.plan;
        plan.identity = identity::campaign(&plan.message, &self.set);
        plan.kinds = IdKind::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0).collect();
        plan.requests = requests;
        plan.bytes = self.batches.bytes();
        plan.canary = self.batches.canary();
        plan.last = std::mem::take(&mut self.last).into();
        self.import.campaign.batches = requests + u32::from(self.batches.turned_away() > 0);
    }
}

fn fingerprint(recipient: &Recipient) -> identity::Fingerprint {
    identity::fingerprint(&identity::recipient(recipient))
}

/// The caller's columns with the address among them, under a name that none of them has.
fn with_address(address: &Recipient, own: &OwnColumns) -> OwnColumns {
    let mut name = address.kind().as_str().to_owned();
    while own.iter().any(|(taken, _)| **taken == *name) {
        name.insert_str(0, "input.");
    }
    let column = (Arc::from(name), address.id().to_owned());
    std::iter::once(column).chain(own.iter().cloned()).collect()
}
