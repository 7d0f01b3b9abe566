//! A campaign in a ledger beside its [`Reference`]: every step is taken by both, and both must agree.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use batchcast_campaign::ledger::{Again, BatchState, CampaignId, CampaignKey, Ledger, LedgerError, Stage, Tables};
use batchcast_campaign::protocol::{
    self, Attempt, Begun, Claim, Claimed, Fate, Holder, Recorded, Resolution, Sent, Settlement, Started, Tenure, Terms,
    WasSent,
};
use batchcast_campaign::{Campaign, Refusal};
use batchcast_transport::channel::{Mark, Rejected};
use batchcast_transport::time::Unix;

use super::history::told;
use super::operation::{Operation, PARTIES, ROWS, Trace};
use super::reference::{Answer, Batch, DEADLINE, Reference, Said, Ticket};
use crate::account::four;
use crate::bench::{Bench, read, write};
use crate::vendor::{Vendor, accepted};

/// Who carries out a run, or a thread of one.
#[derive(Debug, Default)]
struct Party {
    tenure: Option<Tenure>,
    hand: Hand,
}

#[derive(Debug, Default)]
enum Hand {
    #[default]
    Nothing,
    Claim(Claim, Ticket),
    Attempt(Attempt, Ticket),
}

/// What is true of one recipient, whatever a ledger says.
#[derive(Debug, Clone, Copy, Default)]
struct Truth {
    /// Attempts that may have been processed and that nobody has ordered to be repeated.
    reached: u32,
    /// Until when one may be on the wire.
    on_the_wire_until: Unix,
}

/// Both of them.
pub(super) struct World {
    bench: Bench,
    id: CampaignId,
    key: CampaignKey,
    sent: Sent,
    terms: Terms,
    reference: Reference,
    parties: [Party; PARTIES],
    truths: BTreeMap<u64, Truth>,
}

impl World {
    /// Seven batches of three and one of two.
    pub(super) fn new(bench: Bench) -> Self {
        let vendor = Vendor::new(3, |_, _| accepted());
        let id = bench.plan(&vendor, ROWS);
        let members = (1..=ROWS as u64).collect::<Vec<_>>().chunks(3).map(|rows| Batch::of(rows.to_vec())).collect();
        let reference = Reference {
            now: bench.wall.unix(),
            stage: Stage::Planned,
            epoch: 0,
            held_until: Unix::EPOCH,
            is_forgotten: false,
            batches: members,
            sent: 0,
            retried: 0,
        };
        let terms = Terms::of(&vendor, DEADLINE).unlimited();
        let (key, sent) = (bench.row(&id).key, Sent::by(&vendor));
        let (parties, truths) = (Default::default(), (1..=ROWS as u64).map(|row| (row, Truth::default())).collect());
        Self { bench, id, key, sent, terms, reference, parties, truths }
    }

    fn write<T>(&self, work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>) -> T {
        write(&*self.bench.ledger, work)
    }

