//! What `plan` and `send` do alike: from what the user gave to a campaign in the ledger.

use std::sync::Arc;

use batchcast_campaign::{Campaign, Estimate, Planner, image_key};
use batchcast_lark::UploadImage;
use batchcast_transport::around::Contacts;

use super::lookup::{BEGINS_AGAIN, goes_on};
use crate::args::{CanaryArgs, MessageArgs, RecipientArgs, TargetArgs};
use crate::config::Settings;
use crate::connection::Connection;
use crate::events::Events;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Form, Picture};
use crate::ledger::{self, OpenLedger};
use crate::render::Output;
use crate::stop::Stop;
use crate::wire::Wiring;

/// A campaign that was planned just now, with everything that sends it.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) wiring: Wiring,
    pub(super) ledger: OpenLedger,
    pub(super) campaign: Campaign,
    pub(super) estimate: Estimate,
    /// How many ids are not to get it.
    pub(super) exclusions: u64,
    pub(super) stop: Stop,
}

pub(super) fn planned(
    message: &MessageArgs,
    recipients: &RecipientArgs,
    target: &TargetArgs,
    canary: &CanaryArgs,
    events: &Events,
    output: &Output,
) -> Result<Planned, Failure> {
    input::refuse_two_readers(message, recipients)?;
    let settings = Settings::read(&target.vendor)?;
    let form = Form::read(message)?;
    let via = form.via(settings.via, target.vendor.sandbox || settings.endpoint.is_some())?;
    let pictures = form.pictures(via)?;
    // Everything that is wrong with it is told before anything is uploaded.
    form.with_stand_ins(&pictures).message(via)?;
    let connection = Connection::open(&target.vendor, &settings, via)?;
    let ledger = ledger::open_for(&target.vendor)?;
    events.refuse_ledger(&ledger)?;
    let stop = Stop::on_signals(output, &connection, &target.vendor, Exit::Paused)?;
    stop.clears_up(ledger.temporary());

    let by_content = form.with_contents(&pictures).message(via)?.0.text()?;
    let form = uploaded(form, &pictures, &connection, &ledger, &stop)?;
    let (message, in_message) = form.message(via)?;
    input::refuse_files_left(&message)?;
    for warning in message.warnings() {
        output.warning(&warning);
    }
    let excerpt = message.excerpt();
    let wiring = Wiring::new(target, &settings, connection, message)?;

    let contacts = contacts(recipients, &wiring)?;
    let planner = Planner::new(Arc::clone(&ledger.ledger), &*wiring.channel, excerpt)?;
    let mut planner = planner.with_observer(events).with_interrupt(stop.interrupt().clone());
    if !pictures.is_empty() {
        planner = planner.with_identity_of(&by_content);
    }
    if let Some(contacts) = &contacts {
        planner = planner.with_contacts(&**contacts);
    }
    if let Some(first) = canary.canary {
        planner = planner.with_canary(first, &*wiring.channel);
    }
    let saved = input::exclude(recipients, via, &mut planner).and_then(|exclusions| {
        input::recipients(recipients, via, in_message, &mut planner)?;
        Ok((exclusions, planner.save()?))
    });
    let (exclusions, id) = saved.map_err(|failure| {
        let goes_on = contacts.as_deref().map_or(BEGINS_AGAIN, |contacts| goes_on(contacts, &wiring.channel.address()));
        failure.if_interrupted(nothing_kept(goes_on))
    })?;

    let campaign = Campaign::open(Arc::clone(&ledger.ledger), &id)?;
    let estimate = campaign.estimate(wiring.terms.all_limits())?;
    Ok(Planned { wiring, ledger, campaign, estimate, exclusions, stop })
}

/// How a plan that was interrupted is made all the same.
pub(super) fn nothing_kept(goes_on: &str) -> String {
    format!("nothing is kept of the plan, and nothing was sent; {goes_on}")
}

/// Who is asked about recipients before they are sent to, if anybody is.
fn contacts(recipients: &RecipientArgs, wiring: &Wiring) -> Result<Option<Box<dyn Contacts>>, Failure> {
    match (wiring.is_tim(), recipients.check_accounts) {
        (true, false) => Ok(None),
        (false, true) => Err(Failure::usage("--check-accounts is for Tencent Cloud Chat only")
            .with_hint("Feishu and Lark say themselves which ids they do not know")),
        (true, true) | (false, false) => wiring.connection.contacts().map(Some),
    }
}

/// The message with the keys of its pictures. What the app has uploaded before is not uploaded again.
fn uploaded(
    form: Form,
    pictures: &[Picture],
    connection: &Connection,
    ledger: &OpenLedger,
    stop: &Stop,
) -> Result<Form, Failure> {
    if pictures.is_empty() {
        return Ok(form);
    }
    let (client, address) = (connection.lark()?, connection.app_address()?);
    let key = |Picture { image, .. }: &Picture| -> Result<String, Failure> {
        stop.check()?;
        let upload = || client.call(UploadImage::new(image.clone())).map(String::from);
        let key = image_key(&*ledger.ledger, &address, image.bytes(), upload);
        Ok(key.map_err(|error| stop.interrupt().or_error(error))?)
    };
    let keys = pictures.iter().map(key).collect::<Result<Vec<_>, _>>();
    let keys = keys.map_err(|failure| failure.if_interrupted(nothing_kept(BEGINS_AGAIN)))?;
    Ok(form.with_keys(pictures, &keys))
}
