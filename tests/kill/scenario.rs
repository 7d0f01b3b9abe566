//! What a seed stands for: who gets what in how many requests, and where the program is killed on the way.

use std::fmt;
use std::time::Duration;

use batchcast_tests::WirePoint;
use fastrand::Rng;
use serde_json::json;

use crate::points::{Point, Stage};

/// One round.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) provider: Provider,
    pub(crate) people: Vec<Person>,
    /// The recipients as the program gets them, with some rows twice.
    pub(crate) csv: String,
    /// How many rows are there for a second time.
    pub(crate) duplicates: usize,
    /// The message as the program gets it.
    pub(crate) message: String,
    /// The most recipients of one request.
    pub(crate) per_request: usize,
    /// Requests at once.
    pub(crate) in_flight: usize,
    pub(crate) start: Start,
    /// How long the network takes for a request and its answer.
    pub(crate) latency: Duration,
    pub(crate) kills: Vec<Kill>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Feishu,
    Tim,
}

/// How a campaign is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// `send`, which plans and runs.
    Send,
    /// `plan`, and then `run`.
    Plan,
}

/// One recipient of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The number of the row.
    pub(crate) row: u64,
    pub(crate) kind: String,
    pub(crate) id: String,
    /// The caller's own columns, as they are called in the report.
    pub(crate) own: [(&'static str, String); 2],
}

/// One kill to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Kill {
    pub(crate) point: Point,
    /// From 0 to 1: how far along.
    pub(crate) along: f64,
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, provider, people, per_request, in_flight, start, .. } = self;
        write!(f, "seed {seed} {provider:?} {start:?} {} recipients {per_request}x{in_flight} points", people.len())?;
        self.kills.iter().try_for_each(|Kill { point, along }| write!(f, " {point}@{along:.2}"))
    }
}

impl Scenario {
    /// The same for the same seed. Seeds that follow one another go through all points.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x6b69_6c6c_6564_2121);
        let points = Point::ALL.len() as u64;
        let main = Point::ALL[usize::try_from(seed % points).unwrap()];
        // The vendors change at every turn through the points.
        let provider = if seed / points % 2 == 0 { Provider::Feishu } else { Provider::Tim };

        let kills = kills(&mut rng, main);
        let has = |point: Point| kills.iter().any(|kill| kill.point == point);
        let rare = rng.f64().powi(3);
        let count = match has(Point::Reported) || has(Point::ImportChunk) {
            // These are passed once for many rows.
            true => rng.usize(2_000..=3_000),
            false => 300 + (2_700.0 * rare) as usize,
        };
        let per_request = count.div_ceil(rng.usize(15..=30));
        let people = people(&mut rng, provider, count, per_request);
        let duplicates = rng.usize(0..4);
        let (people, csv) = csv(&mut rng, people, duplicates);
        // Close to the limit, so that it takes long to write.
        let longest = if provider == Provider::Feishu { 140_000 } else { 11_000 };
        let length = if has(Point::Wire(WirePoint::MidWrite)) { longest } else { 20 };
        Self {
            seed,
            provider,
            people,
            csv,
            duplicates,
            message: message(provider, length),
            per_request,
            in_flight: rng.usize(1..=8),
            start: if rng.bool() { Start::Send } else { Start::Plan },
            latency: if has(Point::AnyTime) { Duration::from_millis(rng.u64(1..=8)) } else { Duration::ZERO },
            kills,
        }
    }
}

/// Up to three, one of them at this point.
fn kills(rng: &mut Rng, main: Point) -> Vec<Kill> {
    let others = rng.usize(0..=2);
    let mut points: Vec<_> = (0..others).map(|_| Point::ALL[rng.usize(..Point::ALL.len())]).collect();
    // Later there may be nothing left to send; a report is possible at any time.
    points.insert(if main == Point::Reported { rng.usize(..=others) } else { 0 }, main);
    // An import ends before anything else begins, and a plan is imported once.
    points.sort_by_key(|point| (point.stage() != Stage::Import, *point == Point::Imported));
    points.dedup_by(|next, point| [*next, *point] == [Point::Imported; 2]);
    points.into_iter().map(|point| Kill { point, along: rng.f64() }).collect()
}

/// Some do not exist, and now and then a whole request of them.
fn people(rng: &mut Rng, provider: Provider, count: usize, per_request: usize) -> Vec<Person> {
    let (kind, prefix) = match provider {
        Provider::Feishu => [("open_id", "ou_"), ("user_id", "u"), ("union_id", "on_")][rng.usize(..3)],
        Provider::Tim => ("account", "a"),
    };
    let block = if rng.u8(..4) == 0 { rng.usize(..count) } else { count };
    let block = block..block + 2 * per_request;
    let person = |n| {
        let end = if block.contains(&n) || rng.u8(..20) == 0 { "_invalid" } else { "" };
        let id = format!("{prefix}{n:04}{:04x}{end}", rng.u16(..));
        let name = ["王, 伟", "Ann \"A\" Ash", "Bo"][rng.usize(..3)].to_owned() + &n.to_string();
        // A column that is called as one of the report's own.
        let state = ["accepted", "pending", "vip"][rng.usize(..3)].to_owned();
        Person { row: 0, kind: kind.to_owned(), id, own: [("name", name), ("input.state", state)] }
    };
    (0..count).map(person).collect()
}

/// The file, and the people with the numbers of their rows in it.
fn csv(rng: &mut Rng, mut people: Vec<Person>, duplicates: usize) -> (Vec<Person>, String) {
    let mut rows: Vec<usize> = (0..people.len()).collect();
    for _ in 0..duplicates {
        let at = rng.usize(1..rows.len());
        rows.insert(at, rows[rng.usize(..at)]);
    }
    let mut csv = format!("name,{},state\n", people[0].kind);
    for (row, person) in (1..).zip(rows) {
        let person = &mut people[person];
        let [name, state] = person.own.each_ref().map(|(_, value)| value.replace('"', "\"\""));
        csv += &format!("\"{name}\",{},{state}\n", person.id);
        if person.row == 0 {
            person.row = row;
        }
    }
    (people, csv)
}

fn message(provider: Provider, length: usize) -> String {
    let text = "x".repeat(length);
    let message = match provider {
        Provider::Feishu => json!({"msg_type": "text", "content": {"text": text}}),
        Provider::Tim => json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]}),
    };
    message.to_string()
}

#[test]
fn a_seed_says_everything_and_a_turn_has_every_point() {
    let turn: Vec<_> = (40..66).map(Scenario::new).collect();
    for scenario in &turn {
        assert_eq!(format!("{scenario:?}"), format!("{:?}", Scenario::new(scenario.seed)));
        assert!(scenario.people.len().div_ceil(scenario.per_request) > scenario.in_flight, "{}", scenario.seed);
        let rows = scenario.people.len() + scenario.duplicates;
        assert_eq!(scenario.csv.lines().count(), rows + 1, "{}", scenario.seed);
    }
    for point in Point::ALL {
        for provider in [Provider::Feishu, Provider::Tim] {
            let has = |scenario: &&Scenario| {
                scenario.provider == provider && scenario.kills.iter().any(|kill| kill.point == point)
            };
            assert!(turn.iter().any(|scenario| has(&scenario)), "{point} {provider:?}");
        }
    }
}
