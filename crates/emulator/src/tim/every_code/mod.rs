//! Every code that the documents have for a call, and what provokes it: a table for each call.
//!
//! What a request, a directory, a setting or a limit can provoke is provoked so; what depends on more than the
//! emulator has (an audit, a webhook, a vendor in trouble) is provoked by a fault. A code that is in the list of a
//! page and in no row fails the test, and so does one in a row that is in no list.

mod accounts;
mod follow_up;
mod gateway;
mod messages;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tim::testing::{Reply, Sandbox};
use crate::{Builder, Emulator, Fault, FaultPlan, FaultRule};

/// The rows of one call so far.
struct Table {
    path: &'static str,
    /// A body that is accepted where this happened before.
    good: String,
    before: fn(&mut Sandbox),
    by_request: BTreeSet<i64>,
    by_fault: BTreeSet<i64>,
}

impl Table {
    fn of(path: &'static str, good: Value) -> Self {
        Self::after(|_| {}, path, good)
    }

    fn after(before: fn(&mut Sandbox), path: &'static str, good: Value) -> Self {
        let table =
            Self { path, good: good.to_string(), before, by_request: BTreeSet::new(), by_fault: BTreeSet::new() };
        table.is_accepted(&mut table.sandbox(Emulator::builder()));
        table
    }

    /// A world in which what is to happen before has happened.
    fn sandbox(&self, builder: Builder) -> Sandbox {
        let mut sandbox = Sandbox::from(builder.world());
        (self.before)(&mut sandbox);
        sandbox
    }

    fn is_accepted(&self, sandbox: &mut Sandbox) {
        let reply = sandbox.call(self.path, &self.good);
        assert_eq!((reply.status, &reply.json()["ErrorCode"]), (200, &0.into()), "{}: {}", self.path, reply.text);
    }

    /// A body that is refused with this code and this text, and nothing is delivered.
    fn body(&mut self, code: i64, info: &str, body: impl ToString) {
        self.body_in(Emulator::builder(), code, info, body);
    }

    /// The same in a world that is set up for it.
    fn body_in(&mut self, builder: Builder, code: i64, info: &str, body: impl ToString) {
        self.answer_in(&mut Sandbox::from(builder.world()), code, info, body);
    }

    /// The same in a world where something happened before.
    fn answer_in(&mut self, sandbox: &mut Sandbox, code: i64, info: &str, body: impl ToString) {
        let body = body.to_string();
        let delivered = sandbox.world.deliveries().len();
        let reply = sandbox.call(self.path, &body);
        self.request(sandbox, &reply, code, info);
        let shown: String = body.chars().take(300).collect();
        assert_eq!(sandbox.world.deliveries().len(), delivered, "{} {shown}", self.path);
    }

    /// The last request of a sandbox was refused with this code and this text.
    fn request(&mut self, sandbox: &Sandbox, reply: &Reply, code: i64, info: &str) {
        check(self.path, sandbox, reply, code, info);
        assert!(self.by_request.insert(code), "{} {code} has a row already", self.path);
    }

    /// An answer that refuses one item of a list with this code.
    fn item(&mut self, reply: &Reply, list: &str, row: Value) {
        let json = reply.json();
        assert_eq!((reply.status, &json["ErrorCode"]), (200, &0.into()), "{}: {json}", self.path);
        assert!(json[list].as_array().unwrap().contains(&row), "{} {row}: {json}", self.path);
        let code = row.get("ErrorCode").or_else(|| row.get("ResultCode")).unwrap().as_i64().unwrap();
        assert!(self.by_request.insert(code), "{} {code} has a row already", self.path);
    }

    /// Codes that nothing but a fault provokes: the request is not processed.
    fn faults(&mut self, rows: &[(i64, &str)]) {
        for &(code, info) in rows {
            let mut sandbox = self.sandbox(Emulator::builder());
            let delivered = sandbox.world.deliveries().len();
            let rule = FaultRule::new(Fault::code(code).unwrap()).on_path(self.path).unwrap();
            sandbox.world.set_faults(FaultPlan::new().with_rule(rule));
            let reply = sandbox.call(self.path, &self.good);
            check(self.path, &sandbox, &reply, code, info);
            assert_eq!(sandbox.world.requests().last().unwrap().fault, Some("code"), "{} {code}", self.path);
            assert_eq!(sandbox.world.deliveries().len(), delivered, "{} {code}", self.path);
            assert!(self.by_fault.insert(code), "{} {code} has a row already", self.path);
        }
    }

    /// These are all the codes that the pages have.
    fn covers(self, pages: &[&[i64]]) {
        let documented: BTreeSet<i64> = pages.iter().copied().flatten().copied().collect();
        let both: Vec<_> = self.by_request.intersection(&self.by_fault).collect();
        assert_eq!(both, Vec::<&i64>::new(), "{}: a fault is not needed", self.path);
        let rows: BTreeSet<i64> = &self.by_request | &self.by_fault;
        let missing: Vec<_> = documented.difference(&rows).collect();
        assert_eq!(missing, Vec::<&i64>::new(), "{}: documented, and no row provokes it", self.path);
        let strange: Vec<_> = rows.difference(&documented).collect();
        assert_eq!(strange, Vec::<&i64>::new(), "{}: provoked, and in no list", self.path);
    }
}

/// Refused at HTTP 200 with these and no other fields.
fn check(path: &str, sandbox: &Sandbox, reply: &Reply, code: i64, info: &str) {
    let expected = serde_json::json!({"ActionStatus": "FAIL", "ErrorInfo": info, "ErrorCode": code});
    assert_eq!((reply.status, reply.json()), (200, expected), "{path}");
    assert_eq!(sandbox.world.requests().last().unwrap().code, Some(code), "{path}");
    assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"), "{path} {code}");
}
