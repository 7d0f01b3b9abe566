//! The file of a ledger, before SQLite opens it: where it lies, and who may read it.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::{Name, Nonsense};
use super::network_file_system;
use crate::ledger::{LedgerError, LedgerProblem};

/// Makes the file if there is none, with the directories above it, for the owner alone. Returns its one true path:
/// two names of a file must come to the same write-ahead log and the same locks.
pub(super) fn prepare(path: &Path, name: &Name) -> Result<PathBuf, LedgerError> {
    let place = nearest(path).map_err(|error| name.io(error))?;
    if let Some(kind) = network_file_system::below(&place).map_err(|error| name.io(error))? {
        return Err(name.problem(LedgerProblem::NetworkFileSystem).with_source(Nonsense(kind.to_owned())));
    }
    create(path).map_err(|error| name.io(error))?;
    // Not opened to look at it: to close it would take away the locks that SQLite holds on it elsewhere in this process
    // (SQLite, "How To Corrupt An SQLite Database File", 2.2).
    let found = path.metadata().map_err(|error| name.io(error))?;
    if !found.is_file() {
        return Err(name.io(io::Error::other("it is not a file")));
    }
    if others_have_access(&found) {
        return Err(name.problem(LedgerProblem::ReadableByOthers));
    }
    if identity(&found).links > 1 {
        return Err(name.problem(LedgerProblem::SecondName));
    }
    path.canonicalize().map_err(|error| name.io(error))
}

/// Which file it is, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    links: u64,
}

/// Which file has this name now; `None` where none has.
pub(super) fn identity_of(path: &Path) -> Option<Identity> {
    path.metadata().ok().map(|found| identity(&found))
}

#[cfg(unix)]
fn identity(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    Identity { device: found.dev(), inode: found.ino(), links: found.nlink() }
}

/// Elsewhere a file is taken to be what its name says.
#[cfg(not(unix))]
fn identity(_found: &Metadata) -> Identity {
    Identity { device: 0, inode: 0, links: 1 }
}

/// Makes a directory with those above it, for the owner alone.
pub(super) fn create_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// With the mode of a file for the owner alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The path, or what there is of it.
fn nearest(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    path.ancestors()
        .find(|place| place.exists())
        .map(Path::to_owned)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "nothing of the path exists"))
}

fn create(path: &Path) -> io::Result<()> {
    /// The new file is closed before anybody in this process opens it as a database, for the reason above.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        create_directory(above)?;
    }
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn others_have_access(found: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o066 != 0
}

#[cfg(not(unix))]
fn others_have_access(_found: &Metadata) -> bool {
    false
}
