//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now.

use std::process;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use batchcast_campaign::Sending;

use crate::failure::Failure;
use crate::render::Summary;

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

/// Stops what is being sent at the first signal. At the second, what became of everybody is told as it stands and the
/// process ends: what is on the wire is in doubt. Once that is told, signals change nothing.
#[derive(Debug)]
pub(crate) struct Stop(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    times: AtomicU8,
    sending: Mutex<Weak<Sending>>,
}

impl Stop {
    pub(crate) fn on_signals(summary: &Arc<Summary>) -> Result<Self, Failure> {
        // The handler is there until the process ends, and shall not keep the ledger open until then.
        let (asked, summary) = (Arc::new(Asked::default()), Arc::downgrade(summary));
        let stop = Self(Arc::clone(&asked));
        let handler = move || {
            let Some(summary) = summary.upgrade().filter(|summary| !summary.is_told()) else {
                return;
            };
            let is_first = asked.times.fetch_add(1, Ordering::SeqCst) == 0;
            let sending = asked.sending();
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
        };
        ctrlc::set_handler(handler).map_err(Failure::other)?;
        Ok(stop)
    }

    /// This is what is to be stopped from now on.
    pub(crate) fn stops(&self, sending: &Arc<Sending>) {
        *self.0.sending.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(sending);
        // Whoever asked before it began meant it too.
        if self.0.times.load(Ordering::SeqCst) > 0 {
            sending.stop();
        }
    }
}

impl Asked {
    fn sending(&self) -> Option<Arc<Sending>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }
}
