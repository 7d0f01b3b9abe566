//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now.

use std::path::PathBuf;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use std::{fs, process, thread};

use batchcast_campaign::{Interrupt, Sending};
use batchcast_transport::time::{Clock, SystemTimer, Timer};

use crate::args::VendorArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ledger::OpenLedger;
use crate::render::{Output, Summary};

/// What is on the wire at the first signal has its answer by the deadline, and is then to be written down.
const TO_WRITE_IT_DOWN: Duration = Duration::from_secs(1);

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
/// said of it: what is on the wire is in doubt. Once it is [over](Self::over), signals change nothing.
#[derive(Debug)]
pub(crate) struct Stop(Arc<Asked>);

#[derive(Debug)]
struct Asked {
    interrupt: Interrupt,
    /// How long after the first signal the process ends in any case: a call may be waiting for its turn much longer.
    patience: Duration,
    output: Output,
    state: Mutex<State>,
    first: Condvar,
}

#[derive(Debug)]
struct State {
    doing: Doing,
    /// A directory that is to go with the process.
    temporary: Option<PathBuf>,
}

/// What the process does, and so what a signal means.
#[derive(Debug, Clone)]
enum Doing {
    /// Asks a vendor, and writes down what it says. Leaving at once exits so.
    Asking(Exit),
    /// Nothing that would be worth waiting for: the first signal leaves at once.
    Nothing,
    /// Sends a campaign; when it has begun, there is a sending.
    Sending(Weak<Summary>, Weak<Sending>),
    /// Has come to its end, and tells of it.
    Over,
}

impl Stop {
    /// From here on, leaving what is on the wire exits so.
    pub(crate) fn on_signals(output: &Output, vendor: &VendorArgs, leaving: Exit) -> Result<Self, Failure> {
        let asked = Arc::new(Asked {
            interrupt: Interrupt::new(),
            patience: vendor.deadline.saturating_add(TO_WRITE_IT_DOWN),
            output: output.clone(),
            state: Mutex::new(State { doing: Doing::Asking(leaving), temporary: None }),
            first: Condvar::new(),
        });
        let stop = Self(Arc::clone(&asked));
        ctrlc::set_handler(move || asked.signal()).map_err(Failure::other)?;
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

    /// Waits for so long, or for the first signal.
    pub(crate) fn wait(&self, time: Duration) {
        let _ = self.0.first.wait_timeout_while(self.0.lock(), time, |_| !self.interrupt().is_asked());
    }

    /// Leaves nothing of this ledger, where it goes with the process.
    pub(crate) fn clears_up(&self, ledger: &OpenLedger) {
        self.0.lock().temporary = ledger.temporary();
    }

    /// Does this, which the first signal ends at once.
    pub(crate) fn at_once<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = std::mem::replace(&mut self.0.lock().doing, Doing::Nothing);
        let done = work();
        self.0.lock().doing = before;
        done
    }

    /// From now on it is a campaign that is sent, of which this tells.
    pub(crate) fn tells(&self, summary: &Arc<Summary>) {
        // The handler is there until the process ends, and shall not keep the ledger open until then.
        self.0.lock().doing = Doing::Sending(Arc::downgrade(summary), Weak::new());
    }

    /// This is what is to be stopped from now on.
    pub(crate) fn stops(&self, sending: &Arc<Sending>) {
        if let Doing::Sending(_, stopped) = &mut self.0.lock().doing {
            *stopped = Arc::downgrade(sending);
        }
        // Whoever asked before it began meant it too.
        if self.interrupt().is_asked() {
            sending.stop();
        }
    }

    /// All is done but to tell of it. Whether somebody has asked for it before.
    pub(crate) fn over(&self) -> bool {
        self.0.lock().doing = Doing::Over;
        self.interrupt().is_asked()
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.over();
    }
}

impl Asked {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(self: &Arc<Self>) {
        let state = self.lock();
        let is_first = !self.interrupt.is_asked();
        if !matches!(state.doing, Doing::Over) {
            self.interrupt.ask();
            self.first.notify_all();
        }
        match state.doing.clone() {
            Doing::Over => {}
            Doing::Asking(_) if is_first => self.stopping(),
            Doing::Asking(exit) => self.leave(&state, exit),
            Doing::Nothing => self.leave(&state, Exit::Paused),
            Doing::Sending(summary, sending) => {
                drop(state);
                stop_sending(is_first, &summary, &sending);
            }
        }
    }

    /// The first signal, while a vendor is asked.
    fn stopping(self: &Arc<Self>) {
        self.output.stopping();
        let asked = Arc::clone(self);
        thread::spawn(move || {
            let timer = SystemTimer::new();
            timer.wait_until(timer.now().tick + asked.patience);
            let state = asked.lock();
            if let Doing::Asking(exit) = state.doing {
                asked.leave(&state, exit);
            }
        });
    }

    /// Ends the process. The lock is held until then, so that nobody else tells of an end meanwhile.
    fn leave(&self, state: &MutexGuard<'_, State>, exit: Exit) {
        self.output.left(&Failure::left(exit));
        if let Some(directory) = &state.temporary {
            // Nobody else comes to clear it up, and it names recipients.
            let _ = fs::remove_dir_all(directory);
        }
        process::exit(exit.code().into());
    }
}

fn stop_sending(is_first: bool, summary: &Weak<Summary>, sending: &Weak<Sending>) {
    let Some(summary) = summary.upgrade().filter(|summary| !summary.is_told()) else {
        return;
    };
    let sending = sending.upgrade();
    if let Some(sending) = &sending {
        sending.stop();
    }
    match (is_first, sending) {
        (true, _) => summary.stopping(),
        (false, Some(sending)) => {
            if let Some(exit) = summary.leave(&sending) {
                process::exit(exit.code().into());
            }
        }
        (false, None) => {}
    }
}
