//! What is about to be sent, and the question whether it is meant.

use std::io::{self, IsTerminal, Write};

use batchcast_campaign::{Estimate, Members, Plan};

use super::{Output, clean, talk};
use crate::connection::Origin;
use crate::wire::Wiring;

/// What is about to be sent.
#[derive(Debug)]
pub(crate) struct Proposal<'a> {
    pub(crate) wiring: &'a Wiring,
    pub(crate) plan: &'a Plan,
    pub(crate) estimate: &'a Estimate,
    /// How many ids are not to get it.
    pub(crate) exclusions: u64,
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
        let Proposal { wiring, plan, estimate, exclusions } = proposal;
        let part = |name: &str, text: &str| talk(&format!("{name:<11} {}", clean(text)));
        part("vendor", &format!("{} at {}", plan.address.provider, wiring.connection.address));
        part("app", &wiring.connection.app);
        part("message", &plan.excerpt);
        let kinds: Vec<_> = plan.kinds.iter().map(|(kind, n)| format!("{n} by {kind}")).collect();
        let total = plan.recipients();
        part("recipients", &format!("{total} ({})", kinds.join(", ")));
        if plan.not_found > 0 {
            part("not found", &format!("{} whom the vendor does not know; they are rejected", plan.not_found));
        }
        if let Some(members) = members(&plan.members) {
            part("departments", &members);
        }
        if plan.duplicates > 0 {
            part("duplicates", &format!("{} dropped", plan.duplicates));
        }
        if plan.excluded > 0 || *exclusions > 0 {
            part("excluded", &format!("{} left out ({exclusions} ids are excluded)", plan.excluded));
        }
        if plan.excluded == 0 && *exclusions > 0 {
            self.warning("nobody was left out: none of the excluded ids is one of a recipient");
        }
        if estimate.recipients < total {
            part(
                "pending",
                &format!(
                    "{} of them, in {} requests; the others are not sent to",
                    estimate.recipients, estimate.requests
                ),
            );
        }
        if let Some(canary) = &plan.canary {
            part("canary", &format!("the first {}, alone (requests: {})", canary.recipients, canary.requests));
        }
        part("requests", &format!("{}, about {} together", plan.requests, bytes(plan.bytes)));
        part("time", &format!("at least {:.0} s", estimate.shortest_time.as_secs_f64()));
        if let Some(quota) = wiring.channel.daily_quota() {
            #[expect(clippy::cast_precision_loss, reason = "a share in per cent")]
            let share = 100.0 * estimate.recipients as f64 / quota as f64;
            part("quota", &format!("at least {share:.1} % of the day's {quota}"));
        }
        if plan.last.is_empty() {
            part("to", &plan.first.join(", "));
        } else {
            part("first", &plan.first.join(", "));
            part("last", &plan.last.join(", "));
        }
        if estimate.got_it_already > 0 {
            self.warning(&format!(
                "{} of them got this very message in another campaign already, or may have",
                estimate.got_it_already
            ));
        }
        if let Some(identical) = &estimate.identical {
            let again = if estimate.takes_again { "; to send this one too takes --again" } else { "" };
            self.warning(&format!("an identical campaign has been started: {identical}{again}"));
        }
        match wiring.connection.credentials {
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
        // A signal has something to say meanwhile.
        drop(err);
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(_) => line.trim().parse().map_or(Answer::Nonsense, Answer::Typed),
            Err(_) => Answer::Nonsense,
        }
    }
}

/// How many people the departments have.
fn members(members: &Members) -> Option<String> {
    let Members { asked, departments, people, .. } = members;
    match (asked, departments) {
        (0, _) => None,
        (_, 0) => Some("how many people they have cannot be seen by this app".to_owned()),
        (asked, known) if asked == known => Some(format!("about {people} people, with the departments below them")),
        (asked, known) => Some(format!("about {people} people in {known} of them; {asked} were asked for")),
    }
}

/// A size as people read it; a kilobyte is 1000 bytes, as the vendors count.
fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
