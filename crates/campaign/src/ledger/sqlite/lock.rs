//! Who holds a campaign: an exclusive lock on a file beside the ledger, which the system lets go of with the process.
//!
//! The files are never removed. If they were, somebody might hold the lock of one that has no name any more, and
//! somebody else that of a new one in its place.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{file, patience};
use crate::ledger::CampaignId;

/// How long somebody who only looks may be in the way.
const WHILE_SOMEBODY_LOOKS: Duration = Duration::from_millis(200);

/// The directory of the lock files of a ledger: `ledger.db.locks`.
#[derive(Debug)]
pub(super) struct Locks(PathBuf);

/// The lock of one campaign, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Locks {
    pub(super) fn of(ledger: &Path) -> Self {
        let mut directory = OsString::from(ledger);
        directory.push(".locks");
        Self(directory.into())
    }

    /// The lock, or `None` where somebody else has it.
    pub(super) fn take(&self, campaign: &CampaignId) -> io::Result<Option<Lock>> {
        file::create_directory(&self.0)?;
        let path = self.0.join(campaign.as_str());
        let file = file::private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
        let taken = patience::until(WHILE_SOMEBODY_LOOKS, || match file.try_lock() {
            Ok(()) => Some(Ok(())),
            Err(TryLockError::Error(error)) => Some(Err(error)),
            Err(TryLockError::WouldBlock) => None,
        });
        taken.map(|taken| taken.map(|()| Lock(file))).transpose()
    }

    /// Whether somebody has it. To look takes a lock, too, for a moment: one that others who look may have as well.
    pub(super) fn is_taken(&self, campaign: &CampaignId) -> io::Result<bool> {
        let file = match File::open(self.0.join(campaign.as_str())) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            Ok(()) => file.unlock().map(|()| false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Lock {
    /// Said in so many words: a child process that is just being made has the file open, too.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
