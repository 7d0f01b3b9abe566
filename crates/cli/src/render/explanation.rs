//! What a code means.

use batchcast_lark::codes::{self as lark, CardCode, Code as LarkCode};
use batchcast_tim::codes::{self as tim, Code as TimCode};
use batchcast_transport::class::Class;
use serde_json::json;

use super::{Output, data, document};

/// A code, explained.
#[derive(Debug)]
pub(crate) struct Explanation {
    what: &'static str,
    code: i64,
    text: &'static str,
    meaning: &'static str,
    remedy: &'static str,
    class: Option<Class>,
    source: String,
}

impl Explanation {
    pub(crate) fn of_lark(code: &LarkCode) -> Self {
        // What it means where it is answered: most codes of other calls say nothing about a batch.
        let class = lark::Call::of(code.code).map_or(code.class, |call| lark::classify_for(call, code.code, ""));
        Self {
            what: "Feishu and Lark",
            code: code.code,
            text: code.text,
            meaning: code.meaning,
            remedy: code.remedy,
            class: Some(class),
            source: code.source.to_string(),
        }
    }

    pub(crate) fn of_tim(code: &TimCode) -> Self {
        let class = tim::Call::of(code.code).map_or(code.class, |call| tim::classify_for(call, code.code));
        Self {
            what: "Tencent Cloud Chat",
            code: code.code,
            text: code.text,
            meaning: code.meaning,
            remedy: code.remedy,
            class: Some(class),
            source: code.source.to_string(),
        }
    }

    pub(crate) fn of_card(code: &CardCode) -> Self {
        Self {
            what: "Feishu and Lark, in the text of an 11246",
            code: code.code,
            text: code.text,
            meaning: code.meaning,
            remedy: code.remedy,
            class: None,
            source: "Feishu, Send messages in batches, 2026-03-03".to_owned(),
        }
    }

    fn show(&self) {
        data(&format!("{} ({})", self.code, self.what));
        let part = |name: &str, text: &str| {
            if !text.is_empty() {
                data(&format!("  {name:<8} {text}"));
            }
        };
        part("says", self.text);
        part("means", self.meaning);
        part("do", self.remedy);
        part("so", self.class.map_or("", what_follows));
        part("source", &self.source);
    }
}

/// What a send does at an answer of this class, in a sentence.
const fn what_follows(class: Class) -> &'static str {
    match class {
        Class::NotSent => "Nothing was sent; it is tried again.",
        Class::Throttled { .. } => "Nobody got it; it is sent again after a pause.",
        Class::TryAgain => "Nobody got it; it is sent again, at most five times.",
        Class::Token => "Nobody got it; it is sent again with a fresh token, once.",
        Class::Permission | Class::Endpoint => "Nobody in this request got it; the send stops, the rest is pending.",
        Class::Quota => "Nobody in this request got it; the send stops until there is quota again.",
        Class::Recipient => "Nobody in this request got it; it is split until the bad id stands alone.",
        Class::Recipients => "Nobody in this request got it: all of its recipients are rejected.",
        Class::Message => "Nobody in this request got it; the send stops, the rest is pending.",
        _ => "Nobody can know who got it: its recipients are reported as unknown and never sent to again by itself.",
    }
}

impl Output {
    pub(crate) fn explanations(&self, explanations: &[Explanation]) {
        if !self.is_json() {
            return explanations.iter().for_each(Explanation::show);
        }
        let codes: Vec<_> = explanations
            .iter()
            .map(|code| {
                json!({
                    "code": code.code, "of": code.what, "text": code.text, "meaning": code.meaning,
                    "remedy": code.remedy, "class": code.class.map(Class::as_str), "source": code.source,
                })
            })
            .collect();
        document(&json!({"schema": "batchcast.explanation/1", "codes": codes}));
    }
}
