//! What was accepted and is not delivered yet, where delivery takes its time.

use std::collections::{BTreeSet, VecDeque};
use std::num::NonZeroU32;

use jiff::Timestamp;

use crate::schedule::Schedule;
use crate::task::Task;

/// Whose messages are delivered one after the other. Feishu's page: "each app's queue is processed in order".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    CustomApp,
    StoreApp,
    Tim,
}

/// The lanes, each as fast as the rate says; without a rate nothing ever waits.
#[derive(Debug)]
pub(crate) struct Outbox {
    rate: Option<NonZeroU32>,
    lanes: [Queue; 3],
}

#[derive(Debug)]
struct Queue {
    /// When the last of what was added is delivered.
    busy_until: Timestamp,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    task: Task,
    delivered: usize,
    /// The places of those from whom it was taken back in time.
    stopped: BTreeSet<usize>,
}

impl Waiting {
    /// What is delivered up to a place, in runs without those who were left out.
    fn deliver_to(&mut self, end: usize, due: &mut Vec<Task>) {
        let stopped = self.stopped.range(self.delivered..end).copied().chain([end]);
        for place in stopped {
            if place > self.delivered {
                due.push(self.task.part(self.delivered, place));
            }
            self.delivered = place + 1;
        }
        self.delivered = end;
    }
}

impl Outbox {
    pub(crate) fn new(rate: Option<NonZeroU32>) -> Self {
        let queue = || Queue { busy_until: Timestamp::MIN, waiting: VecDeque::new() };
        Self { rate, lanes: [queue(), queue(), queue()] }
    }

    /// Says when a task is delivered. It gives the task back where that is now, and keeps it where it has to wait.
    pub(crate) fn add(&mut self, task: Task) -> (Schedule, Option<Task>) {
        let at = task.accepted_at();
        let Some(rate) = self.rate else {
            return (Schedule::new(at, None, task.len()), Some(task));
        };
        let queue = &mut self.lanes[task.lane() as usize];
        let schedule = Schedule::new(at.max(queue.busy_until), Some(rate), task.len());
        queue.busy_until = schedule.end();
        queue.waiting.push_back(Waiting { task: task.on(schedule), delivered: 0, stopped: BTreeSet::new() });
        (schedule, None)
    }

    /// What has been delivered by now, in the order of each lane.
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<Task> {
        let mut due = Vec::new();
        for queue in &mut self.lanes {
            while let Some(waiting) = queue.waiting.front_mut() {
                waiting.deliver_to(waiting.task.schedule().by(now), &mut due);
                if waiting.delivered < waiting.task.len() {
                    break;
                }
                queue.waiting.pop_front();
            }
        }
        due
    }

    /// Takes back what is left of a message. The others keep their time.
    pub(crate) fn stop(&mut self, lane: Lane, message_id: &str) {
        self.lanes[lane as usize].waiting.retain(|waiting| waiting.task.message_id() != message_id);
    }

    /// Takes a message back from one recipient who has not got it.
    pub(crate) fn stop_for(&mut self, lane: Lane, message_id: &str, id: &str) {
        for waiting in &mut self.lanes[lane as usize].waiting {
            if waiting.task.message_id() == message_id {
                let place = waiting.task.ids().position(|known| known == id);
                waiting.stopped.extend(place.filter(|&place| place >= waiting.delivered));
                return;
            }
        }
    }

    /// How many deliveries are still to come.
    pub(crate) fn waiting(&self) -> usize {
        let waiting = self.lanes.iter().flat_map(|queue| &queue.waiting);
        waiting
            .map(|waiting| waiting.task.len() - waiting.delivered - waiting.stopped.range(waiting.delivered..).count())
            .sum()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.rate);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use super::*;
    use crate::feishu::testing::Sandbox;
    use crate::tim::testing as tim;
    use crate::{Builder, Emulator};

    fn paced(builder: Builder) -> Sandbox {
        let mut sandbox = Sandbox::from(builder.with_delivery_rate(NonZeroU32::new(2).unwrap()).world());
        sandbox.log_in();
        sandbox
    }

