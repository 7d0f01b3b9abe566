//! The history from inside, and as `admin_getroammsg` shows it.

mod limit;
mod pages;
