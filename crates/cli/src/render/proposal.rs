//! What is about to be sent, and the question whether it is meant.

use std::io::{self, IsTerminal, Write};

use batchcast_campaign::Plan;

use super::{Output, clean, talk};
use crate::wire::{Origin, Wiring};

/// How many of the recipients are shown at either end.
const SHOWN: usize = 3;

/// What is about to be sent.
#[derive(Debug)]
pub(crate) struct Proposal<'a> {
    pub(crate) wiring: &'a Wiring,
    pub(crate) message: &'a str,
    pub(crate) plan: &'a Plan,
    /// How many ids are not to get it.
    pub(crate) exclusions: usize,
}

/// What the user answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Typed(u64),
    Nonsense,
    NoTerminal,
}

impl Output {
    pub(crate) fn proposal(&self, proposal: &Proposal<'_>) {
        let Proposal { wiring, message, plan, .. } = proposal;
        let part = |name: &str, text: &str| talk(&format!("{name:<11} {}", clean(text)));
        part("vendor", &format!("{} at {}", wiring.channel.provider(), wiring.address));
        part("app", &wiring.app);
        part("message", message);
        let kinds: Vec<_> = plan.kinds().into_iter().map(|(kind, n)| format!("{n} by {kind}")).collect();
        let total = plan.recipients().len();
        part("recipients", &format!("{total} ({})", kinds.join(", ")));
        if plan.duplicates() > 0 {
            part("duplicates", &format!("{} dropped", plan.duplicates()));
        }
        if plan.excluded() > 0 || proposal.exclusions > 0 {
            part("excluded", &format!("{} left out ({} ids are excluded)", plan.excluded(), proposal.exclusions));
        }
        part("requests", &plan.batches().len().to_string());
        part("time", &format!("at least {:.0} s", plan.shortest_time(wiring.limits.clone()).as_secs_f64()));
        if let Some(quota) = wiring.daily_quota {
            #[expect(clippy::cast_precision_loss, reason = "a share in per cent")]
            let share = 100.0 * total as f64 / quota as f64;
            part("quota", &format!("at least {share:.1} % of the day's {quota}"));
        }
        let ids: Vec<_> = plan.recipients().iter().map(batchcast_model::Recipient::id).collect();
        if total <= 2 * SHOWN {
            part("to", &ids.join(", "));
        } else {
            part("first", &ids[..SHOWN].join(", "));
            part("last", &ids[total - SHOWN..].join(", "));
        }
        match wiring.credentials {
            Origin::Configured => {}
            Origin::Sandbox => self.note("the sandbox: an emulator inside this process; nobody is reached"),
            Origin::Emulator => {
                self.note("credentials: the emulator's, since the endpoint is loopback and none are configured");
            }
        }
        if plan.may_reach_twice() {
            self.warning(
                "there are several kinds of id: the same person may be reached twice, and that cannot be seen from here",
            );
        }
    }

    /// Asks for the number of recipients on the terminal.
    pub(crate) fn ask_for_count(&self, total: u64) -> Answer {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Answer::NoTerminal;
        }
        let mut err = io::stderr().lock();
        let _ = write!(err, "Type the number of recipients ({total}) to send, or anything else to stop: ");
        let _ = err.flush();
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(_) => line.trim().parse().map_or(Answer::Nonsense, Answer::Typed),
            Err(_) => Answer::Nonsense,
        }
    }
}
