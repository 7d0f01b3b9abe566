//! The emulator's own side: what a test asks it afterwards.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::Serialize;

use crate::answer::Answer;
use crate::directory::Directory;
use crate::faults::FaultPlan;
use crate::inbox;
use crate::world::World;

/// Whether a path is the emulator's own and no vendor's.
pub(crate) fn owns(path: &str) -> bool {
    path == "/" || path == "/_emulator" || path.starts_with("/_emulator/")
}

pub(crate) fn handle(world: &mut World, request: &Request<Bytes>) -> Answer {
    let path = request.uri().path();
    let allowed = match path {
        "/_emulator/reset" => Method::POST,
        "/_emulator/directory" | "/_emulator/faults" => Method::PUT,
        "/" | "/_emulator/health" | "/_emulator/deliveries" | "/_emulator/requests" | "/_emulator/stats" => Method::GET,
        _ => return problem(StatusCode::NOT_FOUND, format!("this emulator has nothing at {path}")),
    };
    if request.method() != allowed {
        return problem(StatusCode::METHOD_NOT_ALLOWED, format!("{path} takes {allowed}, not {}", request.method()));
    }
    match path {
        "/" => inbox::page(world),
        "/_emulator/deliveries" => lines(world.delivery_log().lines()),
        "/_emulator/requests" => lines(world.request_log().iter()),
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

fn ok() -> Answer {
    Answer::json(StatusCode::OK, None, &serde_json::json!({"ok": true}))
}

fn problem(status: StatusCode, message: String) -> Answer {
    Answer::json(status, None, &serde_json::json!({"ok": false, "error": message}))
}

fn lines(items: impl Iterator<Item = impl Serialize>) -> Answer {
    let mut body = Vec::new();
    for item in items {
        if let Err(error) = serde_json::to_writer(&mut body, &item) {
            return problem(StatusCode::INTERNAL_SERVER_ERROR, format!("a line could not be written: {error}"));
        }
        body.push(b'\n');
    }
    Answer::ndjson(body)
}
