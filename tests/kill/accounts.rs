//! Whether what a campaign reports can be true: [`violations`], and over time [`changes`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::ops::RangeInclusive;

use crate::scenario::Person;

mod tests;

/// Everything that can be known from outside, at a moment at which nothing runs.
#[derive(Debug, Clone)]
pub(crate) struct Accounts<'a> {
    /// Who was to get it, in the order of the input.
    pub(crate) input: &'a [Person],
    pub(crate) report: Vec<Row>,
    pub(crate) status: Counts,
    /// Whom the vendor has reached.
    pub(crate) deliveries: Vec<Delivered>,
    pub(crate) doubts: Doubts,
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) person: Person,
    pub(crate) state: String,
    pub(crate) batch: String,
    pub(crate) message_id: Option<String>,
}

/// One delivery by the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) message_id: String,
}

/// `recipients` of a status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) total: usize,
    pub(crate) accepted: usize,
    pub(crate) rejected: usize,
    pub(crate) unknown: usize,
    pub(crate) pending: usize,
}

/// What the kills so far may have left in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubts {
    pub(crate) batches: RangeInclusive<usize>,
    /// The most recipients of a batch.
    pub(crate) size: usize,
}

/// A rule that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) rule: Rule,
    who: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Lost,
    ListedTwice,
    ListedUnasked,
    OutOfOrder,
    OtherRow,
    NoSuchState,
    ReachedTwice,
    ReachedUnasked,
    AcceptedNotReached,
    AcceptedElsewhere,
    PendingReached,
    RejectedReached,
    TooManyInDoubt,
    TooFewInDoubt,
    DoesNotAddUp,
    StatusDisagrees,
    Unsettled,
}

/// Every rule that the accounts break.
pub(crate) fn violations(accounts: &Accounts<'_>) -> Vec<Violation> {
    let mut found = Found::default();
    report_lists_the_input(accounts, &mut found);
    report_agrees_with_deliveries(accounts, &mut found);
    counts_agree_with_report(accounts, &mut found);
    doubts_come_from_kills(accounts, &mut found);
    found.violations()
}

/// Every recipient whose fate was settled `before` and is another one now.
pub(crate) fn changes(before: &[Row], now: &[Row]) -> Vec<Violation> {
    let states: HashMap<_, _> = now.iter().map(|row| (key(row), &row.state)).collect();
    let mut found = Found::default();
    for row in before.iter().filter(|row| row.state != "pending") {
        let state = states.get(&key(row));
        if state.is_none_or(|state| **state != row.state) {
            found.add(Rule::Unsettled, format!("{}: {} and then {state:?}", row.person.id, row.state));
        }
    }
    found.violations()
}

/// Everybody once, in the order of the input, with the row and the columns that they came with.
fn report_lists_the_input(accounts: &Accounts<'_>, found: &mut Found) {
    let mut listed = HashMap::new();
    for row in &accounts.report {
        *listed.entry(key(row)).or_insert(0_usize) += 1;
    }
    let input: HashMap<_, _> = accounts.input.iter().map(|person| ((&*person.kind, &*person.id), person)).collect();
    for person in accounts.input {
        match listed.get(&(&*person.kind, &*person.id)) {
            None => found.add(Rule::Lost, &person.id),
            Some(1) => {}
            Some(_) => found.add(Rule::ListedTwice, &person.id),
        }
    }
    for row in &accounts.report {
        match input.get(&key(row)) {
            None => found.add(Rule::ListedUnasked, &row.person.id),
            Some(person) if **person != row.person => found.add(Rule::OtherRow, format!("{:?}", row.person)),
            Some(_) => {}
        }
        if !["accepted", "rejected", "unknown", "pending"].contains(&&*row.state) {
            found.add(Rule::NoSuchState, format!("{}: {:?}", row.person.id, row.state));
        }
    }
    for pair in accounts.report.windows(2).filter(|pair| pair[0].person.row > pair[1].person.row) {
        found.add(Rule::OutOfOrder, format!("{} before {}", pair[0].person.row, pair[1].person.row));
    }
}

