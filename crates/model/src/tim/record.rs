//! Objects of many optional fields whose spelling follows no rule: one line declares the field, its builder, its name
//! in JSON and how it is read.

use serde_json::{Map, Value};

use crate::cursor::Cursor;
use crate::invalid::Invalid;

/// What a field can hold.
pub(super) trait Part: Sized {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid>;
}

/// What `record!` knows of the objects that it declares.
pub(super) trait Record {
    /// The documented names, as they are spelt.
    const NAMES: &'static [&'static str];

    /// The documented names that are not there.
    fn missing(&self) -> Vec<&'static str>;

    /// Fields that the document does not know.
    fn extra(&self) -> &Map<String, Value>;
}

impl Part for String {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        field.string()
    }
}

impl Part for u64 {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        field.whole()
    }
}

impl Part for Map<String, Value> {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        Ok(field.object()?.rest())
    }
}

impl<T: Part> Part for Vec<T> {
    fn read(field: Cursor<'_>) -> Result<Self, Invalid> {
        field.each(T::read)
    }
}

/// `with_name(name) text "Name"` declares a string, `whole` a whole number, `[Type]` anything else.
macro_rules! record {
    (
        $(#[$about:meta])*
        pub struct $record:ident {
            $( $(#[$about_field:meta])* $with:ident($field:ident) $kind:tt $name:literal, )+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
        #[must_use = "a draft, until a message takes it"]
        #[non_exhaustive]
        pub struct $record {
            $(
                $(#[$about_field])*
                #[serde(rename = $name, skip_serializing_if = "Option::is_none")]
                pub $field: Option<record!(@type $kind)>,
            )+
            /// Fields that the document does not know.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $record {
            /// Without any field yet.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                #[doc = concat!("Sets `", $name, "`:")]
                $(#[$about_field])*
                pub fn $with(mut self, $field: record!(@argument $kind)) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )+
        }

        impl $crate::tim::record::Part for $record {
            fn read(field: $crate::cursor::Cursor<'_>) -> Result<Self, $crate::invalid::Invalid> {
                let mut fields = field.object()?;
                Ok(Self {
                    $( $field: fields.take($name).map($crate::tim::record::Part::read).transpose()?, )+
                    extra: fields.rest(),
                })
            }
        }

        impl $crate::tim::record::Record for $record {
            const NAMES: &'static [&'static str] = &[$($name),+];

            fn missing(&self) -> Vec<&'static str> {
                [$( self.$field.is_none().then_some($name) ),+].into_iter().flatten().collect()
            }

            fn extra(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.extra
            }
        }
    };
    (@type text) => { String };
    (@type whole) => { u64 };
    (@type [$type:ty]) => { $type };
    (@argument text) => { impl Into<String> };
    (@argument whole) => { u64 };
    (@argument [$type:ty]) => { $type };
}
pub(super) use record;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tim::{Image, ImageInfo};
    use serde_json::json;

    fn read(value: Value) -> Result<Image, Invalid> {
        Image::read(Cursor::root(value))
    }

    #[test]
    fn built_and_read_are_the_same() {
        let info = ImageInfo::new().with_url("");
        let image = Image::new().with_uuid("i").with_image_format(1).with_image_info_array(vec![info]);
        let value = json!({"UUID": "i", "ImageFormat": 1, "ImageInfoArray": [{"URL": ""}]});
        assert_eq!(serde_json::to_value(&image).unwrap(), value);
        assert_eq!(read(value), Ok(image));
    }

    #[test]
    fn what_is_not_known_travels() {
        let value = json!({"uuid": 1, "ImageInfoArray": [{"Url": null}], "Image_Format": [1]});
        let image = read(value.clone()).unwrap();
        assert_eq!(image.missing(), ["UUID", "ImageFormat"]);
        assert_eq!(image.extra().len(), 2);
        assert_eq!(serde_json::to_value(&image).unwrap(), value);
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(value: Value, expected: &str) {
            assert_eq!(read(value).unwrap_err().to_string(), expected);
        }
        check(json!({"UUID": 1}), "UUID: must be a string, found the number 1");
        check(json!({"ImageFormat": -1}), "ImageFormat: must be a whole number, found the number -1");
        check(json!({"ImageFormat": null}), "ImageFormat: must be a whole number, found null");
        check(json!({"ImageInfoArray": {}}), "ImageInfoArray: must be an array, found an object");
        check(
            json!({"ImageInfoArray": [{}, {"Size": "1"}]}),
            "ImageInfoArray[1].Size: must be a whole number, found a string, \"1\"",
        );
    }
}
