//! Whoever sits at the command line: the commands of one campaign, and what they say.

use batchcast_emulator::{
    SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
use batchcast_tests::{Home, Invocation, Ran};
use serde_json::Value;

use crate::accounts::{Counts, Row};
use crate::scenario::{Person, Scenario};

/// One user with one list, one message and one address to send it to.
#[derive(Debug)]
pub(crate) struct Operator {
    home: Home,
    endpoint: String,
    message: String,
    people: String,
    in_flight: String,
}

impl Operator {
    pub(crate) fn new(scenario: &Scenario, endpoint: &str) -> Self {
        let home = Home::empty();
        let per_request = scenario.per_request;
        home.configure(&format!("default_profile = 'kill'\n[profiles.kill]\nids_per_request = {per_request}\n"));
        Self {
            message: home.file("message.json", &scenario.message),
            people: home.file("people.csv", &scenario.csv),
            home,
            endpoint: endpoint.to_owned(),
            in_flight: scenario.in_flight.to_string(),
        }
    }

    pub(crate) fn send(&self) -> Invocation {
        self.sending(&["send", &self.message, "--to", &self.people])
    }

    pub(crate) fn run(&self, campaign: &str) -> Invocation {
        self.sending(&["run", campaign])
    }

    pub(crate) fn plan(&self) -> Invocation {
        let args = ["plan", &self.message, "--to", &self.people, "--endpoint", &self.endpoint, "--json"];
        self.batchcast(&args)
    }

    /// To standard output.
    pub(crate) fn report(&self, campaign: &str) -> Invocation {
        self.batchcast(&["report", campaign, "--jsonl", "-"])
    }

    pub(crate) fn status(&self, campaign: &str) -> Status {
        Status::of(&self.batchcast(&["status", campaign, "--json"]).run().exits(0).document())
    }

    /// Every campaign that there is.
    pub(crate) fn list(&self) -> Vec<Status> {
        let list = self.batchcast(&["list", "--json"]).run().exits(0).document();
        assert_eq!(list["schema"], "batchcast.list/1", "{list}");
        list["campaigns"].as_array().unwrap().iter().map(Status::of).collect()
    }

    fn sending(&self, args: &[&str]) -> Invocation {
        let pace = ["--endpoint", &self.endpoint, "--in-flight", &self.in_flight, "--rate", "unlimited", "--json"];
        self.batchcast(args).args(pace)
    }

    fn batchcast(&self, args: &[&str]) -> Invocation {
        self.home
            .batchcast_with_kill_points(args)
            .env("BATCHCAST_APP_ID", SANDBOX_APP_ID)
            .env("BATCHCAST_APP_SECRET", SANDBOX_APP_SECRET)
            .env("BATCHCAST_TIM_SDKAPPID", SANDBOX_TIM_SDKAPPID.to_string())
            .env("BATCHCAST_TIM_IDENTIFIER", SANDBOX_TIM_IDENTIFIER)
            .env("BATCHCAST_TIM_SECRET_KEY", SANDBOX_TIM_KEY)
    }
}

/// What a document of `send`, `run` or `status` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) campaign: String,
    pub(crate) state: String,
    pub(crate) recipients: Counts,
    pub(crate) duplicates: usize,
}

impl Status {
    #[track_caller]
    pub(crate) fn of(document: &Value) -> Self {
        assert_eq!(document["schema"], "batchcast.summary/1", "{document}");
        let text = |name: &str| document[name].as_str().unwrap().to_owned();
        let count = |name: &str| usize::try_from(document["recipients"][name].as_u64().unwrap()).unwrap();
        Self {
            campaign: text("campaign"),
            state: text("state"),
            recipients: Counts {
                total: count("total"),
                accepted: count("accepted"),
                rejected: count("rejected"),
                unknown: count("unknown"),
                pending: count("pending"),
            },
            duplicates: count("duplicates"),
        }
    }
}

/// The rows of a report.
#[track_caller]
pub(crate) fn rows(report: &Ran) -> Vec<Row> {
    let row = |line: &str| {
        let Ok(Value::Object(cells)) = serde_json::from_str(line) else { panic!("no row: {line:?}") };
        let cell = |name: &str| cells.get(name).unwrap_or_else(|| panic!("no {name:?}: {line}"));
        let text = |name: &str| cell(name).as_str().unwrap_or_else(|| panic!("{name:?}: {line}")).to_owned();
        Row {
            person: Person {
                row: cell("row").as_u64().unwrap(),
                kind: text("kind"),
                id: text("id"),
                own: ["name", "input.state"].map(|name| (name, text(name))),
            },
            state: text("state"),
            batch: cell("batch").to_string(),
            message_id: cell("message_id").as_str().map(str::to_owned),
        }
    };
    report.stdout.lines().map(row).collect()
}
