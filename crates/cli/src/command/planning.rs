//! What `plan` and `send` do alike: from what the user gave to a campaign in the ledger.

use std::sync::Arc;

use batchcast_campaign::{Campaign, Estimate, Planner};

use crate::args::{CanaryArgs, MessageArgs, RecipientArgs, TargetArgs};
use crate::config::Settings;
use crate::events::Events;
use crate::failure::Failure;
use crate::input::{self, Form};
use crate::ledger::{self, OpenLedger};
use crate::render::Output;
use crate::wire::Wiring;

/// A campaign that was planned just now, with everything that sends it.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) wiring: Wiring,
    pub(super) ledger: OpenLedger,
    pub(super) campaign: Campaign,
    pub(super) estimate: Estimate,
    /// How many ids are not to get it.
    pub(super) exclusions: u64,
}

pub(super) fn planned(
    message: &MessageArgs,
    recipients: &RecipientArgs,
    target: &TargetArgs,
    canary: &CanaryArgs,
    events: &Events,
    output: &Output,
) -> Result<Planned, Failure> {
    input::refuse_two_readers(message, recipients)?;
    let settings = Settings::read(target)?;
    let form = Form::read(message)?;
    let via = form.via(settings.via, target.sandbox || settings.endpoint.is_some())?;
    let (message, in_message) = form.message(via)?;
    for warning in message.warnings() {
        output.warning(&warning);
    }
    let excerpt = message.excerpt();
    let wiring = Wiring::new(target, &settings, via, message)?;

    let ledger = ledger::open_for(target)?;
    events.refuse_ledger(&ledger)?;
    let planner = Planner::new(Arc::clone(&ledger.ledger), &*wiring.channel, excerpt)?;
    let mut planner = planner.with_observer(events);
    if let Some(first) = canary.canary {
        planner = planner.with_canary(first, &*wiring.channel);
    }
    let exclusions = input::exclude(recipients, via, &mut planner)?;
    input::recipients(recipients, via, in_message, &mut planner)?;
    let id = planner.save()?;

    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &id)?;
    let estimate = campaign.estimate(wiring.terms.all_limits())?;
    Ok(Planned { wiring, ledger, campaign, estimate, exclusions })
}
