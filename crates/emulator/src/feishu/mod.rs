//! Feishu and Lark: one API on two hosts.

mod app_status;
mod auth;
mod batch_send;
mod card;
mod codes;
mod contact;
mod content;
mod documented;
mod envelope;
#[cfg(test)]
mod every_code;
mod follow_up;
mod images;
mod multipart;
mod newest;
mod page;
mod picture;
mod post;
mod query;
mod recipients;
mod route;
mod scopes;
mod settings;
mod tasks;
#[cfg(test)]
pub(crate) mod testing;
mod token;
mod upload;

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;

use crate::answer::Answer;
use crate::config::Config;
use crate::feishu::codes::Refusal;
use crate::feishu::images::Images;
pub(crate) use crate::feishu::images::KeyRule;
use crate::feishu::route::{Call, Login, Route};
pub(crate) use crate::feishu::settings::Settings;
pub use crate::feishu::settings::{EmptyLists, NobodyValid};
use crate::feishu::tasks::Tasks;
pub(crate) use crate::feishu::token::App;
use crate::feishu::token::Issuer;
use crate::sequence::{Purpose, Sequence};
use crate::world::World;

/// What Feishu remembers between requests.
#[derive(Debug)]
pub(crate) struct Feishu {
    issuer: Issuer,
    images: Images,
    image_ids: Sequence,
    tasks: Tasks,
    message_ids: Sequence,
}

impl Feishu {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            issuer: Issuer::new(config.seed),
            images: Images::new(config.message_limit),
            image_ids: Sequence::new(config.seed, Purpose::Image),
            tasks: Tasks::new(config.message_limit),
            message_ids: Sequence::new(config.seed, Purpose::Message),
        }
    }

    /// Refuses every token given out so far.
    pub(crate) fn expire_tokens(&mut self) {
        self.issuer.reset();
    }

    pub(crate) fn reset(&mut self) {
        self.issuer.reset();
        self.images.clear();
        self.tasks.clear();
    }
}

/// The answer to a request that a fault refuses with this code.
pub(crate) fn refused(path: &str, code: i64, msg: Option<&str>) -> Answer {
    documented::refusal(code, path, msg).into()
}

/// Answers a request under `/open-apis/`: path, token, app, scopes, rate, the calls of the month, and then the body.
pub(crate) fn handle(world: &mut World, now: Timestamp, request: &Request<Bytes>) -> Answer {
    match Route::of(request.method(), request.uri().path()) {
        None => Ok(Answer::page_not_found()),
        Some(Route::Login(login)) => log_in(world, now, request.body(), login),
        Some(Route::Call(call)) => auth::check(&world.feishu.issuer, now, request.headers())
            .and_then(|app| answer(world, now, app, request, call)),
    }
    .unwrap_or_else(Answer::from)
}

fn log_in(world: &mut World, now: Timestamp, body: &[u8], login: Login) -> Result<Answer, Refusal> {
    match login {
        Login::InternalTenantToken => token::tenant_access_token(world, now, body),
        Login::InternalAppToken => token::app_access_token(world, now, body),
        Login::StoreTenantToken => token::store_tenant_access_token(world, now, body),
        Login::StoreAppToken => token::store_app_access_token(world, now, body),
        Login::ResendTicket => token::resend_ticket(world, body),
    }
}

fn answer(
    world: &mut World,
    now: Timestamp,
    app: App,
    request: &Request<Bytes>,
    call: Call<'_>,
) -> Result<Answer, Refusal> {
    app_status::require_in_use(&world.directory, call)?;
    scopes::require_for(&world.directory, call)?;
    if let Err(throttled) = world.limiter.feishu_call(now, app, call.name()) {
        return Ok(codes::throttled(throttled));
    }
    let counts = app == App::Custom && call.is_counted_by_the_month();
    if counts && !world.limiter.feishu_month_has_room(now) {
        return Err(codes::MONTHLY_QUOTA.refusal());
    }
    let answer = process(world, now, app, request, call)?;
    if counts {
        world.limiter.count_in_feishu_month(now);
    }
    Ok(answer)
}

fn process(
    world: &mut World,
    now: Timestamp,
    app: App,
    request: &Request<Bytes>,
    call: Call<'_>,
) -> Result<Answer, Refusal> {
    let (uri, body) = (request.uri(), request.body());
    match call {
        Call::BatchSend => batch_send::accept(world, now, app, body),
        Call::Recall(id) => follow_up::recall(world, now, app, id),
        Call::Progress(id) => follow_up::progress(world, now, app, id),
        Call::ReadUser(id) => follow_up::read_user(world, now, app, id),
        Call::UploadImage => upload::accept(world, app, request),
        Call::LookUp => contact::look_up(world, app, uri, body),
        Call::SubDepartments(id) => contact::sub_departments(world, uri, id),
        Call::DepartmentUsers => contact::department_users(world, app, uri),
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Sandbox, TOKEN_PATH};

    #[test]
    fn unknown_paths_and_methods_are_a_plain_404() {
        fn check(method: &str, path: &str) {
            let mut sandbox = Sandbox::new();
            let response = sandbox.request(method, path, "", "{}");
            assert_eq!(response.status, 404, "{method} {path}");
            assert_eq!(response.text, "404 page not found", "{method} {path}");
            assert_eq!(response.header("content-type"), "text/plain", "{method} {path}");
            assert_eq!(sandbox.world.requests()[0].code, None, "{method} {path}");
        }
        check("GET", TOKEN_PATH);
        check("GET", "/open-apis/message/v4/batch_send/");
        check("PUT", "/open-apis/message/v4/batch_send/");
        check("POST", "/open-apis/message/v4/batch_send//");
        check("POST", "/open-apis/message/v4/batch_sent/");
        check("POST", "/open-apis/");
    }
}