/// Accepted ⊆ delivered ⊆ accepted ∪ unknown, and nobody twice.
fn report_agrees_with_deliveries(accounts: &Accounts<'_>, found: &mut Found) {
    let mut reached: HashMap<_, Vec<_>> = HashMap::new();
    for to in &accounts.deliveries {
        reached.entry((&*to.kind, &*to.id)).or_default().push(&*to.message_id);
    }
    let input: HashSet<_> = accounts.input.iter().map(|person| (&*person.kind, &*person.id)).collect();
    for (who, messages) in &reached {
        if messages.len() > 1 {
            found.add(Rule::ReachedTwice, format!("{} by {}", who.1, messages.join(", ")));
        }
        if !input.contains(who) {
            found.add(Rule::ReachedUnasked, who.1);
        }
    }
    for row in &accounts.report {
        let id = &row.person.id;
        match (&*row.state, reached.get(&key(row))) {
            ("accepted", None) => found.add(Rule::AcceptedNotReached, id),
            ("accepted", Some(messages))
                if !messages.iter().any(|message| row.message_id.as_deref() == Some(message)) =>
            {
                found.add(Rule::AcceptedElsewhere, format!("{id} by {messages:?}, not by {:?}", row.message_id));
            }
            ("pending", Some(_)) => found.add(Rule::PendingReached, id),
            ("rejected", Some(_)) => found.add(Rule::RejectedReached, id),
            _ => {}
        }
    }
}

fn counts_agree_with_report(accounts: &Accounts<'_>, found: &mut Found) {
    let Counts { total, accepted, rejected, unknown, pending } = accounts.status;
    if total != accepted + rejected + unknown + pending || total != accounts.input.len() {
        found.add(Rule::DoesNotAddUp, format!("{:?} for {} recipients", accounts.status, accounts.input.len()));
    }
    let reported = Counts::of(&accounts.report);
    if accounts.status != reported {
        found.add(Rule::StatusDisagrees, format!("status says {:?}, the report {reported:?}", accounts.status));
    }
}

/// In doubt ≤ kills × requests at once × recipients of one; and where a kill must have left a doubt, it is not hidden.
fn doubts_come_from_kills(accounts: &Accounts<'_>, found: &mut Found) {
    let Doubts { batches, size } = &accounts.doubts;
    let unknown: Vec<_> = accounts.report.iter().filter(|row| row.state == "unknown").collect();
    let named: HashSet<_> = unknown.iter().map(|row| &row.batch).collect();
    let says = || format!("{} in {} batches, not in {batches:?} of {size}", unknown.len(), named.len());
    if named.len() > *batches.end() || unknown.len() > batches.end() * size {
        found.add(Rule::TooManyInDoubt, says());
    }
    if named.len() < *batches.start() {
        found.add(Rule::TooFewInDoubt, says());
    }
}

fn key(row: &Row) -> (&str, &str) {
    (&row.person.kind, &row.person.id)
}

impl Counts {
    /// Of those in the four states.
    pub(crate) fn of(report: &[Row]) -> Self {
        let count = |state: &str| report.iter().filter(|row| row.state == state).count();
        let [accepted, rejected, unknown, pending] = ["accepted", "rejected", "unknown", "pending"].map(count);
        Self { total: report.len(), accepted, rejected, unknown, pending }
    }
}

#[derive(Default)]
struct Found(BTreeMap<Rule, Vec<String>>);

impl Found {
    fn add(&mut self, rule: Rule, who: impl Into<String>) {
        self.0.entry(rule).or_default().push(who.into());
    }

    fn violations(self) -> Vec<Violation> {
        self.0.into_iter().map(|(rule, who)| Violation { rule, who }).collect()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.who.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("; ");
        write!(f, "{:?}, {} times: {shown}", self.rule, self.who.len())
    }
}
