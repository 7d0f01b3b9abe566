//! A vendor that can be spoken to: which address, which credentials, which client.

use std::sync::Arc;
use std::time::Duration;

use batchcast_campaign::{Campaign, Interrupt};
use batchcast_lark::{Client as LarkClient, ClientBuilder as LarkBuilder};
use batchcast_tim::{Client as TimClient, ClientBuilder as TimBuilder, SentMessage};
use batchcast_transport::around::{Contacts, History, Recall};
use batchcast_transport::channel::Address;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::exchange::{Limit, PacePerApi, RetryPolicy};

use crate::args::{VendorArgs, Via};
use crate::config::Settings;
use crate::failure::Failure;
use crate::hurry::Hurry;
use crate::input::{self, Message};
use crate::sandbox::{self, Sandbox};

/// A vendor, by the address and the credentials that the user means.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) via: Via,
    pub(crate) vendor: Vendor,
    pub(crate) app: String,
    /// Where it goes, in words.
    pub(crate) address: String,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) credentials: Origin,
    /// Ends what is asked around a send, with all its waiting.
    pub(crate) interrupt: Interrupt,
    /// Ends with the connection.
    _sandbox: Option<Sandbox>,
}

/// How clients of a vendor are made.
#[derive(Debug)]
pub(crate) enum Vendor {
    Lark(LarkBuilder),
    Tim(TimBuilder),
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

impl Connection {
    pub(crate) fn open(args: &VendorArgs, settings: &Settings, via: Via) -> Result<Self, Failure> {
        let sandbox = args.sandbox.then(|| Sandbox::start(via)).transpose()?;
        let endpoint = match &sandbox {
            Some(sandbox) => Some(sandbox.endpoint()?),
            None => settings.endpoint.clone(),
        };
        let public = match &sandbox {
            Some(_) => Some(Origin::Sandbox),
            None => endpoint.as_ref().is_some_and(Endpoint::is_loopback).then_some(Origin::Emulator),
        };
        let policy = RetryPolicy::default().with_deadline(args.deadline);
        let (vendor, app, credentials) = match via {
            Via::Tim => tim(settings, public, policy, endpoint.clone())?,
            Via::Feishu | Via::Lark => lark(settings, via, public, policy, endpoint.clone())?,
        };
        let own_address = match via {
            Via::Feishu | Via::Lark => via.platform().address(),
            Via::Tim => settings.tim_region()?.address(),
        };
        let address = endpoint.as_ref().map_or_else(|| own_address.to_owned(), ToString::to_string);
        let interrupt = Interrupt::new();
        Ok(Self { via, vendor, app, address, endpoint, credentials, interrupt, _sandbox: sandbox })
    }

    /// Keeps this pace with each API that is called around a send, below the documented one.
    pub(crate) fn with_own_limit(self, own: Limit) -> Self {
        let documented = match &self.vendor {
            Vendor::Lark(_) => batchcast_lark::documented_pace(),
            // The lowest of those of the calls around a send.
            Vendor::Tim(_) => vec![Limit::requests(batchcast_tim::REQUESTS_PER_SECOND, Duration::from_secs(1))],
        };
        self.with_limits([documented, vec![own]].concat())
    }

    /// Keeps no pace with them.
    pub(crate) fn unlimited(self) -> Self {
        self.with_limits(Vec::new())
    }

    fn with_limits(mut self, limits: Vec<Limit>) -> Self {
        let pace = Arc::new(PacePerApi::new(limits));
        self.vendor = match self.vendor {
            Vendor::Lark(builder) => Vendor::Lark(builder.with_pace(pace)),
            Vendor::Tim(builder) => Vendor::Tim(builder.with_pace(pace)),
        };
        self
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(Endpoint::is_loopback)
    }

    /// Through which vendor, which address and which app it goes.
    pub(crate) fn app_address(&self) -> Result<Address, Failure> {
        match &self.vendor {
            Vendor::Lark(builder) => builder.address().map_err(Failure::other),
            Vendor::Tim(builder) => builder.address().map_err(Failure::other),
        }
    }

    /// The timer of whatever is asked around a send.
    fn timer(&self) -> Arc<Hurry> {
        Arc::new(Hurry::once(&self.interrupt))
    }

    /// A client of Feishu or Lark.
    pub(crate) fn lark(&self) -> Result<LarkClient, Failure> {
        match &self.vendor {
            Vendor::Lark(builder) => Ok(builder.clone().build()?.with_timer(self.timer())),
            Vendor::Tim(_) => Err(Failure::usage("this is for Feishu and Lark only")),
        }
    }

    /// Who says who is behind an address, or whether an account exists.
    pub(crate) fn contacts(&self) -> Result<Box<dyn Contacts>, Failure> {
        Ok(match &self.vendor {
            Vendor::Lark(builder) => Box::new(builder.clone().build()?.with_timer(self.timer())),
            Vendor::Tim(builder) => Box::new(builder.clone().build()?.with_timer(self.timer())),
        })
    }

    /// Who takes the message of this campaign back.
    pub(crate) fn recall(&self, campaign: &Campaign) -> Result<Box<dyn Recall>, Failure> {
        Ok(match &self.vendor {
            Vendor::Lark(builder) => Box::new(builder.clone().build()?.with_timer(self.timer())),
            Vendor::Tim(builder) => Box::new(sent_message(builder, campaign)?.with_timer(self.timer())),
        })
    }

    /// Who remembers the message of this campaign.
    pub(crate) fn history(&self, campaign: &Campaign) -> Result<Box<dyn History>, Failure> {
        match &self.vendor {
            Vendor::Lark(_) => Err(Failure::usage("Feishu and Lark tell nobody what became of a request")
                .with_hint("look it up in the vendor's console, or ask a recipient, and say it with --as")),
            Vendor::Tim(builder) => Ok(Box::new(sent_message(builder, campaign)?.with_timer(self.timer()))),
        }
    }

    /// A client of Tencent Cloud Chat.
    pub(crate) fn tim(&self) -> Result<TimClient, Failure> {
        match &self.vendor {
            Vendor::Tim(builder) => Ok(builder.clone().build()?.with_timer(self.timer())),
            Vendor::Lark(_) => Err(Failure::usage("this is for Tencent Cloud Chat only").with_hint("add --via tim")),
        }
    }
}

fn sent_message(builder: &TimBuilder, campaign: &Campaign) -> Result<SentMessage, Failure> {
    match input::of_campaign(Via::Tim, &campaign.message()?)? {
        Message::Tim { message, .. } => Ok(builder.clone().sent_message(&message)?),
        Message::Lark(_) => Err(Failure::other("the campaign's message is of another vendor")),
    }
}

type Built = (Vendor, String, Origin);

fn lark(
    settings: &Settings,
    via: Via,
    public: Option<Origin>,
    policy: RetryPolicy,
    endpoint: Option<Endpoint>,
) -> Result<Built, Failure> {
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
    let app = credentials.tenant_key().map_or(app.clone(), |tenant| format!("{app} in tenant {tenant}"));
    let mut builder = LarkClient::builder(via.platform(), credentials).with_policy(policy);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok((Vendor::Lark(builder), app, origin))
}

fn tim(
    settings: &Settings,
    public: Option<Origin>,
    policy: RetryPolicy,
    endpoint: Option<Endpoint>,
) -> Result<Built, Failure> {
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
    let app = format!("{} as {}", credentials.sdkappid(), credentials.identifier());
    let mut builder = TimClient::builder(settings.tim_region()?, credentials).with_policy(policy);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok((Vendor::Tim(builder), app, origin))
}
