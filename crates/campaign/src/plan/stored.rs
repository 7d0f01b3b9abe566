//! A plan as text, for the ledger.

use batchcast_model::IdKind;
use batchcast_transport::channel::Address;
use batchcast_transport::time::Unix;
use serde::{Deserialize, Serialize};

use super::{Canary, Members, Plan};
use crate::ledger::Hash;

/// The JSON of a plan. Fields may be added, with a default for plans that were written before.
#[derive(Serialize, Deserialize)]
struct Stored {
    provider: String,
    endpoint: String,
    app: String,
    excerpt: String,
    message: String,
    identity: String,
    kinds: Vec<(String, u64)>,
    duplicates: u64,
    excluded: u64,
    #[serde(default)]
    not_found: u64,
    /// Asked, known, people.
    #[serde(default)]
    members: (u32, u32, u64),
    requests: u32,
    bytes: u64,
    canary: Option<(u64, u32)>,
    first: Vec<String>,
    last: Vec<String>,
    created_at_ms: u64,
}

impl Plan {
    /// The plan as text that [`from_text`](Self::from_text) reads.
    pub(crate) fn to_text(&self) -> String {
        let stored = Stored {
            provider: self.address.provider.clone(),
            endpoint: self.address.endpoint.clone(),
            app: self.address.app.clone(),
            excerpt: self.excerpt.clone(),
            message: self.message.to_string(),
            identity: self.identity.to_string(),
            kinds: self.kinds.iter().map(|(kind, count)| (kind.to_string(), *count)).collect(),
            duplicates: self.duplicates,
            excluded: self.excluded,
            not_found: self.not_found,
            members: (self.members.asked, self.members.departments, self.members.people),
            requests: self.requests,
            bytes: self.bytes,
            canary: self.canary.map(|canary| (canary.recipients, canary.requests)),
            first: self.first.clone(),
            last: self.last.clone(),
            created_at_ms: self.created_at.as_millis(),
        };
        // Strings and numbers alone, so it can be written; and an empty text would be refused when read.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what [`to_text`](Self::to_text) wrote; the error says what makes no sense.
    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        let stored: Stored = serde_json::from_str(text).map_err(|error| format!("a plan: {error}"))?;
        let hash = |text: &str| text.parse::<Hash>().map_err(|_| "a plan: a hash".to_owned());
        let kind = |(kind, count): (String, u64)| {
            kind.parse::<IdKind>().map(|kind| (kind, count)).map_err(|_| format!("a plan: the kind of id {kind:?}"))
        };
        Ok(Self {
            address: Address::new(stored.provider, stored.endpoint, stored.app),
            excerpt: stored.excerpt,
            message: hash(&stored.message)?,
            identity: hash(&stored.identity)?,
            kinds: stored.kinds.into_iter().map(kind).collect::<Result<_, _>>()?,
            duplicates: stored.duplicates,
            excluded: stored.excluded,
            not_found: stored.not_found,
            members: Members { asked: stored.members.0, departments: stored.members.1, people: stored.members.2 },
            requests: stored.requests,
            bytes: stored.bytes,
            canary: stored.canary.map(|(recipients, requests)| Canary { recipients, requests }),
            first: stored.first,
            last: stored.last,
            created_at: Unix::from_millis(stored.created_at_ms),
        })
    }
}
