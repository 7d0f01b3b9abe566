//! Around a send: who has no account yet is imported, the message goes out, and the histories of its recipients say
//! what became of it; then it is taken back from one of them.

use std::time::Duration;

use batchcast_emulator::Emulator;
use batchcast_tim::model::tim::{Accounts, BatchMessage, Message};
use batchcast_tim::model::{IdKind, Recipient};
use batchcast_tim::transport::time::{Clock, SystemTimer, Unix};
use batchcast_tim::usersig::SecretKey;
use batchcast_tim::{
    AccountCheck, AccountStatus, Client, Credentials, MsgKey, MultiAccountImport, Region, RoamMsgs, WithdrawMsg,
    random_stamp,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The vendor on loopback. Leave `with_endpoint` out to send to Tencent itself.
    let vendor = Emulator::builder().with_tim_imported_accounts_only().start()?;
    let key = SecretKey::new("sandbox-key")?;
    let client = Client::builder(Region::China, Credentials::secret_key(1_400_000_000, "administrator", key)?)
        .with_endpoint(vendor.url().parse()?)
        .build()?;
    let people = Accounts::new().with_ids(["ann", "ben", "cid", "dot"])?;
    let half = MultiAccountImport::without_profiles(people.iter().take(2).cloned())?;
    let _ = client.multiaccount_import(&half)?;

    // Whoever is not imported could not be sent to.
    let mut unknown = Vec::new();
    for check in AccountCheck::batches(people.clone()) {
        let checked = client.account_check(&check?)?.into_iter();
        unknown.extend(checked.filter(|one| one.status == AccountStatus::NotImported).map(|one| one.account));
    }
    assert_eq!(unknown.len(), 2);
    let receipt = client.multiaccount_import(&MultiAccountImport::without_profiles(unknown)?)?;
    assert!(receipt.failed.is_empty(), "these are left out: {:?}", receipt.failed);

    let began = now();
    let batch = BatchMessage::new(Message::text("The shop closes at 17:00 today.")?, people.clone(), random_stamp())?;
    let receipt = client.batch_send_msg(&batch)?;

    // Who got it stands in their histories, also where the answer to the batch was lost.
    let sender = Recipient::new(IdKind::Account, "administrator")?;
    let times = Unix::from_secs(began.as_secs().saturating_sub(60))..=now() + Duration::from_secs(60);
    for recipient in people.iter() {
        let history = RoamMsgs::new(recipient.clone(), sender.clone(), times.clone())?;
        let mut has_it = false;
        for page in client.roam_messages(history) {
            has_it |= page?.iter().any(|message| message.stamp() == Some(batch.stamp()));
        }
        assert!(has_it, "{} did not get it", recipient.id());
    }

    let key = MsgKey::new(receipt.msg_key.ok_or("the vendor gave the message no name")?)?;
    let ann = Recipient::new(IdKind::Account, "ann")?;
    let outcome = client.withdraw(&WithdrawMsg::new(sender, ann, key)?)?;
    assert!(outcome.is_recalled(), "it was not taken back: {outcome}");
    Ok(())
}

fn now() -> Unix {
    SystemTimer::new().now().unix
}
