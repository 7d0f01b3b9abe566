//! Ctrl-C and SIGTERM: once to stop after what is on the wire, twice to leave now.

use std::process;
use std::sync::Arc;

use batchcast_campaign::Sending;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;

/// Stops the sending at the first signal. At the second, `tell` says what became of everybody as it stands, and the
/// process ends: what is on the wire is in doubt.
pub(crate) fn on_signal(
    sending: &Arc<Sending>,
    output: &Output,
    tell: impl Fn(&Sending) -> Exit + Send + 'static,
) -> Result<(), Failure> {
    let (sending, output) = (Arc::clone(sending), output.clone());
    ctrlc::set_handler(move || {
        if sending.stop() {
            tell(&sending);
            output.note("left at once: what was on the wire is in doubt");
            process::exit(Exit::InDoubt.code().into());
        }
        output.note("stopping: waiting for the answers to what is on the wire; once more to leave at once");
    })
    .map_err(Failure::other)
}
