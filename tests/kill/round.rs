//! One round: a campaign that is killed as its scenario says, resumed until it is done, and looked at after every step.

use std::collections::BTreeMap;
use std::time::Duration;

use batchcast_emulator::Emulator;
use batchcast_tests::{Invocation, Proxy, Ran, WirePoint};

use crate::accounts::{Accounts, Delivered, Doubts, Row, changes, violations};
use crate::operator::{Operator, Status, rows};
use crate::points::{Point, Stage};
use crate::scenario::{Kill, Provider, Scenario, Start};

/// How long a program lives that has nothing to wait for, about.
const SHORT_LIFE: Duration = Duration::from_millis(60);

/// What rounds came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How often a program was killed at each point.
    pub(crate) kills: BTreeMap<Point, usize>,
    /// How many recipients are in doubt at the end.
    pub(crate) doubts: usize,
    pub(crate) violations: Vec<String>,
}

/// Plays it to its end.
pub(crate) fn play(scenario: &Scenario) -> Tally {
    let mut round = Round::new(scenario);
    for kill in &scenario.kills {
        round.kill(kill);
    }
    round.finish();
    round.tally
}

struct Round<'a> {
    scenario: &'a Scenario,
    emulator: Emulator,
    proxy: Proxy,
    operator: Operator,
    /// As it was last seen, once there is one.
    campaign: Option<Status>,
    report: Vec<Row>,
    doubts: Doubts,
    tally: Tally,
}

