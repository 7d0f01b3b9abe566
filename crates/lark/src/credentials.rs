//! Who sends: an app's id and secret, or a token that the caller already has.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::exchange::Session;
use secrecy::{ExposeSecret, SecretString};

use crate::store_app::{self, StoreApp, TicketSource};
#[cfg(any(feature = "blocking", feature = "async"))]
use crate::store_app::{AppTicketResend, Resend};
use crate::token::{self, CustomApp, Given};

/// What authorizes an app. Neither the secret nor a ticket or token is ever shown, not by `Debug` either.
#[derive(Debug, Clone)]
pub struct Credentials(Kind);

#[derive(Debug, Clone)]
enum Kind {
    CustomApp { app_id: String, app_secret: SecretString },
    StoreApp(StoreApp),
    AccessToken(SecretString),
}

impl Credentials {
    /// A custom app, by the id (`cli_…`) and the secret of the developer console. Its token is fetched when it is
    /// needed and renewed ahead of its end.
    #[must_use]
    pub fn custom_app(app_id: impl Into<String>, app_secret: impl Into<SecretString>) -> Self {
        Self(Kind::CustomApp { app_id: app_id.into(), app_secret: app_secret.into() })
    }

    /// A store app in one tenant that has installed it, by the app's id and secret, where its
    /// [tickets](crate::Tickets) come from, and the tenant's `tenant_key`, which comes with the event of its
    /// installation. The token of the app and that of the tenant are fetched when they are needed and renewed ahead of
    /// their ends; a ticket that is missing or refused is asked for.
    #[must_use]
    pub fn store_app(
        app_id: impl Into<String>,
        app_secret: impl Into<SecretString>,
        tickets: impl TicketSource + 'static,
        tenant_key: impl Into<String>,
    ) -> Self {
        Self(Kind::StoreApp(StoreApp {
            app_id: app_id.into(),
            app_secret: app_secret.into(),
            tickets: Arc::new(tickets),
            tenant_key: tenant_key.into(),
        }))
    }

    /// A `tenant_access_token` (`t-…`) that the caller already has. When it ends, calls fail for lack of permission:
    /// there is no other to be had.
    ///
    /// # Errors
    /// [`BadToken`] where it is empty, or has a character that no token has.
    pub fn tenant_access_token(token: impl Into<SecretString>) -> Result<Self, BadToken> {
        let token = token.into();
        if token::can_be_one(token.expose_secret()) { Ok(Self(Kind::AccessToken(token))) } else { Err(BadToken) }
    }

    /// The app's id, where it is known.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        match &self.0 {
            Kind::CustomApp { app_id, .. } | Kind::StoreApp(StoreApp { app_id, .. }) => Some(app_id),
            Kind::AccessToken(_) => None,
        }
    }

    /// The tenant that a store app is used in. It names the tenant and is no secret.
    #[must_use]
    pub fn tenant_key(&self) -> Option<&str> {
        match &self.0 {
            Kind::StoreApp(StoreApp { tenant_key, .. }) => Some(tenant_key),
            Kind::CustomApp { .. } | Kind::AccessToken(_) => None,
        }
    }

    /// How a store app asks for a ticket.
    #[cfg(any(feature = "blocking", feature = "async"))]
    pub(crate) fn resend(&self) -> Option<Resend> {
        match &self.0 {
            Kind::StoreApp(StoreApp { app_id, app_secret, .. }) => {
                Some(Resend::new(AppTicketResend::new(app_id.clone(), app_secret.clone())))
            }
            Kind::CustomApp { .. } | Kind::AccessToken(_) => None,
        }
    }

    /// The session in which tokens are issued at this endpoint, where asking for one may take so long.
    pub(crate) fn session(self, endpoint: &Endpoint, deadline: Duration) -> Session {
        match self.0 {
            Kind::AccessToken(token) => Session::new(Given(token)),
            Kind::StoreApp(app) => store_app::session(app, endpoint, deadline),
            Kind::CustomApp { app_id, app_secret } => {
                Session::new(CustomApp { app_id, app_secret, endpoint: endpoint.clone(), deadline })
            }
        }
    }
}

/// The access token cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token is empty or has a character that no token has, such as a space or a line break")]
pub struct BadToken;
