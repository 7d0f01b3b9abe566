//! A ledger with its clock, and campaigns on their way through it: [`Bench`].

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use batchcast_campaign::ledger::memory::Memory;
use batchcast_campaign::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignRow, Ledger, LedgerError, Tables, View,
};
use batchcast_campaign::protocol::Terms;
use batchcast_campaign::{
    Campaign, Ending, Error, Event, Observer, Options, Planner, Progress, Requests, Sending, Standing, Stopped,
    Unobserved, Why,
};
use batchcast_transport::time::Clock;

use crate::account::account;
use crate::by_lease::ByLease;
use crate::vendor::{Vendor, person};
use crate::wall::Wall;

/// How long an attempt may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A ledger and its clock.
#[derive(Debug, Clone)]
pub(crate) struct Bench {
    pub(crate) wall: Wall,
    pub(crate) ledger: Arc<dyn Ledger>,
}

impl Bench {
    pub(crate) fn memory() -> Self {
        let wall = Wall::default();
        let ledger = Arc::new(Memory::new(Arc::new(wall.clone())));
        Self { wall, ledger }
    }

    /// A ledger in a file of this folder.
    #[cfg(feature = "sqlite")]
    pub(crate) fn file(folder: &std::path::Path) -> Self {
        let wall = Wall::default();
        let ledger = batchcast_campaign::ledger::sqlite::Sqlite::open(folder.join("ledger"), Arc::new(wall.clone()));
        Self { wall, ledger: Arc::new(ledger.unwrap()) }
    }

    /// A ledger on which the lease alone tells whether a run lives.
    pub(crate) fn by_lease() -> Self {
        let wall = Wall::default();
        let ledger = Arc::new(ByLease(Memory::new(Arc::new(wall.clone()))));
        Self { wall, ledger }
    }

    /// A saved plan for the persons from 0 on.
    pub(crate) fn plan(&self, vendor: &Vendor<'_>, people: usize) -> CampaignId {
        let mut planner = Planner::new(Arc::clone(&self.ledger), vendor, "hello").unwrap();
        for number in 0..people {
            planner.add(person(number), &[], &Vec::new()).unwrap();
        }
        planner.save().unwrap()
    }

    pub(crate) fn start(&self, id: &CampaignId, vendor: &Vendor<'_>, options: Options) -> Result<Sending, Error> {
        Sending::start(Arc::clone(&self.ledger), id, vendor, options, &self.wall, &Unobserved)
    }

    /// Runs a campaign to its end, or to what stops it, with one request at a time.
    #[track_caller]
    pub(crate) fn run(&self, id: &CampaignId, vendor: &Vendor<'_>) -> Ran {
        self.run_with(id, vendor, options(vendor))
    }

    #[track_caller]
    pub(crate) fn run_with(&self, id: &CampaignId, vendor: &Vendor<'_>, options: Options) -> Ran {
        let sending = self.start(id, vendor, options).unwrap();
        self.carry_out(&sending, vendor, &Unobserved)
    }

    /// Carries out a run, and asserts that what it says of itself is what the ledger says.
    #[track_caller]
    pub(crate) fn carry_out(&self, sending: &Sending, vendor: &Vendor<'_>, observer: &dyn Observer) -> Ran {
        let events = Mutex::new(Vec::new());
        let journal = |event: &Event| {
            events.lock().unwrap().push(event.clone());
            observer.observe(event);
        };
        sending.carry_out(vendor, &self.wall, &journal).unwrap();
        let progress = sending.progress(self.wall.now().tick);
        let people = progress.recipients;
        assert_eq!(people.total, people.accepted + people.rejected + people.unknown + people.pending);
        Ran { ending: sending.ending().unwrap(), events: events.into_inner().unwrap(), progress }
    }

    pub(crate) fn campaign(&self, id: &CampaignId) -> Campaign {
        Campaign::open(Arc::clone(&self.ledger), id).unwrap()
    }

    pub(crate) fn standing(&self, id: &CampaignId) -> Standing {
        self.campaign(id).standing().unwrap()
    }

