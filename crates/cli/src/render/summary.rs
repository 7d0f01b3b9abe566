//! The end of a sending: what became of everybody, told once.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use batchcast_campaign::{Campaign, Ending, Sending, Standing, State, Step, Stopped, Why};

use super::failure::error;
use super::outcomes::{Told, tell_of_the_others, tell_outcomes};
use super::standing::{STOPPED, document, document_with_error, in_words, why_it_ended};
use super::{Output, data, talk};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger::OpenLedger;

/// What is told at the end, by whoever comes to it first: the sending itself, or a second signal.
#[derive(Debug)]
pub(crate) struct Summary {
    output: Output,
    campaign: Campaign,
    /// The options that lead to the ledger again; `None` where it is gone with the process.
    ledger_options: Option<String>,
    /// What ended the sending, for the case that the ledger could not be told.
    stopped: Mutex<Option<Stopped>>,
    told: AtomicBool,
}

impl Summary {
    pub(crate) fn new(output: &Output, campaign: &Campaign, ledger: &OpenLedger) -> Self {
        let (campaign, ledger_options) = (campaign.clone(), ledger.options.clone());
        Self {
            output: output.clone(),
            campaign,
            ledger_options,
            stopped: Mutex::default(),
            told: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// The first signal.
    pub(crate) fn stopping(&self) {
        self.output.stopping();
    }

    /// A sending has come to its end.
    pub(crate) fn ended(&self, sending: &Sending) {
        let stopped = match sending.ending() {
            Some(Ending::Stopped(stopped)) => Some(stopped),
            _ => None,
        };
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = stopped;
    }

    /// The second signal, or one while there is no sending. `None` where it has been told already: whoever told it ends
    /// the process.
    pub(crate) fn leave(&self, sending: Option<&Sending>) -> Option<Exit> {
        if self.told.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(self.tell_as_it_stands(sending))
    }

    fn tell_as_it_stands(&self, sending: Option<&Sending>) -> Exit {
        sending.iter().for_each(|sending| self.ended(sending));
        let standing = match self.standing() {
            Ok(standing) => standing,
            Err(failure) => return self.output.failure(&failure),
        };
        let mut standing = standing;
        if sending.is_some() || standing.state == State::Running {
            // This process holds it still, and lets it go now.
            let next = if standing.recipients.pending > 0 { Step::Run } else { standing.next };
            (standing.state, standing.next) = (State::Paused, next);
        }
        if sending.is_some() && standing.recipients.unknown > 0 {
            talk("left at once: what was on the wire is in doubt");
        }
        let nothing_begun = || (STOPPED, Failure::interrupted("it was interrupted while nothing was on the wire"));
        self.tell_of(&standing, sending.is_none().then(nothing_begun))
    }

    /// What became of everybody: on standard output as data, on standard error in words.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(crate) fn tell(&self) -> Result<Exit, Failure> {
        if self.told.swap(true, Ordering::Relaxed) {
            // A second signal was first, and ends the process.
            loop {
                std::thread::park();
            }
        }
        Ok(self.tell_of(&self.standing()?, None))
    }

    /// How the campaign stands, and why it is not sent; the failure alone where that was refused, or where nobody can
    /// tell how it stands.
    ///
    /// # Errors
    /// The failure, where it is to be told alone.
    pub(crate) fn of_failure(&self, failure: Failure) -> Result<Exit, Failure> {
        let standing = match self.standing() {
            Ok(standing) if failure.exit != Exit::BadInput && self.output.is_json() => standing,
            _ => return Err(failure),
        };
        let mut document = document(&standing, self.ledger_options.as_deref());
        document["error"] = error(&failure);
        data(&document.to_string());
        Ok(failure.exit)
    }

    fn standing(&self) -> Result<Standing, Failure> {
        let mut standing = self.campaign.standing()?;
        if standing.stopped.is_none() || self.has_ledger_failed() {
            standing.stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone();
        }
        Ok(standing)
    }

    /// Whether the ledger failed while this process was sending.
    fn has_ledger_failed(&self) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.as_ref().is_some_and(|stopped| stopped.why == Why::LedgerFailed)
    }

    fn tell_of(&self, standing: &Standing, left: Option<(&'static str, Failure)>) -> Exit {
        let exit = if self.has_ledger_failed() { Exit::DiskFailed } else { Exit::of(standing) };
        let left = left.filter(|_| exit == Exit::Paused);
        let (why, options) = (why_it_ended(standing, exit).or(left), self.ledger_options.as_deref());
        let told = if self.output.is_json() {
            tell_of_the_others(&self.campaign);
            let document = document_with_error(standing, why.as_ref(), options);
            super::write_data(&document.to_string()).map_err(Told::Sink)
        } else {
            tell_outcomes(&self.campaign)
        };
        in_words(standing, why.as_ref(), options);
        match told {
            Ok(()) => exit,
            // A reader that went away has seen what it wanted.
            Err(Told::Sink(error)) if error.kind() == io::ErrorKind::BrokenPipe => exit,
            Err(told) => {
                if matches!(told, Told::Sink(_)) && !self.output.is_json() {
                    tell_of_the_others(&self.campaign);
                }
                talk(&format!("error: what became of everybody could not be told: {told}"));
                Exit::DiskFailed
            }
        }
    }
}
