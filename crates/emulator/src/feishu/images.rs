//! The images that were uploaded.

use std::collections::{HashMap, VecDeque};

use crate::feishu::codes::{self, Refusal};
use crate::feishu::token::App;
use crate::ids;

/// Which image keys a message may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyRule {
    /// Any that is not made to fail.
    Any,
    /// Only keys that the same app got for an upload.
    UploadedOnly,
}

/// Who uploaded which image; the pictures themselves are not kept, and of their keys the newest, up to a limit.
#[derive(Debug)]
pub(crate) struct Images {
    uploaded_by: HashMap<String, App>,
    order: VecDeque<String>,
    limit: usize,
}

impl Images {
    pub(crate) fn new(limit: usize) -> Self {
        Self { uploaded_by: HashMap::new(), order: VecDeque::new(), limit }
    }

    pub(crate) fn note(&mut self, key: String, app: App) {
        self.order.push_back(key.clone());
        self.uploaded_by.insert(key, app);
        if self.order.len() > self.limit {
            if let Some(oldest) = self.order.pop_front() {
                self.uploaded_by.remove(&oldest);
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.uploaded_by.clear();
        self.order.clear();
    }

    /// The images that one app may send.
    pub(crate) fn of(&self, app: App, rule: KeyRule) -> UsableImages<'_> {
        UsableImages { images: self, app, rule }
    }
}

/// The images that an app may send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UsableImages<'a> {
    images: &'a Images,
    app: App,
    rule: KeyRule,
}

impl UsableImages<'_> {
    /// Keys are bound to the app that uploaded.
    pub(crate) fn has(&self, key: &str) -> bool {
        match self.rule {
            KeyRule::Any => ids::is_good(key),
            KeyRule::UploadedOnly => self.images.uploaded_by.get(key) == Some(&self.app),
        }
    }

    pub(crate) fn check(&self, key: &str) -> Result<(), Refusal> {
        if self.has(key) { Ok(()) } else { Err(codes::IMAGE_KEY_NOT_EXIST.refusal()) }
    }
}
