//! What a campaign asks of Feishu or Lark around a send.

use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::{Contacts, Follow, Found, Memory, Recall, RecallUnit, Sending, TakenBack};
use batchcast_transport::channel::Address;
use batchcast_transport::class::Class;
use batchcast_transport::error::{BuildError, CallError};
use batchcast_transport::reach::Reach;

use crate::batch_message::{BatchMessageId, FOLLOW_UP_WINDOW, GetProgress, RecallBatchMessage};
use crate::client::Client;
use crate::contact::{BatchGetId, DepartmentChildren, DepartmentId, LookupBatches, UserIdType};

/// Who is behind an address hardly changes within a day; and an id that is gone is refused by the vendor by itself.
const FOUND: Duration = Duration::from_secs(24 * 60 * 60);

/// Who joins in the morning is to be found in the afternoon.
const MISSING: Duration = Duration::from_secs(60 * 60);

/// How many pages of direct members are counted, and of departments below, 50 each. Of a larger department it is said
/// that nobody knows.
const MOST_PAGES: usize = 20;

impl Contacts for Client {
    fn looks_up(&self, kind: IdKind) -> bool {
        matches!(kind, IdKind::Email | IdKind::Mobile)
    }

    fn calls(&self, addresses: Vec<Recipient>) -> Vec<Vec<Recipient>> {
        let (emails, mobiles): (Vec<_>, Vec<_>) =
            addresses.into_iter().partition(|address| address.kind() == IdKind::Email);
        let calls = LookupBatches::new(UserIdType::OpenId, emails, mobiles);
        calls.flatten().map(|call| call.addresses().to_vec()).collect()
    }

    fn look_up(&self, call: Vec<Recipient>) -> Result<Vec<Found>, CallError> {
        let call = BatchGetId::new(UserIdType::OpenId, call).map_err(BuildError::new)?;
        let answer = self.call(call)?;
        Ok(answer.into_iter().map(|lookup| Found::new(lookup.asked, lookup.found)).collect())
    }

    fn nobody(&self) -> &'static str {
        "the vendor knows nobody of this address whom the app may see"
    }

    fn memory(&self) -> Memory {
        Memory { found: FOUND, missing: MISSING }
    }

    /// The direct members, and what the vendor says of each department below. Whoever is in several of them is counted in
    /// each.
    fn members(&self, department: &Recipient) -> Result<Option<u64>, CallError> {
        // One that cannot be asked about may still be sent to.
        let Ok(department) = DepartmentId::new(department.id()) else { return Ok(None) };
        unless_it_may_not_be_seen(self.direct_members(&department).and_then(|direct| {
            let Some(direct) = direct else { return Ok(None) };
            let below = self.members_below(department)?;
            Ok(below.map(|below| below.saturating_add(direct)))
        }))
    }
}

impl Client {
    fn direct_members(&self, department: &DepartmentId) -> Result<Option<u64>, CallError> {
        let mut members = 0;
        for (pages, page) in self.users_by_department(department.clone()).enumerate() {
            if pages == MOST_PAGES {
                return Ok(None);
            }
            members += page?.len() as u64;
        }
        Ok(Some(members))
    }

    fn members_below(&self, department: DepartmentId) -> Result<Option<u64>, CallError> {
        let mut members = 0_u64;
        for (pages, page) in self.department_children(DepartmentChildren::new(department)).enumerate() {
            if pages == MOST_PAGES {
                return Ok(None);
            }
            for child in page? {
                let Some(count) = child.member_count else { return Ok(None) };
                members = members.saturating_add(count);
            }
        }
        Ok(Some(members))
    }
}

/// That an app may not see a department, or that there is none of this name, leaves the number unknown.
fn unless_it_may_not_be_seen(members: Result<Option<u64>, CallError>) -> Result<Option<u64>, CallError> {
    let stays_unknown = |error: &CallError| {
        matches!(
            error.class(),
            None | Some(Class::Permission | Class::Recipient | Class::Recipients | Class::Message | Class::Unknown)
        )
    };
    match members {
        Err(error) if stays_unknown(&error) => Ok(None),
        members => members,
    }
}

impl Follow for Client {
    fn address(&self) -> &Address {
        Self::address(self)
    }

    fn reach(&self, message_id: &str) -> Result<Reach, CallError> {
        let progress = self.call(GetProgress::new(id(message_id)?))?;
        let reach = Reach::new(progress.valid, progress.success, progress.read);
        Ok(if progress.recalled { reach.with_recalled(progress.recall_count) } else { reach })
    }

    fn window(&self) -> Duration {
        FOLLOW_UP_WINDOW
    }
}

impl Recall for Client {
    fn address(&self) -> &Address {
        Self::address(self)
    }

    fn unit(&self) -> RecallUnit {
        RecallUnit::Batch
    }

    fn recall(&self, sending: &Sending<'_>, _: Option<&Recipient>) -> Result<TakenBack, CallError> {
        let _ = self.call(RecallBatchMessage::new(id(sending.message_id)?))?;
        Ok(TakenBack::Now)
    }
}

fn id(message_id: &str) -> Result<BatchMessageId, CallError> {
    Ok(BatchMessageId::new(message_id).map_err(BuildError::new)?)
}
