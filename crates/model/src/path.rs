//! Where in a JSON document something is.

use std::fmt;

use crate::invalid::excerpt;

/// A path that is a chain of borrows, so that walking costs nothing and only an error pays for the text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'p> {
    Root,
    Key(&'p Self, &'p str),
    Index(&'p Self, usize),
}

impl Path<'_> {
    pub(crate) fn key<'a>(&'a self, name: &'a str) -> Path<'a> {
        Path::Key(self, name)
    }

    pub(crate) fn index(&self, index: usize) -> Path<'_> {
        Path::Index(self, index)
    }

    fn is_root(&self) -> bool {
        matches!(self, Self::Root)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Root => f.write_str("body"),
            Self::Key(parent, name) => {
                if !parent.is_root() {
                    parent.fmt(f)?;
                }
                match (is_plain(name), parent.is_root()) {
                    (true, true) => f.write_str(name),
                    (true, false) => write!(f, ".{name}"),
                    (false, _) => write!(f, "[\"{}\"]", excerpt(name)),
                }
            }
            Self::Index(parent, index) => {
                if !parent.is_root() {
                    parent.fmt(f)?;
                }
                write!(f, "[{index}]")
            }
        }
    }
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=60).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_javascript() {
        let root = Path::Root;
        let content = root.key("content");
        let odd = content.key("two words\n");
        let post = content.key("post");
        let paragraph = post.index(0);
        #[track_caller]
        fn check(path: Path<'_>, expected: &str) {
            assert_eq!(path.to_string(), expected);
        }
        check(root, "body");
        check(root.index(3), "[3]");
        check(content, "content");
        check(paragraph.index(1), "content.post[0][1]");
        check(paragraph.key("tag"), "content.post[0].tag");
        check(odd, "content[\"two words\\n\"]");
        check(odd.key("x"), "content[\"two words\\n\"].x");
    }
}
