//! `batchcast send`.

use std::num::NonZeroUsize;
use std::sync::Arc;

use batchcast_campaign::{PlanBuilder, Sending};
use batchcast_transport::time::SystemTimer;

use crate::args::{SendArgs, Via};
use crate::config::Settings;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Form};
use crate::render::{Answer, Output, Proposal, Report};
use crate::stop;
use crate::wire::Wiring;

/// Reaches the pace of Feishu and Lark up to 0.48 s of latency.
const IN_FLIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// TIM's pace is bound by recipients: 24 full requests a minute.
const IN_FLIGHT_TIM: NonZeroUsize = NonZeroUsize::new(2).unwrap();

pub(crate) fn send(args: SendArgs, output: &Output) -> Result<Exit, Failure> {
    input::refuse_two_readers(&args.message, &args.recipients)?;
    let settings = Settings::read(&args.target)?;
    let form = Form::read(&args.message)?;
    let via = form.via(settings.via, args.target.sandbox || settings.endpoint.is_some())?;
    let (message, in_message) = form.message(via)?;
    for warning in message.warnings() {
        output.warning(&warning);
    }
    let excerpt = message.excerpt();
    let wiring = Wiring::new(&args.target, &settings, via, message)?;

    let excluded = input::excluded(&args.recipients, via)?;
    let exclusions = excluded.len();
    let mut plan = PlanBuilder::new(&*wiring.channel, excluded);
    input::recipients(&args.recipients, via, in_message, |recipient, others| plan.add(recipient, others))?;
    let plan = plan.build();
    if plan.recipients().is_empty() {
        return Err(Failure::input("there are no recipients")
            .with_hint("give --to FILE or --id, or recipient lists in the message file"));
    }
    confirm(&args, &Proposal { wiring: &wiring, message: &excerpt, plan: &plan, exclusions }, output)?;

    let timer = SystemTimer::new();
    let sending = Arc::new(Sending::new(&plan, wiring.pace.clone(), &timer));
    let progress = output.progress(plan.recipients().len());
    let report = Arc::new(Report::new(output, wiring.channel.provider(), plan.duplicates(), timer));
    stop::on_signal(&sending, &report)?;
    let in_flight = args.in_flight.unwrap_or(if via == Via::Tim { IN_FLIGHT_TIM } else { IN_FLIGHT });
    let in_flight = in_flight.min(NonZeroUsize::new(plan.batches().len()).unwrap_or(NonZeroUsize::MIN));
    sending.carry_out(&*wiring.channel, &timer, in_flight, &|standing| progress.show(standing));
    progress.finish();
    match report.tell(&sending) {
        Some(exit) => Ok(exit),
        // A second signal was first, and ends the process.
        None => loop {
            std::thread::park();
        },
    }
}

/// Shows what is about to happen and makes sure that it is meant.
fn confirm(args: &SendArgs, proposal: &Proposal<'_>, output: &Output) -> Result<(), Failure> {
    let total = proposal.plan.recipients().len() as u64;
    if let Some(expected) = args.expect_count.filter(|expected| *expected != total) {
        return Err(Failure::count_mismatch(expected, total));
    }
    output.proposal(proposal);
    if proposal.wiring.is_loopback() || args.yes {
        return Ok(());
    }
    match output.ask_for_count(total) {
        Answer::Typed(count) if count == total => Ok(()),
        Answer::Typed(count) => Err(Failure::count_mismatch(count, total)),
        Answer::Nonsense => Err(Failure::usage("no number was typed; nothing was sent")),
        Answer::NoTerminal => Err(Failure::usage("there is no terminal to ask on; nothing was sent")
            .with_hint(format!("to send without asking, add --yes --expect-count {total}"))),
    }
}
