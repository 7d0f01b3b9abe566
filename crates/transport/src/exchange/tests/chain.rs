//! A token that is had in exchange for another, which takes a ticket that comes by another way.

use std::sync::Mutex;

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;

/// What the tests' vendor pushes, and the last one that it refused.
#[derive(Debug, Default)]
struct Pushed {
    newest: Option<&'static str>,
    refused: Option<String>,
    asked: bool,
}

#[derive(Debug, Clone, Default)]
struct Ticket(Arc<Mutex<Pushed>>);

impl Ticket {
    fn pushed(ticket: &'static str) -> Self {
        let cell = Self::default();
        cell.push(ticket);
        cell
    }

    fn push(&self, ticket: &'static str) {
        self.0.lock().unwrap().newest = Some(ticket);
    }
}

impl Credentials for Ticket {
    fn issue(&self, now: Now) -> Result<Issue, BuildError> {
        let mut pushed = self.0.lock().unwrap();
        if let Some(ticket) = pushed.newest.filter(|ticket| pushed.refused.as_deref() != Some(ticket)) {
            pushed.asked = false;
            return Ok(Issue::Made(Token::new(ticket.into(), Some(now.unix))));
        }
        if std::mem::replace(&mut pushed.asked, true) {
            return Ok(Issue::NotYet("no ticket has come".to_owned()));
        }
        Ok(Issue::Ask(Request::post_json(address("/resend"), &json!({}))?))
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        TestCredentials::fetched().read(response, now)
    }

    fn asked(&self, response: &Response) -> Verdict<()> {
        TestCredentials::fetched().read(response, now(0)).map(|_| ())
    }

    fn refused(&self, token: &SecretString, _: Now) {
        self.0.lock().unwrap().refused = Some(token.expose_secret().to_owned());
    }

