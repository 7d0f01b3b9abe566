//! Pictures: [`Image`], checked before it is uploaded, and [`UploadImage`], which makes an [`ImageKey`] of it.

mod format;
mod picture;
mod resolution;
mod upload;

pub use format::ImageFormat;
pub use picture::{BadImage, Image, MAX_IMAGE_BYTES};
pub use resolution::Resolution;
pub use upload::{ImageKey, UploadImage};