impl<'a> Round<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let emulator = Emulator::builder().with_seed(scenario.seed).with_received_limit(0).start().unwrap();
        let proxy = Proxy::start(emulator.url(), scenario.latency);
        let operator = Operator::new(scenario, &proxy.url());
        let doubts = Doubts { batches: 0..=0, size: scenario.per_request };
        let (report, tally) = (Vec::new(), Tally::default());
        Self { scenario, emulator, proxy, operator, campaign: None, report, doubts, tally }
    }

    /// Kills there, if there is anything left to be done there.
    fn kill(&mut self, kill: &Kill) {
        if self.campaign.is_none() && self.wants_a_plan(kill) {
            self.plan();
        }
        let nth = 1 + (kill.along * self.batches_left() as f64) as usize;
        let (nth, command) = match (kill.point.stage(), &self.campaign) {
            (Stage::Import, None) => (1, self.first_command()),
            (Stage::Run, None) => (nth, self.first_command()),
            (Stage::Run, Some(now)) if now.recipients.pending > 0 => (nth, self.operator.run(&now.campaign)),
            (Stage::Report, Some(now)) => (1, self.operator.report(&now.campaign)),
            _ => return,
        };
        let name = format!("{}:{nth}", kill.point);
        let ran = self.until_killed(kill, nth, command);
        let was_killed = ran.code().is_none();
        if was_killed {
            *self.tally.kills.entry(kill.point).or_default() += 1;
            let (doubts, all) = (kill.point.doubts(nth, self.scenario.in_flight), &self.doubts.batches);
            self.doubts.batches = all.start() + doubts.start()..=all.end() + doubts.end();
        } else if kill.point != Point::AnyTime {
            self.violation(&name, format!("never passed, exit {:?}: {}", ran.code(), ran.stderr));
        }
        let before = self.campaign.clone();
        self.look(&name);
        let state = self.campaign.as_ref().map(|now| now.state.clone());
        let expected = self.states_after(kill.point, before);
        if was_killed && !expected.contains(&state) {
            self.violation(&name, format!("the state is {state:?}, not one of {expected:?}"));
        }
    }

    /// At least so many requests are still to be sent.
    fn batches_left(&self) -> usize {
        let all = self.scenario.people.len();
        let pending = self.campaign.as_ref().map_or(all, |now| now.recipients.pending);
        pending.div_ceil(self.scenario.per_request)
    }

    /// Whether there must be a plan before this kill: for a report, and where planning is a command of its own, unless it
    /// is that command which is killed.
    fn wants_a_plan(&self, kill: &Kill) -> bool {
        match kill.point.stage() {
            Stage::Import => false,
            Stage::Run => self.scenario.start == Start::Plan && (kill.point != Point::AnyTime || kill.along > 0.3),
            Stage::Report => true,
        }
    }

    fn first_command(&self) -> Invocation {
        match self.scenario.start {
            Start::Send => self.operator.send(),
            Start::Plan => self.operator.plan(),
        }
    }

    fn until_killed(&self, kill: &Kill, nth: usize, command: Invocation) -> Ran {
        match kill.point {
            Point::AnyTime => {
                let turns = self.batches_left().div_ceil(self.scenario.in_flight) as f64;
                let life = SHORT_LIFE + self.scenario.latency.mul_f64(turns);
                let running = command.start();
                running.process().kill_after(life.mul_f64(kill.along));
                running.finish()
            }
            Point::Wire(point) => {
                // The first connection to Feishu is for the token.
                let token = point == WirePoint::Connected && self.scenario.provider == Provider::Feishu;
                let aim = self.proxy.arm(point, nth + usize::from(token));
                let running = command.start();
                aim.send(running.process()).unwrap();
                let ran = running.finish();
                self.proxy.disarm();
                ran
            }
            point => command.env("BATCHCAST_KILL_AT", format!("{point}:{nth}")).run(),
        }
    }

    /// The states in which a kill may leave the campaign; none where there is none.
    fn states_after(&self, point: Point, before: Option<Status>) -> Vec<Option<String>> {
        let state = |state: &str| Some(state.to_owned());
        match (point, self.campaign.as_ref().map(|now| &now.recipients)) {
            (Point::ImportChunk | Point::Importing, _) | (Point::AnyTime, None) => vec![None],
            (Point::Imported, _) => vec![state("planned")],
            (Point::Reported, _) => vec![before.map(|was| was.state)],
            // Too early or too late for anything to be in doubt.
            (Point::AnyTime, Some(now)) if now.pending == now.total => vec![state("planned"), state("paused")],
            (_, Some(now)) if now.pending == 0 => vec![state("paused"), state("finished")],
            _ => vec![state("paused")],
        }
    }

    /// Nobody is killed any more: everything comes to its end, and one more run finds nothing to send.
    fn finish(&mut self) {
        if self.campaign.is_none() && self.scenario.start == Start::Plan {
            self.plan();
        }
        let send = || self.operator.send();
        self.ends("the end", self.campaign.as_ref().map_or_else(send, |now| self.operator.run(&now.campaign)));
        let (Some(now), reached) = (&self.campaign, self.emulator.deliveries().len()) else { return };
        self.tally.doubts = now.recipients.unknown;
        self.ends("one more run", self.operator.run(&now.campaign));
        let more = self.emulator.deliveries().len() - reached;
        if more > 0 {
            self.violation("one more run", format!("reached {more} recipients"));
        }
    }

    fn plan(&mut self) {
        let ran = self.operator.plan().run();
        self.look("plan");
        let state = self.campaign.as_ref().map(|now| &*now.state);
        if (ran.code(), state) != (Some(0), Some("planned")) {
            self.violation("plan", format!("the state is {state:?}: {}", ran.shown()));
        }
    }

    fn ends(&mut self, when: &str, command: Invocation) {
        let ran = command.run();
        self.look(when);
        let Some(now) = &self.campaign else { return };
        let exit = match &now.recipients {
            counts if counts.unknown > 0 => 5,
            counts if counts.rejected > 0 => 3,
            _ => 0,
        };
        let ended = now.state == "finished" && now.recipients.pending == 0 && ran.code() == Some(exit);
        if !ended || Status::of(&ran.document()) != *now {
            self.violation(when, format!("exit {exit} is due, and status says {now:?}: {}", ran.shown()));
        }
    }

    /// Looks at everything that can be seen from outside while nothing runs.
    fn look(&mut self, when: &str) {
        self.proxy.wait_until_idle();
        let delivered = |to: batchcast_emulator::Delivery| Delivered {
            kind: to.kind.to_string(),
            id: to.id,
            message_id: to.message_id,
        };
        let deliveries: Vec<_> = self.emulator.deliveries().into_iter().map(delivered).collect();
        let mut list = self.operator.list();
        let now = list.pop();
        let name = |status: Option<&Status>| status.map(|status| status.campaign.clone());
        if !list.is_empty() || self.campaign.is_some() && name(now.as_ref()) != name(self.campaign.as_ref()) {
            self.violation(when, format!("{:?} has become {now:?} and {list:?}", self.campaign));
        }
        let Some(now) = now else {
            if !deliveries.is_empty() {
                self.violation(when, format!("{} deliveries without a campaign", deliveries.len()));
            }
            return;
        };
        let status = self.operator.status(&now.campaign);
        if status != now || status.duplicates != self.scenario.duplicates {
            self.violation(when, format!("list says {now:?}, status {status:?}"));
        }
        let report = rows(&self.operator.report(&now.campaign).run().exits(0));
        let changed = changes(&self.report, &report);
        let (input, doubts) = (&self.scenario.people, self.doubts.clone());
        let accounts = Accounts { input, report, status: status.recipients.clone(), deliveries, doubts };
        for violation in violations(&accounts).into_iter().chain(changed) {
            self.violation(when, violation);
        }
        self.report = accounts.report;
        self.campaign = Some(status);
    }

    fn violation(&mut self, when: &str, what: impl std::fmt::Display) {
        self.tally.violations.push(format!("{when}: {what}"));
    }
}
