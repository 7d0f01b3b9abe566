//! Access tokens: who gets one, and how long it lasts.

mod credentials;
mod internal;
mod lifetime;
mod store;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub(crate) use internal::{app_access_token, tenant_access_token};
pub(crate) use store::{resend_ticket, store_app_access_token, store_tenant_access_token};

use crate::answer::Answer;
use crate::feishu::token::lifetime::Tokens;
use crate::outbox::Lane;
use crate::sequence::{Purpose, Sequence};

/// Which of the emulator's two apps somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum App {
    /// The custom app, which logs in by itself.
    Custom,
    /// The store app, in the one tenant that has it installed.
    Store,
}

impl App {
    /// The queue in which its messages are delivered.
    pub(crate) fn lane(self) -> Lane {
        match self {
            Self::Custom => Lane::CustomApp,
            Self::Store => Lane::StoreApp,
        }
    }
}

/// Gives out tokens and knows them again.
#[derive(Debug)]
pub(crate) struct Issuer {
    ids: Sequence,
    custom: Pair,
    store: Pair,
}

/// The two kinds of token an app has.
#[derive(Debug, Default)]
struct Pair {
    app: Tokens,
    tenant: Tokens,
}

impl Issuer {
    pub(crate) fn new(seed: u64) -> Self {
        Self { ids: Sequence::new(seed, Purpose::Token), custom: Pair::default(), store: Pair::default() }
    }

    /// Forgets all tokens; ids go on.
    pub(crate) fn reset(&mut self) {
        self.custom = Pair::default();
        self.store = Pair::default();
    }

    /// The app that a tenant access token was given to, while it lasts.
    pub(crate) fn bearer(&self, token: &str, now: Timestamp) -> Option<App> {
        [(App::Custom, &self.custom), (App::Store, &self.store)]
            .into_iter()
            .find_map(|(app, pair)| pair.tenant.is_valid(token, now).then_some(app))
    }

    /// The app that an app access token was given to, while it lasts.
    fn app(&self, token: &str, now: Timestamp) -> Option<App> {
        [(App::Custom, &self.custom), (App::Store, &self.store)]
            .into_iter()
            .find_map(|(app, pair)| pair.app.is_valid(token, now).then_some(app))
    }

    fn app_token(&mut self, app: App, now: Timestamp) -> (&str, SignedDuration) {
        let (pair, ids) = self.of(app);
        pair.app.current(now, || format!("a-{:032x}", ids.next_id()))
    }

    fn tenant_token(&mut self, app: App, now: Timestamp) -> (&str, SignedDuration) {
        let (pair, ids) = self.of(app);
        pair.tenant.current(now, || format!("t-{:032x}", ids.next_id()))
    }

    fn of(&mut self, app: App) -> (&mut Pair, &mut Sequence) {
        match app {
            App::Custom => (&mut self.custom, &mut self.ids),
            App::Store => (&mut self.store, &mut self.ids),
        }
    }
}

/// The flat body of a token answer.
#[derive(Serialize)]
struct Granted<'a> {
    code: i64,
    msg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_access_token: Option<&'a str>,
    expire: i64,
}

impl<'a> Granted<'a> {
    fn app(token: &'a str, left: SignedDuration) -> Self {
        Self { code: 0, msg: "ok", app_access_token: Some(token), tenant_access_token: None, expire: left.as_secs() }
    }

    fn tenant(token: &'a str, left: SignedDuration) -> Self {
        Self { code: 0, msg: "ok", app_access_token: None, tenant_access_token: Some(token), expire: left.as_secs() }
    }
}

impl From<Granted<'_>> for Answer {
    fn from(granted: Granted<'_>) -> Self {
        Self::ok(&granted)
    }
}
