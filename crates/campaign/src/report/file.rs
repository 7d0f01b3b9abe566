//! The file that a report goes to: [`ReportFile`].

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const MOST_LINKS: usize = 40;
const MOST_NAMES: usize = 8;

/// A file that appears whole or not at all: it is written beside its place under a name of its own
/// (`.batchcast-….tmp`), and [`commit`](Self::commit) puts it into its place, over a report that was there before.
/// Dropped without that, it is removed, and what was there before stays.
///
/// It names recipients, so nobody but its owner may read it (mode 0600), whatever the mode of the file before was. What
/// a symbolic link points to is replaced, not the link. Whatever is no regular file (a terminal, a pipe, `/dev/null`,
/// `/dev/stdout` wherever that leads) is written to directly, at its end: there is nothing to be put into its place.
#[must_use = "a report that is not committed is removed"]
#[derive(Debug)]
pub struct ReportFile {
    file: File,
    path: PathBuf,
    /// Removed where it is dropped.
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    temporary: PathBuf,
    place: PathBuf,
}

/// The file of a report could not be made, or not be put into its place. What was there before is still there.
#[derive(Debug)]
pub struct FileError {
    path: PathBuf,
    step: &'static str,
    source: io::Error,
}

impl ReportFile {
    /// Makes the file, empty and under a name of its own. A named pipe waits here for its reader.
    ///
    /// # Errors
    /// [`FileError`] where there is no such folder, nothing may be made in it, or the path names a folder.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, FileError> {
        let path = path.into();
        match Self::open(&path) {
            Ok((file, waiting)) => Ok(Self { file, path, waiting }),
            Err((step, source)) => Err(FileError { path, step, source }),
        }
    }

    fn open(path: &Path) -> Result<(File, Option<Waiting>), (&'static str, io::Error)> {
        let Some(place) = regular_place(path).map_err(|error| ("cannot be written to", error))? else {
            let file = OpenOptions::new().append(true).open(path).map_err(|error| ("cannot be opened", error))?;
            return Ok((file, None));
        };
        let (file, temporary) =
            new_beside(&place).map_err(|error| ("no temporary file can be made beside it", error))?;
        Ok((file, Some(Waiting { temporary, place })))
    }

    /// Puts the file into its place. It is on the disk before, so that not even a power cut leaves half of it there.
    ///
    /// # Errors
    /// [`FileError`] where the disk is full, or something else took the place. The file is removed then.
    pub fn commit(mut self) -> Result<(), FileError> {
        let (step, result) = match &self.waiting {
            None => ("cannot be written", self.file.flush()),
            Some(waiting) => match self.file.sync_all() {
                Err(error) => ("cannot be written to the disk", Err(error)),
                Ok(()) => ("cannot be put into its place", fs::rename(&waiting.temporary, &waiting.place)),
            },
        };
        match result {
            Ok(()) => {
                self.waiting = None;
                Ok(())
            }
            Err(source) => Err(FileError { path: self.path.clone(), step, source }),
        }
    }
}

impl ReportFile {
    /// Where it lies until it is committed, for whoever ends the process without dropping it; `None` where it is
    /// written to directly.
    #[must_use]
    pub fn temporary(&self) -> Option<&Path> {
        self.waiting.as_ref().map(|waiting| &*waiting.temporary)
    }
}

impl Write for ReportFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        if let Some(waiting) = &self.waiting {
            // Nobody is left to be told; the name says whose it is.
            let _ = fs::remove_file(&waiting.temporary);
        }
    }
}

impl FileError {
    /// What the system said.
    #[must_use]
    pub const fn io(&self) -> &io::Error {
        &self.source
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Debug, because a name may have characters that steer a terminal.
        write!(f, "the report {:?}: {}: {}", self.path, self.step, self.source)
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Where the regular file of this path lies or is to lie, links followed; `None` where it is none.
fn regular_place(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let name =
            path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it has no file name"))?;
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.canonicalize()?,
            _ => Path::new(".").canonicalize()?,
        };
        if has_devices(&folder) {
            return Ok(None);
        }
        let place = folder.join(name);
        match place.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(place)),
            Err(error) => return Err(error),
            Ok(found) if found.is_symlink() => path = folder.join(fs::read_link(&place)?),
            Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(found) => return Ok(found.is_file().then_some(place)),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "too many symbolic links"))
}

/// Whether names in this folder stand for what is open already, so that a new file under such a name would not reach
/// it. `/dev/stdout` is a regular file where the shell sends it to one.
fn has_devices(folder: &Path) -> bool {
    folder == Path::new("/dev") || folder == Path::new("/dev/fd") || folder.starts_with("/proc")
}

