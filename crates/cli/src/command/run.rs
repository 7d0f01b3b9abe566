//! `batchcast run`.

use std::sync::Arc;

use batchcast_campaign::{Campaign, Error, Refusal, State};
use clap::ValueEnum;

use super::sending::{confirm, refuse_other_count, send_out};
use crate::args::{RunArgs, VendorArgs, Via};
use crate::config::Settings;
use crate::connection::Connection;
use crate::events::Events;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Output, Proposal, Summary};
use crate::stop::Stop;
use crate::wire::{SANDBOX, Wiring};
use crate::{input, ledger};

pub(crate) fn run(args: &RunArgs, output: &Output) -> Result<Exit, Failure> {
    let events = Events::new(args.how.events.as_deref())?;
    let ledger = ledger::open(&args.target.vendor.ledger)?;
    events.refuse_ledger(&ledger)?;
    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &args.campaign)?;
    let summary = Arc::new(Summary::new(output, &campaign, &ledger));
    match carry_on(args, &campaign, &summary, &events, output) {
        Err(failure) => summary.of_failure(failure),
        carried_on => carried_on,
    }
}

fn carry_on(
    args: &RunArgs,
    campaign: &Campaign,
    summary: &Arc<Summary>,
    events: &Events,
    output: &Output,
) -> Result<Exit, Failure> {
    let standing = campaign.standing()?;
    if standing.state == State::Running {
        return Err(Error::Held(args.campaign.clone()).into());
    }
    if standing.state == State::Finished && (!standing.is_cancelled || standing.recipients.pending == 0) {
        refuse_elsewhere(&args.target.vendor, campaign)?;
        refuse_other_count(&args.how, campaign.plan().recipients())?;
        return summary.tell();
    }
    let wiring = wiring(args, campaign)?;
    if let Some(first) = args.canary.canary {
        campaign.may_begin_with(first.get())?;
    }
    // The ledger refuses it too; but nobody shall be asked first.
    campaign.may_run(&*wiring.channel, args.how.again())?;
    let estimate = campaign.estimate(wiring.terms.all_limits())?;
    let proposal = Proposal { wiring: &wiring, plan: campaign.plan(), estimate: &estimate, exclusions: 0 };
    let stop = Stop::on_signals(output, &wiring.connection, &args.target.vendor, Exit::InDoubt)?;
    // Whoever leaves at the question is told how it stands.
    stop.tells(summary);
    let confirmed = confirm(&args.how, &proposal, output)?;
    send_out(&wiring, summary, campaign, &args.how, confirmed, events, &stop)
}

/// It goes where it was planned for.
fn wiring(args: &RunArgs, campaign: &Campaign) -> Result<Wiring, Failure> {
    let (settings, via) = refuse_elsewhere(&args.target.vendor, campaign)?;
    let message = input::of_campaign(via, &campaign.message()?)?;
    Wiring::new(&args.target, &settings, Connection::open(&args.target.vendor, &settings, via)?, message)
}

/// If the user says that it is to go elsewhere than planned, it is refused; if not, it goes where it was planned for.
pub(super) fn refuse_elsewhere(args: &VendorArgs, campaign: &Campaign) -> Result<(Settings, Via), Failure> {
    let address = &campaign.plan().address;
    let other = |what, found: &str| {
        let planned = if what == "provider" { &address.provider } else { &address.endpoint };
        Failure::from(Refusal::OtherAddress { what, planned: planned.clone(), found: found.to_owned() })
    };
    let mut settings = Settings::read(args)?;
    let via = Via::from_str(&address.provider, false).map_err(Failure::other)?;
    if let Some(found) = settings.via.filter(|found| *found != via) {
        return Err(other("provider", found.as_str()));
    }
    match (address.endpoint == SANDBOX, args.sandbox) {
        (true, false) => {
            let found = settings.endpoint.map_or_else(|| "none".to_owned(), |endpoint| endpoint.to_string());
            return Err(other("endpoint", &found).with_hint("it was planned for the sandbox: add --sandbox"));
        }
        (false, true) => return Err(other("endpoint", SANDBOX)),
        (true, true) => {}
        (false, false) => match &settings.endpoint {
            None => settings.endpoint = Some(address.endpoint.parse().map_err(Failure::other)?),
            Some(found) if found.to_string() == address.endpoint => {}
            Some(found) => return Err(other("endpoint", &found.to_string())),
        },
    }
    Ok((settings, via))
}
