//! A ledger in a file: [`Sqlite`].
//!
//! | file | holds |
//! |---|---|
//! | `file`, `network_file_system` | where the file may lie, and who may read it |
//! | `connection`, `migration`, `schema` | how SQLite is set, and the tables, version by version |
//! | `writer`, `readers` | the connection that writes, and those that read |
//! | `transaction`, `view`, `tables` | what is looked at and written within a transaction |
//! | `rows`, `values` | the rows of a ledger as rows of SQL |
//! | `lock`, `patience` | who holds a campaign |
//! | `error` | what SQLite and the file system say, as errors of a ledger |

mod connection;
mod error;
mod file;
mod lock;
mod migration;
mod network_file_system;
mod patience;
mod readers;
mod rows;
mod schema;
mod tables;
#[cfg(unix)]
#[cfg(test)]
mod tests;
mod transaction;
mod values;
mod view;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchcast_transport::time::Clock;

use self::connection::Limits;
use self::error::Name;
use self::file::Identity;
use self::lock::Locks;
use self::readers::Readers;
use self::writer::Writer;
use super::{CampaignId, Hold, Ledger, LedgerError, LedgerProblem, Tables, View};

/// A ledger in a file of this machine, which any number of its processes may have open.
///
/// Beside the file stand its write-ahead log (`-wal`, `-shm`), while somebody has it open, and a directory `….locks`
/// with an empty file for each campaign that was ever begun to be planned, whether or not it was run, and which stays
/// when the campaign is removed. All of them are the owner's alone. A copy of the file is a backup when nobody has it
/// open.
///
/// Within a transaction there must be no other [`write`](Ledger::write): it would wait for itself.
pub struct Sqlite {
    // Closed before the one that writes, which empties and removes the log as the last of all.
    readers: Readers,
    writer: Writer,
    locks: Locks,
    clock: Arc<dyn Clock>,
    path: PathBuf,
    /// The file that is open.
    identity: Option<Identity>,
    name: Name,
}

impl Sqlite {
    /// Opens the ledger in this file. Makes the file if there is none (mode 0600), the directories above it (0700), and
    /// of an older ledger one of today's version.
    ///
    /// # Errors
    /// [`LedgerError`] where it lies on a network file system (as far as Linux can tell; elsewhere that is not
    /// checked), can be read or written by others than its owner, is no ledger, was written by a newer version, cannot
    /// be read or written, or where another process keeps it locked for more than 30 seconds.
    pub fn open(path: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        Self::open_with(path.as_ref(), clock, schema::STEPS, Limits::default())
    }

    fn open_with(path: &Path, clock: Arc<dyn Clock>, steps: &[&str], limits: Limits) -> Result<Self, LedgerError> {
        let name = Name(path.display().to_string().into());
        let path = file::prepare(path, &name)?;
        let writing = connection::writing(&path, steps, limits, &name)?;
        Ok(Self {
            readers: Readers::new(path.clone(), limits, name.clone()),
            writer: Writer::new(writing, limits.busy, name.clone()),
            locks: Locks::of(&path),
            clock,
            identity: file::identity_of(&path),
            path,
            name,
        })
    }
}

impl Ledger for Sqlite {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        // Whoever opens the ledger under its name must find what is written here.
        if file::identity_of(&self.path) != self.identity {
            return Err(self.name.problem(LedgerProblem::Moved));
        }
        self.writer.write(&*self.clock, work)
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.readers.read(self.clock.now().unix, work)
    }

    fn check(&self) -> Result<(), LedgerError> {
        self.readers.check()
    }

    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError> {
        let taken = self.locks.take(campaign).map_err(|error| self.name.io(error))?;
        Ok(taken.map_or(Hold::ByAnother, |lock| Hold::Held(Box::new(lock))))
    }

    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError> {
        self.locks.is_taken(campaign).map(Some).map_err(|error| self.name.io(error))
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("path", &self.path).finish_non_exhaustive()
    }
}
