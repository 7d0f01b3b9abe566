//! Which vendor, which address, which credentials, which pace: the only place that picks a transport.

use std::time::Duration;

use batchcast_campaign::protocol::Terms;
use batchcast_lark::Client as LarkClient;
use batchcast_tim::Client as TimClient;
use batchcast_transport::channel::Channel;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::exchange::{Limit, RetryPolicy};

use crate::args::{Rate, TargetArgs, Via};
use crate::config::Settings;
use crate::failure::Failure;
use crate::input::Message;
use crate::sandbox::{self, Sandbox};

/// What the sandbox is called in campaigns: its port is another one every time.
pub(crate) const SANDBOX: &str = "sandbox";

/// A message with everything that it needs on its way.
#[derive(Debug)]
pub(crate) struct Wiring {
    via: Via,
    pub(crate) channel: Box<dyn Channel>,
    /// By what rules it is sent.
    pub(crate) terms: Terms,
    pub(crate) app: String,
    /// Where it goes, in words.
    pub(crate) address: String,
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
    pub(crate) fn new(target: &TargetArgs, settings: &Settings, via: Via, message: Message) -> Result<Self, Failure> {
        let sandbox = target.sandbox.then(|| Sandbox::start(via)).transpose()?;
        let endpoint = match &sandbox {
            Some(sandbox) => Some(sandbox.endpoint()?),
            None => settings.endpoint.clone(),
        };
        let is_loopback = endpoint.as_ref().is_some_and(Endpoint::is_loopback);
        let public = match sandbox {
            Some(_) => Some(Origin::Sandbox),
            None => is_loopback.then_some(Origin::Emulator),
        };
        let (channel, app, credentials) = match message {
            Message::Lark(message) => lark(settings, target, via, endpoint.clone(), public, message)?,
            Message::Tim { message, .. } => tim(settings, target, endpoint.clone(), public, message)?,
        };
        let terms = terms(target, &*channel, is_loopback)?;
        let own_address = match via {
            Via::Feishu | Via::Lark => via.platform().address(),
            Via::Tim => settings.tim_region()?.address(),
        };
        let address = endpoint.as_ref().map_or_else(|| own_address.to_owned(), ToString::to_string);
        Ok(Self { via, channel, terms, app, address, endpoint, credentials, _sandbox: sandbox })
    }

    pub(crate) fn is_tim(&self) -> bool {
        self.via == Via::Tim
    }

    /// Whether it stays on this machine, so that nothing need be asked.
    pub(crate) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(Endpoint::is_loopback)
    }
}

type Vendor = (Box<dyn Channel>, String, Origin);

fn lark(
    settings: &Settings,
    target: &TargetArgs,
    via: Via,
    endpoint: Option<Endpoint>,
    public: Option<Origin>,
    message: batchcast_model::lark::Message,
) -> Result<Vendor, Failure> {
    let (credentials, origin) = match (settings.lark()?, public) {
        (Some(credentials), _) => (credentials, Origin::Configured),
        (None, Some(origin)) => (sandbox::lark_credentials(), origin),
        (None, None) => {
            return Err(Failure::credentials("there are no credentials").with_hint(
                "set BATCHCAST_APP_ID and BATCHCAST_APP_SECRET, or BATCHCAST_TENANT_ACCESS_TOKEN (each also as \
                 …_FILE), or use --sandbox",
            ));
        }
    };
    let app = credentials.app_id().unwrap_or("the one of the access token").to_owned();
    let mut builder = LarkClient::builder(via.platform(), credentials).with_policy(policy(target));
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    let mut channel = builder.broadcast(message)?;
    if let Some(ids) = settings.ids_per_request {
        channel = channel.with_ids_per_request(ids)?;
    }
    if origin == Origin::Sandbox {
        channel = channel.with_endpoint_name(SANDBOX);
    }
    Ok((Box::new(channel), app, origin))
}

fn tim(
    settings: &Settings,
    target: &TargetArgs,
    endpoint: Option<Endpoint>,
    public: Option<Origin>,
    message: batchcast_model::tim::Message,
) -> Result<Vendor, Failure> {
    let (credentials, origin) = match (settings.tim()?, public) {
        (Some(credentials), _) => (credentials, Origin::Configured),
        (None, Some(origin)) => (sandbox::tim_credentials()?, origin),
        (None, None) => {
            return Err(Failure::credentials("there are no credentials for TIM").with_hint(
                "set BATCHCAST_TIM_SDKAPPID, BATCHCAST_TIM_IDENTIFIER and BATCHCAST_TIM_SECRET_KEY (each also as \
                 …_FILE), or use --sandbox",
            ));
        }
    };
    let region = settings.tim_region()?;
    let app = format!("{} as {}", credentials.sdkappid(), credentials.identifier());
    let mut builder = TimClient::builder(region, credentials).with_policy(policy(target));
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    let mut channel = builder.broadcast(message)?;
    if let Some(ids) = settings.ids_per_request {
        channel = channel.with_ids_per_request(ids)?;
    }
    if origin == Origin::Sandbox {
        channel = channel.with_endpoint_name(SANDBOX);
    }
    let bought = (settings.tim_requests_per_second, settings.tim_recipients_per_minute);
    if bought != (None, None) {
        let (requests, recipients) = bought;
        channel = channel.with_limits(batchcast_tim::pace(
            requests.map_or(batchcast_tim::REQUESTS_PER_SECOND, Into::into),
            recipients.map_or(batchcast_tim::RECIPIENTS_PER_MINUTE, Into::into),
        ));
    }
    Ok((Box::new(channel), app, origin))
}

/// A broadcast keeps nothing of a policy but the deadline: what follows an answer is the campaign's to say.
fn policy(target: &TargetArgs) -> RetryPolicy {
    RetryPolicy::default().with_deadline(target.deadline)
}

/// The vendor's pace, lowered by the user's, or none at all.
fn terms(target: &TargetArgs, channel: &dyn Channel, is_loopback: bool) -> Result<Terms, Failure> {
    let terms = Terms::of(channel, target.deadline);
    match target.rate {
        None => Ok(terms),
        Some(Rate::Unlimited) if is_loopback => Ok(terms.unlimited()),
        Some(Rate::Unlimited) => Err(Failure::usage("--rate unlimited is for loopback endpoints only")
            .with_hint("without --rate the vendor's documented pace is kept")),
        Some(Rate::PerSecond(rate)) => {
            let own = Limit::requests(1, Duration::from_secs_f64(1.0 / rate)).with_guard(Duration::ZERO);
            Ok(terms.with_own_limits(vec![own]))
        }
    }
}
