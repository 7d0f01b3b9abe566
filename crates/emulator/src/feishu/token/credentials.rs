//! Which app asks: the two fields that every token endpoint but one takes.

use serde::Deserialize;

use crate::feishu::app_status;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::token::App;
use crate::world::World;

/// What an app proves itself with; the ticket is a store app's.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    app_id: String,
    app_secret: String,
    #[serde(default)]
    pub(crate) app_ticket: String,
}

impl Credentials {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(body).map_err(|_| invalid_param())
    }

    /// The app they belong to, or what is wrong with them.
    pub(crate) fn app(&self, world: &World) -> Result<App, Refusal> {
        let config = &world.config;
        if self.app_secret.is_empty() {
            return Err(invalid_param());
        }
        let (app, secret) = if self.app_id == config.app_id {
            (App::Custom, &config.app_secret)
        } else if self.app_id == config.store.app_id {
            (App::Store, &config.store.app_secret)
        } else if is_well_formed(&self.app_id) {
            return Err(codes::APP_ID_NOT_EXISTS.refusal());
        } else {
            return Err(invalid_param());
        };
        if self.app_secret != *secret {
            return Err(codes::APP_SECRET_INVALID.refusal());
        }
        app_status::require_to_log_in(&world.directory)?;
        Ok(app)
    }
}

pub(crate) fn invalid_param() -> Refusal {
    codes::INVALID_PARAM.refusal().with_empty_data()
}

fn is_well_formed(app_id: &str) -> bool {
    app_id.strip_prefix("cli_").is_some_and(|rest| {
        (1..=60).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
