//! A call that this crate does not have, made with its client: the token, the pace and the patience are the client's,
//! and an unlisted code is a doubt here too.
//!
//! "Obtain the information about a single department": `GET contact/v3/departments/:department_id`.

use std::sync::Arc;

use batchcast_lark::codes::Call;
use batchcast_lark::transport::endpoint::Endpoint;
use batchcast_lark::transport::error::BuildError;
use batchcast_lark::transport::operation::{Operation, Replay, Verdict};
use batchcast_lark::transport::path::Path;
use batchcast_lark::transport::testing::{Answer, ManualTimer, ScriptedTransport};
use batchcast_lark::transport::wire::{Method, Request, Response};
use batchcast_lark::{Client, Credentials, DepartmentId, Platform, answer};
use serde_json::json;

/// How many people are in a department and below it.
struct MemberCount {
    department: DepartmentId,
}

impl Operation for MemberCount {
    type Output = u64;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new("/open-apis/contact/v3/departments")
            .with_segment(self.department.as_str())
            .with_query("department_id_type", self.department.id_type());
        Ok(Request::new(Method::GET, endpoint.join(&path.to_string())?))
    }

    fn parse(&self, response: &Response) -> Verdict<u64> {
        answer::data(Call::Contact, response, |data| data.pointer("/department/member_count")?.as_u64())
    }

    // It only reads. A call that sends something is `Never`, unless the vendor drops repeats by a key.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    // The vendor counts each API apart, so that this one takes no turn from a send.
    fn api(&self) -> Option<&'static str> {
        Some("contact/v3/departments.get")
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // No network here: a script plays the vendor. Leave `over` out to ask Feishu itself.
    let timer = ManualTimer::default();
    let busy = Answer::json(429, json!({"code": 99991400, "msg": "request trigger frequency limit"}));
    let found = Answer::json(200, json!({"code": 0, "msg": "success", "data": {"department": {"member_count": 204}}}));
    let vendor = ScriptedTransport::new(&timer, [busy, found]);
    let client = Client::builder(Platform::Feishu, Credentials::tenant_access_token("t-example")?)
        .build()?
        .over(Arc::new(vendor.clone()), Arc::new(timer));

    let members = client.call(MemberCount { department: DepartmentId::new("od-4e6ac4d1")? })?;
    assert_eq!(members, 204);
    assert_eq!(vendor.requests().len(), 2, "the first answer asked for a pause");
    Ok(())
}
