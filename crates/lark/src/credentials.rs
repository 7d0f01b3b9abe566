//! Who sends: a custom app's id and secret, or a token that the caller already has.

use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::{ApiError, BuildError};
use batchcast_transport::exchange::{self, Issue, Token};
use batchcast_transport::operation::Verdict;
use batchcast_transport::time::Now;
use batchcast_transport::wire::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::answer;

/// "Get custom app's tenant_access_token" (undated): flat answer, `expire` in seconds from now.
const PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";

/// What authorizes an app. Neither the secret nor the token is ever shown, not by `Debug` either.
#[derive(Debug, Clone)]
pub struct Credentials(Kind);

#[derive(Debug, Clone)]
enum Kind {
    CustomApp { app_id: String, app_secret: SecretString },
    AccessToken(SecretString),
}

impl Credentials {
    /// A custom app, by the id (`cli_…`) and the secret of the developer console. Its token is fetched when it is
    /// needed and renewed ahead of its end.
    #[must_use]
    pub fn custom_app(app_id: impl Into<String>, app_secret: impl Into<SecretString>) -> Self {
        Self(Kind::CustomApp { app_id: app_id.into(), app_secret: app_secret.into() })
    }

    /// A `tenant_access_token` (`t-…`) that the caller already has. When it ends, calls fail for lack of permission:
    /// there is no other to be had.
    ///
    /// # Errors
    /// [`BadToken`] where it is empty, or has a character that no token has.
    pub fn tenant_access_token(token: impl Into<SecretString>) -> Result<Self, BadToken> {
        let token = token.into();
        if can_be_a_token(token.expose_secret()) { Ok(Self(Kind::AccessToken(token))) } else { Err(BadToken) }
    }

    /// The app's id, where it is known.
    #[must_use]
    pub fn app_id(&self) -> Option<&str> {
        match &self.0 {
            Kind::CustomApp { app_id, .. } => Some(app_id),
            Kind::AccessToken(_) => None,
        }
    }

    pub(crate) fn at(self, endpoint: Endpoint, deadline: Duration) -> AppCredentials {
        AppCredentials { kind: self.0, endpoint, deadline }
    }
}

/// The access token cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token is empty or has a character that no token has, such as a space or a line break")]
pub struct BadToken;

fn can_be_a_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Credentials that know where their token is issued, and how long its request may take.
#[derive(Debug)]
pub(crate) struct AppCredentials {
    kind: Kind,
    endpoint: Endpoint,
    deadline: Duration,
}

impl exchange::Credentials for AppCredentials {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        match &self.kind {
            Kind::AccessToken(token) => Ok(Issue::Given(Token::new(token.clone(), None))),
            Kind::CustomApp { app_id, app_secret } => {
                let body = json!({"app_id": app_id, "app_secret": app_secret.expose_secret()});
                let request = Request::post_json(self.endpoint.join(PATH)?, &body)?;
                Ok(Issue::Fetch(request.with_timeout(self.deadline)))
            }
        }
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        let verdict = answer::read(response, |body| {
            let token = body.get("tenant_access_token")?.as_str().filter(|token| can_be_a_token(token))?;
            let expires = body.get("expire").and_then(Value::as_u64).map(|left| now.unix + Duration::from_secs(left));
            Some(Token::new(token.into(), expires))
        });
        match verdict {
            // The body may be the token itself in an unexpected form, so nothing of it is repeated.
            Verdict::Unknown(error) if error.code().is_none() => Verdict::Unknown(
                ApiError::new(Class::Unknown, error.status(), "the answer of the token endpoint could not be read")
                    .with_request_id(error.request_id()),
            ),
            verdict => verdict,
        }
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        match &self.kind {
            Kind::CustomApp { app_secret, .. } => vec![app_secret],
            Kind::AccessToken(token) => vec![token],
        }
    }
}
