//! A vendor's directory that counts how often it is asked: [`Directory`].

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::{Contacts, Found, Memory};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};

/// How long this one's answers may be relied on, unless set.
pub(crate) const MEMORY: Memory =
    Memory { found: Duration::from_secs(24 * 60 * 60), missing: Duration::from_secs(60 * 60) };

/// The most of each kind in a call, as Feishu and Lark have it.
const MOST: usize = 50;

/// Knows the people of [`people`](crate::people) by their addresses, and looks up 50 e-mail addresses and 50 mobile
/// numbers in a call. A department has as many members as the number in its id, and of every third nobody may know.
pub(crate) struct Directory {
    memory: Memory,
    /// Says nothing of anybody.
    is_silent: bool,
    /// The call that fails, from 1; 0 for none.
    failing: AtomicUsize,
    calls: Mutex<Vec<Vec<Recipient>>>,
    departments: Mutex<Vec<Recipient>>,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            memory: MEMORY,
            is_silent: false,
            failing: AtomicUsize::new(0),
            calls: Mutex::default(),
            departments: Mutex::default(),
        }
    }
}

impl Directory {
    pub(crate) fn with_memory(found: Duration, missing: Duration) -> Self {
        Self { memory: Memory { found, missing }, ..Self::default() }
    }

    /// One that answers, and says nothing of whoever it was asked for.
    pub(crate) fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// The call after so many that succeed fails; the one after it succeeds again.
    pub(crate) fn fail_after(&self, calls: usize) {
        self.failing.store(calls + 1, Ordering::SeqCst);
    }

    /// How many were looked up in each call that was answered since this was last asked.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.asked().iter().map(Vec::len).collect()
    }

    /// Who was looked up in each call that was answered since this was last asked.
    pub(crate) fn asked(&self) -> Vec<Vec<Recipient>> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Of which departments it was asked since this was last asked.
    pub(crate) fn departments(&self) -> Vec<Recipient> {
        std::mem::take(&mut *self.departments.lock().unwrap())
    }

    fn fails(&self) -> Result<(), CallError> {
        let before = self.failing.load(Ordering::SeqCst);
        self.failing.store(before.saturating_sub(1), Ordering::SeqCst);
        if before == 1 { Err(not_permitted()) } else { Ok(()) }
    }
}

/// What it answers when it fails.
pub(crate) fn not_permitted() -> CallError {
    CallError::new(Cause::Api(ApiError::new(Class::Permission, 400, "no scope").with_code(99_991_672)), 1)
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Directory")
    }
}

impl Contacts for Directory {
    fn looks_up(&self, kind: IdKind) -> bool {
        matches!(kind, IdKind::Email | IdKind::Mobile)
    }

    fn calls(&self, addresses: Vec<Recipient>) -> Vec<Vec<Recipient>> {
        let (emails, mobiles): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|one| one.kind() == IdKind::Email);
        let (mut emails, mut mobiles) = (emails.chunks(MOST), mobiles.chunks(MOST));
        let call = || match (emails.next(), mobiles.next()) {
            (None, None) => None,
            (emails, mobiles) => Some([emails.unwrap_or_default(), mobiles.unwrap_or_default()].concat()),
        };
        std::iter::from_fn(call).collect()
    }

    fn look_up(&self, call: Vec<Recipient>) -> Result<Vec<Found>, CallError> {
        for kind in [IdKind::Email, IdKind::Mobile] {
            assert!(call.iter().filter(|one| one.kind() == kind).count() <= MOST, "too many in a call");
        }
        self.fails()?;
        // Backwards: an answer has no order.
        let answer = call.iter().rev().map(|one| Found::new(one.clone(), behind(one))).collect();
        self.calls.lock().unwrap().push(call);
        Ok(if self.is_silent { Vec::new() } else { answer })
    }

    fn nobody(&self) -> &'static str {
        "nobody has this address"
    }

    fn memory(&self) -> Memory {
        self.memory
    }

    fn members(&self, department: &Recipient) -> Result<Option<u64>, CallError> {
        self.fails()?;
        self.departments.lock().unwrap().push(department.clone());
        let number = department.id().strip_prefix("od-").unwrap().parse().unwrap();
        Ok(Some(number).filter(|number| number % 3 > 0))
    }
}

fn behind(address: &Recipient) -> Option<Recipient> {
    let number = match address.kind() {
        IdKind::Email => address.id().strip_prefix('p')?.strip_suffix("@example.com")?,
        _ => address.id().strip_prefix("+1202")?,
    };
    Some(crate::people::open_id(number.parse().ok()?))
}
