//! Who holds a campaign: one run at a time, for as long as it lives.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use batchcast_emulator::Emulator;
use batchcast_tests::{Answer, Home, Invocation, Running, Vendor};
use serde_json::{Value, json};

/// Ten requests, one at a time.
const PEOPLE: usize = 10;

struct Campaign {
    home: Home,
    vendor: Vendor,
    id: String,
    /// A request has arrived that is not answered.
    arrives: Receiver<()>,
    /// Answers one.
    answer: Sender<()>,
}

impl Campaign {
    /// A plan.
    fn new() -> Self {
        let (arrived, arrives) = mpsc::channel();
        let (answer, may_answer) = mpsc::channel();
        let may_answer = Mutex::new(may_answer);
        let vendor = Vendor::start(move |asked| {
            let _ = arrived.send(());
            let _ = may_answer.lock().unwrap().recv();
            Answer::accepted(&format!("bm-{}", asked.nth))
        });
        let home = home();
        let plan = sending(&home, &vendor.url(), &["plan"]).run().exits(0).document();
        let id = plan["campaign"].as_str().unwrap().to_owned();
        Self { home, vendor, id, arrives, answer }
    }

    fn run(&self) -> Invocation {
        command(&self.home, &["run", &self.id, "--endpoint", &self.vendor.url(), "--in-flight", "1", "--json"])
    }

    /// A run whose first request has arrived.
    fn running(&self) -> Running {
        let running = self.run().start();
        self.arrives.recv().unwrap();
        running
    }

    fn status(&self) -> Value {
        command(&self.home, &["status", &self.id, "--json"]).run().exits(0).document()
    }

    /// Everybody that the vendor has been asked to reach.
    fn reached(&self) -> Vec<String> {
        self.vendor.messages().iter().flat_map(|asked| asked.ids("open_ids")).collect()
    }
}

fn home() -> Home {
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    home
}

fn command(home: &Home, args: &[&str]) -> Invocation {
    let credentials = [
        ("BATCHCAST_APP_ID", batchcast_emulator::SANDBOX_APP_ID),
        ("BATCHCAST_APP_SECRET", batchcast_emulator::SANDBOX_APP_SECRET),
    ];
    let command = home.batchcast_with_kill_points(args);
    credentials.into_iter().fold(command, |command, (name, value)| command.env(name, value))
}

/// `send` or `plan`, of the same message to the same people.
fn sending(home: &Home, url: &str, args: &[&str]) -> Invocation {
    let people = people().join("\n");
    command(home, args).args(["--text", "hi", "--to", "-", "--endpoint", url, "--json"]).stdin(people)
}

fn people() -> Vec<String> {
    (0..PEOPLE).map(|n| format!("ou_{n}")).collect()
}

/// Accepted, rejected, unknown, pending.
fn counts(document: &Value) -> [usize; 4] {
    let count = |state: &str| document["recipients"][state].as_u64().unwrap().try_into().unwrap();
    ["accepted", "rejected", "unknown", "pending"].map(count)
}

#[test]
fn a_second_run_is_refused_while_the_first_lives() {
    let campaign = Campaign::new();
    assert_eq!(campaign.status()["state"], "planned");
    let first = campaign.running();
    let status = campaign.status();
    assert_eq!((&status["state"], counts(&status)), (&json!("running"), [0, 0, 1, PEOPLE - 1]), "{status}");

    let second = campaign.run().run().exits(8).document();
    assert_eq!((&second["state"], &second["error"]["exit"]), (&json!("running"), &json!(8)), "{second}");
    assert_eq!(campaign.status()["state"], "running", "the second has changed nothing");

    (0..PEOPLE).for_each(|_| campaign.answer.send(()).unwrap());
    let first = first.finish().exits(0).document();
    assert_eq!((&first["state"], counts(&first)), (&json!("finished"), [PEOPLE, 0, 0, 0]), "{first}");
    assert_eq!(campaign.reached(), people());
    assert_eq!(campaign.status()["state"], "finished");
}

#[test]
fn a_killed_run_leaves_it_paused_and_another_takes_it_up_at_once() {
    let campaign = Campaign::new();
    let first = campaign.running();
    campaign.answer.send(()).unwrap();
    campaign.arrives.recv().unwrap();
    first.process().kill();
    assert_eq!(first.finish().code(), None);
    let status = campaign.status();
    assert_eq!((&status["state"], counts(&status)), (&json!("paused"), [1, 0, 1, PEOPLE - 2]), "{status}");
    let next = status["next"].as_str().unwrap_or_default();
    assert!(next.contains("run") && next.contains(&campaign.id), "{status}");

    (0..PEOPLE).for_each(|_| campaign.answer.send(()).unwrap());
    let second = campaign.run().run().exits(5).document();
    assert_eq!((&second["state"], counts(&second)), (&json!("finished"), [PEOPLE - 1, 0, 1, 0]), "{second}");
    assert_eq!(campaign.reached(), people());
}

/// Of two that were started at once, one sends to everybody and the other is refused with the name of the first's campaign.
#[track_caller]
fn one_of(two: [Running; 2], emulator: &Emulator) {
    let two = two.map(Running::finish);
    let (sent, refused): (Vec<_>, Vec<_>) = two.iter().partition(|ran| ran.code() == Some(0));
    let ([sent], [refused]) = (&sent[..], &refused[..]) else { panic!("{}", two.map(|ran| ran.shown()).join("\n")) };
    assert_eq!(refused.code(), Some(2), "{}", refused.shown());
    let campaign = sent.document()["campaign"].as_str().unwrap().to_owned();
    assert!(refused.stdout.contains(&campaign), "{}", refused.shown());
    let mut reached: Vec<_> = emulator.deliveries().into_iter().map(|to| to.id).collect();
    reached.sort();
    assert_eq!(reached, people());
}

#[test]
fn of_two_identical_sends_at_once_one_is_refused() {
    for _ in 0..5 {
        let (home, emulator) = (home(), Emulator::start().unwrap());
        let send = || sending(&home, emulator.url(), &["send"]).args(["--rate", "unlimited"]);
        one_of([send().start(), send().start()], &emulator);
    }
}

#[test]
fn of_two_identical_plans_run_at_once_one_is_refused() {
    for _ in 0..5 {
        let (home, emulator) = (home(), Emulator::start().unwrap());
        let plan = |_| sending(&home, emulator.url(), &["plan"]).run().exits(0).document();
        let plans = [0, 1].map(plan).map(|plan| plan["campaign"].as_str().unwrap().to_owned());
        assert_ne!(plans[0], plans[1]);
        let run =
            |id: &String| command(&home, &["run", id, "--endpoint", emulator.url(), "--rate", "unlimited", "--json"]);
        one_of(plans.each_ref().map(|id| run(id).start()), &emulator);
    }
}
