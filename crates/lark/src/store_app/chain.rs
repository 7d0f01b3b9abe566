//! From a ticket to the token of a tenant: three sessions, each of which exchanges what the one before has.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::exchange::{Credentials, Issue, Session, Token};
use batchcast_transport::operation::{Operation, Verdict};
use batchcast_transport::time::{Now, Tick};
use batchcast_transport::wire::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{AppTicketResend, TicketSource};
use crate::codes::Call;
use crate::token;

/// "Get store app's app_access_token" (undated).
const APP_PATH: &str = "/open-apis/auth/v3/app_access_token";

/// "Get store app's tenant_access_token" (undated).
const TENANT_PATH: &str = "/open-apis/auth/v3/tenant_access_token";

/// How long after asking for a ticket the next one is asked for.
const ASK_AGAIN: Duration = Duration::from_secs(60);

/// How long another ticket is waited for before a refused one is tried once more, should it be the newest there is.
const REFUSED_FOR: Duration = Duration::from_secs(20);

/// A store app in one of the tenants that have installed it.
#[derive(Clone)]
pub(crate) struct StoreApp {
    pub(crate) app_id: String,
    pub(crate) app_secret: SecretString,
    pub(crate) tickets: Arc<dyn TicketSource>,
    pub(crate) tenant_key: String,
}

impl fmt::Debug for StoreApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreApp")
            .field("app_id", &self.app_id)
            .field("tenant_key", &self.tenant_key)
            .finish_non_exhaustive()
    }
}

/// The session of the tenant.
pub(crate) fn session(app: StoreApp, endpoint: &Endpoint, deadline: Duration) -> Session {
    let vendor = Vendor { endpoint: endpoint.clone(), deadline };
    let StoreApp { app_id, app_secret, tickets, tenant_key } = app;
    let resend = AppTicketResend::new(app_id.clone(), app_secret.clone());
    let ticket = Ticket {
        source: tickets,
        resend,
        app_secret: app_secret.clone(),
        vendor: vendor.clone(),
        waiting: Mutex::default(),
    };
    let ticket = Arc::new(Session::new(ticket));
    let app = AppToken { app_id, app_secret: app_secret.clone(), ticket, vendor: vendor.clone() };
    let app = Arc::new(Session::new(app));
    Session::new(TenantToken { tenant_key, app_secret, app, vendor })
}

/// Where tokens are issued, and how long asking for one may take.
#[derive(Debug, Clone)]
struct Vendor {
    endpoint: Endpoint,
    deadline: Duration,
}

impl Vendor {
    fn post(&self, path: &str, body: &Value) -> Result<Request, BuildError> {
        Ok(Request::post_json(self.endpoint.join(path)?, body)?.with_timeout(self.deadline))
    }
}

/// The ticket that the vendor pushes.
struct Ticket {
    source: Arc<dyn TicketSource>,
    resend: AppTicketResend,
    app_secret: SecretString,
    vendor: Vendor,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    asked: Option<Tick>,
    refused: Option<(SecretString, Tick)>,
}

impl Waiting {
    fn refuses(&self, ticket: &SecretString, now: Now) -> bool {
        self.refused.as_ref().is_some_and(|(refused, at)| {
            refused.expose_secret() == ticket.expose_secret() && now.tick.since(*at) < REFUSED_FOR
        })
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("resend", &self.resend).finish_non_exhaustive()
    }
}

impl Credentials for Ticket {
    fn issue(&self, now: Now) -> Result<Issue, BuildError> {
        let newest = self.source.newest();
        if !self.source.renews() {
            let ticket = newest.ok_or_else(|| BuildError::text("there is no app_ticket, and none is to come"))?;
            return Ok(Issue::Given(Token::new(ticket, None)));
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ticket) = newest.filter(|ticket| !waiting.refuses(ticket, now)) {
            // Not kept, so that the source is asked for its newest one the next time.
            return Ok(Issue::Made(Token::new(ticket, Some(now.unix))));
        }
        if waiting.asked.is_some_and(|asked| now.tick.since(asked) < ASK_AGAIN) {
            return Ok(Issue::NotYet(
                "no usable app_ticket has come although the vendor was asked for one; check the event address in \
                 developer console > your app > Events & Callbacks, and that what it receives reaches this program"
                    .to_owned(),
            ));
        }
        waiting.asked = Some(now.tick);
        Ok(Issue::Ask(self.resend.request(&self.vendor.endpoint)?.with_timeout(self.vendor.deadline)))
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        token::read(Call::StoreToken, "app_ticket", response, now)
    }

    fn asked(&self, response: &Response) -> Verdict<()> {
        self.resend.parse(response)
    }

    fn refused(&self, token: &SecretString, now: Now) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.refused = Some((token.clone(), now.tick));
    }

    fn authorize(&self, request: Request, _: &SecretString) -> Result<Request, BuildError> {
        Ok(request)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}

/// The token of the app.
#[derive(Debug)]
struct AppToken {
    app_id: String,
    app_secret: SecretString,
    ticket: Arc<Session>,
    vendor: Vendor,
}

impl Credentials for AppToken {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        Ok(Issue::Exchange(Arc::clone(&self.ticket)))
    }

    fn exchange(&self, ticket: &SecretString, _: Now) -> Result<Request, BuildError> {
        let secret = self.app_secret.expose_secret();
        let body = json!({"app_id": self.app_id, "app_secret": secret, "app_ticket": ticket.expose_secret()});
        self.vendor.post(APP_PATH, &body)
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        token::read(Call::StoreToken, "app_access_token", response, now)
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}

/// The token of the tenant.
#[derive(Debug)]
struct TenantToken {
    tenant_key: String,
    app_secret: SecretString,
    app: Arc<Session>,
    vendor: Vendor,
}

impl Credentials for TenantToken {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        Ok(Issue::Exchange(Arc::clone(&self.app)))
    }

    fn exchange(&self, app_token: &SecretString, _: Now) -> Result<Request, BuildError> {
        let body = json!({"app_access_token": app_token.expose_secret(), "tenant_key": self.tenant_key});
        self.vendor.post(TENANT_PATH, &body)
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        token::read(Call::StoreToken, "tenant_access_token", response, now)
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}
