//! Opens the ledger that the user means.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchcast_campaign::ledger::Ledger;
use batchcast_campaign::ledger::sqlite::Sqlite;
use batchcast_transport::time::SystemTimer;
use tempfile::TempDir;

use crate::args::{LedgerArgs, VendorArgs};
use crate::config;
use crate::failure::Failure;
use crate::files::same_file;

const SQLITE: &str = "sqlite:";

/// An open ledger, and how the user called it.
#[derive(Debug)]
pub(crate) struct OpenLedger {
    pub(crate) ledger: Arc<dyn Ledger>,
    /// The options that lead to it again, for commands that are shown; `None` where it is gone with the process.
    pub(crate) options: Option<String>,
    path: PathBuf,
    temporary: Option<TempDir>,
}

impl OpenLedger {
    /// The directory that goes with the process, where the ledger is in one.
    pub(crate) fn temporary(&self) -> Option<PathBuf> {
        self.temporary.as_ref().map(|directory| directory.path().to_owned())
    }

    /// Nothing else may be written where the ledger is.
    pub(crate) fn refuse_as_output(&self, option: &str, path: &Path) -> Result<(), Failure> {
        let beside = |ending: &str| {
            let mut name = self.path.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        match ["", "-wal", "-shm"].iter().any(|ending| same_file(&beside(ending), path)) {
            true => Err(Failure::usage(format!("{option} {}: this is the ledger", path.display()))),
            false => Ok(()),
        }
    }
}

/// The ledger of a command about a campaign that exists: one that is named has to be there, since in a new one of a
/// mistyped name there would be nothing, as if all were lost.
pub(crate) fn open(args: &LedgerArgs) -> Result<OpenLedger, Failure> {
    let named = config::ledger(args)?;
    let path = named.as_deref().and_then(|address| address.strip_prefix(SQLITE)).filter(|path| !path.is_empty());
    if let Some(path) = path.map(Path::new).filter(|path| path.try_exists().is_ok_and(|exists| !exists)) {
        return Err(Failure::usage(format!("there is no ledger at {}", path.display()))
            .with_hint("name the one that the campaign was planned with: --ledger, BATCHCAST_LEDGER or the profile"));
    }
    open_or_make(args)
}

fn open_or_make(args: &LedgerArgs) -> Result<OpenLedger, Failure> {
    let given = [("--ledger", &args.ledger), ("--profile", &args.profile)].into_iter();
    let given = given.filter_map(|(option, value)| Some(format!(" {option} {}", quoted(value.as_ref()?))));
    let options = given.collect::<String>();
    match config::ledger(args)? {
        Some(address) => at(&address, options),
        None => sqlite(&config::default_ledger()?, options),
    }
}

/// The ledger of a command that speaks to a vendor: a sandbox has one of its own, unless one is asked for.
pub(crate) fn open_for(vendor: &VendorArgs) -> Result<OpenLedger, Failure> {
    if !vendor.sandbox || vendor.ledger.ledger.is_some() {
        return open_or_make(&vendor.ledger);
    }
    let temporary = TempDir::with_prefix("batchcast-").map_err(Failure::disk)?;
    let opened = sqlite(&temporary.path().join("ledger.db"), String::new())?;
    Ok(OpenLedger { options: None, temporary: Some(temporary), ..opened })
}

fn at(address: &str, options: String) -> Result<OpenLedger, Failure> {
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return Err(Failure::usage("ledgers in PostgreSQL are not supported yet")
            .with_hint("keep it in a file of this machine: --ledger sqlite:PATH"));
    }
    match address.strip_prefix(SQLITE).filter(|path| !path.is_empty()) {
        Some(path) => sqlite(Path::new(path), options),
        None => Err(Failure::usage("the ledger is not an address that is known").with_hint("sqlite:PATH is wanted")),
    }
}

fn sqlite(path: &Path, options: String) -> Result<OpenLedger, Failure> {
    let ledger = Sqlite::open(path, Arc::new(SystemTimer::new()))?;
    Ok(OpenLedger { ledger: Arc::new(ledger), options: Some(options), path: path.to_owned(), temporary: None })
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=@%+,".contains(character);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_of_a_shell() {
        fn check(word: &str, expected: &str) {
            assert_eq!(quoted(word), expected);
        }
        check("sqlite:/tmp/ledger.db", "sqlite:/tmp/ledger.db");
        check("sqlite:/my files/a'b", r"'sqlite:/my files/a'\''b'");
        check("sqlite:$HOME", "'sqlite:$HOME'");
    }
}
