//! `POST auth/v3/app_ticket/resend`: asks the vendor to push a ticket.

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::answer;
use crate::codes::Call;

const PATH: &str = "/open-apis/auth/v3/app_ticket/resend";

/// Asks the vendor to push a ticket to the event address of a store app: the answer does not hold it. A client of such
/// an app asks by itself where it has none, or where the one at hand is refused.
///
/// "Resend app_ticket" (Lark and Feishu, undated). The request holds the secret itself and needs no token, so a client
/// makes this call by [`resend_app_ticket`](crate::Client::resend_app_ticket).
#[derive(Debug, Clone)]
#[must_use]
pub struct AppTicketResend {
    app_id: String,
    pub(super) app_secret: SecretString,
}

impl AppTicketResend {
    /// Asks for a ticket for this app.
    pub fn new(app_id: impl Into<String>, app_secret: impl Into<SecretString>) -> Self {
        Self { app_id: app_id.into(), app_secret: app_secret.into() }
    }
}

impl Operation for AppTicketResend {
    type Output = ();

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let body = json!({"app_id": self.app_id, "app_secret": self.app_secret.expose_secret()});
        Request::post_json(endpoint.join(PATH)?, &body)
    }

    fn parse(&self, response: &Response) -> Verdict<()> {
        answer::read(Call::StoreToken, response, |_| Some(()))
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("auth/v3/app_ticket.resend")
    }
}