    /// Takes one step in both, and compares.
    pub(super) fn step(&mut self, operation: &Operation) {
        match operation.clone() {
            Operation::Next(party, said) => match self.parties[party] {
                Party { tenure: None, .. } => self.join_or_start(party),
                Party { hand: Hand::Nothing, .. } => self.claim(party),
                Party { hand: Hand::Claim(..), .. } => self.begin(party),
                Party { hand: Hand::Attempt(..), .. } => self.record(party, said),
            },
            Operation::Start(party, holder) => self.start(party, holder),
            Operation::Join(party, other) => {
                let tenure = self.parties[other].tenure;
                if party != other && matches!(self.parties[party].hand, Hand::Nothing) {
                    self.parties[party].tenure = tenure;
                }
            }
            Operation::Release(party, wait) => self.release(party, wait),
            Operation::Beat(party) => {
                let Some(tenure) = self.parties[party].tenure else { return };
                let lives = self.write(|tables| protocol::heartbeat(tables, &tenure, &self.terms, Duration::ZERO));
                assert_eq!(Answer::Is(lives), self.reference.beat(tenure.epoch));
            }
            Operation::Finish(party) => {
                let Party { tenure: Some(tenure), .. } = std::mem::take(&mut self.parties[party]) else { return };
                self.write(|tables| protocol::finish(tables, &tenure, &self.terms, None, Duration::ZERO));
                self.reference.finish(tenure.epoch);
            }
            Operation::Crash(party) => self.parties[party] = Party::default(),
            Operation::Sweep => {
                let doubts = self.write(|tables| protocol::sweep(tables, self.key));
                assert_eq!(doubts, self.reference.sweep());
            }
            Operation::Cancel => {
                self.write(|tables| protocol::cancel(tables, &self.id)).unwrap();
                self.reference.stage = Stage::Cancelled;
            }
            Operation::Resolve(batch, resolution) => self.resolve(batch, resolution),
            Operation::Forget => self.forget(),
            Operation::Settle(resolution) => {
                self.advance(Duration::from_secs(150));
                self.resolve(None, resolution);
            }
            Operation::Check(after, batch, traces) => {
                self.advance(after);
                self.check(batch, &traces);
            }
            Operation::Advance(by) => self.advance(by),
        }
        self.agree();
    }

    fn advance(&mut self, by: Duration) {
        self.bench.wall.advance(by);
        self.reference.now = self.bench.wall.unix();
    }

    fn join_or_start(&mut self, party: usize) {
        let mut tenures = self.parties.iter().filter_map(|party| party.tenure);
        match tenures.find(|tenure| tenure.epoch == self.reference.epoch) {
            Some(tenure) => self.parties[party].tenure = Some(tenure),
            None => self.start(party, Holder::AsLeased),
        }
    }

    fn start(&mut self, party: usize, holder: Holder) {
        let started =
            self.write(|tables| protocol::start(tables, &self.id, &self.sent, &self.terms, holder, Again::Refuse));
        let (found, tenure) = match started {
            Started::Yes { tenure, swept, .. } => (Answer::Started(tenure.epoch, swept), Some(tenure)),
            Started::Held => (Answer::Held, None),
            Started::Refused(_) => (Answer::Refused, None),
        };
        assert_eq!(found, self.reference.start(holder));
        self.parties[party] = Party { tenure, hand: Hand::Nothing };
    }

