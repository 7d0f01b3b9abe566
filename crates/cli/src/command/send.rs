//! `batchcast send`.

use std::sync::Arc;

use batchcast_campaign::Refusal;

use super::lookup::BEGINS_AGAIN;
use super::planning::{Planned, nothing_kept, planned};
use super::sending::{Confirmed, confirm, send_out};
use crate::args::SendArgs;
use crate::events::Events;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::render::{Output, Proposal, Summary};

pub(crate) fn send(args: &SendArgs, output: &Output) -> Result<Exit, Failure> {
    input::refuse_events_into(args.how.events.as_deref(), &args.message, &args.recipients)?;
    let events = Events::new(args.how.events.as_deref())?;
    let planned = planned(&args.message, &args.recipients, &args.target, &args.canary, &events, output)?;
    let Planned { wiring, ledger, campaign, stop, .. } = &planned;
    let summary = Arc::new(Summary::new(output, campaign, ledger));
    let sent = confirmed(args, &planned, output)
        .and_then(|confirmed| send_out(wiring, &summary, campaign, &args.how, confirmed, &events, stop));
    stop.over();
    match sent {
        // Where it never began, nothing shall be left of it; and what is left is told.
        Err(failure) if matches!(campaign.discard(), Ok(true)) => Err(failure),
        Err(failure) => summary.of_failure(failure),
        sent => sent,
    }
}

fn confirmed(args: &SendArgs, planned: &Planned, output: &Output) -> Result<Confirmed, Failure> {
    let Planned { wiring, campaign, estimate, exclusions, stop, .. } = planned;
    stop.check().map_err(|failure| failure.if_interrupted(nothing_kept(BEGINS_AGAIN)))?;
    if let Some(identical) = estimate.identical.as_ref().filter(|_| !args.how.again) {
        return Err(Refusal::Identical(identical.clone()).into());
    }
    let proposal = Proposal { wiring, plan: campaign.plan(), estimate, exclusions: *exclusions };
    stop.decides(campaign, || confirm(&args.how, &proposal, output))
}
