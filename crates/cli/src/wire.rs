//! A message and all that sends it: the only place that picks a channel.

use std::time::Duration;

use batchcast_campaign::protocol::Terms;
use batchcast_transport::channel::Channel;
use batchcast_transport::exchange::Limit;

use crate::args::{Rate, TargetArgs, Via};
use crate::config::Settings;
use crate::connection::{Connection, Origin, Vendor};
use crate::failure::Failure;
use crate::input::Message;

/// What the sandbox is called in campaigns: its port is another one every time.
pub(crate) const SANDBOX: &str = "sandbox";

/// A message with everything that it needs on its way.
#[derive(Debug)]
pub(crate) struct Wiring {
    pub(crate) connection: Connection,
    pub(crate) channel: Box<dyn Channel>,
    /// By what rules it is sent.
    pub(crate) terms: Terms,
}

impl Wiring {
    pub(crate) fn new(
        target: &TargetArgs,
        settings: &Settings,
        connection: Connection,
        message: Message,
    ) -> Result<Self, Failure> {
        let channel = match (&connection.vendor, message) {
            (Vendor::Lark(builder), Message::Lark(message)) => lark(settings, &connection, builder, message)?,
            (Vendor::Tim(builder), Message::Tim { message, .. }) => tim(settings, &connection, builder, message)?,
            _ => return Err(Failure::usage("the message is of another vendor than the one that it is to go through")),
        };
        let mut terms = Terms::of(&*channel, target.vendor.deadline);
        let connection = match rate(target, connection.is_loopback())? {
            None => connection,
            Some(Rate::Unlimited) => {
                terms = terms.unlimited();
                connection.unlimited()
            }
            Some(Rate::PerSecond(rate)) => {
                let own = Limit::requests(1, Duration::from_secs_f64(1.0 / rate)).with_guard(Duration::ZERO);
                terms = terms.with_own_limits(vec![own]);
                connection.with_own_limit(own)
            }
        };
        Ok(Self { connection, channel, terms })
    }

    pub(crate) fn is_tim(&self) -> bool {
        self.connection.via == Via::Tim
    }

    /// Whether it stays on this machine, so that nothing need be asked.
    pub(crate) fn is_loopback(&self) -> bool {
        self.connection.is_loopback()
    }
}

fn lark(
    settings: &Settings,
    connection: &Connection,
    builder: &batchcast_lark::ClientBuilder,
    message: batchcast_model::lark::Message,
) -> Result<Box<dyn Channel>, Failure> {
    let mut channel = builder.clone().broadcast(message)?;
    if let Some(ids) = settings.ids_per_request {
        channel = channel.with_ids_per_request(ids)?;
    }
    if connection.credentials == Origin::Sandbox {
        channel = channel.with_endpoint_name(SANDBOX);
    }
    Ok(Box::new(channel))
}

fn tim(
    settings: &Settings,
    connection: &Connection,
    builder: &batchcast_tim::ClientBuilder,
    message: batchcast_model::tim::Message,
) -> Result<Box<dyn Channel>, Failure> {
    let mut channel = builder.clone().broadcast(message)?;
    if let Some(ids) = settings.ids_per_request {
        channel = channel.with_ids_per_request(ids)?;
    }
    if connection.credentials == Origin::Sandbox {
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
    Ok(Box::new(channel))
}

/// The vendor's pace, lowered by the user's, or none at all where nobody is reached.
fn rate(target: &TargetArgs, is_loopback: bool) -> Result<Option<Rate>, Failure> {
    match target.rate {
        Some(Rate::Unlimited) if !is_loopback => Err(Failure::usage("--rate unlimited is for loopback endpoints only")
            .with_hint("without --rate the vendor's documented pace is kept")),
        rate => Ok(rate),
    }
}
