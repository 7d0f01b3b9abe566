//! What is shown: the only place that prints. Standard output is data, standard error is talk.

mod explanation;
mod failure;
mod progress;
mod proposal;
mod summary;
mod terminal;

pub(crate) use explanation::Explanation;
pub(crate) use failure::usage;
pub(crate) use proposal::{Answer, Proposal};

use std::io::{self, Write};
use std::net::SocketAddr;

use terminal::clean;

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
    pub(crate) fn listening(&self, address: SocketAddr) {
        data(&format!("listening on http://{address}"));
    }

    fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

/// A line of data. A reader that went away is no reason to fail: what matters has happened already.
fn data(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A line of talk.
fn talk(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A document as data.
fn document(document: &serde_json::Value) {
    data(&document.to_string());
}
