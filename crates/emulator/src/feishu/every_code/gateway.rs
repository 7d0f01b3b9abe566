//! What stands before every call but those for tokens, and in which order.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;

use super::{By, Row, batch_send, check_rows, contact, follow_up, known, numbers, sandbox, scoped, upload};
use crate::feishu::documented;
use crate::feishu::testing::{IMAGES_PATH, Reply, SEND_PATH, Sandbox, office};
use crate::{AppStatus, Directory, Emulator, RateLimits, ThrottledStatus};

const FOLLOW_UP: &str = "/open-apis/im/v1/batch_messages/bm-1";
const CONTACT: &str = "/open-apis/contact/v3";

/// The generic list (2022-03-03), and probes of 2026-09-11.
const DOCUMENTED: &[i64] = &[
    2200, 1_000_004, 1_000_005, 99_991_201, 99_991_301, 99_991_400, 99_991_401, 99_991_403, 99_991_543, 99_991_661,
    99_991_662, 99_991_663, 99_991_664, 99_991_665, 99_991_668, 99_991_671, 99_991_672, 99_991_673, 99_991_674,
    99_991_675, 99_991_676, 99_991_677, 99_991_679, 99_992_351, 99_992_352, 99_992_353, 99_992_354, 99_992_355,
    99_992_356, 99_992_357, 99_992_358, 99_992_359, 99_992_360, 99_992_361, 99_992_363, 99_992_364, 99_992_370,
    99_992_375, 99_992_379, 99_992_380, 99_992_381, 99_992_402,
];

/// Each with the codes of its own page.
fn calls() -> [(&'static str, String, &'static [i64]); 8] {
    [
        ("POST", SEND_PATH.to_owned(), batch_send::DOCUMENTED),
        ("DELETE", FOLLOW_UP.to_owned(), follow_up::RECALL),
        ("GET", format!("{FOLLOW_UP}/get_progress"), follow_up::PROGRESS),
        ("GET", format!("{FOLLOW_UP}/read_user"), follow_up::READ_USER),
        ("POST", IMAGES_PATH.to_owned(), upload::DOCUMENTED),
        ("POST", format!("{CONTACT}/users/batch_get_id"), contact::LOOK_UP),
        ("GET", format!("{CONTACT}/departments/0/children"), contact::SUB_DEPARTMENTS),
        ("GET", format!("{CONTACT}/users/find_by_department"), contact::DEPARTMENT_USERS),
    ]
}

const MISSING: &str = "Missing access token for authorization. Please make a request with token attached.";
const INVALID: &str = "Invalid access token for authorization. Please make a request with token attached";
const TOO_OFTEN: &str = "request trigger frequency limit";
const QUOTA: &str = "This month's API call quota has been exceeded";

/// What no request deserves here; of a call's own codes that are among them its own table has the rest.
const BY_FAULT: [(i64, &str); 33] = [
    (2200, "internal error"),
    (1_000_004, "method rate limited"),
    (1_000_005, "app rate limited"),
    (99_991_201, "resource not find"),
    (99_991_301, "request method doesn't match"),
    (99_991_401, "ip 127.0.0.1 is denied by app setting"),
    (99_991_664, "invalid app token"),
    (99_991_665, "invalid tenant code"),
    (99_991_674, "user type not support"),
    (99_991_675, "parse user error"),
    (99_991_676, "token no permission"),
    (99_991_677, "token expire"),
    (99_991_679, "user scope not granted"),
    (99_992_351, "these open ids not existed:"),
    (99_992_352, "these lark ids not existed:"),
    (99_992_353, "these lark ids not existed:"),
    (99_992_354, "these ids not existed:"),
    (99_992_355, "these lark ids not existed:"),
    (99_992_356, "these open_chat ids not existed:"),
    (99_992_357, "these open_department ids not existed:"),
    (99_992_358, "these ids not existed:"),
    (99_992_359, "these user ids not existed:"),
    (99_992_360, "these ids not existed:"),
    (99_992_361, "open_id cross app"),
    (99_992_363, "these ids not existed:"),
    (99_992_364, "user id cross tenant"),
    (99_992_370, "these ids not existed:"),
    (99_992_375, "these open_room ids not existed:"),
    (99_992_379, "these ids not existed:"),
    (99_992_380, "these ids not existed:"),
    (99_992_381, "union_id cross tenant"),
    (99_992_402, "field validation failed"),
    (99_991_672, "Access denied. One of the following scopes is required:"),
];

