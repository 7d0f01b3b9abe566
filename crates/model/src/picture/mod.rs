//! Pictures, as far as their first bytes tell: their [format](ImageFormat) and their [resolution](Resolution).
//!
//! What a vendor takes is the vendor's to say: Feishu and Lark are sent the bytes, TIM is told where they are
//! ([`tim::Image::at`](crate::tim::Image::at)).

mod format;
mod resolution;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use format::ImageFormat;
pub use resolution::Resolution;
