//! What the environment and the configuration file say: the only place that reads the environment.
//!
//! The order is option, environment, profile, default. A secret comes from a variable, from the file that the variable
//! with `_FILE` behind its name points to, or from a profile; never from the command line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use batchcast_lark::Credentials;
use batchcast_transport::endpoint::Endpoint;
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::args::{TargetArgs, Via};
use crate::failure::Failure;

/// `config.toml`: named profiles, and which of them is used where none is named.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    via: Option<Via>,
    endpoint: Option<String>,
    app_id: Option<String>,
    #[serde(default, deserialize_with = "quoted")]
    app_secret: Option<SecretString>,
    app_secret_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "quoted")]
    tenant_access_token: Option<SecretString>,
    tenant_access_token_file: Option<PathBuf>,
    ids_per_request: Option<std::num::NonZeroUsize>,
}

/// A secret as text. serde's own complaint about a number would repeat the number.
fn quoted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::String(secret) => Ok(Some(secret.into())),
        _ => Err(D::Error::custom("a secret must be text in quotes")),
    }
}

/// What option, environment and profile come to.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) via: Option<Via>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) ids_per_request: Option<std::num::NonZeroUsize>,
}

impl Settings {
    pub(crate) fn read(args: &TargetArgs) -> Result<Self, Failure> {
        let profile = profile(args.profile.clone().or(variable("BATCHCAST_PROFILE")?))?;
        // The sandbox brings its own credentials and its own address, so nothing else may lead out of it.
        if args.sandbox {
            let ids_per_request = profile.ids_per_request;
            return Ok(Self { via: args.via.or(profile.via), endpoint: None, credentials: None, ids_per_request });
        }
        let endpoint = match &args.endpoint {
            Some(endpoint) => Some(endpoint.clone()),
            None => variable("BATCHCAST_ENDPOINT")?.or(profile.endpoint.clone()),
        };
        let endpoint = endpoint.map(|endpoint| endpoint.parse().map_err(Failure::usage)).transpose()?;
        Ok(Self {
            via: args.via.or(profile.via),
            endpoint,
            credentials: credentials(&profile)?,
            ids_per_request: profile.ids_per_request,
        })
    }
}

fn credentials(profile: &Profile) -> Result<Option<Credentials>, Failure> {
    let token = secret("BATCHCAST_TENANT_ACCESS_TOKEN")?;
    let (id, secret) = (variable("BATCHCAST_APP_ID")?, secret("BATCHCAST_APP_SECRET")?);
    // What the environment says of the app outranks what the profile says of a token.
    match (token, &id, &secret) {
        (Some(token), None, None) => return Ok(Some(Credentials::tenant_access_token(token))),
        (Some(_), _, _) => {
            return Err(Failure::credentials("both an app and an access token are given; which shall be used?")
                .with_hint("unset BATCHCAST_TENANT_ACCESS_TOKEN, or BATCHCAST_APP_ID and BATCHCAST_APP_SECRET"));
        }
        (None, None, None) => {
            if let Some(token) =
                stored(profile.tenant_access_token.as_ref(), profile.tenant_access_token_file.as_ref())?
            {
                return Ok(Some(Credentials::tenant_access_token(token)));
            }
        }
        (None, _, _) => {}
    }
    let secret = match secret {
        Some(secret) => Some(secret),
        None => stored(profile.app_secret.as_ref(), profile.app_secret_file.as_ref())?,
    };
    match (id.or(profile.app_id.clone()), secret) {
        (Some(id), Some(secret)) => Ok(Some(Credentials::custom_app(id, secret))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Failure::credentials("there is an app id but no app secret")
            .with_hint("set BATCHCAST_APP_SECRET, or BATCHCAST_APP_SECRET_FILE to a file that holds it")),
        (None, Some(_)) => {
            Err(Failure::credentials("there is an app secret but no app id").with_hint("set BATCHCAST_APP_ID"))
        }
    }
}

/// The value of a variable, or the content of the file that its twin with `_FILE` names. Empty counts as not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    let not_text = |_| Failure::usage(format!("{name} is not valid UTF-8"));
    let file = format!("{name}_FILE");
    match (plain(name), plain(&file)) {
        (Some(_), Some(_)) => Err(Failure::usage(format!("both {name} and {file} are set; which shall be used?"))),
        (Some(value), None) => value.into_string().map(Some).map_err(not_text),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            let text = fs::read_to_string(&path)
                .map_err(|error| Failure::credentials(format!("{file}: {} cannot be read: {error}", path.display())))?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty()))
        }
        (None, None) => Ok(None),
    }
}

/// The value of a variable that has no twin.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn plain(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn secret(name: &str) -> Result<Option<SecretString>, Failure> {
    Ok(variable(name)?.map(SecretString::from))
}

/// `RUST_LOG`, where it is set.
pub(crate) fn log_filter() -> Option<String> {
    plain("RUST_LOG")?.into_string().ok()
}

/// A secret of the profile, given there or in a file.
fn stored(value: Option<&SecretString>, file: Option<&PathBuf>) -> Result<Option<SecretString>, Failure> {
    match (value, file) {
        (Some(value), _) => Ok(Some(value.clone())),
        (None, Some(path)) => {
            let text = fs::read_to_string(path)
                .map_err(|error| Failure::credentials(format!("{} cannot be read: {error}", path.display())))?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned().into()))
        }
        (None, None) => Ok(None),
    }
}

fn profile(name: Option<String>) -> Result<Profile, Failure> {
    let Some(path) = path() else {
        return missing(name, "no configuration directory is known: set XDG_CONFIG_HOME or HOME");
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return missing(name, &format!("{} does not exist", path.display()));
        }
        Err(error) => return Err(Failure::other(format!("{} cannot be read: {error}", path.display()))),
    };
    let mut file: File = toml::from_str(&text).map_err(|error| bad_toml(&path, &text, &error))?;
    if file.profiles.values().any(|profile| profile.app_secret.is_some() || profile.tenant_access_token.is_some()) {
        refuse_readable_by_others(&path)?;
    }
    match name.or(file.default_profile) {
        None => Ok(Profile::default()),
        Some(name) => file.profiles.remove(&name).ok_or_else(|| {
            let known: Vec<_> = file.profiles.keys().map(String::as_str).collect();
            Failure::usage(format!("{} has no profile {name:?}; it has: {}", path.display(), known.join(", ")))
        }),
    }
}

/// The line and what is wrong with it, but not the line itself: it may hold a secret.
fn bad_toml(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
    Failure::usage(format!("{}, line {line}: {}", path.display(), error.message()))
}

fn missing(name: Option<String>, why: &str) -> Result<Profile, Failure> {
    match name {
        None => Ok(Profile::default()),
        Some(name) => Err(Failure::usage(format!("there is no profile {name:?}: {why}"))),
    }
}

fn path() -> Option<PathBuf> {
    let config = plain("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| plain("HOME").map(|home| PathBuf::from(home).join(".config")));
    config.map(|config| config.join("batchcast").join("config.toml"))
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(Failure::other)?.permissions().mode();
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
