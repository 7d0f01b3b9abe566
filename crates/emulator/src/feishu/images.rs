//! The images that were uploaded.

use crate::feishu::codes::{self, Refusal};
use crate::feishu::newest::Newest;
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
    uploaded_by: Newest<String, App>,
}

impl Images {
    pub(crate) fn new(limit: usize) -> Self {
        Self { uploaded_by: Newest::new(limit) }
    }

    pub(crate) fn note(&mut self, key: String, app: App) {
        self.uploaded_by.push(key, app);
    }

    pub(crate) fn clear(&mut self) {
        self.uploaded_by.clear();
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
            KeyRule::UploadedOnly => self.images.uploaded_by.find(key) == Some(&self.app),
        }
    }

    pub(crate) fn check(&self, key: &str) -> Result<(), Refusal> {
        if self.has(key) { Ok(()) } else { Err(codes::IMAGE_KEY_NOT_EXIST.refusal()) }
    }
}