    fn claim(&mut self, party: usize) {
        let Party { tenure: Some(tenure), hand: Hand::Nothing } = self.parties[party] else { return };
        let claimed = self.write(|tables| protocol::claim(tables, &tenure, &self.terms, u32::MAX));
        let expected = self.reference.claim(tenure.epoch);
        match (claimed, expected) {
            (Claimed::Batch(claim), Answer::Claim(ticket)) => {
                assert_eq!((claim.number(), claim.wait()), (ticket.number, Duration::ZERO));
                assert_eq!(claim.size() as usize, self.reference.batches[ticket.number as usize].members.len());
                self.parties[party].hand = Hand::Claim(claim, ticket);
            }
            (Claimed::NotYet(wait), Answer::NotYet(expected)) => assert_eq!(wait, expected),
            (Claimed::NonePending, Answer::NonePending) => {}
            (Claimed::Cancelled, Answer::Cancelled) | (Claimed::Lost, Answer::Lost) => {
                self.parties[party].tenure = None;
            }
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
    }

    fn release(&mut self, party: usize, wait: Duration) {
        let Party { tenure: Some(tenure), hand: Hand::Claim(claim, ticket) } = &self.parties[party] else { return };
        self.write(|tables| protocol::release(tables, tenure, claim, wait));
        self.reference.release(ticket, wait);
        self.parties[party].hand = Hand::Nothing;
    }

    fn begin(&mut self, party: usize) {
        let Party { tenure: Some(tenure), hand: Hand::Claim(claim, ticket) } = &self.parties[party] else { return };
        let mark = Some(Mark::new("mark"));
        let begun = self.write(|tables| protocol::begin(tables, tenure, &self.terms, claim, mark.clone()));
        let missed = self.reference.misses(tenure.epoch, ticket);
        let expected = missed.unwrap_or_else(|| self.reference.begin(tenure.epoch, ticket));
        self.parties[party].hand = match (begun, expected) {
            (Begun::Attempt(attempt), Answer::Attempt(ticket)) => {
                assert_eq!((attempt.number(), attempt.attempt()), (ticket.number, ticket.batch.attempt));
                assert_eq!(attempt.mark(), mark.as_ref());
                self.leaves(&ticket);
                Hand::Attempt(attempt, ticket)
            }
            (Begun::Later(claim), Answer::Later(ticket)) => Hand::Claim(claim, ticket),
            (Begun::Cancelled, Answer::Cancelled) | (Begun::Lost, Answer::Lost) => Hand::Nothing,
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        };
    }

    /// The truth: nobody is reached twice without an order, and no two requests to somebody overlap.
    fn leaves(&mut self, ticket: &Ticket) {
        for row in &self.reference.batches[ticket.number as usize].members {
            let truth = self.truths.get_mut(row).unwrap();
            assert_eq!(truth.reached, 0, "row {row} is sent to, and may have been reached before");
            assert!(truth.on_the_wire_until <= self.reference.now, "two requests to row {row} overlap");
            *truth = Truth { reached: 1, on_the_wire_until: self.reference.now + DEADLINE };
        }
    }

    fn record(&mut self, party: usize, said: Said) {
        let Party { tenure: Some(tenure), hand: Hand::Attempt(attempt, ticket) } = &self.parties[party] else { return };
        let said = if attempt.size() == 1 && matches!(said, Said::Split) { Said::Rejected } else { said };
        let rows = self.reference.batches[ticket.number as usize].members.clone();
        let settlement = settlement(attempt, &said);
        let recorded = self.write(|tables| protocol::record(tables, tenure, &self.terms, attempt, &settlement));
        assert_eq!(Answer::Recorded(recorded), self.reference.record(ticket, &said));
        let may_have_reached = matches!(said, Said::Accepted(_) | Said::Unknown);
        for row in rows {
            let truth = self.truths.get_mut(&row).unwrap();
            if recorded != Recorded::TooLate {
                *truth = Truth { reached: u32::from(may_have_reached), on_the_wire_until: Unix::EPOCH };
            }
        }
        self.parties[party].hand = Hand::Nothing;
    }

    fn resolve(&mut self, batch: Option<usize>, resolution: Resolution) {
        let number = batch.map(|batch| batch.try_into().unwrap());
        let resolved = self.write(|tables| protocol::resolve(tables, &self.id, number, resolution));
        let found = match resolved {
            Ok(resolved) => Answer::Resolved(resolved.batches, resolved.recipients),
            Err(Refusal::TooEarly { until, .. }) => Answer::TooEarly(until),
            Err(_) => Answer::Refused,
        };
        let before = self.reference.clone();
        assert_eq!(found, self.reference.resolve(number, resolution));
        for (before, after) in before.batches.iter().zip(&self.reference.batches) {
            if (before.state, after.state) == (BatchState::Unknown, BatchState::Pending) {
                after.members.iter().for_each(|row| self.truths.get_mut(row).unwrap().reached = 0);
            }
        }
    }

    /// What the vendor's history says of whoever is in doubt.
    fn check(&mut self, batch: Option<usize>, traces: &[Trace]) {
        let number = batch.map(|batch| batch.try_into().unwrap());
        let doubts = read(&*self.bench.ledger, |view| protocol::doubts(view, &self.id, number));
        let expected = self.reference.doubts(number);
        let doubts = match doubts {
            Ok(doubts) => doubts,
            Err(Refusal::TooEarly { until, .. }) => return assert_eq!(Err(Answer::TooEarly(until)), expected),
            Err(_) => return assert_eq!(Err(Answer::Refused), expected),
        };
        assert_eq!(Ok(doubts.iter().map(|batch| batch.number as usize).collect()), expected);
        for found in &doubts {
            let members = read(&*self.bench.ledger, |view| view.members(self.key, found.number));
            let told: Vec<_> =
                members.iter().map(|(row, _)| (*row, told(found.number, traces[*row as usize - 1]))).collect();
            let settle = || self.write(|tables| protocol::settle(tables, self.key, found, &told));
            // Whoever comes second finds another batch than the one that it has asked for.
            assert_eq!((settle().is_some(), settle().is_some()), (true, false));
            self.reference.settle(found.number as usize, traces);
        }
    }

    /// Whoever forgets holds the campaign: no run of it lives.
    fn forget(&mut self) {
        let lives = |party: &Party| party.tenure.is_some_and(|tenure| tenure.epoch == self.reference.epoch);
        if self.parties.iter().any(lives) {
            return;
        }
        let forgotten = self.write(|tables| protocol::forget(tables, &self.id));
        let found = if forgotten.is_ok() { Answer::Done } else { Answer::Refused };
        assert_eq!(found, self.reference.forget());
    }

    /// Everything that the ledger says is what the reference says.
    fn agree(&self) {
        let ledger: &dyn Ledger = &*self.bench.ledger;
        let row = read(ledger, |view| view.campaign_of(self.key)).unwrap();
        let of = &self.reference;
        assert_eq!((row.stage, row.epoch, row.held_until), (of.stage, of.epoch, of.held_until));
        assert_eq!((row.batches as usize, row.forgotten_at.is_some()), (of.batches.len(), of.is_forgotten));
        assert_eq!((row.requests.sent, row.requests.retried), (of.sent, of.retried));
        for (number, expected) in (0..).zip(&of.batches) {
            let batch = read(ledger, |view| view.batch(self.key, number)).unwrap();
            let members = read(ledger, |view| view.members(self.key, number));
            let members: Vec<_> = members.into_iter().map(|(row, _)| row).collect();
            assert_eq!(members, if of.is_forgotten { &[][..] } else { &expected.members }, "batch {number}");
            if batch.state != BatchState::Split {
                assert_eq!(batch.size as usize, expected.members.len(), "batch {number}");
            }
            let found = Batch {
                state: batch.state,
                epoch: batch.epoch,
                attempt: batch.attempt,
                tries_again: batch.tries_again,
                members: expected.members.clone(),
                not_before: batch.not_before,
                slot: batch.slot,
                deadline: batch.deadline,
                by_hand: batch.by_hand,
                message_id: batch.message_id,
                turned_down: expected.turned_down,
            };
            assert_eq!(&found, expected, "batch {number}");
        }
        let standing = Campaign::open(Arc::clone(&self.bench.ledger), &self.id).unwrap().standing().unwrap();
        assert_eq!((four(standing.recipients), standing.recipients.total), (of.counts(), ROWS as u64));
        let accepted = of.batches.iter().filter(|batch| batch.state == BatchState::Accepted);
        assert_eq!(standing.message_ids, accepted.filter_map(|batch| batch.message_id.clone()).collect::<Vec<_>>());
    }
}

fn settlement(attempt: &Attempt, said: &Said) -> Settlement {
    let refused = |reason: &str| (Some(7), reason.to_owned());
    let fate = match said {
        Said::Accepted(turned_down) => {
            let named = attempt.recipients().into_iter().take(*turned_down);
            let rejected = named.map(|one| Rejected::new(one, Some(7), "turned down")).collect();
            Fate::Accepted { message_id: Some(format!("bm-{}", attempt.number())), rejected }
        }
        Said::Rejected => {
            let (code, reason) = refused("refused");
            Fate::Rejected { code, reason }
        }
        Said::Unknown => Fate::Unknown { code: None, reason: "timed out".to_owned() },
        Said::Again(wait) => Fate::Pending { wait: *wait },
        Said::NotLeft => Fate::Pending { wait: Duration::ZERO },
        Said::Split => Fate::Split,
    };
    let mut settlement = Settlement::new(fate);
    settlement.tries_again = attempt.tries_again() + u32::from(matches!(said, Said::Again(_)));
    if matches!(said, Said::NotLeft) {
        settlement.was_sent = WasSent::No;
    }
    settlement
}
