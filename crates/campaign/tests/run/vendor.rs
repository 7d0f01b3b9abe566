//! A vendor that answers by a script, and remembers what was asked of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use batchcast_model::{IdKind, Invalid, Recipient};
use batchcast_transport::channel::{Address, Channel, Cut, Mark, Receipt, Rejected};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, BuildError, CallError, Cause};
use batchcast_transport::exchange::Limit;
use batchcast_transport::fault::{Fault, FaultKind};

/// Where every vendor is, unless a test says otherwise.
pub(crate) fn vendor_address() -> &'static Address {
    static ADDRESS: OnceLock<Address> = OnceLock::new();
    ADDRESS.get_or_init(|| Address::new("test", "https://vendor.example.com", "app-1"))
}

/// What the vendor says to one attempt.
pub(crate) type Answer = Result<Receipt, CallError>;

type Script<'a> = Box<dyn Fn(u32, &[Recipient]) -> Answer + Send + Sync + 'a>;
type Readiness<'a> = Box<dyn Fn() -> Result<(), CallError> + Send + Sync + 'a>;

/// Answers each attempt with what the script says of its number, from 0, and its recipients.
pub(crate) struct Vendor<'a> {
    script: Script<'a>,
    readiness: Readiness<'a>,
    size: usize,
    address: Address,
    message: String,
    limits: Vec<Limit>,
    daily_quota: Option<u64>,
    attempts: AtomicU32,
    marks: AtomicU32,
    reached: Mutex<BTreeMap<String, u32>>,
}

impl fmt::Debug for Vendor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vendor")
    }
}

impl<'a> Vendor<'a> {
    /// A vendor that takes `size` recipients in a request, without pace and quota.
    pub(crate) fn new(size: usize, script: impl Fn(u32, &[Recipient]) -> Answer + Send + Sync + 'a) -> Self {
        Self {
            script: Box::new(script),
            readiness: Box::new(|| Ok(())),
            size,
            address: vendor_address().clone(),
            message: r#"{"text":"hello"}"#.to_owned(),
            limits: Vec::new(),
            daily_quota: None,
            attempts: AtomicU32::new(0),
            marks: AtomicU32::new(0),
            reached: Mutex::default(),
        }
    }

    pub(crate) fn with_readiness(mut self, readiness: impl Fn() -> Result<(), CallError> + Send + Sync + 'a) -> Self {
        self.readiness = Box::new(readiness);
        self
    }

    pub(crate) fn with_limits(mut self, limits: impl Into<Vec<Limit>>) -> Self {
        self.limits = limits.into();
        self
    }

    pub(crate) fn with_daily_quota(mut self, recipients: u64) -> Self {
        self.daily_quota = Some(recipients);
        self
    }

    pub(crate) fn with_message(mut self, message: &str) -> Self {
        message.clone_into(&mut self.message);
        self
    }

    pub(crate) fn with_address(mut self, address: Address) -> Self {
        self.address = address;
        self
    }

    /// How many attempts there were.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::SeqCst)
    }

    /// How often each recipient was in a request that was processed or may have been.
    pub(crate) fn reached(&self) -> BTreeMap<String, u32> {
        self.reached.lock().unwrap().clone()
    }

    /// Asserts that nobody was sent to twice.
    #[track_caller]
    pub(crate) fn has_reached_nobody_twice(&self) {
        let twice: Vec<_> = self.reached().into_iter().filter(|(_, times)| *times > 1).collect();
        assert!(twice.is_empty(), "sent to twice: {twice:?}");
    }

    /// The name of its pace and quota in a ledger.
    pub(crate) fn pace(&self) -> String {
        let Address { provider, endpoint, app, .. } = &self.address;
        format!("{provider} {app} {endpoint}")
    }
}

impl Channel for Vendor<'_> {
    fn address(&self) -> Address {
        self.address.clone()
    }

    fn message(&self) -> String {
        self.message.clone()
    }

    fn limits(&self) -> Vec<Limit> {
        self.limits.clone()
    }

    fn daily_quota(&self) -> Option<u64> {
        self.daily_quota
    }

    fn cut(&self) -> Box<dyn Cut> {
        Box::new(InTurn { placed: 0, size: self.size })
    }

    fn ready(&self) -> Result<(), CallError> {
        (self.readiness)()
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::new(format!("mark {}", self.marks.fetch_add(1, Ordering::SeqCst))))
    }

    fn attempt(&self, batch: &[Recipient], mark: Option<&Mark>) -> Answer {
        assert!(mark.is_some(), "an attempt has the mark that was drawn for it");
        let answer = (self.script)(self.attempts.fetch_add(1, Ordering::SeqCst), batch);
        let turned_down = match &answer {
            Ok(receipt) => receipt.rejected.iter().map(|named| &named.recipient).collect(),
            Err(error) if error.class() == Some(Class::Unknown) => Vec::new(),
            Err(_) => return answer,
        };
        let mut reached = self.reached.lock().unwrap();
        for recipient in batch.iter().filter(|one| !turned_down.contains(one)) {
            *reached.entry(recipient.id().to_owned()).or_default() += 1;
        }
        answer
    }
}

/// So many recipients in each request, of ten bytes each.
struct InTurn {
    placed: usize,
    size: usize,
}

impl Cut for InTurn {
    fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid> {
        self.takes(recipient.kind())?;
        self.placed += 1;
        Ok((self.placed - 1) / self.size)
    }

    fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        match kind {
            IdKind::Account | IdKind::Email | IdKind::Mobile => Err(Recipient::new(kind, "").unwrap_err()),
            _ => Ok(()),
        }
    }

    fn bytes(&self) -> u64 {
        10 * self.placed as u64
    }
}

pub(crate) fn person(number: usize) -> Recipient {
    Recipient::new(IdKind::UserId, format!("u{number}")).unwrap()
}

pub(crate) fn accepted() -> Answer {
    Ok(Receipt::new(Some("bm-1".to_owned())).with_request_id(Some("log-1".to_owned())))
}

/// Accepted but for these, who are named.
pub(crate) fn accepted_without(turned_down: impl IntoIterator<Item = Recipient>) -> Answer {
    let named = turned_down.into_iter().map(|one| Rejected::new(one, Some(20003), "not imported"));
    Ok(Receipt::new(Some("bm-1".to_owned())).with_rejected(named.collect()))
}

pub(crate) fn refused(class: Class) -> Answer {
    let error = ApiError::new(class, 200, class.as_str()).with_code(7).with_request_id(Some("log-2"));
    Err(CallError::new(Cause::Api(error), 1))
}

pub(crate) fn throttled(seconds: u64) -> Answer {
    refused(Class::Throttled { after: Some(Duration::from_secs(seconds)) })
}

pub(crate) fn not_sent() -> Answer {
    Err(CallError::new(Cause::Fault(Fault::before_sending(FaultKind::Connect)), 1))
}

pub(crate) fn in_doubt() -> Answer {
    Err(CallError::new(Cause::Fault(Fault::maybe_sent(FaultKind::Timeout)), 1))
}

/// No request could be made of it.
pub(crate) fn not_built() -> Answer {
    Err(CallError::from(BuildError::text("no request can be made of it")))
}

/// The token was lost on the way, so that nothing was handed to the transport.
pub(crate) fn lost_its_token() -> Answer {
    let error = ApiError::new(Class::Token, 200, "token");
    Err(CallError::new(Cause::NoToken(Box::new(Cause::Api(error))), 0))
}
