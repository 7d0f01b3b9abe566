//! Pictures: [`Image`], checked before it is uploaded, and [`UploadImage`], which makes an [`ImageKey`] of it.

mod picture;
mod taken;
mod upload;

pub use batchcast_model::picture::{ImageFormat, Resolution};
pub use picture::{BadImage, Image, MAX_IMAGE_BYTES};
pub use upload::{ImageKey, UploadImage};
