//! Everything the emulator knows, and the one function that changes it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::config::Config;
use crate::control::{self, Reply};
use crate::deliveries::{Delivery, DeliveryLog, Provider};
use crate::directory::{Directory, PastDirectories};
use crate::faults::{self, Fault, FaultPlan, Faults};
use crate::feishu::{self, Feishu};
use crate::inbox::{Inbox, Message};
use crate::limits::Limiter;
use crate::outbox::{Due, Outbox};
use crate::received::{Received, ReceivedLog};
use crate::requests::{RequestLog, RequestRecord};
use crate::schedule::Schedule;
use crate::sequence::{Purpose, Sequence};
use crate::stats::{State, Stats, VendorStats};
use crate::task::Task;
use crate::tim::{self, Tim};
use crate::too_large::TooLarge;

/// The vendors' state. It does no IO and reads no clock: the same requests at the same times give the same answers.
///
/// Made by [`Builder::world`](crate::Builder::world); a server in front of it is [`Emulator`](crate::Emulator).
pub struct World {
    pub(crate) config: Config,
    pub(crate) directory: Directory,
    past: PastDirectories,
    pub(crate) feishu: Feishu,
    pub(crate) tim: Tim,
    pub(crate) limiter: Limiter,
    faults: Faults,
    pub(crate) outbox: Outbox,
    deliveries: DeliveryLog,
    inbox: Inbox,
    /// The message that the request in hand was accepted as.
    accepted: Option<(Provider, String)>,
    requests: RequestLog,
    received: ReceivedLog,
    stats: Stats,
    resets: u64,
    log_ids: Sequence,
}

/// The vendor whose path it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vendor {
    Feishu,
    Tim,
}

impl Vendor {
    fn of(path: &str) -> Option<Self> {
        match path {
            path if path.starts_with("/open-apis/") => Some(Self::Feishu),
            path if path.starts_with("/v4/") => Some(Self::Tim),
            _ => None,
        }
    }
}