fn new_beside(place: &Path) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut attempt = 1;
    loop {
        let temporary = place.with_file_name(format!(".batchcast-{:016x}.tmp", fastrand::u64(..)));
        match options.open(&temporary) {
            Ok(file) => return Ok((file, temporary)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < MOST_NAMES => attempt += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::TempDir;

    fn write(path: &Path, text: &str) -> Result<(), FileError> {
        let mut file = ReportFile::create(path)?;
        file.write_all(text.as_bytes()).unwrap();
        file.commit()
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_appears_when_it_is_committed() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.csv");
        let mut file = ReportFile::create(&path).unwrap();
        file.write_all(b"row\n").unwrap();
        assert_eq!(names(&folder).len(), 1);
        assert!(names(&folder)[0].starts_with(".batchcast-") && !path.exists());
        assert_eq!(file.temporary(), Some(&*folder.path().canonicalize().unwrap().join(&names(&folder)[0])));
        assert_eq!(mode(&folder.path().join(&names(&folder)[0])), 0o600);
        file.commit().unwrap();
        assert_eq!((names(&folder), fs::read_to_string(&path).unwrap()), (vec!["report.csv".into()], "row\n".into()));
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn it_takes_the_place_of_the_one_before() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.csv");
        fs::write(&path, "a longer text").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        drop(ReportFile::create(&path).unwrap());
        assert_eq!((names(&folder).len(), fs::read_to_string(&path).unwrap()), (1, "a longer text".into()));
        write(&path, "new").unwrap();
        assert_eq!((names(&folder).len(), fs::read_to_string(&path).unwrap()), (1, "new".into()));
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn links_stay_and_lead_to_it() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        let target = folder.path().join("deep/report.csv");
        let links = ["one", "two"].map(|name| folder.path().join(name));
        symlink("two", &links[0]).unwrap();
        symlink("deep/report.csv", &links[1]).unwrap();
        // First where it leads to nothing, then over what is there.
        for text in ["first", "second"] {
            write(&links[0], text).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
        }
        assert!(links.iter().all(|link| link.is_symlink()) && !target.is_symlink());
        assert_eq!(names(&folder), ["deep", "one", "two"]);
    }

    #[test]
    fn what_cannot_be_written_to() {
        #[track_caller]
        fn check(path: &Path, kind: io::ErrorKind, step: &str) {
            let error = ReportFile::create(path).unwrap_err();
            assert_eq!(error.io().kind(), kind, "{error}");
            assert!(error.to_string().starts_with(&format!("the report {path:?}: {step}: ")), "{error}");
        }
        let folder = TempDir::new().unwrap();
        symlink("circle", folder.path().join("circle")).unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        check(folder.path(), io::ErrorKind::IsADirectory, "cannot be written to");
        check(&folder.path().join("none/report.csv"), io::ErrorKind::NotFound, "cannot be written to");
        check(&folder.path().join("file/report.csv"), io::ErrorKind::NotADirectory, "cannot be written to");
        check(&folder.path().join("circle"), io::ErrorKind::InvalidInput, "cannot be written to");
        check(Path::new(""), io::ErrorKind::InvalidInput, "cannot be written to");
        check(&folder.path().join(".."), io::ErrorKind::InvalidInput, "cannot be written to");
        check(Path::new("/dev/batchcast-none"), io::ErrorKind::NotFound, "cannot be opened");
    }

    #[test]
    fn what_took_the_place_meanwhile_stays() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.csv");
        let file = ReportFile::create(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = file.commit().unwrap_err();
        assert!(error.to_string().contains("cannot be put into its place"), "{error}");
        assert_eq!(names(&folder), ["report.csv"]);
    }

    #[test]
    fn devices_are_written_to() {
        write(Path::new("/dev/null"), "row\n").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn pipes_are_written_to() {
        let (mut reader, writer) = io::pipe().unwrap();
        let path = PathBuf::from(format!("/proc/self/fd/{}", writer.as_raw_fd()));
        write(&path, "row\n").unwrap();
        drop(writer);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "row\n");
    }

    /// As `/dev/stdout` is where the shell sends it to a file.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_open_already_is_written_to_at_its_end() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        let mut open = File::create(&path).unwrap();
        open.write_all(b"before\n").unwrap();
        let link = folder.path().join("stdout");
        symlink(format!("/proc/self/fd/{}", open.as_raw_fd()), &link).unwrap();
        write(&link, "row\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nrow\n");
        assert_eq!(names(&folder), ["log", "stdout"]);
    }
}
