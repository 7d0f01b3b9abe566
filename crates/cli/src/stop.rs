//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use batchcast_campaign::Sending;

use crate::failure::Failure;
use crate::render::Report;

/// Stops the sending at the first signal. At the second, the report is told as it stands and the process ends: what is
/// on the wire is in doubt. Once the report is told, signals change nothing.
pub(crate) fn on_signal(sending: &Arc<Sending>, report: &Arc<Report>) -> Result<(), Failure> {
    let (sending, report) = (Arc::clone(sending), Arc::clone(report));
    let asked = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if report.is_told() {
            return;
        }
        sending.stop();
        if asked.swap(true, Ordering::Relaxed) {
            if let Some(exit) = report.leave(&sending) {
                process::exit(exit.code().into());
            }
            return;
        }
        report.stopping();
    })
    .map_err(Failure::other)
}
