//! A desk: one home, one vendor that follows a script, and the commands that lead a campaign from its plan to its end.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use batchcast_tests::{Answer, Asked, Home, Invocation, Running, Vendor};
use serde_json::Value;

/// Whoever sits here sends one recipient in each request, one request after the other.
pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) vendor: Vendor,
}

/// So many recipients: `ou_0`, `ou_1` and so on, as options.
pub(crate) fn people(count: usize) -> Vec<String> {
    (0..count).flat_map(|n| ["--id".to_owned(), format!("ou_{n}")]).collect()
}

/// How many are accepted, rejected, unknown and pending.
#[track_caller]
pub(crate) fn counts(document: &Value) -> [u64; 4] {
    ["accepted", "rejected", "unknown", "pending"].map(|state| document["recipients"][state].as_u64().unwrap())
}

/// The id of a campaign.
#[track_caller]
pub(crate) fn id(document: &Value) -> String {
    document["campaign"].as_str().unwrap().to_owned()
}

impl Desk {
    pub(crate) fn new(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self { home: Home::with_ids_per_request(1), vendor: Vendor::start(script) }
    }

    /// Everybody is accepted.
    pub(crate) fn accepting() -> Self {
        Self::new(|asked| Answer::accepted(&format!("bm-{}", asked.nth)))
    }

    /// `plan` of a text to so many.
    pub(crate) fn plan(&self, people: usize) -> Invocation {
        let args = ["plan", "--text", "hi", "--endpoint", &self.vendor.url()];
        self.home.lark(args).args(self::people(people))
    }

    /// A plan that is made; its id.
    #[track_caller]
    pub(crate) fn planned(&self, people: usize) -> String {
        self.plan(people).run().exits(0).stdout.trim_end().to_owned()
    }

    /// `send` of the same text to so many.
    pub(crate) fn send(&self, people: usize) -> Invocation {
        let args = ["send", "--text", "hi", "--endpoint", &self.vendor.url(), "--in-flight", "1"];
        self.home.lark(args).args(self::people(people))
    }

    pub(crate) fn run(&self, campaign: &str) -> Invocation {
        self.home.lark(["run", campaign, "--in-flight", "1"])
    }

    #[track_caller]
    pub(crate) fn status(&self, campaign: &str) -> Value {
        self.home.batchcast(["status", campaign, "--json"]).run().exits(0).standing()
    }

    /// Everybody whom the vendor was asked to reach, in that order.
    pub(crate) fn reached(&self) -> Vec<String> {
        self.vendor.messages().iter().flat_map(|asked| asked.ids("open_ids")).collect()
    }
}

/// Holds back the answers of a vendor until it is told to let them through, and all that are left when it is dropped.
pub(crate) struct Gate {
    arrives: Receiver<()>,
    opens: Sender<()>,
}

impl Gate {
    /// A desk whose vendor accepts everybody, behind a gate.
    pub(crate) fn desk() -> (Desk, Self) {
        Self::before(|asked| Answer::accepted(&format!("bm-{}", asked.nth)))
    }

    /// A desk whose vendor follows this script, behind a gate.
    pub(crate) fn before(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Desk, Self) {
        let (arrived, arrives) = mpsc::channel();
        let (opens, opened) = mpsc::channel();
        let opened = Mutex::new(opened);
        let desk = Desk::new(move |asked| {
            let _ = arrived.send(());
            let _ = opened.lock().unwrap().recv();
            script(asked)
        });
        (desk, Self { arrives, opens })
    }

    /// Waits for the next message. Its answer is held back.
    pub(crate) fn wait(&self) {
        self.arrives.recv().unwrap();
    }

    /// Lets the next answer through.
    pub(crate) fn open(&self) {
        self.opens.send(()).unwrap();
    }

    /// Starts a run whose first message has arrived.
    pub(crate) fn start(&self, run: Invocation) -> Running {
        let running = run.start();
        self.wait();
        running
    }
}
