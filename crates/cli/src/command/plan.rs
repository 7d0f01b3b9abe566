//! `batchcast plan`.

use super::planning::planned;
use crate::args::PlanArgs;
use crate::events::Events;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::render::{Output, Proposal};

pub(crate) fn plan(args: &PlanArgs, output: &Output) -> Result<Exit, Failure> {
    input::refuse_events_into(args.events.as_deref(), &args.message, &args.recipients)?;
    let events = Events::new(args.events.as_deref())?;
    let planned = planned(&args.message, &args.recipients, &args.target, &args.canary, &events, output)?;
    planned.stop.over();
    let campaign = &planned.campaign;
    output.proposal(&Proposal {
        wiring: &planned.wiring,
        plan: campaign.plan(),
        estimate: &planned.estimate,
        exclusions: planned.exclusions,
    });
    output.planned(&campaign.standing()?, planned.ledger.options.as_deref());
    Ok(Exit::Done)
}
