//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now, and thrice where even that hangs.

use std::path::PathBuf;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use std::{fs, process, thread};

use batchcast_campaign::{Campaign, Interrupt, Sending};
use batchcast_transport::time::{Clock, SystemTimer, Timer};

use crate::args::VendorArgs;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Output, Summary};

/// What is on the wire at the first signal has its answer by the deadline, and is then to be written down.
const TO_WRITE_IT_DOWN: Duration = Duration::from_secs(1);

/// Whoever is telling of the end at the third signal has so long for it: a key that is held down is no reason to cut a
/// document, and a reader that stands still is no reason to stay.
const TO_TELL: Duration = Duration::from_secs(1);

/// A file that may not grow any more is an error of the disk, which is told and written down as far as possible, and no
/// reason to die.
pub(crate) fn live_through_full_files() {
    #[cfg(unix)]
    {
        let nobody_asks = Arc::new(AtomicBool::new(false));
        if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody_asks) {
            log::warn!("the signal of a file that may not grow cannot be caught: {error}");
        }
    }
}

/// Stops what a command does at the first signal, by its [`Interrupt`]. At the second the process ends with what can be
/// said of it: what is on the wire is in doubt. Once it is [over](Self::over), neither changes anything. At the third it
/// ends soon, whatever holds it up.
#[derive(Debug)]
pub(crate) struct Stop(Arc<Asked>);

#[derive(Debug)]
struct Asked {
    interrupt: Interrupt,
    /// How long after the first signal the process ends in any case: a call may be waiting for its turn much longer.
    patience: Duration,
    output: Output,
    signals: AtomicU32,
    /// Held by whoever ends the process, until the end.
    doing: Mutex<Doing>,
    /// Nobody holds it for longer than a moment.
    end: Mutex<End>,
}

/// How the process ends that leaves what is on the wire.
#[derive(Debug)]
struct End {
    exit: Exit,
    /// Files and directories that are to go with it.
    temporary: Vec<PathBuf>,
}

/// What the process does, and so what a signal means.
#[derive(Debug)]
enum Doing {
    /// Asks a vendor, and writes down what it says.
    Asking,
    /// Nothing that would be worth waiting for: the first signal leaves at once, and keeps nothing of this plan.
    Nothing(Option<Box<Campaign>>),
    /// Sends a campaign, of which this tells. Where there is no sending, nothing is on the wire: it has not begun, or
    /// somebody is asked whether it goes on.
    Sending(Weak<Summary>, Weak<Sending>),
    /// Has come to its end, and tells of it.
    Over,
}

impl Stop {
    /// From here on, leaving what is on the wire exits so.
    pub(crate) fn on_signals(
        output: &Output,
        connection: &Connection,
        vendor: &VendorArgs,
        leaving: Exit,
    ) -> Result<Self, Failure> {
        let asked = Arc::new(Asked {
            interrupt: connection.interrupt.clone(),
            patience: vendor.deadline.saturating_add(TO_WRITE_IT_DOWN),
            output: output.clone(),
            signals: AtomicU32::new(0),
            doing: Mutex::new(Doing::Asking),
            end: Mutex::new(End { exit: leaving, temporary: Vec::new() }),
        });
        let stop = Self(Arc::clone(&asked));
        let handler = move || {
            let asked = Arc::clone(&asked);
            // One that hangs shall not keep the next from being heard.
            thread::spawn(move || asked.signal());
        };
        ctrlc::set_handler(handler).map_err(Failure::other)?;
        Ok(stop)
    }