    fn send(sandbox: &mut Sandbox, ids: &[&str]) -> String {
        let body = json!({"msg_type": "text", "content": {"text": "x"}, "open_ids": ids});
        sandbox.send(&body.to_string()).json()["data"]["message_id"].as_str().unwrap().to_owned()
    }

    /// Valid, delivered, read, taken back.
    fn progress(sandbox: &mut Sandbox, id: &str) -> [u64; 4] {
        let reply = sandbox.get(&format!("/open-apis/im/v1/batch_messages/{id}/get_progress")).json();
        let (send, recall) =
            (&reply["data"]["batch_message_send_progress"], &reply["data"]["batch_message_recall_progress"]);
        let count = |value: &Value| value.as_u64().unwrap();
        [
            count(&send["valid_user_ids_count"]),
            count(&send["success_user_ids_count"]),
            count(&send["read_user_ids_count"]),
            count(&recall["recall_count"]),
        ]
    }

    fn got(sandbox: &Sandbox) -> Vec<(String, f64)> {
        let second = |at: Timestamp| at.as_millisecond() as f64 / 1e3 - 1_767_225_600.0;
        sandbox.world.deliveries().into_iter().map(|delivery| (delivery.id, second(delivery.at))).collect()
    }

    fn wait(sandbox: &mut Sandbox, milliseconds: i64) {
        sandbox.wait(SignedDuration::from_millis(milliseconds));
    }

    #[test]
    fn progress_grows_and_an_app_is_served_in_order() {
        let mut sandbox = paced(Emulator::builder());
        let first = send(&mut sandbox, &["ou_1", "ou_2", "ou_3"]);
        let second = send(&mut sandbox, &["ou_4", "ou_5_invalid"]);
        let mut check = |milliseconds: i64, counts: [[u64; 4]; 2], log: usize| {
            wait(&mut sandbox, milliseconds);
            let found = [progress(&mut sandbox, &first), progress(&mut sandbox, &second)];
            assert_eq!((found, sandbox.world.deliveries().len()), (counts, log));
            assert_eq!(sandbox.world.stats().feishu.deliveries, log as u64);
        };
        check(0, [[3, 0, 0, 0], [0, 0, 0, 0]], 0);
        check(499, [[3, 0, 0, 0], [0, 0, 0, 0]], 0);
        check(1, [[3, 1, 0, 0], [0, 0, 0, 0]], 1);
        check(600, [[3, 2, 0, 0], [0, 0, 0, 0]], 2);
        check(400, [[3, 3, 0, 0], [1, 0, 0, 0]], 3);
        check(500, [[3, 3, 0, 0], [1, 1, 0, 0]], 4);
        let expected = [("ou_1", 0.5), ("ou_2", 1.0), ("ou_3", 1.5), ("ou_4", 2.0)];
        assert_eq!(got(&sandbox), expected.map(|(id, at)| (id.to_owned(), at)));
        wait(&mut sandbox, 60_000);
        send(&mut sandbox, &["ou_6"]);
        wait(&mut sandbox, 500);
        assert_eq!(progress(&mut sandbox, &second), [1, 1, 0, 0]);
        assert_eq!(got(&sandbox)[4], ("ou_6".to_owned(), 62.5), "an idle queue owes nothing");
    }

    #[test]
    fn apps_and_vendors_do_not_wait_for_each_other() {
        let mut sandbox = paced(Emulator::builder());
        send(&mut sandbox, &["ou_1", "ou_2"]);
        sandbox.log_in_store();
        send(&mut sandbox, &["ou_3"]);
        let mut tim = tim::Sandbox::from(sandbox.world);
        assert_eq!(tim.send(tim::TO_TWO).json()["ErrorCode"], 0);
        assert!(tim.world.deliveries().is_empty());
        tim.world.advance(tim.now + SignedDuration::from_millis(500));
        let ids: Vec<String> = tim.world.deliveries().into_iter().map(|delivery| delivery.id).collect();
        assert_eq!(ids, ["ou_1", "ou_3", "bonnie"]);
        tim.world.advance(tim.now);
        assert_eq!(tim.world.deliveries().len(), 3, "time does not run backwards");
    }

