//! What is shown: the only place that prints. Standard output is data, standard error is talk.

mod around;
mod explanation;
mod failure;
mod outcomes;
mod progress;
mod proposal;
mod sheet;
mod standing;
mod summary;
mod terminal;
mod usersig;

pub(crate) use around::{recall_row, recall_table};
pub(crate) use explanation::Explanation;
pub(crate) use failure::usage;
pub(crate) use progress::Progress;
pub(crate) use proposal::{Answer, Proposal};
pub(crate) use sheet::{AddressSheet, DepartmentSheet, ImportSheet, MemberSheet};
pub(crate) use summary::Summary;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use terminal::clean;

use crate::exit::Exit;

/// How standard output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people, and one line a recipient for their tools.
    Human,
    /// One JSON document.
    Json,
}

/// Standard output and standard error, in the format that the user wants.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) const fn new(format: Format) -> Self {
        Self { format }
    }

    /// Something that the user should know, on standard error.
    pub(crate) fn note(&self, text: &str) {
        talk(&clean(text));
    }

    /// Something that the user may want to mend before sending.
    pub(crate) fn warning(&self, text: &str) {
        talk(&format!("warning: {}", clean(text)));
    }

    /// The first line of the emulator, which scripts wait for.
    pub(crate) fn listening(&self, address: SocketAddr) -> io::Result<()> {
        let url = format!("http://{address}");
        match self.format {
            Format::Human => write_data(&format!("listening on {url}")),
            Format::Json => write_data(&serde_json::json!({"schema": "batchcast.emulator/1", "url": url}).to_string()),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

/// Whether a line of data could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// How the process ends: an answer that could not be written is no answer.
pub(crate) fn settled(exit: Exit) -> Exit {
    match LOST.load(Ordering::Relaxed) && exit == Exit::Done {
        true => {
            talk("error: standard output could not be written");
            Exit::DiskFailed
        }
        false => exit,
    }
}

/// A line of data. A reader that went away has seen what it wanted.
fn data(line: &str) {
    if write_data(line).is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Lines of data that are the only record of what happened.
fn write_data(lines: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{lines}").and_then(|()| out.flush())
}

/// A line of talk.
fn talk(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A document as data.
fn document(document: &serde_json::Value) {
    data(&document.to_string());
}
