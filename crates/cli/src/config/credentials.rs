//! What is configured of credentials, for each vendor.

use std::path::PathBuf;

use batchcast_tim::usersig::{SdkAppId, SecretKey};
use secrecy::SecretString;

use super::profile::Profile;
use super::{file_of, line_of, variable};
use crate::failure::Failure;

/// What is configured. Nothing of it is needed before somebody asks for it.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    app_id: Option<String>,
    app_secret: Option<SecretString>,
    tenant_access_token: Option<SecretString>,
    ticket: Option<Ticket>,
    tenant_key: Option<String>,
}

/// Where the ticket of a store app is.
#[derive(Debug, Clone)]
enum Ticket {
    /// Given, and there will be no other.
    Given(SecretString),
    /// In a file, where whoever listens for the vendor's events puts the newest.
    File(PathBuf),
}

/// What is configured of TIM.
#[derive(Debug, Default)]
pub(crate) struct UserSigSettings {
    pub(crate) sdkappid: Option<SdkAppId>,
    pub(crate) identifier: Option<String>,
    pub(crate) key: Option<SecretKey>,
}

impl Credentials {
    pub(super) fn read(profile: &Profile) -> Result<Self, Failure> {
        let (app_id, app_secret) = (variable("BATCHCAST_APP_ID")?, secret("BATCHCAST_APP_SECRET")?);
        let token = secret("BATCHCAST_TENANT_ACCESS_TOKEN")?;
        // What the environment says of one way outranks what the profile says of the other.
        let (use_app, use_token) = (token.is_none(), app_id.is_none() && app_secret.is_none());
        let stored_secret = stored("app_secret", profile.app_secret.as_ref(), profile.app_secret_file.as_ref());
        let stored_token = stored(
            "tenant_access_token",
            profile.tenant_access_token.as_ref(),
            profile.tenant_access_token_file.as_ref(),
        );
        Ok(Self {
            app_id: app_id.or(profile.app_id.clone().filter(|_| use_app)),
            app_secret: app_secret.or(if use_app { stored_secret? } else { None }),
            tenant_access_token: token.or(if use_token { stored_token? } else { None }),
            ticket: ticket(profile)?,
            tenant_key: variable("BATCHCAST_TENANT_KEY")?.or(profile.tenant_key.clone()),
        })
    }

    /// What is configured for Feishu and Lark, if anything is.
    pub(crate) fn lark(&self) -> Result<Option<batchcast_lark::Credentials>, Failure> {
        match (&self.app_id, &self.app_secret, &self.tenant_access_token) {
            (None, None, None) => Ok(None),
            (Some(id), Some(secret), None) => self.app(id, secret).map(Some),
            (None, None, Some(token)) => {
                let credentials = batchcast_lark::Credentials::tenant_access_token(token.clone());
                credentials.map(Some).map_err(Failure::credentials)
            }
            (_, _, Some(_)) => {
                Err(Failure::credentials("both an app and an access token are given; which shall be used?")
                    .with_hint("unset BATCHCAST_TENANT_ACCESS_TOKEN, or BATCHCAST_APP_ID and BATCHCAST_APP_SECRET"))
            }
            (Some(_), None, None) => Err(Failure::credentials("there is an app id but no app secret")
                .with_hint("set BATCHCAST_APP_SECRET, or BATCHCAST_APP_SECRET_FILE to a file that holds it")),
            (None, Some(_), None) => {
                Err(Failure::credentials("there is an app secret but no app id").with_hint("set BATCHCAST_APP_ID"))
            }
        }
    }
}

impl Credentials {
    /// A store app where it is said to be one, in the tenant that is named.
    fn app(&self, id: &str, secret: &SecretString) -> Result<batchcast_lark::Credentials, Failure> {
        use batchcast_lark::Credentials as Lark;
        match (&self.ticket, &self.tenant_key) {
            (None, None) => Ok(Lark::custom_app(id, secret.clone())),
            (Some(Ticket::Given(ticket)), Some(tenant)) => {
                Ok(Lark::store_app(id, secret.clone(), ticket.clone(), tenant))
            }
            (Some(Ticket::File(path)), Some(tenant)) => {
                let path = path.clone();
                let newest = move || line_of(&path).ok().filter(|ticket| !ticket.is_empty()).map(SecretString::from);
                Ok(Lark::store_app(id, secret.clone(), newest, tenant))
            }
            (Some(_), None) => Err(Failure::credentials("there is an app ticket but no tenant: a store app sends in one tenant")
                .with_hint("set BATCHCAST_TENANT_KEY; without BATCHCAST_APP_TICKET it is a custom app")),
            (None, Some(_)) => Err(Failure::credentials("there is a tenant but no app ticket: a store app needs both")
                .with_hint(
                    "set BATCHCAST_APP_TICKET_FILE to the file where the newest ticket is put, or BATCHCAST_APP_TICKET; a \
                     custom app needs neither",
                )),
        }
    }
}