impl World {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            feishu: Feishu::new(&config),
            tim: Tim::new(&config),
            limiter: Limiter::new(config.rate_limits.clone()),
            faults: Faults::new(config.faults.clone(), config.seed),
            outbox: Outbox::new(config.delivery_rate, config.delivery_limit),
            deliveries: DeliveryLog::new(config.delivery_limit),
            inbox: Inbox::new(config.text_limit),
            accepted: None,
            requests: RequestLog::new(config.request_limit),
            received: ReceivedLog::new(config.received_limit),
            stats: Stats::default(),
            resets: 0,
            log_ids: Sequence::new(config.seed, Purpose::LogId),
            directory: config.directory.clone(),
            past: PastDirectories::default(),
            config,
        }
    }

    /// Answers one request, at the time `now`. Every request has an answer, and none is an error or a panic.
    ///
    /// Of the URI only the path counts, and for TIM the query; the host is not looked at.
    pub fn handle(&mut self, now: Timestamp, request: &Request<Bytes>) -> Response<Bytes> {
        match self.respond(now, request) {
            Reply::Answer(response) => response,
            Reply::Log(log) => log.whole(self),
        }
    }

    /// The same, without the lines of a log that was asked for.
    pub(crate) fn respond(&mut self, now: Timestamp, request: &Request<Bytes>) -> Reply {
        self.advance(now);
        match control::owns(request.uri().path()) {
            true => control::handle(self, request),
            false => Reply::Answer(self.vendor(now, request)),
        }
    }

    /// The answer of the vendor whose path it is, and what is to be done to it on its way.
    fn vendor(&mut self, now: Timestamp, request: &Request<Bytes>) -> Response<Bytes> {
        self.received.push(now, request);
        let path = request.uri().path();
        let vendor = Vendor::of(path);
        let Some(fault) = self.faults.next(request.method(), path) else {
            let answer = self.process(vendor, now, request);
            return self.finish(vendor, now, request, answer, None);
        };
        let (answer, on_the_wire) = faults::apply(self, vendor, now, request, &fault);
        let mut response = self.finish(vendor, now, request, answer, Some(&fault));
        if let Some(on_the_wire) = on_the_wire {
            response.extensions_mut().insert(on_the_wire);
        }
        response
    }

    /// What the vendor does, without a fault.
    pub(crate) fn process(&mut self, vendor: Option<Vendor>, now: Timestamp, request: &Request<Bytes>) -> Answer {
        if let Some(too_large) = request.extensions().get::<TooLarge>() {
            return Answer::text(StatusCode::PAYLOAD_TOO_LARGE, too_large.to_string());
        }
        let answer = match vendor {
            Some(Vendor::Feishu) => feishu::handle(self, now, request),
            Some(Vendor::Tim) => tim::handle(self, now, request),
            None => Answer::page_not_found(),
        };
        if let Some((provider, message_id)) = self.accepted.take() {
            self.inbox.note(Message::new(provider, message_id, now, request.body()));
        }
        answer
    }

    fn finish(
        &mut self,
        vendor: Option<Vendor>,
        now: Timestamp,
        request: &Request<Bytes>,
        answer: Answer,
        fault: Option<&Fault>,
    ) -> Response<Bytes> {
        match vendor {
            Some(Vendor::Feishu) => self.stats.feishu.requests += 1,
            Some(Vendor::Tim) => self.stats.tim.requests += 1,
            None => {}
        }
        log::debug!("{} {} -> {} code {:?}", request.method(), request.uri().path(), answer.status, answer.code);
        self.requests.push(RequestRecord {
            status: if fault == Some(&Fault::ResetBefore) { 0 } else { answer.status.as_u16() },
            code: answer.code,
            fault: fault.map(Fault::kind),
            ..RequestRecord::of(request, now)
        });
        let mut response = answer.into_response();
        if vendor == Some(Vendor::Tim) || fault.is_some_and(Fault::is_foreign) {
            return response;
        }
        if let Ok(log_id) = HeaderValue::try_from(format!("{:032X}", self.log_ids.next_id())) {
            response.headers_mut().insert(X_TT_LOGID, log_id);
        }
        response
    }

    /// Notes that a message was accepted, and says when it reaches its recipients.
    pub(crate) fn deliver(&mut self, task: Task) -> Schedule {
        self.accepted = Some((task.provider(), task.message_id().to_owned()));
        let (schedule, delivered) = self.outbox.add(task);
        if let Some(task) = delivered {
            self.note(task);
        }
        schedule
    }

    /// Lets time pass: what is due by then is delivered. Every request does so first. Where a later call says an
    /// earlier time, the log keeps what it has, and nothing is delivered again.
    pub fn advance(&mut self, now: Timestamp) {
        for due in self.outbox.due(now) {
            match due {
                Due::Kept(task) => self.note(task),
                Due::Forgotten(provider, count) => self.count(provider, count),
            }
        }
    }

    fn note(&mut self, task: Task) {
        self.count(task.provider(), task.len());
        self.deliveries.push(task);
    }

    fn count(&mut self, provider: Provider, deliveries: usize) {
        let stats: &mut VendorStats = match provider {
            Provider::Feishu | Provider::Lark => &mut self.stats.feishu,
            Provider::Tim => &mut self.stats.tim,
        };
        stats.deliveries += deliveries as u64;
    }

    /// Who got what by the last request or [`advance`](Self::advance), oldest first; at most [`Builder::with_delivery_limit`](crate::Builder::with_delivery_limit),
    /// the newest.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lines().map(Delivery::from).collect()
    }

    /// The accepted messages with what they say, oldest first; the newest, as many as
    /// [`Builder::with_text_limit`](crate::Builder::with_text_limit) has room for.
    pub fn messages(&self) -> Vec<Message> {
        self.inbox.messages().cloned().collect()
    }

    /// How many accepted deliveries are still to come, where
    /// [`Builder::with_delivery_rate`](crate::Builder::with_delivery_rate) makes them wait.
    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }

    /// Requests and how they were answered, oldest first; at most
    /// [`Builder::with_request_limit`](crate::Builder::with_request_limit), the newest.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.requests.iter().cloned().collect()
    }

    /// The last requests in full, oldest first; at most
    /// [`Builder::with_received_limit`](crate::Builder::with_received_limit).
    pub fn received(&self) -> Vec<Received> {
        self.received.iter().cloned().collect()
    }

    /// Counts since the start or the last reset.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    pub(crate) fn state(&self) -> State {
        let kept = self.deliveries.kept();
        let all = self.stats.feishu.deliveries + self.stats.tim.deliveries;
        State { waiting: self.waiting() as u64, kept, forgotten: all - kept }
    }

    /// Says who exists from now on, for both vendors. What was sent before stays as it was.
    pub fn set_directory(&mut self, directory: Directory) {
        let before = std::mem::replace(&mut self.directory, directory);
        self.past.push(self.deliveries.next_number(), before);
        self.tim.directory_was_set();
    }

    /// Hits requests with other faults from now on, and counts from 1 again.
    pub fn set_faults(&mut self, plan: FaultPlan) {
        self.faults.follow(plan);
    }

    /// Refuses what was good until now: tokens, and signatures that were made in an earlier second.
    pub(crate) fn expire_tokens(&mut self, now: Timestamp) {
        self.feishu.expire_tokens();
        self.tim.expire_signatures(now);
    }

    /// Forgets deliveries, requests, counts, tokens, images, messages and a directory or faults that were set, and
    /// comes back to [`Builder::with_directory`](crate::Builder::with_directory) and
    /// [`Builder::with_faults`](crate::Builder::with_faults). Ids go on where they were, so that none is ever
    /// given out twice.
    pub fn reset(&mut self) {
        self.directory = self.config.directory.clone();
        self.past = PastDirectories::default();
        self.limiter = Limiter::new(self.config.rate_limits.clone());
        self.faults.follow(self.config.faults.clone());
        self.feishu.reset();
        self.tim.reset();
        self.outbox.clear();
        self.deliveries.clear();
        self.inbox.clear();
        self.requests.clear();
        self.received.clear();
        self.stats = Stats::default();
        self.resets += 1;
    }

    /// How often it was reset.
    pub(crate) fn resets(&self) -> u64 {
        self.resets
    }

    /// The directory by which a delivery was made.
    pub(crate) fn directory_at(&self, delivery: u64) -> &Directory {
        self.past.at(delivery).unwrap_or(&self.directory)
    }

    /// Every directory by which a delivery may have been made.
    pub(crate) fn directories(&self) -> impl Iterator<Item = &Directory> {
        self.past.iter().chain([&self.directory])
    }

    pub(crate) fn delivery_log(&self) -> &DeliveryLog {
        &self.deliveries
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    pub(crate) fn request_log(&self) -> &RequestLog {
        &self.requests
    }
}

/// Feishu's support id, on every answer but TIM's and the emulator's own.
const X_TT_LOGID: HeaderName = HeaderName::from_static("x-tt-logid");

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("config", &self.config).field("stats", &self.stats).finish_non_exhaustive()
    }
}
