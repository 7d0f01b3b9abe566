//! Every code that the documents have for a call, with its status and text, and what provokes it: a table for each call.
//!
//! What a request, a directory, a setting or a limit can provoke is provoked so; what depends on more than the
//! emulator has (an audit, a vendor in trouble) is provoked by a fault. A code that is in the list of a page and in no
//! row fails the test, and so does one in a row that is in no list; what faults answer from has the codes of the list.

mod batch_send;
mod contact;
mod follow_up;
mod gateway;
mod tokens;
mod upload;

use std::collections::BTreeSet;

use serde_json::json;

use crate::feishu::codes::Code;
use crate::feishu::documented;
use crate::feishu::testing::{Reply, Sandbox, office};
use crate::{Builder, Directory, Fault, FaultPlan, FaultRule};

/// How a code comes about.
enum By {
    Request(Reply),
    Fault,
}

/// Status, code and text of the document, and what has it.
type Row = (u16, i64, &'static str, By);

/// Every row is answered so, and the rows are all that the pages have.
fn check(method: &str, path: &str, pages: &[i64], rows: Vec<Row>) {
    let pages: BTreeSet<i64> = pages.iter().copied().collect();
    assert!(!pages.is_empty(), "{path}");
    assert_eq!(numbers(&rows), pages, "{method} {path}");
    assert_eq!(known(documented::own(path)), pages, "{method} {path}: what faults answer from");
    check_rows(method, path, rows);
}

fn numbers(rows: &[Row]) -> BTreeSet<i64> {
    rows.iter().map(|&(_, code, _, _)| code).collect()
}

fn known(codes: &[Code]) -> BTreeSet<i64> {
    codes.iter().map(|code| code.number()).collect()
}

fn check_rows(method: &str, path: &str, rows: Vec<Row>) {
    for (status, code, text, by) in rows {
        let by_request = matches!(by, By::Request(_));
        let reply = match by {
            By::Request(reply) => reply,
            By::Fault => faulty(method, path, code),
        };
        let found = reply.json();
        assert_eq!((reply.status, &found["code"]), (status, &json!(code)), "{method} {path}: {}", reply.text);
        let rest = found["msg"].as_str().and_then(|msg| msg.strip_prefix(text));
        let rest = rest.unwrap_or_else(|| panic!("{method} {path}: {} does not begin with {text}", reply.text));
        assert!(rest.is_empty() || by_request && rest.starts_with(' '), "{method} {path}: {}", reply.text);
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8", "{method} {path} {code}");
        assert_eq!(reply.header("x-tt-logid").len(), 32, "{method} {path} {code}");
    }
}

fn faulty(method: &str, path: &str, code: i64) -> Reply {
    let rule = FaultRule::new(Fault::code(code).unwrap()).on_path(path).unwrap();
    let mut sandbox = Sandbox::logged_in();
    sandbox.world.set_faults(FaultPlan::new().with_rule(rule));
    let body = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;
    let reply = sandbox.request_with(method, path, "", body.as_bytes());
    assert_eq!(sandbox.world.requests()[1].fault, Some("code"), "{method} {path} {code}");
    assert!(sandbox.world.deliveries().is_empty(), "{method} {path} {code}");
    reply
}

fn sandbox(builder: Builder) -> Sandbox {
    let mut sandbox = Sandbox::from(builder.world());
    sandbox.log_in();
    sandbox
}

/// The office, whose app has only these scopes.
fn scoped(scopes: &[&str]) -> Directory {
    let office = scopes.iter().fold(office(), |office, &scope| office.with_scope(scope));
    Directory::new().with_feishu(office).unwrap()
}

fn with_scopes(scopes: &[&str]) -> Sandbox {
    let mut sandbox = Sandbox::logged_in();
    sandbox.world.set_directory(scoped(scopes));
    sandbox
}
