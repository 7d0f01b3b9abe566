//! Why a ledger could not be read or written: [`LedgerError`].

use std::fmt;
use std::sync::Arc;

/// A ledger could not be read or written. Nothing more is sent after one.
///
/// Of a failed write nothing was kept, unless the commit itself failed: then nobody knows, and the protocol takes the
/// worse of both.
#[derive(Debug, Clone)]
pub struct LedgerError {
    problem: LedgerProblem,
    ledger: Arc<str>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// What is wrong with a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerProblem {
    /// It cannot be opened, read or written.
    Failed,
    /// The disk is full.
    DiskFull,
    /// Another process kept it locked for too long.
    Busy,
    /// What is written there makes no sense.
    Damaged(String),
    /// A newer version of this program wrote it.
    TooNew {
        /// The version of its schema.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// It lies on a network file system, where locks and writes cannot be relied upon.
    NetworkFileSystem,
    /// Others may read it.
    ReadableByOthers,
    /// The file has a second name, a hard link, under which it would have other locks and another write-ahead log.
    SecondName,
    /// The file that is open is not the one of this name any more: somebody has moved or removed it.
    Moved,
}

impl LedgerError {
    /// This problem with the ledger of this name.
    #[must_use]
    pub fn new(problem: LedgerProblem, ledger: impl Into<Arc<str>>) -> Self {
        Self { problem, ledger: ledger.into(), source: None }
    }

    /// With what the system or the database said.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What is wrong.
    #[must_use]
    pub const fn problem(&self) -> &LedgerProblem {
        &self.problem
    }

    /// What to do about it, where there is something.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match &self.problem {
            LedgerProblem::Failed => "look at the path, its permissions and the disk; nothing more was sent",
            LedgerProblem::DiskFull => "make room on the disk, then run the campaign again; nothing more was sent",
            LedgerProblem::Busy => "another program keeps the ledger locked; try again when it is done",
            LedgerProblem::Damaged(_) => "restore it from a backup; do not send again to those whom it cannot tell of",
            LedgerProblem::TooNew { .. } => "use the version of batchcast that wrote it, or a newer one",
            LedgerProblem::NetworkFileSystem => "keep the ledger on a disk of this machine: --ledger sqlite:PATH",
            LedgerProblem::SecondName => "remove the other name; a copy is made with cp, while nobody uses the ledger",
            LedgerProblem::Moved => "put it back where it was, then run the campaign again; nothing more was sent",
            LedgerProblem::ReadableByOthers => "it names recipients: chmod 600, or let --ledger name another file",
        })
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the ledger {} ", self.ledger)?;
        match &self.problem {
            LedgerProblem::Failed => f.write_str("cannot be read or written")?,
            LedgerProblem::DiskFull => f.write_str("cannot be written: the disk is full")?,
            LedgerProblem::Busy => f.write_str("is locked by another program")?,
            LedgerProblem::Damaged(what) => write!(f, "is damaged: {what}")?,
            LedgerProblem::TooNew { found, known } => {
                write!(f, "has schema version {found}, and this program knows none above {known}")?;
            }
            LedgerProblem::NetworkFileSystem => f.write_str("lies on a network file system")?,
            LedgerProblem::SecondName => f.write_str("has a second name, a hard link")?,
            LedgerProblem::Moved => f.write_str("was moved or removed while it was in use")?,
            LedgerProblem::ReadableByOthers => f.write_str("can be read by others than its owner")?,
        }
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LedgerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
