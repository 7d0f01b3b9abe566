//! A vendor that exists in tests only, whose answers say themselves what they mean: [`TestCall`], [`TestCredentials`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};

use crate::class::Class;
use crate::endpoint::Endpoint;
use crate::error::{ApiError, BuildError};
use crate::exchange::{Credentials, Issue, RetryPolicy, Session, Surroundings, Token, Unpaced};
use crate::operation::{Cost, Operation, Replay, Verdict, without_code};
use crate::time::Now;
use crate::wire::{Request, Response};

const CLASSES: [Class; 11] = [
    Class::NotSent,
    Class::Throttled { after: None },
    Class::TryAgain,
    Class::Token,
    Class::Permission,
    Class::Quota,
    Class::Recipient,
    Class::Recipients,
    Class::Message,
    Class::Endpoint,
    Class::Unknown,
];

/// A call to `/send` that yields what the answer has under `done`. An answer with a `class` is of that class; any other
/// is read by its HTTP status.
#[derive(Debug, Clone)]
#[must_use]
pub struct TestCall {
    replay: Replay,
    cost: Cost,
}

impl TestCall {
    /// A call that may or may not be repeated, and costs one request to one recipient.
    pub const fn new(replay: Replay) -> Self {
        Self { replay, cost: Cost::one_request(1) }
    }

    /// The same call at another cost.
    pub const fn with_cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }
}

impl Operation for TestCall {
    type Output = String;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        Request::post_json(endpoint.join("/send")?, &json!({ "text": "hello" }))
    }

    fn parse(&self, response: &Response) -> Verdict<String> {
        read(response, |body| Some(body.get("done")?.as_str()?.to_owned()))
    }

    fn replay(&self) -> Replay {
        self.replay
    }

    fn cost(&self) -> Cost {
        self.cost
    }
}

/// A token for tests, of each of the three kinds there are. It travels as a bearer token.
#[derive(Debug)]
pub struct TestCredentials {
    kind: Kind,
    /// What the vendor must never be seen to echo.
    app_secret: SecretString,
}

#[derive(Debug)]
enum Kind {
    Given(SecretString),
    Made { lifetime: Duration, made: AtomicU32 },
    Fetched,
}

impl TestCredentials {
    /// The secret behind every token; a request to `/token` carries it.
    pub const APP_SECRET: &'static str = "canary-app-secret";

    /// One token, and there is no other.
    #[must_use]
    pub fn given(token: &str) -> Self {
        Self::new(Kind::Given(SecretString::from(token)))
    }

    /// Tokens that are computed here: `made-1`, `made-2` and so on.
    #[must_use]
    pub fn made(lifetime: Duration) -> Self {
        Self::new(Kind::Made { lifetime, made: AtomicU32::new(0) })
    }

    /// Tokens that `/token` gives, in answers as [`Answer::token`](super::Answer::token) writes them.
    #[must_use]
    pub fn fetched() -> Self {
        Self::new(Kind::Fetched)
    }

    fn new(kind: Kind) -> Self {
        Self { kind, app_secret: SecretString::from(Self::APP_SECRET) }
    }
}

impl Credentials for TestCredentials {
    fn issue(&self, now: Now) -> Result<Issue, BuildError> {
        Ok(match &self.kind {
            Kind::Given(token) => Issue::Given(Token::new(token.clone(), None)),
            Kind::Made { lifetime, made } => {
                let token = format!("made-{}", made.fetch_add(1, Ordering::Relaxed) + 1);
                Issue::Made(Token::new(SecretString::from(token), Some(now.unix + *lifetime)))
            }
            Kind::Fetched => {
                let uri = endpoint().join("/token")?;
                Issue::Fetch(Request::post_json(uri, &json!({ "app_secret": Self::APP_SECRET }))?)
            }
        })
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        read(response, |body| {
            let token = SecretString::from(body.get("token")?.as_str()?);
            let lifetime = Duration::from_secs(body.get("expires_in")?.as_u64()?);
            Some(Token::new(token, Some(now.unix + lifetime)))
        })
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        vec![&self.app_secret]
    }
}

/// A client of the vendor that exists in tests only: a given token, no pace, the default policy.
#[must_use]
pub fn surroundings() -> Surroundings {
    let session = Arc::new(Session::new(TestCredentials::given("canary-given")));
    Surroundings::new(endpoint(), session, Arc::new(Unpaced), RetryPolicy::default())
}

fn endpoint() -> Endpoint {
    "https://vendor.example".parse().expect("a legal endpoint")
}

fn read<T>(response: &Response, success: impl FnOnce(&Value) -> Option<T>) -> Verdict<T> {
    let body = response.json().unwrap_or_default();
    let word = body.get("class").and_then(Value::as_str);
    let Some(class) = CLASSES.into_iter().find(|class| Some(class.as_str()) == word) else {
        return match success(&body) {
            Some(output) if response.status().is_success() => Verdict::Done(output),
            _ => Verdict::failed(without_code(response)),
        };
    };
    let class = match class {
        Class::Throttled { .. } => {
            Class::Throttled { after: body.get("after").and_then(Value::as_u64).map(Duration::from_secs) }
        }
        other => other,
    };
    let message = body.get("message").and_then(Value::as_str).unwrap_or(class.as_str());
    Verdict::failed(ApiError::new(class, response.status().as_u16(), message))
}
