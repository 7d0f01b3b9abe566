//! A profile of the configuration file.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{plain, text_of};
use crate::args::Via;
use crate::failure::Failure;

/// `config.toml`: named profiles, and which of them is used where none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    pub(super) via: Option<Via>,
    pub(super) endpoint: Option<String>,
    pub(super) ledger: Option<String>,
    pub(super) ids_per_request: Option<NonZeroUsize>,

    pub(super) app_id: Option<String>,
    #[serde(default, deserialize_with = "quoted")]
    pub(super) app_secret: Option<SecretString>,
    pub(super) app_secret_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "quoted")]
    pub(super) tenant_access_token: Option<SecretString>,
    pub(super) tenant_access_token_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "quoted")]
    pub(super) app_ticket: Option<SecretString>,
    pub(super) app_ticket_file: Option<PathBuf>,
    pub(super) tenant_key: Option<String>,

    pub(super) tim_sdkappid: Option<u32>,
    pub(super) tim_identifier: Option<String>,
    #[serde(default, deserialize_with = "quoted")]
    pub(super) tim_secret_key: Option<SecretString>,
    pub(super) tim_secret_key_file: Option<PathBuf>,
    pub(super) tim_region: Option<String>,
    pub(super) tim_requests_per_second: Option<NonZeroU32>,
    pub(super) tim_recipients_per_minute: Option<NonZeroU32>,
}

/// A secret as text. serde's own complaint about a number would repeat the number.
fn quoted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::String(secret) => Ok(Some(secret.into())),
        _ => Err(D::Error::custom("a secret must be text in quotes")),
    }
}

impl Profile {
    /// The profile of this name; without a name the default one, or an empty one where there is none.
    pub(super) fn read(name: Option<String>) -> Result<Self, Failure> {
        let Some(path) = path() else {
            return missing(name, "no configuration directory is known: set XDG_CONFIG_HOME or HOME");
        };
        let text = match text_of(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return missing(name, &format!("{} does not exist", path.display()));
            }
            Err(error) => return Err(Failure::other(format!("{} cannot be read: {error}", path.display()))),
        };
        let mut file: ConfigFile = toml::from_str(&text).map_err(|error| bad_toml(&path, &text, &error))?;
        if file.profiles.values().any(Self::holds_a_secret) {
            refuse_readable_by_others(&path)?;
        }
        match name.or(file.default_profile) {
            None => Ok(Self::default()),
            Some(name) => file.profiles.remove(&name).ok_or_else(|| {
                let known: Vec<_> = file.profiles.keys().map(String::as_str).collect();
                Failure::usage(format!("{} has no profile {name:?}; it has: {}", path.display(), known.join(", ")))
            }),
        }
    }

    const fn holds_a_secret(&self) -> bool {
        self.app_secret.is_some()
            || self.tenant_access_token.is_some()
            || self.app_ticket.is_some()
            || self.tim_secret_key.is_some()
    }
}

/// The line and what is wrong with it. serde's complaint about a type or a value repeats the value, and whoever forgot
/// the name of a profile has a secret there; so it is not passed on.
fn bad_toml(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
    let repeats_the_value = ["invalid type", "invalid value", "invalid length", "unknown variant"];
    let what = match repeats_the_value.iter().any(|start| error.message().starts_with(start)) {
        true => "this is not what is expected here; settings stand below a line such as [profiles.work]",
        false => error.message(),
    };
    Failure::usage(format!("{}, line {line}: {what}", path.display()))
}

fn missing(name: Option<String>, why: &str) -> Result<Profile, Failure> {
    match name {
        None => Ok(Profile::default()),
        Some(name) => Err(Failure::usage(format!("there is no profile {name:?}: {why}"))),
    }
}

fn path() -> Option<PathBuf> {
    let home = || plain("HOME").map(|home| PathBuf::from(home).join(".config"));
    let config = plain("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
    config.map(|config| config.join("batchcast").join("config.toml"))
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(Failure::other)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::credentials(format!("{} holds a secret and can be read by others", path.display()))
        .with_hint(format!("chmod 600 {}", path.display())))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_: &Path) -> Result<(), Failure> {
    Ok(())
}