    #[test]
    fn a_recall_stops_what_was_not_delivered() {
        let mut sandbox = paced(Emulator::builder().with_reads(1.0));
        let first = send(&mut sandbox, &["ou_1", "ou_2", "ou_3"]);
        let second = send(&mut sandbox, &["ou_4"]);
        wait(&mut sandbox, 1_000);
        let recall = |sandbox: &mut Sandbox| {
            let path = format!("/open-apis/im/v1/batch_messages/{first}");
            assert_eq!(sandbox.request_with("DELETE", &path, "", b"").json()["code"], 0);
        };
        recall(&mut sandbox);
        assert_eq!(progress(&mut sandbox, &first), [3, 2, 2, 2]);
        wait(&mut sandbox, 10_000);
        recall(&mut sandbox);
        assert_eq!(progress(&mut sandbox, &first), [3, 2, 2, 2]);
        assert_eq!(progress(&mut sandbox, &second), [1, 1, 1, 0]);
        let expected = [("ou_1", 0.5), ("ou_2", 1.0), ("ou_4", 2.0)];
        assert_eq!(got(&sandbox), expected.map(|(id, at)| (id.to_owned(), at)), "the others keep their time");
    }

    #[test]
    fn tim_takes_a_message_back_from_one_who_has_not_got_it() {
        let builder = Emulator::builder().with_delivery_rate(NonZeroU32::new(2).unwrap());
        let mut tim = tim::Sandbox::from(builder.world());
        let to = json!(["a", "b", "c", "d"]);
        let key = tim.send(&tim::with_field("To_Account", to)).json()["MsgKey"].as_str().unwrap().to_owned();
        let mut recall = |milliseconds: i64, account: &str, waiting: usize| {
            tim.now += SignedDuration::from_millis(milliseconds);
            let body = json!({"From_Account": "administrator", "To_Account": account, "MsgKey": key});
            let reply = tim.call("/v4/openim/admin_msgwithdraw", &body.to_string()).json();
            assert_eq!((&reply["ErrorCode"], tim.world.waiting()), (&json!(0), waiting), "{account}");
        };
        recall(0, "b", 3);
        recall(500, "a", 2);
        recall(0, "d", 1);
        tim.world.advance(tim.now + SignedDuration::from_secs(60));
        let got = tim.world.deliveries().into_iter().map(|delivery| (delivery.id, tim.now.duration_since(delivery.at)));
        let expected = [("a", 0), ("c", -1)].map(|(id, ago)| (id.to_owned(), SignedDuration::from_secs(ago)));
        assert_eq!(got.collect::<Vec<_>>(), expected, "the others keep their time");
        assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (2, 0));
    }

    #[test]
    fn reads_follow_deliveries_and_end_with_a_recall() {
        let builder = Emulator::builder().with_reads(0.5).with_reads_over(Duration::from_secs(10));
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        let id = send(&mut sandbox, &["ou_1", "ou_2", "ou_3", "ou_4", "ou_5", "ou_6", "ou_7", "ou_8"]);
        for (milliseconds, read) in [(0, 0), (2_000, 1), (3_000, 2)] {
            wait(&mut sandbox, milliseconds);
            assert_eq!(progress(&mut sandbox, &id), [8, 8, read, 0]);
        }
        let path = format!("/open-apis/im/v1/batch_messages/{id}");
        assert_eq!(sandbox.request_with("DELETE", &path, "", b"").status, 200);
        wait(&mut sandbox, 60_000);
        assert_eq!(progress(&mut sandbox, &id), [8, 8, 2, 8]);
        let counts = sandbox.get(&format!("{path}/read_user")).json()["data"]["read_user"].clone();
        assert_eq!(counts, json!({"read_count": "2", "total_count": "8"}));
    }

    #[test]
    fn a_reset_forgets_what_waits() {
        let mut sandbox = paced(Emulator::builder());
        send(&mut sandbox, &["ou_1"]);
        sandbox.world.reset();
        wait(&mut sandbox, 10_000);
        sandbox.log_in();
        assert!(sandbox.world.deliveries().is_empty());
        let id = send(&mut sandbox, &["ou_2"]);
        wait(&mut sandbox, 500);
        assert_eq!(progress(&mut sandbox, &id), [1, 1, 0, 0], "nobody is in front");
    }
}