#[test]
fn every_documented_code_at_every_call() {
    let documented: BTreeSet<i64> = DOCUMENTED.iter().copied().collect();
    assert_eq!(known(documented::gateway()), documented, "what faults answer from");
    for (method, path, own) in calls() {
        let with = |bearer: &str| By::Request(Sandbox::new().request(method, &path, bearer, "{}"));
        let ask = |mut sandbox: Sandbox| By::Request(sandbox.request_with(method, &path, "", b"{}"));
        let of_an_app = |status: AppStatus| {
            let mut sandbox = Sandbox::logged_in();
            sandbox.world.set_directory(Directory::new().with_feishu(office().with_app_status(status)).unwrap());
            ask(sandbox)
        };
        let throttled = |status: ThrottledStatus| {
            let limits = RateLimits::documented().with_throttled_status(status);
            let mut sandbox = sandbox(Emulator::builder().with_rate_limits(limits));
            for _ in 0..50 {
                let reply = sandbox.request_with(method, &path, "", b"{}");
                assert_ne!(reply.json()["code"], 99_991_400, "{path}");
            }
            let reply = sandbox.request_with(method, &path, "", b"{}");
            let headers = (reply.header("x-ogw-ratelimit-limit"), reply.header("x-ogw-ratelimit-reset"));
            assert_eq!(headers, ("50", "1"), "{path}");
            By::Request(reply)
        };
        let mut rows: Vec<Row> = vec![
            (400, 99_991_661, MISSING, with("")),
            (400, 99_991_661, MISSING, with("t-x")),
            (400, 99_991_663, INVALID, with("Bearer t-x")),
            (400, 99_991_668, INVALID, with("Bearer eyJhbGciOi")),
            (400, 99_991_668, "user access token not support", with("Bearer u-x")),
            (400, 99_991_671, "Invalid token: must start with t-/u-", with("Bearer x")),
            (429, 99_991_400, TOO_OFTEN, throttled(ThrottledStatus::TooManyRequests)),
            (400, 99_991_400, TOO_OFTEN, throttled(ThrottledStatus::BadRequest)),
        ];
        if path == SEND_PATH {
            // Its page has 11207, 11209 and 11210 for these.
            rows.push((400, 99_991_543, "login_user invalid", By::Fault));
            rows.push((400, 99_991_662, "app not in use", By::Fault));
            rows.push((400, 99_991_673, "unauthorized app", By::Fault));
        } else {
            rows.push((400, 99_991_543, "login_user invalid", of_an_app(AppStatus::Deleted)));
            rows.push((400, 99_991_662, "app not in use", of_an_app(AppStatus::Disabled)));
            rows.push((400, 99_991_673, "unauthorized app", of_an_app(AppStatus::NotInstalled)));
        }
        let used_up = sandbox(Emulator::builder().with_rate_limits(RateLimits::documented().with_monthly_calls(0)));
        let counts = !path.starts_with(CONTACT);
        rows.push((429, 99_991_403, QUOTA, if counts { ask(used_up) } else { By::Fault }));
        if !path.starts_with(FOLLOW_UP) {
            let mut sandbox = Sandbox::logged_in();
            sandbox.world.set_directory(scoped(&["calendar:calendar"]));
            rows.push((400, 99_991_672, "Access denied. One of the following scopes is required:", ask(sandbox)));
        }
        for (code, text) in BY_FAULT {
            if !own.contains(&code) && !rows.iter().any(|row| row.1 == code) {
                rows.push((400, code, text, By::Fault));
            }
        }
        let shown = numbers(&rows);
        let missing: Vec<_> = documented.difference(&shown).filter(|&code| !own.contains(code)).collect();
        assert_eq!(missing, Vec::<&i64>::new(), "{path}: documented, and no row provokes it");
        let strange: Vec<_> = shown.difference(&documented).collect();
        assert_eq!(strange, Vec::<&i64>::new(), "{path}: provoked, and in no list");
        check_rows(method, &path, rows);
    }
}

