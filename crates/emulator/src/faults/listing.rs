//! A fault plan as it is written down.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::faults::error::FaultPlanError;
use crate::faults::fault::{Fault, final_status};
use crate::faults::rule::FaultRule;
use crate::strict;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default, rename = "match")]
    matches: Value,
    fault: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Match {
    method: Option<String>,
    path: String,
    nth: Option<Vec<u64>>,
    every: Option<u64>,
    probability: Option<f64>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Kind {
    Delay {
        ms: u64,
    },
    Status {
        status: u16,
        #[serde(default)]
        headers: Map<String, Value>,
        #[serde(default)]
        body: Value,
    },
    Code {
        code: i64,
        msg: Option<String>,
        status: Option<u16>,
    },
    CodeAfter {
        code: i64,
        msg: Option<String>,
        status: Option<u16>,
    },
    // With braces, because serde ignores unknown fields beside a tag alone.
    ResetBefore {},
    ResetAfter {},
    Truncate {
        bytes: usize,
    },
    Garbage {},
    Slow {
        ms: u64,
    },
    ExpireToken {},
}

pub(super) fn read(json: &[u8]) -> Result<Vec<FaultRule>, FaultPlanError> {
    let plan: Value =
        strict::unique(json).map_err(|error| FaultPlanError::new(format!("it cannot be read: {error}")))?;
    let Value::Array(rules) = plan else {
        return Err(FaultPlanError::new(format!("it must be an array of rules, found {}", shown(&plan))));
    };
    let read = |(index, rule): (usize, Value)| {
        let found = shown(&rule);
        rule_of(rule).map_err(|why| FaultPlanError::new(format!("rule {}: {why}; found {found}", index + 1)))
    };
    rules.into_iter().enumerate().map(read).collect()
}

fn rule_of(rule: Value) -> Result<FaultRule, String> {
    if !rule.is_object() {
        return Err(r#"it must be an object, {"match":{…},"fault":{…}}"#.to_owned());
    }
    let rule: Rule = serde_json::from_value(rule).map_err(|error| error.to_string())?;
    let matches = match rule.matches {
        Value::Null => Match::default(),
        Value::Object(fields) => from_value(Value::Object(fields)).map_err(|error| format!("match: {error}"))?,
        _ => return Err("match must be an object".to_owned()),
    };
    if !rule.fault.is_object() {
        return Err(r#"fault must be an object, {"kind":…}"#.to_owned());
    }
    let fault = fault_of(from_value(rule.fault).map_err(|error| format!("fault: {error}"))?)
        .map_err(|error| format!("fault: {error}"))?;
    let mut built = FaultRule::new(fault).on_path(matches.path).map_err(inner)?;
    if let Some(method) = matches.method {
        built = built.on_method(&method).map_err(inner)?;
    }
    // An empty list beside `every` says nothing; alone it would be for every request, which nobody means.
    if let Some(nth) = matches.nth.filter(|nth| !nth.is_empty() || matches.every.is_none()) {
        built = built.on_nth(nth).map_err(inner)?;
    }
    if let Some(every) = matches.every {
        built = built.on_every(every).map_err(inner)?;
    }
    if let Some(probability) = matches.probability {
        built = built.with_probability(probability).map_err(inner)?;
    }
    Ok(built)
}

fn fault_of(kind: Kind) -> Result<Fault, String> {
    Ok(match kind {
        Kind::Delay { ms } => Fault::Delay(Duration::from_millis(ms)),
        Kind::Status { status, headers, body } => {
            let mut headers = headers_of(headers)?;
            let (text, content_type) = match body {
                Value::Null => (String::new(), None),
                Value::String(text) => {
                    let is_json = matches!(serde_json::from_str(&text), Ok(Value::Object(_)));
                    (text, Some(if is_json { JSON } else { "text/plain" }))
                }
                other => (other.to_string(), Some(JSON)),
            };
            if let Some(content_type) = content_type {
                headers.entry(http::header::CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
            }
            Fault::status(status, headers, text).map_err(inner)?
        }
        Kind::Code { code, msg, status } => {
            let status = status.map(final_status).transpose().map_err(inner)?;
            Fault::code(code).map_err(inner)?;
            Fault::Code { code, msg, status }
        }
        Kind::CodeAfter { code, msg, status } => {
            let status = status.map(final_status).transpose().map_err(inner)?;
            Fault::code_after(code).map_err(inner)?;
            Fault::CodeAfter { code, msg, status }
        }
        Kind::ResetBefore {} => Fault::ResetBefore,
        Kind::ResetAfter {} => Fault::ResetAfter,
        Kind::Truncate { bytes } => Fault::Truncate(bytes),
        Kind::Garbage {} => Fault::Garbage,
        Kind::Slow { ms } => Fault::Slow(Duration::from_millis(ms)),
        Kind::ExpireToken {} => Fault::ExpireToken,
    })
}

const JSON: &str = "application/json; charset=utf-8";

fn headers_of(fields: Map<String, Value>) -> Result<HeaderMap, String> {
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                _ => return Err(format!("headers.{name} must be a string")),
            };
            let field = HeaderName::try_from(name.as_str()).map_err(|_| format!("{name:?} is no name of a header"))?;
            let value = HeaderValue::try_from(text).map_err(|_| format!("headers.{name} is no value of a header"))?;
            Ok((field, value))
        })
        .collect()
}

fn from_value<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value)
}

