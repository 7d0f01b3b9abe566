//! What a fault makes of a request.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use jiff::Timestamp;

use crate::answer::Answer;
use crate::faults::fault::Fault;
use crate::wire::WireFault;
use crate::world::{Vendor, World};
use crate::{feishu, tim};

/// The answer, or what it would have been, and what is done to it on its way.
pub(crate) fn apply(
    world: &mut World,
    vendor: Option<Vendor>,
    now: Timestamp,
    request: &Request<Bytes>,
    fault: &Fault,
) -> (Answer, Option<WireFault>) {
    let on_the_wire = match fault {
        Fault::Status { status, headers, body } => {
            return (Answer::foreign(*status, headers.clone(), body.clone()), None);
        }
        Fault::Code { code, msg, status } => {
            return (refused(vendor, request, *code, msg.as_deref(), *status), None);
        }
        Fault::CodeAfter { code, msg, status } => {
            world.process(vendor, now, request);
            return (refused(vendor, request, *code, msg.as_deref(), *status), None);
        }
        Fault::ResetBefore => return (Answer::none(), Some(WireFault::Reset)),
        Fault::ExpireToken => {
            world.expire_tokens(now);
            return match vendor {
                // TIM gives out no tokens. A signature of this very second could be the answer to a refusal.
                Some(Vendor::Tim) => (tim::refused(USERSIG_EXPIRED, None), None),
                _ => (world.process(vendor, now, request), None),
            };
        }
        Fault::Garbage => {
            let answer = world.process(vendor, now, request);
            return (garbage().with_code(answer.code), None);
        }
        Fault::Delay(delay) => WireFault::Delay(*delay),
        Fault::ResetAfter => WireFault::Reset,
        Fault::Truncate(bytes) => WireFault::Truncate(*bytes),
        Fault::Slow(pace) => WireFault::Slow(*pace),
    };
    (world.process(vendor, now, request), Some(on_the_wire))
}

const USERSIG_EXPIRED: i64 = 70001;

fn refused(
    vendor: Option<Vendor>,
    request: &Request<Bytes>,
    code: i64,
    msg: Option<&str>,
    status: Option<StatusCode>,
) -> Answer {
    let answer = match vendor {
        Some(Vendor::Tim) => tim::refused(code, msg),
        _ => feishu::refused(request.uri().path(), code, msg),
    };
    match status {
        Some(status) => answer.with_status(status),
        None => answer,
    }
}

/// What a proxy on the way might say.
fn garbage() -> Answer {
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
    Answer::foreign(StatusCode::OK, headers, "<html><body>It works!</body></html>".to_owned())
}