/// The ticket, or where it is.
fn ticket(profile: &Profile) -> Result<Option<Ticket>, Failure> {
    if let Some(path) = file_of("BATCHCAST_APP_TICKET")? {
        return in_file(path).map(Some);
    }
    if let Some(ticket) = secret("BATCHCAST_APP_TICKET")? {
        return Ok(Some(Ticket::Given(ticket)));
    }
    match (&profile.app_ticket, &profile.app_ticket_file) {
        (Some(_), Some(_)) => {
            Err(Failure::usage("the profile has both app_ticket and app_ticket_file; which shall be used?"))
        }
        (Some(ticket), None) => Ok(Some(Ticket::Given(ticket.clone()))),
        (None, Some(path)) => in_file(path.clone()).map(Some),
        (None, None) => Ok(None),
    }
}

/// Read once now, so that a wrong path is told before anything is tried, and a long wait before it begins.
fn in_file(path: PathBuf) -> Result<Ticket, Failure> {
    if line_of(&path)?.is_empty() {
        log::warn!("{} has no app ticket yet; the vendor is asked for one, and it is waited for", path.display());
    }
    Ok(Ticket::File(path))
}

impl UserSigSettings {
    /// The credentials, if anything is configured.
    pub(crate) fn credentials(self) -> Result<Option<batchcast_tim::Credentials>, Failure> {
        match (self.sdkappid, self.identifier, self.key) {
            (None, None, None) => Ok(None),
            (Some(sdkappid), Some(identifier), Some(key)) => {
                let credentials = batchcast_tim::Credentials::secret_key(sdkappid, identifier, key);
                credentials.map(Some).map_err(Failure::credentials)
            }
            _ => Err(Failure::credentials("the credentials for TIM are not complete").with_hint(
                "set BATCHCAST_TIM_SDKAPPID, BATCHCAST_TIM_IDENTIFIER (an administrator) and \
                 BATCHCAST_TIM_SECRET_KEY, each also as …_FILE",
            )),
        }
    }

    pub(super) fn read(profile: &Profile) -> Result<Self, Failure> {
        Ok(Self {
            sdkappid: sdkappid(profile)?,
            identifier: variable("BATCHCAST_TIM_IDENTIFIER")?.or(profile.tim_identifier.clone()),
            key: key(profile)?,
        })
    }

    /// The key alone: nothing else is needed to look into a signature.
    pub(super) fn read_key(profile: &Profile) -> Result<Self, Failure> {
        Ok(Self { key: key(profile)?, ..Self::default() })
    }
}

fn sdkappid(profile: &Profile) -> Result<Option<SdkAppId>, Failure> {
    match variable("BATCHCAST_TIM_SDKAPPID")? {
        None => Ok(profile.tim_sdkappid.map(SdkAppId::new)),
        Some(text) => {
            text.parse().map(Some).map_err(|why| Failure::credentials(format!("BATCHCAST_TIM_SDKAPPID: {why}")))
        }
    }
}

fn key(profile: &Profile) -> Result<Option<SecretKey>, Failure> {
    let key = match secret("BATCHCAST_TIM_SECRET_KEY")? {
        Some(key) => Some(key),
        None => stored("tim_secret_key", profile.tim_secret_key.as_ref(), profile.tim_secret_key_file.as_ref())?,
    };
    let not_a_key = |why| Failure::credentials(format!("the SecretKey for TIM: {why}"));
    key.map(|key| SecretKey::new(key).map_err(not_a_key)).transpose()
}

fn secret(name: &str) -> Result<Option<SecretString>, Failure> {
    Ok(variable(name)?.map(SecretString::from))
}

/// A secret of the profile, given there or in a file.
fn stored(name: &str, value: Option<&SecretString>, file: Option<&PathBuf>) -> Result<Option<SecretString>, Failure> {
    match (value, file) {
        (Some(_), Some(_)) => {
            Err(Failure::usage(format!("the profile has both {name} and {name}_file; which shall be used?")))
        }
        (Some(value), None) => Ok(Some(value.clone())),
        (None, Some(path)) => Ok(Some(line_of(path)?.into())),
        (None, None) => Ok(None),
    }
}
