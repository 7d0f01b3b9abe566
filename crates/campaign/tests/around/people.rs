//! Who there is, and plans of them.

use std::sync::Arc;

use batchcast_campaign::ledger::{CampaignId, OutcomeRow};
use batchcast_campaign::{Error, Planner};
use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::Contacts;
use batchcast_transport::channel::Receipt;

use crate::bench::Bench;
use crate::vendor::Vendor;

/// The e-mail address of the person of this number.
pub(crate) fn email(number: usize) -> Recipient {
    Recipient::new(IdKind::Email, format!("p{number}@example.com")).unwrap()
}

/// The mobile number of the same.
pub(crate) fn mobile(number: usize) -> Recipient {
    Recipient::new(IdKind::Mobile, format!("+1202{number:07}")).unwrap()
}

/// By which the same is sent to.
pub(crate) fn open_id(number: usize) -> Recipient {
    Recipient::new(IdKind::OpenId, format!("ou_{number}")).unwrap()
}

/// An address that nobody has.
pub(crate) fn nobody(number: usize) -> Recipient {
    Recipient::new(IdKind::Email, format!("nobody{number}@example.com")).unwrap()
}

pub(crate) fn department(number: usize) -> Recipient {
    Recipient::new(IdKind::DepartmentId, format!("od-{number}")).unwrap()
}

/// A vendor that takes so many in a request, all of them, and gives every request a name of its own: `bm-0`, `bm-1` and
/// so on.
pub(crate) fn vendor(size: usize) -> Vendor<'static> {
    Vendor::new(size, |nth, _| Ok(Receipt::new(Some(format!("bm-{nth}")))))
}

pub(crate) fn planner<'a>(bench: &Bench, vendor: &Vendor<'_>, contacts: &'a dyn Contacts) -> Planner<'a> {
    Planner::new(Arc::clone(&bench.ledger), vendor, "hello").unwrap().with_contacts(contacts)
}

/// Adds these in their order.
pub(crate) fn add(planner: &mut Planner<'_>, people: impl IntoIterator<Item = Recipient>) -> Result<(), Error> {
    people.into_iter().try_for_each(|one| planner.add(one, &[], &Vec::new()))
}

/// A saved plan for these in their order.
pub(crate) fn plan(
    bench: &Bench,
    vendor: &Vendor<'_>,
    contacts: &dyn Contacts,
    people: impl IntoIterator<Item = Recipient>,
) -> Result<CampaignId, Error> {
    let mut planner = planner(bench, vendor, contacts);
    add(&mut planner, people)?;
    planner.save()
}

/// Everybody's row, batch and id.
pub(crate) fn rows(bench: &Bench, id: &CampaignId) -> Vec<(u64, u32, String)> {
    let of = |row: OutcomeRow| {
        let recipient = row.recipient;
        (recipient.row, recipient.batch, recipient.recipient.id().to_owned())
    };
    outcomes(bench, id).into_iter().map(of).collect()
}

pub(crate) fn outcomes(bench: &Bench, id: &CampaignId) -> Vec<OutcomeRow> {
    let (key, mut rows) = (bench.row(id).key, Vec::new());
    bench.read(|view| {
        view.outcomes(key, &mut |row| {
            rows.push(row);
            Ok(())
        })
    });
    rows
}

/// The same with every ledger: in memory and in a file.
pub(crate) fn with_every_ledger(check: impl Fn(&Bench)) {
    check(&Bench::memory());
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        check(&Bench::file(folder.path()));
    }
}
