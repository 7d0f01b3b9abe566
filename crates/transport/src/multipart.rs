//! A body of `multipart/form-data` (RFC 7578): [`Form`].

use bytes::Bytes;

/// What the boundary begins with. A number follows, the first one that no part holds.
const BOUNDARY: &str = "batchcast-form-";

/// A form of texts and files. Names are known while compiling, so that nothing in a header has to be escaped.
///
/// Writing it is pure: the boundary is chosen by what the parts hold, not by chance, so that equal forms are equal
/// bytes.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Form {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    head: String,
    content: Bytes,
}

impl Form {
    /// A form without parts.
    pub const fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// The same with a field of text.
    pub fn with_text(mut self, name: &'static str, text: impl Into<String>) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"");
        self.parts.push(Part { head, content: Bytes::from(text.into()) });
        self
    }

    /// The same with a file of this media type. What a receiver is told of its name is ours to say: the name that a
    /// file has on a machine is nobody else's business.
    pub fn with_file(
        mut self,
        name: &'static str,
        file_name: &'static str,
        media_type: &'static str,
        content: impl Into<Bytes>,
    ) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {media_type}"
        );
        self.parts.push(Part { head, content: content.into() });
        self
    }

    /// The `Content-Type` and the body.
    pub(crate) fn written(&self) -> (String, Bytes) {
        let boundary = self.boundary();
        let size = self.parts.iter().map(|part| part.head.len() + part.content.len() + boundary.len() + 10);
        let mut body = Vec::with_capacity(size.sum::<usize>() + boundary.len() + 6);
        for part in &self.parts {
            for piece in ["--", &boundary, "\r\n", &part.head, "\r\n\r\n"] {
                body.extend_from_slice(piece.as_bytes());
            }
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        for piece in ["--", &boundary, "--\r\n"] {
            body.extend_from_slice(piece.as_bytes());
        }
        (format!("multipart/form-data; boundary={boundary}"), body.into())
    }

    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let boundary = format!("{BOUNDARY}{number:016x}");
            if !self.parts.iter().any(|part| holds(&part.content, boundary.as_bytes())) {
                return boundary;
            }
            number += 1;
        }
    }
}

fn holds(content: &[u8], boundary: &[u8]) -> bool {
    content.windows(boundary.len()).any(|window| window == boundary)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "batchcast-form-0000000000000000";

    #[test]
    fn a_form_is_written_as_the_rfc_shows() {
        let form = Form::new().with_text("image_type", "message").with_file("image", "image.png", "image/png", "PNG…");
        let (content_type, body) = form.written();
        assert_eq!(content_type, format!("multipart/form-data; boundary={FIRST}"));
        let expected = format!(
            "--{FIRST}\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n\
             --{FIRST}\r\nContent-Disposition: form-data; name=\"image\"; filename=\"image.png\"\r\n\
             Content-Type: image/png\r\n\r\nPNG…\r\n--{FIRST}--\r\n"
        );
        assert_eq!(String::from_utf8(body.to_vec()).unwrap(), expected);
    }

    #[test]
    fn no_part_holds_the_boundary() {
        let second = "batchcast-form-0000000000000001";
        let form = Form::new().with_text("a", format!("x--{FIRST}--")).with_text("b", second);
        assert_eq!(form.written().0, "multipart/form-data; boundary=batchcast-form-0000000000000002");
    }

    #[test]
    fn a_form_without_parts_is_only_its_end() {
        assert_eq!(Form::new().written().1, format!("--{FIRST}--\r\n"));
    }
}
