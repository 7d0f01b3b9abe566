//! `batchcast send`.

use std::sync::Arc;

use batchcast_campaign::{Plan, PlanBuilder, Sending};
use batchcast_transport::channel::Channel;
use batchcast_transport::time::{Clock, SystemTimer};

use crate::args::SendArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::render::{Answer, Output, Proposal};
use crate::stop;
use crate::wire::Wiring;

pub(crate) fn send(args: SendArgs, output: &Output) -> Result<Exit, Failure> {
    input::refuse_two_readers(&args.message, &args.recipients)?;
    let (message, in_message) = input::message(&args.message)?;
    for warning in message.warnings() {
        output.warning(&warning.to_string());
    }
    let msg_type = message.msg_type().as_str();
    let wiring = Wiring::new(&args.target, &args.message, message)?;

    let mut plan = PlanBuilder::new(&wiring.channel, input::excluded(&args.recipients)?);
    input::recipients(&args.recipients, in_message, |recipient| plan.add(recipient))?;
    let plan = plan.build();
    if plan.recipients().is_empty() {
        return Err(Failure::input("there are no recipients")
            .with_hint("give --to FILE or --id, or recipient lists in the message file"));
    }
    confirm(&args, &wiring, msg_type, &plan, output)?;

    let timer = SystemTimer::new();
    let sending = Arc::new(Sending::new(&plan, wiring.pace.clone(), &timer));
    let progress = output.progress(plan.recipients().len());
    let (provider, duplicates) = (wiring.channel.provider(), plan.duplicates());
    let tell = {
        let output = output.clone();
        move |sending: &Sending| sending.look(|run| output.ended(provider, duplicates, run, timer.now().tick))
    };
    stop::on_signal(&sending, output, tell.clone())?;
    sending.carry_out(&wiring.channel, &timer, args.in_flight, &|summary| progress.show(summary));
    progress.finish();
    Ok(tell(&sending))
}

/// Shows what is about to happen and makes sure that it is meant.
fn confirm(args: &SendArgs, wiring: &Wiring, msg_type: &str, plan: &Plan, output: &Output) -> Result<(), Failure> {
    let total = plan.recipients().len() as u64;
    if let Some(expected) = args.expect_count.filter(|expected| *expected != total) {
        return Err(Failure::count_mismatch(expected, total));
    }
    let proposal = Proposal { wiring, msg_type, plan };
    output.proposal(&proposal);
    if wiring.is_loopback() || args.yes {
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