/// The reason alone: the place is said by who asks.
fn inner(error: FaultPlanError) -> String {
    error.reason()
}

/// The beginning of what was found.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::FaultPlan;

    fn fault(json: &str) -> Fault {
        let plan = FaultPlan::from_json(format!(r#"[{{"fault":{json}}}]"#).as_bytes()).unwrap();
        plan.rules()[0].fault().clone()
    }

    #[test]
    fn every_kind_is_read() {
        fn check(json: &str, expected: Fault) {
            assert_eq!(fault(json), expected, "{json}");
        }
        let second = Duration::from_secs(1);
        check(r#"{"kind":"delay","ms":1000}"#, Fault::Delay(second));
        check(r#"{"kind":"code","code":11247}"#, Fault::code(11247).unwrap());
        let status = Some(http::StatusCode::BAD_REQUEST);
        let said = Fault::Code { code: -1, msg: Some("x".to_owned()), status };
        check(r#"{"kind":"code","code":-1,"msg":"x","status":400}"#, said);
        check(r#"{"kind":"code","code":-1,"status":429}"#, Fault::code_at(-1, 429).unwrap());
        let internal = Fault::code_saying(11246, "Service Internal Error").unwrap();
        check(r#"{"kind":"code","code":11246,"msg":"Service Internal Error"}"#, internal);
        check(r#"{"kind":"code_after","code":91000}"#, Fault::code_after(91000).unwrap());
        let said = Fault::CodeAfter { code: 91000, msg: Some("x".to_owned()), status };
        check(r#"{"kind":"code_after","code":91000,"msg":"x","status":400}"#, said);
        check(r#"{"kind":"reset_before"}"#, Fault::ResetBefore);
        check(r#"{"kind":"reset_after"}"#, Fault::ResetAfter);
        check(r#"{"kind":"truncate","bytes":9}"#, Fault::Truncate(9));
        check(r#"{"kind":"garbage"}"#, Fault::Garbage);
        check(r#"{"kind":"slow","ms":1000}"#, Fault::Slow(second));
        check(r#"{"kind":"expire_token"}"#, Fault::ExpireToken);
        check(r#"{"kind":"status","status":502}"#, Fault::status(502, HeaderMap::new(), "").unwrap());
    }

    #[test]
    fn a_status_has_headers_and_a_body_of_any_kind() {
        fn check(rest: &str, body: &str, headers: &[(&str, &str)]) {
            let Fault::Status { headers: found, body: text, .. } =
                fault(&format!(r#"{{"kind":"status","status":429{rest}}}"#))
            else {
                panic!("{rest}");
            };
            let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
            assert_eq!((text.as_str(), found.as_slice()), (body, headers), "{rest}");
        }
        check("", "", &[]);
        check(r#","body":"busy""#, "busy", &[("content-type", "text/plain")]);
        let json = ("content-type", "application/json; charset=utf-8");
        check(r#","body":"{\"code\":1}""#, r#"{"code":1}"#, &[json]);
        check(r#","body":{"code":1}"#, r#"{"code":1}"#, &[json]);
        check(r#","body":"x","headers":{"Content-Type":"a/b"}"#, "x", &[("content-type", "a/b")]);
        check(r#","headers":{"x-ogw-ratelimit-reset":2}"#, "", &[("x-ogw-ratelimit-reset", "2")]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        fn check(json: &str, expected: &[&str]) {
            let error = FaultPlan::from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("the fault plan cannot be used: "), "{error}");
            for part in expected {
                assert!(error.contains(part), "{json}: {error}, without {part}");
            }
        }
        check("", &["it cannot be read", "line 1 column 0"]);
        check(r#"[{"match":{},"fault":{"kind":"garbage"},"match":{}}]"#, &["duplicate field `match`"]);
        check("{}", &["must be an array of rules, found {}"]);
        check("[1]", &["rule 1: it must be an object", "found 1"]);
        check(r#"[{"fault":{"kind":"garbage"}},{}]"#, &["rule 2: missing field `fault`; found {}"]);
        check(r#"[{"fault":{"kind":"garbage"},"on":1}]"#, &["rule 1: unknown field `on`"]);
        check(r#"[{"fault":"garbage"}]"#, &["rule 1: fault must be an object"]);
        check(r#"[{"fault":{}}]"#, &["rule 1: fault: missing field `kind`"]);
        check(r#"[{"fault":{"kind":"fire"}}]"#, &["unknown variant `fire`, expected one of `delay`, `status`"]);
        check(r#"[{"fault":{"kind":"delay"}}]"#, &["rule 1: fault: missing field `ms`"]);
        check(r#"[{"fault":{"kind":"delay","ms":-1}}]"#, &["invalid value: integer `-1`"]);
        check(r#"[{"fault":{"kind":"garbage","ms":1}}]"#, &["unknown field `ms`"]);
        check(r#"[{"fault":{"kind":"code","code":0}}]"#, &["a code of 0 says that the request was accepted"]);
        check(r#"[{"fault":{"kind":"code_after","code":0}}]"#, &["a code of 0 says that the request was accepted"]);
        for status in [0, 101, 600] {
            let plan = format!(r#"[{{"fault":{{"kind":"status","status":{status}}}}}]"#);
            check(&plan, &["status must be from 200 to 599", &format!("found {status}")]);
        }
        let headers = |headers: &str| format!(r#"[{{"fault":{{"kind":"status","status":500,"headers":{headers}}}}}]"#);
        check(&headers(r#"{"a b":"c"}"#), &[r#""a b" is no name of a header"#]);
        check(&headers(r#"{"a":"b\n"}"#), &["headers.a is no value of a header"]);
        check(&headers(r#"{"a":[]}"#), &["headers.a must be a string"]);
        check(&headers(r#"{"Content-Length":"1"}"#), &["content-length", "leave it out"]);
        let matching = |matching: &str| format!(r#"[{{"match":{matching},"fault":{{"kind":"garbage"}}}}]"#);
        check(&matching("1"), &["rule 1: match must be an object"]);
        check(&matching(r#"{"paths":""}"#), &["match: unknown field `paths`"]);
        for path in
            ["open-apis/", "/_emulator", "/_emulator/reset", "/v4/?sdkappid=1", "/v5/", "/open-api/", "/v4/#x", "x*"]
        {
            let found = format!("found {path:?}");
            check(&matching(&json!({"path": path}).to_string()), &["rule 1: match.path must be how", &found]);
        }
        check(&matching(r#"{"nth":3}"#), &["match: invalid type: integer `3`, expected a sequence"]);
        check(&matching(r#"{"nth":[]}"#), &["match.nth must have a number, found []", "leave it out"]);
        check(&matching(r#"{"method":"G T"}"#), &["match.method must be as GET, found \"G T\""]);
        check(&matching(r#"{"nth":[0]}"#), &["match.nth must have numbers from 1 up, found 0"]);
        check(&matching(r#"{"every":0}"#), &["match.every must be 1 or more, found 0"]);
        check(&matching(r#"{"probability":1.5}"#), &["match.probability must be from 0 to 1, found 1.5"]);
        let long = "x".repeat(500);
        let error = FaultPlan::from_json(matching(&format!(r#"{{"nth":"{long}"}}"#)).as_bytes()).unwrap_err();
        assert!(error.to_string().len() < 800 && error.to_string().ends_with('…'), "{error}");
    }
}
