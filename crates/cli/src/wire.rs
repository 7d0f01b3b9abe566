//! Which vendor, which address, which credentials, which pace: the only place that picks a transport.

use std::sync::Arc;
use std::time::Duration;

use batchcast_lark::{Broadcast, Client, Credentials, Platform};
use batchcast_model::lark::Message;
use batchcast_transport::channel::Channel;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::exchange::{Limit, MemoryPace, Pace, RetryPolicy, Unpaced};

use crate::args::{MessageArgs, Rate, TargetArgs, Via};
use crate::config::Settings;
use crate::failure::Failure;
use crate::sandbox::{self, Sandbox};

/// A message with everything that it needs on its way.
#[derive(Debug)]
pub(crate) struct Wiring {
    pub(crate) channel: Broadcast,
    pub(crate) pace: Arc<dyn Pace>,
    pub(crate) app: Option<String>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) credentials: Origin,
    /// Ends with the sending.
    _sandbox: Option<Sandbox>,
}

/// Where the credentials are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Configured,
    /// Those of the sandbox.
    Sandbox,
    /// The endpoint is loopback and nothing was configured: the emulator's, which are public.
    Emulator,
}

impl Wiring {
    pub(crate) fn new(target: &TargetArgs, form: &MessageArgs, message: Message) -> Result<Self, Failure> {
        let settings = Settings::read(target)?;
        let via = via(&settings, target, form)?;
        let sandbox = target.sandbox.then(|| Sandbox::start(via)).transpose()?;
        let endpoint = match &sandbox {
            Some(sandbox) => Some(sandbox.endpoint()?),
            None => settings.endpoint,
        };
        let is_loopback = endpoint.as_ref().is_some_and(Endpoint::is_loopback);
        let (credentials, origin) = match settings.credentials {
            Some(credentials) => (credentials, Origin::Configured),
            None if sandbox.is_some() => (sandbox::credentials(), Origin::Sandbox),
            None if is_loopback => (sandbox::credentials(), Origin::Emulator),
            None => return Err(no_credentials()),
        };
        let app = credentials.app_id().map(str::to_owned);
        let channel = broadcast(via.into(), credentials, endpoint.clone(), settings.ids_per_request, target, message)?;
        let pace = pace(target.rate, channel.limits(), is_loopback)?;
        Ok(Self { channel, pace, app, endpoint, credentials: origin, _sandbox: sandbox })
    }

    /// Whether it stays on this machine, so that nothing need be asked.
    pub(crate) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(Endpoint::is_loopback)
    }
}

fn broadcast(
    platform: Platform,
    credentials: Credentials,
    endpoint: Option<Endpoint>,
    ids_per_request: Option<std::num::NonZeroUsize>,
    target: &TargetArgs,
    message: Message,
) -> Result<Broadcast, Failure> {
    let mut builder =
        Client::builder(platform, credentials).with_policy(RetryPolicy::once().with_deadline(target.deadline));
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    let channel = builder.broadcast(message)?;
    Ok(match ids_per_request {
        Some(ids) => channel.with_ids_per_request(ids),
        None => channel,
    })
}

/// The vendor. A request body in a file and the forms that only Feishu and Lark have tell it; plain text does not.
fn via(settings: &Settings, target: &TargetArgs, form: &MessageArgs) -> Result<Via, Failure> {
    let told = form.message.is_some() || form.card.is_some() || form.template.is_some() || form.share_chat.is_some();
    match settings.via {
        Some(via) => Ok(via),
        None if told || target.sandbox || settings.endpoint.is_some() => Ok(Via::Feishu),
        None => Err(Failure::usage("the message does not tell which vendor it is for")
            .with_hint("add --via feishu or --via lark, or --sandbox to try it out")),
    }
}

/// The documented pace, lowered by the user's, or none at all.
fn pace(rate: Option<Rate>, mut limits: Vec<Limit>, is_loopback: bool) -> Result<Arc<dyn Pace>, Failure> {
    match rate {
        None => {}
        Some(Rate::Unlimited) if is_loopback => return Ok(Arc::new(Unpaced)),
        Some(Rate::Unlimited) => {
            return Err(Failure::usage("--rate unlimited is for loopback endpoints only")
                .with_hint("without --rate the vendor's documented pace is kept"));
        }
        Some(Rate::PerSecond(rate)) => {
            limits.push(Limit::requests(1, Duration::from_secs_f64(1.0 / rate)).with_guard(Duration::ZERO));
        }
    }
    Ok(Arc::new(MemoryPace::new(limits)))
}

fn no_credentials() -> Failure {
    Failure::credentials("there are no credentials").with_hint(
        "set BATCHCAST_APP_ID and BATCHCAST_APP_SECRET, or BATCHCAST_TENANT_ACCESS_TOKEN (each also as …_FILE), or \
         use --sandbox",
    )
}