/// From a request that deserves everything to one that deserves nothing but its own page's.
#[test]
fn the_order_is_path_token_app_scopes_rate_month_bot() {
    for (method, path, _) in calls() {
        let limits = RateLimits::documented().with_monthly_calls(0);
        let mut sandbox = sandbox(Emulator::builder().with_rate_limits(limits).without_bot());
        let code = |sandbox: &mut Sandbox, method: &str| {
            let reply: Reply = sandbox.request_with(method, &path, "", b"{");
            reply.json()["code"].as_i64().unwrap()
        };
        for _ in 0..50 {
            code(&mut sandbox, method);
        }
        let nothing = scoped(&["calendar:calendar"]);
        let disabled = office().with_app_status(AppStatus::Disabled).with_scope("calendar:calendar");
        sandbox.world.set_directory(Directory::new().with_feishu(disabled).unwrap());
        let bearer = std::mem::replace(&mut sandbox.bearer, "Bearer t-x".to_owned());

        assert_eq!(sandbox.request_with("PATCH", &path, "", b"{").status, 404, "{path}");
        assert_eq!(code(&mut sandbox, method), 99_991_663, "{path}");
        sandbox.bearer = bearer;
        let batch_send = path == SEND_PATH;
        assert_eq!(code(&mut sandbox, method), if batch_send { 11207 } else { 99_991_662 }, "{path}");
        sandbox.world.set_directory(nothing);
        let no_scope = if path.starts_with(FOLLOW_UP) { 230_027 } else { 99_991_672 };
        assert_eq!(code(&mut sandbox, method), no_scope, "{path}");
        sandbox.world.set_directory(Directory::new().with_feishu(office()).unwrap());
        assert_eq!(code(&mut sandbox, method), 99_991_400, "{path}");
        sandbox.wait(SignedDuration::from_secs(1));
        let contact = path.starts_with(CONTACT);
        assert_eq!(code(&mut sandbox, method) == 99_991_403, !contact, "{path}");

        let mut sandbox = super::sandbox(Emulator::builder().without_bot());
        let no_bot = match &path[..] {
            SEND_PATH => Some(11205),
            IMAGES_PATH => Some(234_007),
            path if path.starts_with(FOLLOW_UP) && !path.ends_with("read_user") => Some(230_006),
            _ => None,
        };
        let found = code(&mut sandbox, method);
        assert_eq!([11205, 234_007, 230_006].contains(&found).then_some(found), no_bot, "{path}");
    }
}

#[test]
fn a_month_counts_the_custom_apps_calls_that_are_not_refused() {
    let limits = RateLimits::documented().with_monthly_calls(2);
    let mut sandbox = sandbox(Emulator::builder().with_rate_limits(limits));
    let to_one = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;
    assert_eq!(sandbox.send("{").json()["code"], 10003, "a refusal does not count");
    assert_eq!(sandbox.send(to_one).json()["code"], 0);
    for _ in 0..5 {
        let reply = sandbox.get(&format!("{CONTACT}/departments/0/children"));
        assert_eq!(reply.json()["code"], 0, "people and departments do not count");
    }
    assert_eq!(sandbox.send(to_one).json()["code"], 0);
    for _ in 0..3 {
        let reply = sandbox.send(to_one);
        assert_eq!((reply.status, reply.json()), (429, json!({"code": 99_991_403, "msg": QUOTA})));
    }
    assert_eq!(sandbox.get(&format!("{CONTACT}/departments/0/children")).json()["code"], 0);
    sandbox.log_in_store();
    assert_eq!(sandbox.send(to_one).json()["code"], 0, "a store app's calls do not count");
    sandbox.wait(SignedDuration::from_hours(31 * 24));
    sandbox.log_in();
    assert_eq!(sandbox.send(to_one).json()["code"], 0, "another month");
    assert_eq!(sandbox.world.deliveries().len(), 4);
}