    /// What is looked at between two calls.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.0.interrupt
    }

    /// What is said where somebody has asked for it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        Ok(self.interrupt().check()?)
    }

    /// Where the output of the command goes.
    pub(crate) fn output(&self) -> &Output {
        &self.0.output
    }

    /// Leaves nothing of this, where it goes with the process: a ledger, or a file that is not in its place yet.
    pub(crate) fn clears_up(&self, temporary: Option<PathBuf>) {
        self.0.end().temporary.extend(temporary);
    }

    /// Does this, which the first signal ends at once.
    pub(crate) fn at_once<T>(&self, work: impl FnOnce() -> T) -> T {
        self.at_once_or_not(None, work)
    }

    /// Asks whether this plan is meant. To the first signal it is not, and nothing is kept of it.
    pub(crate) fn decides<T>(&self, plan: &Campaign, ask: impl FnOnce() -> T) -> T {
        self.at_once_or_not(Some(Box::new(plan.clone())), ask)
    }

    fn at_once_or_not<T>(&self, plan: Option<Box<Campaign>>, work: impl FnOnce() -> T) -> T {
        let mut doing = self.0.lock();
        let before = std::mem::replace(&mut *doing, Doing::Nothing(plan));
        if self.interrupt().is_asked() {
            self.0.leave(&doing, Exit::Paused);
        }
        drop(doing);
        let done = work();
        *self.0.lock() = before;
        done
    }

    /// From now on it is a campaign that is sent, of which this tells.
    pub(crate) fn tells(&self, summary: &Arc<Summary>) {
        // The handler is there until the process ends, and shall not keep the ledger open until then.
        *self.0.lock() = Doing::Sending(Arc::downgrade(summary), Weak::new());
        self.0.end().exit = Exit::InDoubt;
    }

    /// This is what is to be stopped from now on.
    pub(crate) fn stops(&self, sending: &Arc<Sending>) {
        if let Doing::Sending(_, stopped) = &mut *self.0.lock() {
            *stopped = Arc::downgrade(sending);
        }
        // Whoever asked before it began meant it too.
        if self.interrupt().is_asked() {
            sending.stop();
        }
    }

    /// All is done but to tell of it.
    pub(crate) fn over(&self) {
        *self.0.lock() = Doing::Over;
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.over();
    }
}

impl Asked {
    fn lock(&self) -> MutexGuard<'_, Doing> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leaving(&self) -> Exit {
        self.end().exit
    }

    fn signal(&self) {
        let before = self.signals.fetch_add(1, Ordering::SeqCst);
        if before >= 2 {
            wait(TO_TELL);
            self.exit(self.leaving())
        }
        let is_first = before == 0;
        let doing = self.lock();
        if !matches!(*doing, Doing::Over) {
            self.interrupt.ask();
        }
        match &*doing {
            Doing::Over => {}
            Doing::Asking if is_first => {
                self.output.stopping();
                drop(doing);
                self.leave_in_the_end();
            }
            Doing::Asking => self.leave(&doing, self.leaving()),
            Doing::Nothing(_) => self.leave(&doing, Exit::Paused),
            Doing::Sending(summary, sending) => {
                let (summary, sending) = (summary.clone(), sending.clone());
                drop(doing);
                self.stop_sending(is_first, &summary, &sending);
            }
        }
    }

    /// What was on the wire at the first signal has had its time.
    fn leave_in_the_end(&self) {
        wait(self.patience);
        let doing = self.lock();
        if matches!(*doing, Doing::Asking) {
            self.leave(&doing, self.leaving());
        }
    }

    /// Ends the process. The lock is held until then, so that nobody else tells of an end meanwhile.
    fn leave(&self, doing: &MutexGuard<'_, Doing>, exit: Exit) -> ! {
        if let Doing::Nothing(Some(plan)) = &**doing
            && let Err(error) = plan.discard()
        {
            log::warn!("the plan is kept: {error}");
        }
        self.output.left(&Failure::left(exit));
        self.exit(exit)
    }

    fn stop_sending(&self, is_first: bool, summary: &Weak<Summary>, sending: &Weak<Sending>) {
        let Some(summary) = summary.upgrade().filter(|summary| !summary.is_told()) else {
            return;
        };
        let sending = sending.upgrade();
        if let Some(sending) = &sending {
            sending.stop();
        }
        if is_first && sending.is_some() {
            summary.stopping();
        } else if let Some(exit) = summary.leave(sending.as_deref()) {
            self.exit(exit);
        }
    }

    fn exit(&self, exit: Exit) -> ! {
        for path in &self.end().temporary {
            // Nobody else comes to clear it up, and it names recipients.
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
        }
        process::exit(exit.code().into());
    }
}

fn wait(time: Duration) {
    let timer = SystemTimer::new();
    timer.wait_until(timer.now().tick + time);
}
