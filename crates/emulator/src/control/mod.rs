//! The emulator's own side: what a test asks it afterwards.

mod log_reader;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::answer::Answer;
use crate::directory::Directory;
use crate::faults::FaultPlan;
use crate::inbox;
use crate::too_large::TooLarge;
use crate::world::World;

use log_reader::Log;
pub(crate) use log_reader::{Line, LogReader};

/// An answer, or a log that is read part by part.
#[derive(Debug)]
pub(crate) enum Reply {
    Answer(Response<Bytes>),
    Log(LogReader),
}

/// Whether a path is the emulator's own and no vendor's.
pub(crate) fn owns(path: &str) -> bool {
    path == "/" || path == "/_emulator" || path.starts_with("/_emulator/")
}

pub(crate) fn handle(world: &mut World, request: &Request<Bytes>) -> Reply {
    let read = |log| Reply::Log(LogReader::new(world, log));
    match (takes(&Method::GET, request.method()), request.uri().path()) {
        (true, "/_emulator/deliveries") => read(Log::Deliveries),
        (true, "/_emulator/messages") => read(Log::Messages),
        (true, "/_emulator/requests") => read(Log::Requests),
        _ => Reply::Answer(answer(world, request).into_response()),
    }
}

/// HEAD asks for what GET would answer, without its body, which the server leaves out.
fn takes(allowed: &Method, asked: &Method) -> bool {
    allowed == asked || (allowed == Method::GET && asked == Method::HEAD)
}

fn answer(world: &mut World, request: &Request<Bytes>) -> Answer {
    let path = request.uri().path();
    let allowed = match path {
        "/_emulator/reset" => Method::POST,
        "/_emulator/directory" | "/_emulator/faults" => Method::PUT,
        "/"
        | "/_emulator/health"
        | "/_emulator/deliveries"
        | "/_emulator/messages"
        | "/_emulator/requests"
        | "/_emulator/state"
        | "/_emulator/stats" => Method::GET,
        _ => return problem(StatusCode::NOT_FOUND, format!("this emulator has nothing at {path}")),
    };
    if !takes(&allowed, request.method()) {
        return problem(StatusCode::METHOD_NOT_ALLOWED, format!("{path} takes {allowed}, not {}", request.method()));
    }
    if let Some(too_large) = request.extensions().get::<TooLarge>() {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, too_large.to_string());
    }
    match path {
        "/" => inbox::page(world),
        "/_emulator/state" => Answer::json(StatusCode::OK, None, &world.state()),
        "/_emulator/stats" => Answer::json(StatusCode::OK, None, &world.stats()),
        "/_emulator/directory" => match Directory::from_json(request.body()) {
            Ok(directory) => {
                world.set_directory(directory);
                ok()
            }
            Err(error) => problem(StatusCode::BAD_REQUEST, error.to_string()),
        },
        "/_emulator/faults" => match FaultPlan::from_json(request.body()) {
            Ok(plan) => {
                world.set_faults(plan);
                ok()
            }
            Err(error) => problem(StatusCode::BAD_REQUEST, error.to_string()),
        },
        "/_emulator/reset" => {
            world.reset();
            ok()
        }
        _ => ok(),
    }
}

/// The answer to somebody whom the emulator's own side does not serve.
pub(crate) fn forbidden(why: String) -> Response<Bytes> {
    problem(StatusCode::FORBIDDEN, why).into_response()
}

fn ok() -> Answer {
    Answer::json(StatusCode::OK, None, &serde_json::json!({"ok": true}))
}

fn problem(status: StatusCode, message: String) -> Answer {
    Answer::json(status, None, &serde_json::json!({"ok": false, "error": message}))
}
