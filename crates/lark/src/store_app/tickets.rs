//! Where the ticket of a store app comes from: [`TicketSource`], and [`Tickets`], the usual one.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

/// Where the newest `app_ticket` is to be had. The vendor pushes one every hour, and when it is asked to, to the event
/// address of the app; whoever listens there passes it on through one of these:
///
/// * [`Tickets`], a cell in the memory of the program that listens;
/// * a closure that looks where another program puts it, in a file for one;
/// * a [`SecretString`], where there is one ticket and will be no other.
///
/// It is asked whenever a new token of the app is needed, and while a ticket is waited for every 50 ms, with a lock
/// held: it answers at once, and makes no call with a client of the same app.
pub trait TicketSource: Send + Sync {
    /// The newest ticket, where one has come.
    fn newest(&self) -> Option<SecretString>;

    /// Whether another one may come. Where none can, the vendor is not asked to push one, and one that it refuses is
    /// the end.
    fn renews(&self) -> bool {
        true
    }
}

impl<F: Fn() -> Option<SecretString> + Send + Sync> TicketSource for F {
    fn newest(&self) -> Option<SecretString> {
        self()
    }
}

impl TicketSource for SecretString {
    fn newest(&self) -> Option<SecretString> {
        Some(self.clone())
    }

    fn renews(&self) -> bool {
        false
    }
}

/// A cell for the newest ticket. Clones share it: one goes to the credentials, the other to the program's event
/// address.
///
/// ```
/// use batchcast_lark::{AppTicketEvent, Credentials, Tickets};
/// # let (app_secret, body) = ("…", br#"{"uuid":"u","token":"v","ts":"1","type":"event_callback",
/// #     "event":{"app_id":"cli_store","app_ticket":"a-ticket","type":"app_ticket"}}"#);
///
/// let tickets = Tickets::new();
/// let credentials = Credentials::store_app("cli_store", app_secret, tickets.clone(), "tenant_key");
///
/// // Where the program receives events:
/// let event = AppTicketEvent::from_json(body)?;
/// if event.app_id() == "cli_store" {
///     tickets.put(event.into_ticket());
/// }
/// # Ok::<(), batchcast_lark::BadAppTicketEvent>(())
/// ```
#[derive(Clone, Default)]
pub struct Tickets(Arc<Mutex<Option<SecretString>>>);

impl Tickets {
    /// A cell without a ticket. The first call that needs one asks the vendor to push it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts in a ticket, which takes the place of the one before.
    pub fn put(&self, ticket: impl Into<SecretString>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ticket.into());
    }
}

impl TicketSource for Tickets {
    fn newest(&self) -> Option<SecretString> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tickets").finish_non_exhaustive()
    }
}
