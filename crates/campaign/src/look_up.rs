//! Who is behind an address, asked once: [`LookUp`].

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::around::Contacts;
use batchcast_transport::channel::Address;
use batchcast_transport::error::CallError;
use batchcast_transport::time::Unix;

use crate::commit::{read, write};
use crate::interrupt::Interrupt;
use crate::ledger::{Hash, Ledger, LedgerError, PersonRow};
use crate::plan::hash_of_recipient;
use crate::refusal::Error;

/// Who is behind addresses; `None` where the vendor knows nobody.
type Answers = HashMap<Recipient, Option<Recipient>>;

/// Asks a vendor who is behind addresses, and keeps what it says in the ledger, call by call. So what was known is not
/// asked again, by whoever takes an interrupted plan up or makes the next one, for as long as the vendor's
/// [memory](Contacts::memory) says.
///
/// The ledger gets a hash of the address, and the id.
#[derive(Debug, Clone, Copy)]
pub struct LookUp<'a> {
    ledger: &'a dyn Ledger,
    contacts: &'a dyn Contacts,
    address: &'a Address,
    interrupt: Option<&'a Interrupt>,
    asks: Asks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    ForWhomItDoesNotKnow,
    ForEverybody,
}

impl<'a> LookUp<'a> {
    /// How many addresses are worth finding at once: they share calls, and take little memory.
    pub const AT_ONCE: usize = 10_000;

    /// Look-ups by the app of this address. Of an app that is not [known](Address::knows_app) nothing is kept.
    #[must_use]
    pub const fn new(ledger: &'a dyn Ledger, address: &'a Address, contacts: &'a dyn Contacts) -> Self {
        Self { ledger, contacts, address, interrupt: None, asks: Asks::ForWhomItDoesNotKnow }
    }

    /// Asks the vendor for everybody, whatever is remembered of them: somebody may have come or gone since. What it says
    /// is remembered in its place.
    #[must_use]
    pub const fn afresh(self) -> Self {
        Self { asks: Asks::ForEverybody, ..self }
    }

    /// Asks the vendor no more once this is asked for.
    #[must_use]
    pub const fn with_interrupt(self, interrupt: &'a Interrupt) -> Self {
        Self { interrupt: Some(interrupt), ..self }
    }

    /// Who is behind each of these; `None` where the vendor knows nobody. Every address has its entry.
    ///
    /// What is found is held in memory together: give some thousands at a time.
    ///
    /// # Errors
    /// [`Error::Vendor`] where the vendor could not be asked, [`Error::Interrupted`], and [`Error::Ledger`]. What was
    /// found before is kept.
    pub fn find(&self, addresses: Vec<Recipient>) -> Result<Answers, Error> {
        let (found, ended) = self.find_until_it_ends(addresses);
        ended.map(|()| found)
    }

    /// The same for whoever has a use for what was found before it ended with an error: whoever was not asked for has no
    /// entry then.
    #[must_use = "who was not asked for may be there"]
    pub fn find_until_it_ends(&self, addresses: Vec<Recipient>) -> (Answers, Result<(), Error>) {
        let mut found = HashMap::new();
        let ended = self.find_into(&mut found, addresses);
        (found, ended)
    }

    fn find_into(&self, found: &mut Answers, addresses: Vec<Recipient>) -> Result<(), Error> {
        let addresses: HashSet<_> = addresses.into_iter().collect();
        found.extend(self.known(&addresses)?);
        // In an order, so that a plan that is made again makes the same calls.
        let mut unknown: Vec<_> = addresses.into_iter().filter(|address| !found.contains_key(address)).collect();
        unknown.sort_unstable();
        for call in self.contacts.calls(unknown) {
            self.interrupt.map_or(Ok(()), Interrupt::check)?;
            let nobody: Vec<_> = call.iter().map(|address| (address.clone(), None)).collect();
            let answer = self.contacts.look_up(call).map_err(|error| self.or_error(error))?;
            let answer: Vec<_> = answer.into_iter().map(|found| (found.address, found.id)).collect();
            found.extend(nobody);
            found.extend(answer.iter().cloned());
            self.keep(&answer)?;
        }
        Ok(())
    }

    fn or_error(&self, error: CallError) -> Error {
        match self.interrupt {
            Some(interrupt) => interrupt.or_error(error),
            None => error.into(),
        }
    }

    fn known(&self, addresses: &HashSet<Recipient>) -> Result<Answers, LedgerError> {
        if !self.address.knows_app() || self.asks == Asks::ForEverybody {
            return Ok(HashMap::new());
        }
        let hashes: HashMap<Hash, &Recipient> =
            addresses.iter().map(|address| (hash_of_recipient(address), address)).collect();
        let asked: Vec<_> = hashes.keys().copied().collect();
        let (rows, now) = read(self.ledger, |view| Ok((view.people(&self.address.key(), &asked)?, view.now())))?;
        let rows = rows.into_iter().filter(|row| self.is_fresh(row, now));
        Ok(rows.filter_map(|row| Some(((*hashes.get(&row.address)?).clone(), row.id))).collect())
    }

    /// What was written down at a time that is still to come was written by another clock.
    fn is_fresh(&self, row: &PersonRow, now: Unix) -> bool {
        row.at <= now && now.since(row.at) < self.memory(row.id.as_ref())
    }

    fn memory(&self, id: Option<&Recipient>) -> Duration {
        let memory = self.contacts.memory();
        if id.is_some() { memory.found } else { memory.missing }
    }

    fn keep(&self, answer: &[(Recipient, Option<Recipient>)]) -> Result<(), LedgerError> {
        let memory = self.contacts.memory();
        let lasts = |(_, id): &&(_, Option<Recipient>)| self.memory(id.as_ref()) > Duration::ZERO;
        if memory.found.max(memory.missing) == Duration::ZERO || !self.address.knows_app() {
            return Ok(());
        }
        let directory = self.address.key();
        write(self.ledger, |tables| {
            let at = tables.now();
            let row = |(address, id): &(Recipient, Option<Recipient>)| PersonRow {
                address: hash_of_recipient(address),
                id: id.clone(),
                at,
            };
            tables.delete_people(&directory, at - memory.found, at - memory.missing)?;
            tables.replace_people(&directory, &answer.iter().filter(lasts).map(row).collect::<Vec<_>>())
        })
    }
}