    fn authorize(&self, request: Request, _: &SecretString) -> Result<Request, BuildError> {
        Ok(request)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

/// A token that is had at `path` in exchange for one of `from`.
#[derive(Debug)]
struct Exchanged {
    path: &'static str,
    from: Arc<Session>,
}

impl Credentials for Exchanged {
    fn issue(&self, _: Now) -> Result<Issue, BuildError> {
        Ok(Issue::Exchange(Arc::clone(&self.from)))
    }

    fn exchange(&self, token: &SecretString, _: Now) -> Result<Request, BuildError> {
        Request::post_json(address(self.path), &json!({ "token": token.expose_secret() }))
    }

    fn read(&self, response: &Response, now: Now) -> Verdict<Token> {
        TestCredentials::fetched().read(response, now)
    }

    fn authorize(&self, request: Request, token: &SecretString) -> Result<Request, BuildError> {
        request.with_bearer(token)
    }

    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

fn address(path: &str) -> http::Uri {
    "https://vendor.example".parse::<Endpoint>().unwrap().join(path).unwrap()
}

/// Two links behind the ticket, as store apps have them.
fn chain(ticket: &Ticket, policy: RetryPolicy) -> Surroundings {
    let ticket = Arc::new(Session::new(ticket.clone()));
    let app = Arc::new(Session::new(Exchanged { path: "/app", from: ticket }));
    let tenant = Session::new(Exchanged { path: "/tenant", from: app });
    Surroundings { session: Arc::new(tenant), ..client(policy) }
}

fn check(around: &Surroundings, script: Vec<Answer>, expected: &str) {
    assert_eq!(story(around, Replay::Never, script), expected);
}

fn token(name: &str) -> Answer {
    Answer::token(name, seconds(7_200))
}

fn refused() -> Answer {
    Answer::of(Class::Token)
}

fn done() -> Answer {
    Answer::done("done")
}

/// A chain with the ticket `one`, the app's token `a-1` and the tenant's `t-1` in hand.
fn with_tokens(ticket: &Ticket) -> Surroundings {
    let around = chain(ticket, policy());
    check(&around, vec![token("a-1"), token("t-1"), done()], "0 app; 0 tenant; 0 send t-1; 0 done");
    around
}

#[test]
fn every_link_is_fetched_once_and_kept() {
    let around = with_tokens(&Ticket::pushed("one"));
    check(&around, vec![done()], "0 send t-1; 0 done");
}

#[test]
fn ten_calls_cause_one_fetch_of_each_link() {
    let around = chain(&Ticket::pushed("one"), policy());
    let mut calls: Vec<_> = (0..10).map(|_| Call::new(&around)).collect();
    for (first, path, answer) in [(0, "app", token("a-1")), (50, "tenant", token("t-1"))] {
        assert_eq!(calls[0].sends(first), path);
        for call in &mut calls[1..] {
            assert_eq!(call.waits_until(first), at(first + 50));
        }
        calls[0].answer(first + 40, answer);
    }
    for call in &mut calls {
        assert_eq!(call.sends(100), "send t-1");
    }
}

#[test]
fn each_link_is_replaced_ahead_of_its_own_end() {
    let around = chain(&Ticket::pushed("one"), policy());
    let mut first = Call::new(&around);
    assert_eq!(first.sends(0), "app");
    first.answer(0, Answer::token("a-1", seconds(5_000)));
    assert_eq!(first.sends(0), "tenant");
    first.answer(0, Answer::token("t-1", seconds(1_000)));
    assert_eq!(first.sends(0), "send t-1");

    assert_eq!(Call::new(&around).sends(910_000), "send t-1");
    // The app's token is still good.
    let mut second = Call::new(&around);
    assert_eq!(second.sends(911_000), "tenant");
    second.answer(911_000, Answer::token("t-2", seconds(4_000)));
    assert_eq!(second.sends(911_000), "send t-2");
    // Now neither is.
    assert_eq!(Call::new(&around).sends(4_911_000), "app");
}

#[test]
fn a_refused_token_is_replaced_by_its_own_link_alone() {
    let around = with_tokens(&Ticket::pushed("one"));
    check(&around, vec![refused(), token("t-2"), done()], "0 send t-1; 0 tenant; 0 send t-2; 0 done");
}

#[test]
fn an_exchange_that_is_refused_replaces_the_link_before() {
    let around = with_tokens(&Ticket::pushed("one"));
    let script = vec![refused(), refused(), token("a-2"), token("t-2"), done()];
    check(&around, script, "0 send t-1; 0 tenant; 0 app; 0 tenant; 0 send t-2; 0 done");
    // The fresh one was accepted, so that it may be refused again, hours later.
    let script = vec![refused(), refused(), token("a-3"), token("t-3"), done()];
    check(&around, script, "0 send t-2; 0 tenant; 0 app; 0 tenant; 0 send t-3; 0 done");
}

#[test]
fn a_fresh_link_that_is_refused_too_is_a_matter_of_permission() {
    let around = chain(&Ticket::pushed("one"), policy());
    let script = vec![token("a-1"), refused(), token("a-2"), refused()];
    check(&around, script, "0 app; 0 tenant; 0 app; 0 tenant; 0 permission after 0");
}

#[test]
fn what_only_a_good_link_gets_to_hear_is_the_end() {
    let around = chain(&Ticket::pushed("one"), policy());
    check(&around, vec![token("a-1"), Answer::of(Class::Permission)], "0 app; 0 tenant; 0 permission after 0");
    // The app's token is kept.
    check(&around, vec![token("t-1"), done()], "0 tenant; 0 send t-1; 0 done");
}

#[test]
fn a_ticket_that_is_missing_is_asked_for_once_and_waited_for() {
    let ticket = Ticket::default();
    let around = chain(&ticket, policy());
    let (mut call, mut other) = (Call::new(&around), Call::new(&around));
    assert_eq!(call.sends(0), "resend");
    assert_eq!(other.waits_until(0), at(50));
    call.answer(10, token("it is on its way"));
    assert_eq!(call.waits_until(10), at(60));
    assert_eq!(other.waits_until(50), at(100));
    ticket.push("one");
    assert_eq!(call.sends(100), "app");
    assert_eq!(other.waits_until(100), at(150));
    call.answer(110, token("a-1"));
    assert_eq!(call.sends(110), "tenant");
    call.answer(120, token("t-1"));
    assert_eq!(call.sends(120), "send t-1");
    assert_eq!(other.sends(150), "send t-1");
}

#[test]
fn a_refused_ticket_is_replaced_by_the_next_one() {
    let ticket = Ticket::pushed("one");
    let around = chain(&ticket, policy());
    let mut call = Call::new(&around);
    assert_eq!(call.sends(0), "app");
    call.answer(0, refused());
    assert_eq!(call.sends(0), "resend");
    call.answer(0, token("it is on its way"));
    assert_eq!(call.waits_until(0), at(50));
    ticket.push("two");
    assert_eq!(call.sends(50), "app");
    call.answer(50, refused());
    assert_eq!(call.ends(50), "permission after 0");
}

#[test]
fn a_ticket_that_does_not_come_in_time_is_said_to_be_the_reason() {
    fn check(policy: RetryPolicy, ends: u64) {
        let around = chain(&Ticket::default(), policy);
        let mut call = Call::new(&around);
        assert_eq!(call.sends(0), "resend");
        call.answer(0, token("it is on its way"));
        assert_eq!(call.waits_until(0), at(50));
        assert_eq!(call.waits_until(ends - 50), at(ends));
        let Step::Done(Err(error)) = call.exchange.poll(now(ends)) else { panic!("it would have come too late") };
        assert_eq!(error.to_string(), "no access token: not sent: no ticket has come");
        assert_eq!(error.class(), Some(Class::NotSent));
    }
    check(policy().with_patience(seconds(5)), 5_000);
    check(RetryPolicy::once().with_deadline(seconds(3)), 3_000);
}

#[test]
fn a_ticket_that_nobody_sends_is_a_refusal() {
    let around = chain(&Ticket::default(), policy());
    check(&around, vec![Answer::of(Class::Permission)], "0 resend; 0 permission after 0");
}

#[test]
fn failures_of_all_links_are_counted_together() {
    let around = chain(&Ticket::pushed("one"), policy());
    let script = vec![not_sent(), not_sent(), token("a-1"), not_sent(), not_sent(), not_sent()];
    check(&around, script, "0 app; 0 app; 0 app; 0 tenant; 0 tenant; 0 tenant; 0 not sent after 0");
    check(&chain(&Ticket::pushed("one"), RetryPolicy::once()), vec![not_sent()], "0 app; 0 not sent after 0");
}

#[test]
fn whoever_drops_a_fetch_of_any_link_blocks_nobody_for_longer_than_it_could_have_taken() {
    let around = chain(&Ticket::pushed("one"), policy());
    let mut dropped = Call::new(&around);
    assert_eq!(dropped.sends(0), "app");
    drop(dropped);
    let mut other = Call::new(&around);
    assert_eq!(other.waits_until(30_020), at(30_050));
    assert_eq!(other.sends(30_050), "app");
}

#[test]
fn no_link_is_shown_when_a_server_echoes_it() {
    fn shown(script: Vec<Answer>) -> String {
        let around = chain(&Ticket::pushed("canary-of-the-ticket"), RetryPolicy::once());
        let timer = ManualTimer::new(Unix::from_secs(START));
        let transport = ScriptedTransport::new(&timer, script);
        let error = drive(&transport, &timer, Exchange::new(TestCall::new(Replay::Never), around, 7)).unwrap_err();
        format!("{error} {error:?}")
    }
    let echo = |secret: &str| Answer::json(200, json!({ "class": "permission", "message": format!("bad: {secret}!") }));
    for (before, secrets) in [
        (vec![], vec!["canary-of-the-ticket"]),
        (vec!["canary-app"], vec!["canary-app", "canary-of-the-ticket"]),
        (vec!["canary-app", "canary-tenant"], vec!["canary-tenant", "canary-app", "canary-of-the-ticket"]),
    ] {
        for secret in secrets {
            let mut script: Vec<_> = before.iter().copied().map(token).collect();
            script.push(echo(secret));
            let shown = shown(script);
            assert!(shown.contains("[hidden]") && !shown.contains("canary"), "{shown}");
        }
    }
}