    /// How many are accepted, rejected, unknown and pending, after it was seen that everybody is in one state.
    #[track_caller]
    pub(crate) fn counts(&self, id: &CampaignId) -> [u64; 4] {
        account(&self.ledger, id).counts
    }

    pub(crate) fn row(&self, id: &CampaignId) -> CampaignRow {
        self.read(|view| view.campaign(id)).unwrap()
    }

    pub(crate) fn batch(&self, id: &CampaignId, number: BatchNumber) -> BatchRow {
        let key = self.row(id).key;
        self.read(|view| view.batch(key, number)).unwrap()
    }

    /// The numbers of the batches in this state.
    pub(crate) fn batches_in(&self, id: &CampaignId, state: BatchState) -> Vec<BatchNumber> {
        let (key, mut numbers) = (self.row(id).key, Vec::new());
        self.read(|view| {
            view.batches_in(key, state, &mut |batch| {
                numbers.push(batch.number);
                Ok(())
            })
        });
        numbers
    }

    /// The volume that is counted for the app of this vendor.
    pub(crate) fn volume(&self, vendor: &Vendor<'_>) -> u64 {
        let minutes = self.read(|view| view.quota(&vendor.pace(), batchcast_transport::time::Unix::EPOCH));
        minutes.iter().map(|(_, volume)| volume).sum()
    }

    pub(crate) fn read<T>(&self, work: impl FnMut(&dyn View) -> Result<T, LedgerError>) -> T {
        read(&*self.ledger, work)
    }
}

/// One consistent view.
pub(crate) fn read<T>(ledger: &dyn Ledger, mut work: impl FnMut(&dyn View) -> Result<T, LedgerError>) -> T {
    let mut result = None;
    ledger
        .read(&mut |view| {
            result = Some(work(view)?);
            Ok(())
        })
        .unwrap();
    result.unwrap()
}

/// One transaction.
pub(crate) fn write<T>(ledger: &dyn Ledger, mut work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>) -> T {
    let mut result = None;
    ledger
        .write(&mut |tables| {
            result = Some(work(tables)?);
            Ok(())
        })
        .unwrap();
    result.unwrap()
}

/// One request at a time under the terms of this vendor.
pub(crate) fn options(vendor: &Vendor<'_>) -> Options {
    Options::new(Terms::of(vendor, DEADLINE))
}

pub(crate) fn threads(vendor: &Vendor<'_>, threads: usize) -> Options {
    options(vendor).with_in_flight(NonZeroUsize::new(threads).unwrap())
}

/// How a run went.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) ending: Ending,
    pub(crate) events: Vec<Event>,
    pub(crate) progress: Progress,
}

impl Ran {
    pub(crate) fn stopped(&self) -> Option<&Stopped> {
        match &self.ending {
            Ending::Stopped(stopped) => Some(stopped),
            _ => None,
        }
    }

    /// What ended it before its end.
    pub(crate) fn why(&self) -> Option<Why> {
        self.stopped().map(|stopped| stopped.why)
    }

    /// Accepted, rejected, unknown and pending, as the run itself saw it.
    pub(crate) fn counts(&self) -> [u64; 4] {
        let people = self.progress.recipients;
        [people.accepted, people.rejected, people.unknown, people.pending]
    }

    /// The classes of the answers in their order.
    pub(crate) fn answers(&self) -> Vec<&'static str> {
        let class = |event: &Event| match event {
            Event::Answered { class, .. } => Some(*class),
            _ => None,
        };
        self.events.iter().filter_map(class).collect()
    }

    /// What was written down of the attempts in their order.
    pub(crate) fn recorded(&self) -> Vec<&'static str> {
        let state = |event: &Event| match event {
            Event::Recorded { state, .. } => Some(*state),
            _ => None,
        };
        self.events.iter().filter_map(state).collect()
    }
}

/// Sent, throttled and retried.
pub(crate) fn used(requests: Requests) -> [u64; 3] {
    [requests.sent, requests.throttled, requests.retried]
}
