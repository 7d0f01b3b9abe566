//! Asking for a ticket with a client, whose other calls have a token that takes a ticket: [`Resend`].

use std::sync::Arc;

use batchcast_transport::error::{BuildError, CallError};
use batchcast_transport::exchange::{Credentials, Issue, Session, Token};
use batchcast_transport::operation::{Verdict, without_code};
use batchcast_transport::time::Now;
use batchcast_transport::wire::{Request, Response};
use secrecy::SecretString;

use super::AppTicketResend;

/// The call with what authorizes it, which is nothing but the secret that it holds.
#[derive(Debug, Clone)]
pub(crate) struct Resend {
    call: AppTicketResend,
    session: Arc<Session>,
}

impl Resend {
    pub(crate) fn new(call: AppTicketResend) -> Self {
        let session = Arc::new(Session::new(InTheBody { app_secret: call.app_secret.clone() }));
        Self { call, session }
    }

    pub(crate) fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session)
    }

    pub(crate) fn call(&self) -> AppTicketResend {
        self.call.clone()
    }

    /// Why an app that has no tickets cannot ask for one.
    pub(crate) fn none() -> CallError {
        BuildError::text("only a store app has tickets; a custom app needs its id and secret alone").into()
    }
}

/// Adds nothing to a request that holds the secret already, and knows what must not be shown of its answer.
#[derive(Debug)]
struct InTheBody {
    app_secret: SecretString,
}

impl Credentials for InTheBody {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        Ok(Issue::Given(Token::new("".into(), None)))
    }

    fn read(&self, response: &Response, _: Now) -> Verdict<Token> {
        // Nothing is ever asked for.
        Verdict::failed(without_code(response))
    }

    fn authorize(&self, request: Request, _: &SecretString) -> Result<Request, BuildError> {
        Ok(request)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}
