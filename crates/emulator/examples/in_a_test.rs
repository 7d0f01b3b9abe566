//! A test against the emulator: somebody's own code sends, and the emulator knows who got what.
//!
//! Run it with `cargo run -p batchcast-emulator --example in_a_test`.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use batchcast_emulator::{
    Department, Directory, Emulator, Fault, FaultPlan, FaultRule, FeishuDirectory, Person, SANDBOX_APP_ID,
    SANDBOX_APP_SECRET,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let office = FeishuDirectory::new()
        .with_department(Department::new("od-sales").with_name("Sales"))
        .with_user(Person::new("ou_ann").with_department("od-sales"))
        .with_user(Person::new("ou_ben").with_department("od-sales"))
        .with_user(Person::new("ou_cid").with_department("od-sales").unreachable());
    // The answer to the first message is lost on its way, after the message was delivered.
    let lost = FaultRule::new(Fault::ResetAfter).on_path("/open-apis/message/")?.on_nth([1])?;
    let emulator = Emulator::builder()
        .with_directory(Directory::new().with_feishu(office)?)
        .with_faults(FaultPlan::new().with_rule(lost))
        .start()?;

    // From here on it is the code under test, which knows an address and nothing else.
    let token = log_in(emulator.addr())?;
    let to_sales = json!({"msg_type": "text", "content": {"text": "Lunch is ready."}, "department_ids": ["od-sales"]});
    let sent = ask(emulator.addr(), "/open-apis/message/v4/batch_send/", &token, &to_sales);
    assert!(sent.is_err(), "the connection was reset: whether anybody got it, nobody can say from here");

    // Somebody who sends it again now messages everybody twice. This code did not.
    emulator.assert_delivered_only(["ou_ann", "ou_ben"]);
    emulator.assert_nobody_twice();
    assert_eq!(emulator.requests().last().and_then(|request| request.fault), Some("reset_after"));
    Ok(())
}

fn log_in(emulator: SocketAddr) -> io::Result<String> {
    let credentials = json!({"app_id": SANDBOX_APP_ID, "app_secret": SANDBOX_APP_SECRET});
    let granted = ask(emulator, "/open-apis/auth/v3/tenant_access_token/internal", "", &credentials)?;
    Ok(granted["tenant_access_token"].as_str().unwrap_or_default().to_owned())
}

/// The smallest client there can be, for want of yours.
fn ask(emulator: SocketAddr, path: &str, token: &str, body: &Value) -> io::Result<Value> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(emulator)?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {emulator}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, json) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(serde_json::from_str(json)?)
}
