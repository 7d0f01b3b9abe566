//! What the environment and the configuration file say: the only place that reads the environment.
//!
//! The order is option, environment, profile, default. A secret comes from a variable, from the file that the variable
//! with `_FILE` behind its name points to, or from a profile; never from the command line.

mod credentials;
mod profile;

use std::fs::File;
use std::io::Read;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use batchcast_tim::Region;
use batchcast_transport::endpoint::Endpoint;

use crate::args::{LedgerArgs, VendorArgs, Via};
use crate::failure::Failure;
use credentials::Credentials;
pub(crate) use credentials::UserSigSettings;
use profile::Profile;

/// Far more than any secret or profile has, and little enough not to fill the memory.
const LONGEST_FILE: u64 = 1_000_000;

/// What option, environment and profile come to.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) via: Option<Via>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) ids_per_request: Option<NonZeroUsize>,
    pub(crate) tim_requests_per_second: Option<NonZeroU32>,
    pub(crate) tim_recipients_per_minute: Option<NonZeroU32>,
    profile: Profile,
    sandbox: bool,
}

impl Settings {
    pub(crate) fn read(args: &VendorArgs) -> Result<Self, Failure> {
        // The sandbox brings its own credentials and its own address: nothing that is configured may lead out of it,
        // and nothing that is broken there need stop it.
        let profile = match args.sandbox && args.ledger.profile.is_none() {
            true => Profile::default(),
            false => Profile::read(args.ledger.profile.clone().or(variable("BATCHCAST_PROFILE")?))?,
        };
        let endpoint = match (&args.endpoint, args.sandbox) {
            (_, true) => None,
            (Some(endpoint), false) => Some(endpoint.clone()),
            (None, false) => variable("BATCHCAST_ENDPOINT")?.or(profile.endpoint.clone()),
        };
        Ok(Self {
            via: args.via.or(profile.via),
            endpoint: endpoint.map(|text| text.parse().map_err(Failure::usage)).transpose()?,
            ids_per_request: profile.ids_per_request,
            tim_requests_per_second: profile.tim_requests_per_second,
            tim_recipients_per_minute: profile.tim_recipients_per_minute,
            profile,
            sandbox: args.sandbox,
        })
    }

    /// Which of Feishu and Lark is meant; Feishu where the user says nothing and gives an address.
    pub(crate) fn lark_platform(&self) -> Result<Via, Failure> {
        match self.via {
            Some(Via::Tim) => Err(Failure::usage("this is for Feishu and Lark only")),
            Some(via) => Ok(via),
            None if self.sandbox || self.endpoint.is_some() => Ok(Via::Feishu),
            None => Err(Failure::usage("which vendor is it?").with_hint("add --via feishu or --via lark")),
        }
    }

    /// What is configured for Feishu and Lark, if anything is.
    pub(crate) fn lark(&self) -> Result<Option<batchcast_lark::Credentials>, Failure> {
        if self.sandbox { Ok(None) } else { Credentials::read(&self.profile)?.lark() }
    }

    /// What is configured for TIM, if anything is.
    pub(crate) fn tim(&self) -> Result<Option<batchcast_tim::Credentials>, Failure> {
        if self.sandbox { Ok(None) } else { UserSigSettings::read(&self.profile)?.credentials() }
    }

    /// Where the TIM app is; China unless set.
    pub(crate) fn tim_region(&self) -> Result<Region, Failure> {
        if self.sandbox {
            return Ok(Region::China);
        }
        let name = variable("BATCHCAST_TIM_REGION")?.or(self.profile.tim_region.clone());
        let not_a_region = |why| Failure::usage(format!("BATCHCAST_TIM_REGION, or tim_region in the profile: {why}"));
        name.map_or(Ok(Region::China), |name| name.parse().map_err(not_a_region))
    }
}

/// Where campaigns are written down, as the user says it: by option, environment or profile.
pub(crate) fn ledger(args: &LedgerArgs) -> Result<Option<String>, Failure> {
    if args.ledger.is_some() {
        return Ok(args.ledger.clone());
    }
    if let Some(ledger) = variable("BATCHCAST_LEDGER")? {
        return Ok(Some(ledger));
    }
    Ok(Profile::read(args.profile.clone().or(variable("BATCHCAST_PROFILE")?))?.ledger)
}

/// Where the ledger is unless the user says otherwise.
pub(crate) fn default_ledger() -> Result<PathBuf, Failure> {
    // A relative path is to be ignored, says the XDG base directory specification.
    let state = plain("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = plain("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let directory = state.or(home).ok_or_else(|| {
        Failure::usage("no directory for the ledger is known").with_hint("set HOME, or give --ledger sqlite:PATH")
    })?;
    Ok(directory.join("batchcast").join("ledger.db"))
}

/// At which point the program is to end as if it were killed, and at the how-manieth passing.
#[cfg(feature = "kill-points")]
pub(crate) fn kill_at() -> Option<(String, u64)> {
    let text = plain("BATCHCAST_KILL_AT")?.into_string().ok()?;
    let (name, nth) = text.split_once(':')?;
    Some((name.to_owned(), nth.parse().ok()?))
}

/// What is configured of TIM, for signatures.
pub(crate) fn usersig_settings(profile: Option<String>) -> Result<UserSigSettings, Failure> {
    UserSigSettings::read(&Profile::read(profile.or(variable("BATCHCAST_PROFILE")?))?)
}

/// The same with the key alone.
pub(crate) fn usersig_key(profile: Option<String>) -> Result<UserSigSettings, Failure> {
    UserSigSettings::read_key(&Profile::read(profile.or(variable("BATCHCAST_PROFILE")?))?)
}

/// `RUST_LOG`, where it is set.
pub(crate) fn log_filter() -> Option<String> {
    plain("RUST_LOG")?.into_string().ok()
}

/// The value of one of our variables, or the content of the file that its twin with `_FILE` names. Empty counts as not
/// set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let file = format!("{name}_FILE");
    match (plain(name), plain(&file)) {
        (Some(_), Some(_)) => Err(Failure::usage(format!("both {name} and {file} are set; which shall be used?"))),
        (Some(value), None) => {
            value.into_string().map(Some).map_err(|_| Failure::usage(format!("{name} is not valid UTF-8")))
        }
        (None, Some(path)) => Ok(Some(line_of(&PathBuf::from(path))?).filter(|text| !text.is_empty())),
        (None, None) => Ok(None),
    }
}

/// The file that the twin of one of our variables names, where that is the one that is set.
fn file_of(name: &str) -> Result<Option<PathBuf>, Failure> {
    let (value, file) = (plain(name), plain(&format!("{name}_FILE")));
    match (value, file) {
        (Some(_), Some(_)) => Err(Failure::usage(format!("both {name} and {name}_FILE are set; which shall be used?"))),
        (_, file) => Ok(file.map(PathBuf::from)),
    }
}

/// The value of a variable, ours or somebody else's. Empty counts as not set.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn plain(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// What stands in a file that holds one value.
fn line_of(path: &Path) -> Result<String, Failure> {
    let text =
        text_of(path).map_err(|why| Failure::credentials(format!("{} cannot be read: {why}", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn text_of(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST_FILE).read_to_string(&mut text)?;
    Ok(text)
}
