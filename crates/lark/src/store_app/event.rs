//! The event that brings a ticket: [`AppTicketEvent`].

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// What the vendor pushes to the event address of a store app: a new `app_ticket` ("app_ticket event", Lark and Feishu,
/// undated; schema 1.0). Neither the ticket nor the verification token is ever shown.
///
/// Receiving and decrypting events is the program's own business; so is answering the challenge by which the vendor
/// checks an address.
#[derive(Debug, Clone)]
#[must_use]
pub struct AppTicketEvent {
    app_id: String,
    ticket: SecretString,
    verification_token: Option<SecretString>,
}

impl AppTicketEvent {
    /// Reads the body of a push.
    ///
    /// # Errors
    /// [`BadAppTicketEvent`] where it is another event, encrypted, or not one at all. Its text repeats nothing of the
    /// body.
    pub fn from_json(body: &[u8]) -> Result<Self, BadAppTicketEvent> {
        let body: Value = serde_json::from_slice(body).map_err(|_| BadAppTicketEvent::NotAnEvent)?;
        if body.get("encrypt").is_some() {
            return Err(BadAppTicketEvent::Encrypted);
        }
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
        if text("/event/type").ok_or(BadAppTicketEvent::NotAnEvent)? != "app_ticket" {
            return Err(BadAppTicketEvent::Another);
        }
        let (Some(app_id), Some(ticket)) = (text("/event/app_id"), text("/event/app_ticket")) else {
            return Err(BadAppTicketEvent::NotAnEvent);
        };
        let verification_token = text("/token").map(SecretString::from);
        Ok(Self { app_id: app_id.to_owned(), ticket: ticket.into(), verification_token })
    }

    /// The app that the ticket is for.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Whether it bears this verification token, the one in developer console > your app > Events & Callbacks. Anybody
    /// can push something to an address; a false ticket does no more than to stand in the way until the next true one.
    #[must_use]
    pub fn bears(&self, verification_token: &SecretString) -> bool {
        let Some(found) = &self.verification_token else { return false };
        let (found, expected) = (found.expose_secret().as_bytes(), verification_token.expose_secret().as_bytes());
        // Not one byte after the other until they differ, so that the time it takes tells nothing.
        let differ = found.iter().zip(expected).fold(0, |differ, (one, other)| differ | (one ^ other));
        found.len() == expected.len() && differ == 0
    }

    /// The ticket, for [`Tickets::put`](super::Tickets::put).
    #[must_use]
    pub fn into_ticket(self) -> SecretString {
        self.ticket
    }
}

/// Why a push holds no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAppTicketEvent {
    /// It is not JSON, or not what the document shows.
    #[error("app_ticket event: the body is not an event of schema 1.0 with a ticket")]
    NotAnEvent,
    /// It is encrypted.
    #[error("app_ticket event: the body is encrypted; decrypt it with the app's Encrypt Key first")]
    Encrypted,
    /// It is of another type.
    #[error("app_ticket event: this is an event of another type")]
    Another,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "ts": "1502199207.7171419",
            "uuid": "bc447199585340d1f3728d26b1c0297a",
            "token": "canary-verification",
            "type": "event_callback",
            "event": {"app_id": "cli_xxx", "app_ticket": "canary-ticket", "type": "app_ticket"}
        })
    }

    #[test]
    fn the_document_s_event_holds_a_ticket_that_is_not_shown() {
        let event = AppTicketEvent::from_json(document().to_string().as_bytes()).unwrap();
        assert_eq!(event.app_id(), "cli_xxx");
        assert!(!format!("{event:?}").contains("canary"), "{event:?}");
        assert!(event.bears(&"canary-verification".into()));
        assert!(!event.bears(&"canary-verificatioN".into()));
        assert!(!event.bears(&"canary".into()));
        assert!(!event.bears(&"".into()));
        assert_eq!(event.into_ticket().expose_secret(), "canary-ticket");
    }

    #[test]
    fn anything_else_is_told_apart_without_repeating_it() {
        fn check(body: &str, expected: BadAppTicketEvent) {
            let error = AppTicketEvent::from_json(body.as_bytes()).unwrap_err();
            assert_eq!(error, expected, "{body}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        let with = |pointer: &str, value: Value| {
            let mut body = document();
            *body.pointer_mut(pointer).unwrap() = value;
            body.to_string()
        };
        check("", BadAppTicketEvent::NotAnEvent);
        check("canary", BadAppTicketEvent::NotAnEvent);
        check("[]", BadAppTicketEvent::NotAnEvent);
        check(r#"{"encrypt":"canary"}"#, BadAppTicketEvent::Encrypted);
        check(r#"{"challenge":"canary","token":"t","type":"url_verification"}"#, BadAppTicketEvent::NotAnEvent);
        check(&with("/event/type", json!("app_open")), BadAppTicketEvent::Another);
        check(&with("/event/app_ticket", json!("")), BadAppTicketEvent::NotAnEvent);
        check(&with("/event/app_ticket", json!(7)), BadAppTicketEvent::NotAnEvent);
        check(&with("/event/app_id", Value::Null), BadAppTicketEvent::NotAnEvent);
    }
}
