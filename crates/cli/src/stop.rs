//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now.

use std::process;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use batchcast_campaign::Sending;

use crate::failure::Failure;
use crate::render::Summary;

/// Stops what is being sent at the first signal. At the second, what became of everybody is told as it stands and the
/// process ends: what is on the wire is in doubt. Once that is told, signals change nothing.
#[derive(Debug)]
pub(crate) struct Stop(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    times: AtomicU8,
    sending: Mutex<Option<Arc<Sending>>>,
}

impl Stop {
    pub(crate) fn on_signals(summary: &Arc<Summary>) -> Result<Self, Failure> {
        let (asked, summary) = (Arc::new(Asked::default()), Arc::clone(summary));
        let stop = Self(Arc::clone(&asked));
        let handler = move || {
            if summary.is_told() {
                return;
            }
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
        *self.0.sending.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(sending));
        // Whoever asked before it began meant it too.
        if self.0.times.load(Ordering::SeqCst) > 0 {
            sending.stop();
        }
    }
}

impl Asked {
    fn sending(&self) -> Option<Arc<Sending>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
