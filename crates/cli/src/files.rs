//! Which file a path leads to.

use std::path::Path;

/// Whether two paths lead to one file, which is there.
#[cfg(unix)]
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| path.metadata().ok().map(|found| (found.dev(), found.ino()));
    identity(one).is_some_and(|file| identity(other) == Some(file))
}

/// Whether two paths lead to one file, which is there.
#[cfg(not(unix))]
pub(crate) fn same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|file| other.canonicalize().is_ok_and(|other| other == file))
}
