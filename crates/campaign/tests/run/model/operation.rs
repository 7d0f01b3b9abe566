//! What may happen to a campaign: [`Operation`].

use std::time::Duration;

use batchcast_campaign::protocol::{Holder, Resolution};
use proptest::prelude::*;

use super::reference::Said;

/// How many have a hand in it.
pub(super) const PARTIES: usize = 3;

/// How many recipients it has.
pub(super) const ROWS: usize = 23;

/// What the vendor's history says of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trace {
    Found,
    Missing,
    CannotTell,
}

/// Something that one of several parties does, or that happens to it.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// It does what comes next: begins a run, claims, begins an attempt, or says this of the one that it has made.
    Next(usize, Said),
    /// It begins a run; what it had in hand is gone.
    Start(usize, Holder),
    /// It is another thread of the run of the other.
    Join(usize, usize),
    Release(usize, Duration),
    Beat(usize),
    Finish(usize),
    /// It is gone, and says nothing.
    Crash(usize),
    /// Somebody sweeps, though runs may live.
    Sweep,
    Cancel,
    /// Of one batch, by its place among those that there are, or of all.
    Resolve(Option<usize>, Resolution),
    /// All doubts, when they are ripe.
    Settle(Resolution),
    /// After so long, what the vendor's history says of each row in doubt, of one batch or of all.
    Check(Duration, Option<usize>, Vec<Trace>),
    Forget,
    Advance(Duration),
}

fn said() -> impl Strategy<Value = Said> {
    let wait = prop_oneof![Just(0), Just(200), Just(20_000)].prop_map(Duration::from_millis);
    prop_oneof![
        3 => prop_oneof![3 => Just(0), 1 => 1..3_usize].prop_map(Said::Accepted),
        1 => Just(Said::Rejected),
        2 => Just(Said::Unknown),
        2 => wait.prop_map(Said::Again),
        1 => Just(Said::NotLeft),
        2 => Just(Said::Split),
    ]
}

/// Of every row; half of the time the same.
fn traces() -> impl Strategy<Value = Vec<Trace>> {
    let trace = || prop::sample::select(vec![Trace::Found, Trace::Missing, Trace::CannotTell]);
    prop_oneof![trace().prop_map(|trace| vec![trace; ROWS]), prop::collection::vec(trace(), ROWS)]
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let party = || 0..PARTIES;
    let holder = prop_oneof![Just(Holder::AsLeased), Just(Holder::Gone)];
    let step = prop_oneof![
        8 => Just(1_u64),
        3 => prop::sample::select(vec![251, 5_000, 31_000]),
        3 => prop::sample::select(vec![61_000, 151_000]),
    ];
    prop_oneof![
        60 => (party(), said()).prop_map(|(party, said)| Next(party, said)),
        3 => (party(), holder).prop_map(|(party, holder)| Start(party, holder)),
        6 => (party(), party()).prop_map(|(party, other)| Join(party, other)),
        2 => (party(), (0..30_000_u64).prop_map(Duration::from_millis)).prop_map(|(party, wait)| Release(party, wait)),
        3 => party().prop_map(Beat),
        1 => party().prop_map(Finish),
        2 => party().prop_map(Crash),
        1 => Just(Sweep),
        5 => (prop::option::weighted(0.3, 0..12_usize), prop::sample::select(Resolution::ALL.to_vec()))
            .prop_map(|(batch, resolution)| Resolve(batch, resolution)),
        4 => prop::sample::select(Resolution::ALL.to_vec()).prop_map(Settle),
        6 => (prop::sample::select(vec![0, 151, 151]), prop::option::weighted(0.3, 0..12_usize), traces())
            .prop_map(|(secs, batch, traces)| Check(Duration::from_secs(secs), batch, traces)),
        12 => step.prop_map(|step| Advance(Duration::from_millis(step))),
    ]
}

/// Many of them, and in the end perhaps one that ends it all.
pub(super) fn operations(most: usize) -> impl Strategy<Value = Vec<Operation>> {
    let ends = prop_oneof![Just(Operation::Cancel), Just(Operation::Forget)];
    let end = (ends, prop::collection::vec(operation(), 0..12));
    (prop::collection::vec(operation(), most / 4..most), prop::option::of(end)).prop_map(|(mut operations, end)| {
        if let Some((end, after)) = end {
            operations.push(end);
            operations.extend(after);
        }
        operations
    })
}
