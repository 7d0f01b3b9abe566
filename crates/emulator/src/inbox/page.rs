//! `GET /`: one page of HTML that loads nothing and runs nothing. What messages say is hostile input.

use std::fmt::{self, Write};

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};

use crate::answer::Answer;
use crate::deliveries::{IdKind, Line, Provider};
use crate::stats::VendorStats;
use crate::world::World;

/// How many deliveries are listed.
const LISTED: usize = 200;

const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>batchcast emulator: inbox</title>
<link rel="icon" href="data:,">
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd; }
td.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; max-width: 34rem; }
td.who { overflow-wrap: anywhere; unicode-bidi: isolate; }
td.time { white-space: nowrap; }
small { color: #666; }
@media (max-width: 40rem) {
  body { margin: 1rem auto; }
  tr.head { display: none; }
  tr, td { display: block; padding-right: 0; }
  tr { border-bottom: 1px solid #ddd; padding: .4rem 0; }
  td, td.text { border: 0; padding: .1rem 0; max-width: none; }
}
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818; } tr, th, td { border-color: #444; } small { color: #999; } }
</style>
</head>
<body>
<h1>Inbox</h1>
"#;

/// The newest deliveries with what they say, and the counts.
pub(crate) fn page(world: &World) -> Answer {
    let mut html = HEAD.to_owned();
    // Nothing here can fail: a String takes all that is written.
    let _ = write(&mut html, world);
    let answer = Answer::html(StatusCode::OK, html);
    HEADERS.into_iter().fold(answer, |answer, (name, value)| answer.with_header(name, HeaderValue::from_static(value)))
}

fn write(html: &mut String, world: &World) -> fmt::Result {
    let stats = world.stats();
    let provider = if world.config.provider == Provider::Lark { "Lark" } else { "Feishu" };
    for (name, VendorStats { requests, deliveries }) in [(provider, stats.feishu), ("Tencent Cloud Chat", stats.tim)] {
        writeln!(html, "<p>{name}: {deliveries} deliveries, {requests} requests</p>")?;
    }
    let waiting = world.waiting();
    if waiting > 0 {
        writeln!(html, "<p>{waiting} more wait for their turn</p>")?;
    }
    let newest = world.delivery_log().newest(LISTED);
    let all = stats.feishu.deliveries + stats.tim.deliveries;
    if all == 0 {
        html.push_str("<p>Nothing has been delivered yet.</p>\n");
    } else {
        writeln!(html, "<p><small>The newest {} of {all}, reloaded every ten seconds.</small></p>", newest.len())?;
        html.push_str("<table>\n<tr class=\"head\"><th>Delivered</th><th>To</th><th>Message</th></tr>\n");
        // The recipients of a message stand together, so each is read once.
        let mut shown: Option<(&str, Option<String>)> = None;
        for line in &newest {
            let text = match shown.take() {
                Some((message_id, text)) if message_id == line.message_id => text,
                _ => world.inbox().text(line.message_id),
            };
            row(html, world, line, text.as_deref())?;
            shown = Some((line.message_id, text));
        }
        html.push_str("</table>\n");
    }
    html.push_str("</body>\n</html>\n");
    Ok(())
}

fn row(html: &mut String, world: &World, line: &Line<'_>, text: Option<&str>) -> fmt::Result {
    let second = line.at.strftime("%Y-%m-%dT%H:%M:%SZ");
    write!(html, "<tr><td class=\"time\"><time title=\"{}\">{second}</time><br>", line.at)?;
    write!(html, "<small>{}</small></td>", line.provider)?;
    html.push_str("<td class=\"who\">");
    if let Some(name) = name_of(world, line) {
        write!(html, "{}<br>", Escaped(name))?;
    }
    write!(html, "{}<br><small>{}</small></td>", Escaped(line.id), line.kind)?;
    html.push_str("<td class=\"text\">");
    match text {
        Some(text) => write!(html, "{}", Escaped(text))?,
        None => html.push_str("<small>what it says is no longer kept</small>"),
    }
    writeln!(html, "<br><small>{} {}</small></td></tr>", Escaped(line.msg_type), Escaped(line.message_id))
}

fn name_of<'a>(world: &'a World, line: &Line<'_>) -> Option<&'a str> {
    let organisation = world.directory.organisation()?;
    let name = match line.kind {
        IdKind::Account => return None,
        kind => organisation.person(kind, line.id)?.name.as_str(),
    };
    (!name.is_empty()).then_some(name)
}

/// Characters that nobody sees, or that change the order of what everybody sees.
const HIDDEN: [char; 12] = [
    '\u{200b}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}',
    '\u{2068}', '\u{2069}', '\u{feff}',
];

/// Text that a browser shows and does not obey, with a sign in place of what would be hidden.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\n' | '\t' => f.write_char(character),
            hidden if hidden.is_control() || HIDDEN.contains(&hidden) => f.write_char(char::REPLACEMENT_CHARACTER),
            other => f.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::feishu::testing::{Sandbox, office};
    use crate::{Builder, Directory, Emulator};

    fn shown(builder: Builder, sends: &[(&str, &str)]) -> String {
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        for (id, text) in sends {
            let body = json!({"msg_type": "text", "content": {"text": text}, "open_ids": [id]});
            assert_eq!(sandbox.send(&body.to_string()).json()["code"], 0);
        }
        let reply = sandbox.request("GET", "/", "", "");
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        reply.text
    }

    #[test]
    fn an_empty_inbox_says_so() {
        let html = shown(Emulator::builder(), &[]);
        assert!(html.contains("Nothing has been delivered yet."), "{html}");
        assert!(html.contains("Feishu: 0 deliveries, 1 requests"), "{html}");
        assert!(html.ends_with("</html>\n"));
    }

    #[test]
    fn the_newest_come_first_with_what_they_say() {
        let directory = Directory::new().with_feishu(office()).unwrap();
        let html = shown(
            Emulator::builder().with_directory(directory).with_lark(),
            &[("ou_ann", "first"), ("ou_ben", "second\nline")],
        );
        assert!(html.contains("Lark: 2 deliveries, 3 requests"), "{html}");
        let (second, first) = (html.find("second\nline").unwrap(), html.find("first").unwrap());
        assert!(second < first);
        for part in ["Ben<br>ou_ben<br><small>open_id", "2026-01-01T00:00:00Z", "text bm-", "The newest 2 of 2"] {
            assert!(html.contains(part), "{html}, without {part}");
        }
    }

    #[test]
    fn messages_are_hostile_and_shown_as_text() {
        let hostile = "<script>alert(1)</script><img src=x onerror='y'>\u{1b}[31m&\"\u{0}";
        let html = shown(Emulator::builder(), &[("ou_<svg onload=z>", hostile)]);
        for part in ["<script", "<img", "<svg", "\u{1b}", "\u{0}", "onerror='"] {
            assert!(!html.contains(part), "{html}, with {part}");
        }
        assert!(html.contains(
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt;\u{fffd}[31m&amp;&quot;\u{fffd}"
        ));
        assert!(html.contains("ou_&lt;svg onload=z&gt;"));
    }

    #[test]
    fn what_would_be_hidden_is_shown() {
        let html = shown(Emulator::builder(), &[("ou_1", "pay\u{202e}001\u{2066} to\u{200b}\u{feff} me")]);
        assert!(html.contains("pay\u{fffd}001\u{fffd} to\u{fffd}\u{fffd} me"), "{html}");
        let html = shown(
            Emulator::builder(),
            &[("ou_1", "\u{1f469}\u{200d}\u{1f4bb} \u{5e9}\u{5dc}\u{200f} \u{6a9}\u{200c}")],
        );
        assert!(html.contains("\u{1f469}\u{200d}\u{1f4bb} \u{5e9}\u{5dc}\u{200f} \u{6a9}\u{200c}"), "{html}");
    }

    #[test]
    fn it_loads_nothing_from_elsewhere() {
        let html = shown(Emulator::builder(), &[("ou_1", "x")]);
        // Without an icon of its own a browser would ask for /favicon.ico, and that would stand among the requests.
        let html = html.replacen("href=\"data:,\"", "", 1);
        for part in ["http:", "https:", "src=", "href=", "@import", "url("] {
            assert!(!html.contains(part), "{html}, with {part}");
        }
    }

    #[test]
    fn old_messages_keep_their_place_and_lose_their_text() {
        let sends: Vec<(String, String)> = (0..250).map(|n| (format!("ou_{n:03}"), format!("text {n:03}"))).collect();
        let sends: Vec<(&str, &str)> = sends.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
        let html = shown(Emulator::builder(), &sends);
        assert!(html.contains("The newest 200 of 250"));
        assert!(html.contains("text 249") && html.contains("text 050") && !html.contains("ou_049"));
        let html = shown(Emulator::builder().with_delivery_limit(0), &sends[..3]);
        assert!(html.contains("The newest 0 of 3") && !html.contains("ou_00"), "{html}");
        let html = shown(Emulator::builder().with_delivery_limit(2), &sends[..3]);
        assert!(html.contains("The newest 2 of 3") && !html.contains("ou_000"), "{html}");
    }
}
