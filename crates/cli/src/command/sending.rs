//! What `send` and `run` do alike: ask, send, and tell what became of it.

use std::num::NonZeroUsize;
use std::sync::Arc;

use batchcast_campaign::{Campaign, CanaryResult, Event, Observer, Options, Sending};
use batchcast_transport::time::{Clock, SystemTimer};

use crate::args::HowArgs;
use crate::events::Events;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Answer, Output, Progress, Proposal, Summary};
use crate::stop::Stop;
use crate::wire::Wiring;

/// Reaches the pace of Feishu and Lark up to 0.48 s of latency.
const IN_FLIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// TIM's pace is bound by recipients: 24 full requests a minute.
const IN_FLIGHT_TIM: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// That it is meant, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmed {
    /// Nobody is reached, so nobody is asked.
    Loopback,
    /// By option; nobody is there to be asked.
    ByOption,
    /// Somebody typed it.
    Typed,
}

/// Shows what is about to happen and makes sure that it is meant.
pub(super) fn confirm(args: &HowArgs, proposal: &Proposal<'_>, output: &Output) -> Result<Confirmed, Failure> {
    let total = proposal.plan.recipients();
    refuse_other_count(args, total)?;
    output.proposal(proposal);
    if proposal.wiring.is_loopback() {
        return Ok(Confirmed::Loopback);
    }
    if args.yes {
        return Ok(Confirmed::ByOption);
    }
    ask(total, output)
}

/// As many recipients as the user expects, or none.
pub(super) fn refuse_other_count(args: &HowArgs, total: u64) -> Result<(), Failure> {
    match args.expect_count.filter(|expected| *expected != total) {
        Some(expected) => Err(Failure::count_mismatch(expected, total)),
        None => Ok(()),
    }
}

fn ask(total: u64, output: &Output) -> Result<Confirmed, Failure> {
    match output.ask_for_count(total) {
        Answer::Typed(count) if count == total => Ok(Confirmed::Typed),
        Answer::Typed(count) => Err(Failure::count_mismatch(count, total)),
        Answer::Nonsense => Err(Failure::declined("no number was typed; nothing was sent")),
        Answer::NoTerminal => Err(Failure::usage("there is no terminal to ask on; nothing was sent")
            .with_hint(format!("to send without asking, add --yes --expect-count {total}"))),
    }
}

/// Sends a campaign: the canary first, where there is one, and then the rest.
pub(super) fn send_out(
    wiring: &Wiring,
    summary: &Arc<Summary>,
    campaign: &Campaign,
    args: &HowArgs,
    confirmed: Confirmed,
    events: &Events,
    stop: &Stop,
) -> Result<Exit, Failure> {
    stop.tells(summary);
    let run = Run { wiring, campaign, args, events, summary, output: stop.output() };
    run.carry_all_out(stop, confirmed)?;
    summary.tell()
}

/// One command's sending of a campaign.
struct Run<'a> {
    wiring: &'a Wiring,
    campaign: &'a Campaign,
    args: &'a HowArgs,
    events: &'a Events,
    summary: &'a Summary,
    output: &'a Output,
}

impl Run<'_> {
    fn carry_all_out(&self, stop: &Stop, confirmed: Confirmed) -> Result<(), Failure> {
        if self.campaign.standing()?.awaits_canary() {
            self.carry_out(stop, self.options().canary_alone())?;
            if !self.goes_on(confirmed)? {
                return Ok(());
            }
        }
        self.carry_out(stop, self.options())
    }

    fn options(&self) -> Options {
        let requests = NonZeroUsize::new(self.campaign.plan().requests as usize).unwrap_or(NonZeroUsize::MIN);
        let default = if self.wiring.is_tim() { IN_FLIGHT_TIM } else { IN_FLIGHT };
        let in_flight = self.args.in_flight.unwrap_or(default).min(requests);
        let options = Options::new(self.wiring.terms.clone()).with_in_flight(in_flight);
        let options = if self.args.again { options.again() } else { options };
        match self.args.max_rejected {
            Some(max) => options.with_max_rejected(max),
            None => options,
        }
    }

    fn carry_out(&self, stop: &Stop, options: Options) -> Result<(), Failure> {
        let (timer, channel) = (SystemTimer::new(), &*self.wiring.channel);
        let ledger = Arc::clone(self.campaign.ledger());
        let sending = Sending::start(ledger, self.campaign.id(), channel, options, &timer, self.events)?;
        let sending = Arc::new(sending);
        stop.stops(&sending);
        let progress = self.output.progress(self.campaign.plan().recipients());
        let watch = Watch { sending: &sending, events: self.events, progress, timer };
        // How the ledger failed is told by how it stands, or by its not being there to be asked.
        let _ = sending.carry_out(channel, &timer, &watch);
        watch.progress.finish();
        self.summary.ended(&sending);
        Ok(())
    }

    /// Whether the rest is sent too, now that the canary has its answers.
    fn goes_on(&self, confirmed: Confirmed) -> Result<bool, Failure> {
        let standing = self.campaign.standing()?;
        let Some(result) = standing.canary_result() else {
            return Ok(false);
        };
        let people = &standing.recipients;
        self.output.canary(people);
        Ok(match confirmed {
            Confirmed::Loopback => true,
            Confirmed::ByOption => result == CanaryResult::AllAccepted,
            Confirmed::Typed => {
                matches!(self.output.ask_for_count(people.total), Answer::Typed(count) if count == people.total)
            }
        })
    }
}

/// Shows how far it is, and hands everything on.
struct Watch<'a> {
    sending: &'a Sending,
    events: &'a Events,
    progress: Progress,
    timer: SystemTimer,
}

impl Observer for Watch<'_> {
    fn observe(&self, event: &Event) {
        self.events.observe(event);
        if matches!(event, Event::Recorded { .. } | Event::Claimed { .. }) {
            self.progress.show(&self.sending.progress(self.timer.now().tick));
        }
    }
}
