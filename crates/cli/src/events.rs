//! What happens, as it happens: for a file, and for tests of crashes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use batchcast_campaign::{Event, Observer};
use batchcast_transport::time::{Clock, SystemTimer};
use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Failure;
use crate::kill_points;
use crate::ledger::OpenLedger;

/// Writes events to a file, if the user wants one.
#[derive(Debug)]
pub(crate) struct Events {
    file: Option<Mutex<File>>,
    path: Option<PathBuf>,
    clock: SystemTimer,
}

/// One line of the file.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    #[serde(flatten)]
    event: &'a Event,
}

impl Events {
    pub(crate) fn new(path: Option<&Path>) -> Result<Self, Failure> {
        let open = |path: &Path| {
            let cannot = |error| Failure::usage(format!("--events {}: cannot be written: {error}", path.display()));
            let mut options = File::options();
            options.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path).map(Mutex::new).map_err(cannot)
        };
        Ok(Self { file: path.map(open).transpose()?, path: path.map(Path::to_owned), clock: SystemTimer::new() })
    }

    /// They are not written into the ledger itself.
    pub(crate) fn refuse_ledger(&self, ledger: &OpenLedger) -> Result<(), Failure> {
        self.path.as_ref().map_or(Ok(()), |path| ledger.refuse_as_output("--events", path))
    }

    fn write(&self, file: &Mutex<File>, event: &Event) {
        let now = i64::try_from(self.clock.now().unix.as_millis()).unwrap_or(i64::MAX);
        let at = Timestamp::from_millisecond(now).unwrap_or_default().to_string();
        let line = serde_json::to_string(&Line { at, event }).unwrap_or_default();
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        // The ledger is the record; events are a view of it, and nobody shall miss a message for them.
        if let Err(error) = writeln!(file, "{line}") {
            log::warn!("an event could not be written: {error}");
        }
    }
}

impl Observer for Events {
    fn observe(&self, event: &Event) {
        if let Some(file) = &self.file {
            self.write(file, event);
        }
        kill_points::pass(match event {
            Event::ImportChunk { .. } => "import-chunk",
            Event::Importing { .. } => "importing",
            Event::Imported { .. } => "imported",
            Event::Claimed { .. } => "claimed",
            Event::Begun { .. } => "begun",
            Event::Answered { .. } => "answered",
            Event::Recorded { .. } => "recorded",
            _ => return,
        });
    }
}
