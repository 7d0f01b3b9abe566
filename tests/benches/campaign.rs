//! What a campaign costs beyond the bare client, and how its plan grows. Ratios and medians; nothing is asserted here.
//!
//! `cargo bench --package batchcast-tests`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures, and ends where it cannot")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use batchcast_campaign::ledger::{CampaignId, Ledger, sqlite::Sqlite};
use batchcast_campaign::protocol::Terms;
use batchcast_campaign::{Campaign, Options, Planner, Sending, Unobserved};
use batchcast_lark::{Client, Credentials, Platform};
use batchcast_model::lark::{BatchMessage, Message};
use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::Channel;
use batchcast_transport::exchange::Unpaced;
use batchcast_transport::time::SystemTimer;

const IN_FLIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();
const ROUNDS: usize = 5;
const IDS: usize = 200;

fn main() {
    println!("{IN_FLIGHT} in flight, {IDS} ids in a batch, medians of {ROUNDS} rounds\n");
    for (delay, batches) in [(Duration::from_millis(20), 400), (Duration::ZERO, 2000)] {
        let url = serve(delay);
        let bare = median(|| bare_client(&url, batches));
        let campaign = median(|| campaign(&url, batches));
        println!(
            "server answers after {delay:?}: bare client {:.0} batches/s, campaign {:.0} batches/s, ratio {:.2}",
            per_second(batches, bare),
            per_second(batches, campaign),
            campaign.as_secs_f64() / bare.as_secs_f64(),
        );
    }
    println!();
    let url = serve(Duration::ZERO);
    for thousands in [125, 250, 500, 1000] {
        let (mut took, mut size) = (Vec::new(), 0);
        for _ in 0..3 {
            let dir = tempfile::tempdir().unwrap();
            let started = now();
            plan(&ledger(dir.path()), &*channel(&url), thousands * 1000);
            took.push(started.elapsed());
            size = std::fs::metadata(dir.path().join("ledger.db")).unwrap().len();
        }
        took.sort();
        println!(
            "plan of {thousands},000 recipients: {:.2} s, {:.2} µs each, closed ledger {:.1} MB",
            took[1].as_secs_f64(),
            took[1].as_secs_f64() * 1e6 / (thousands * 1000) as f64,
            size as f64 / 1e6,
        );
    }
}

/// The client alone: threads that take the next batch until none is left.
fn bare_client(url: &str, batches: usize) -> Duration {
    let client = Client::builder(Platform::Feishu, credentials())
        .with_endpoint(url.parse().unwrap())
        .with_pace(Arc::new(Unpaced))
        .build()
        .unwrap();
    let requests: Vec<BatchMessage> = message().batches(people(batches * IDS)).unwrap();
    let next = AtomicUsize::new(0);
    let started = now();
    std::thread::scope(|scope| {
        for _ in 0..IN_FLIGHT.get() {
            scope.spawn(|| {
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let _ = client.batch_send(request).unwrap();
                }
            });
        }
    });
    started.elapsed()
}

/// The same through a ledger on the disk. The plan is made before the clock runs, as the bare client's batches are.
fn campaign(url: &str, batches: usize) -> Duration {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, channel, timer) = (ledger(dir.path()), channel(url), SystemTimer::new());
    let id = plan(&ledger, &*channel, batches * IDS);
    let started = now();
    let terms = Terms::of(&*channel, Duration::from_secs(30)).unlimited();
    let options = Options::new(terms).with_in_flight(IN_FLIGHT);
    let sending = Sending::start(Arc::clone(&ledger), &id, &*channel, options, &timer, &Unobserved).unwrap();
    sending.carry_out(&*channel, &timer, &Unobserved).unwrap();
    let took = started.elapsed();
    let standing = Campaign::open(ledger, &id).unwrap().standing().unwrap();
    assert_eq!(standing.recipients.accepted, (batches * IDS) as u64, "the bench measures what it did not do");
    took
}

fn plan(ledger: &Arc<dyn Ledger>, channel: &dyn Channel, recipients: usize) -> CampaignId {
    let mut plan = Planner::new(Arc::clone(ledger), channel, "bench").unwrap();
    let own = Vec::new();
    for recipient in people(recipients) {
        plan.add(recipient, &[], &own).unwrap();
    }
    plan.save().unwrap()
}

fn ledger(dir: &std::path::Path) -> Arc<dyn Ledger> {
    Arc::new(Sqlite::open(dir.join("ledger.db"), Arc::new(SystemTimer::new())).unwrap())
}

fn channel(url: &str) -> Box<dyn Channel> {
    let client = Client::builder(Platform::Feishu, credentials()).with_endpoint(url.parse().unwrap());
    Box::new(client.broadcast(message()).unwrap())
}

fn people(count: usize) -> impl Iterator<Item = Recipient> {
    (0..count).map(|number| Recipient::new(IdKind::OpenId, format!("ou_{number:032x}")).unwrap())
}

fn message() -> Message {
    Message::text("hello").unwrap()
}

fn credentials() -> Credentials {
    Credentials::tenant_access_token("t-bench").unwrap()
}

fn median(mut round: impl FnMut() -> Duration) -> Duration {
    let mut took: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    took.sort();
    took[ROUNDS / 2]
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

/// A server that accepts every batch after this long, and costs as little as it can.
fn serve(delay: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(&stream.unwrap(), delay));
        }
    });
    url
}

#[expect(clippy::disallowed_methods, reason = "the delay is what the server is for")]
fn answer(stream: &TcpStream, delay: Duration) {
    const BODY: &str = r#"{"code":0,"msg":"ok","data":{"message_id":"bm-0123456789abcdef0123456789abcdef"}}"#;
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
            let header = line.to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        if reader.read_exact(&mut vec![0; length]).is_err() {
            return;
        }
        std::thread::sleep(delay);
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", BODY.len());
        if (&mut &*stream).write_all((head + BODY).as_bytes()).is_err() {
            return;
        }
    }
}
