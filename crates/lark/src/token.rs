//! The tokens of the vendor: how an answer with one is read, and the token of a custom app or of the caller.

use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::{ApiError, BuildError};
use batchcast_transport::exchange::{Credentials, Issue, Token};
use batchcast_transport::operation::Verdict;
use batchcast_transport::time::Now;
use batchcast_transport::wire::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::answer;
use crate::codes::Call;

/// "Get custom app's tenant_access_token" (undated): flat answer, `expire` in seconds from now.
const PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";

/// Reads an answer that holds a token under this name.
pub(crate) fn read(call: Call, name: &str, response: &Response, now: Now) -> Verdict<Token> {
    let verdict = answer::read(call, response, |body| {
        let token = body.get(name)?.as_str().filter(|token| can_be_one(token))?;
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

pub(crate) fn can_be_one(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A custom app, which gets its tenant's token for its secret.
#[derive(Debug)]
pub(crate) struct CustomApp {
    pub(crate) app_id: String,
    pub(crate) app_secret: SecretString,
    pub(crate) endpoint: Endpoint,
    /// How long asking for a token may take.
    pub(crate) deadline: Duration,
}

impl Credentials for CustomApp {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        let body = json!({"app_id": self.app_id, "app_secret": self.app_secret.expose_secret()});
        let request = Request::post_json(self.endpoint.join(PATH)?, &body)?;
        Ok(Issue::Fetch(request.with_timeout(self.deadline)))
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        read(Call::Token, "tenant_access_token", response, now)
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}

/// A token that the caller has, and that is never asked for.
#[derive(Debug)]
pub(crate) struct Given(pub(crate) SecretString);

impl Credentials for Given {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        Ok(Issue::Given(Token::new(self.0.clone(), None)))
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        read(Call::Token, "tenant_access_token", response, now)
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.0]
    }
}
