//! Codes of uploading an image. What they lead to there stands in `call.rs`.

use batchcast_transport::class::Class;

use super::{Code, Source};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 232096,
        text: "meta writing stopped",
        meaning: "The vendor does not take uploads at the moment.",
        remedy: "Upload the image again later.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234001,
        text: "invalid request param",
        meaning: "A parameter of the upload is missing or wrong.",
        remedy: "Send multipart/form-data with image_type `message` and the file in the part `image`.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234002,
        text: "unauthorized",
        meaning: "The app may not upload images, or its token was not accepted.",
        remedy: "Grant im:resource or im:resource:upload in developer console > your app > Permissions & Scopes, publish a version, then fetch a fresh token.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234006,
        text: "file size exceed max",
        meaning: "The image is larger than 10 MB.",
        remedy: "Make the image smaller than 10 MB.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234007,
        text: "app does not enable bot",
        meaning: "The bot ability of the app is not switched on, or not published yet.",
        remedy: "Add Bot in developer console > your app > Add Features, then publish a version.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234010,
        text: "size can't be 0",
        meaning: "The image file is empty.",
        remedy: "Check the path, and that the file was written completely.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234011,
        text: "can't recognise image format",
        meaning: "The file is not an image of a format that is taken.",
        remedy: "Save the image as JPEG, PNG, WEBP, GIF, TIFF, BMP or ICO.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234039,
        text: "resolution exceeds limit",
        meaning: "The image has too many pixels: a GIF may have 2000 x 2000, any other 12000 x 12000.",
        remedy: "Scale the image down.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234041,
        text: "tenant master key deleted",
        meaning: "The tenant encrypts with a key of its own, and that key was deleted.",
        remedy: "Ask the tenant's administrator to restore the master key.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
    Code {
        code: 234042,
        text: "tenant storage error",
        meaning: "The tenant's own storage did not take the image.",
        remedy: "Ask the tenant's administrator to check the tenant's storage and its free space, then upload again.",
        class: Class::Unknown,
        source: Source::UploadImage,
    },
];
