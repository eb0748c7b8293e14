//! A document's shape without the members that nobody wants.

use super::scan::{SLOT, string_end};

/// Members of documents, as the names that lead to them from the outermost object. A path that leads to
/// an object or an array means everything in it; one that is empty means the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths(Vec<Vec<String>>);

impl Paths {
    /// These paths.
    pub const fn new(paths: Vec<Vec<String>>) -> Self {
        Self(paths)
    }
}

/// A shape in which only some members are left.
pub(super) struct Pruned {
    pub(super) text: Vec<u8>,
    /// For each slot of the whole shape, whether it is left.
    pub(super) kept: Vec<bool>,
}

/// What becomes of a member.
enum Fate<'p> {
    Kept,
    /// Only what the rest of these paths leads to.
    Searched(Vec<&'p [String]>),
    Dropped,
}

/// The shape without the members that no path leads to; `None` where it is no object with members.
///
/// Each member whose name is the first of a path is left, if only as an empty object, and each whose name
/// begins with it and a dot: whoever looks for `a.b` looks for `b` in the member `a`, and for the member
/// `a.b` where there is no `a`.
pub(super) fn prune(shape: &[u8], paths: &Paths) -> Option<Pruned> {
    let paths: Vec<&[String]> = paths.0.iter().map(Vec::as_slice).collect();
    if paths.iter().any(|path| path.is_empty()) {
        return None;
    }
    let mut pruner = Pruner {
        shape,
        at: 0,
        text: Vec::with_capacity(shape.len()),
        kept: Vec::new(),
    };
    pruner.space();
    if pruner.peek() != Some(b'{') {
        return None;
    }
    pruner.object(&paths)?;
    pruner.space();
    (pruner.at == shape.len()).then_some(Pruned {
        text: pruner.text,
        kept: pruner.kept,
    })
}

struct Pruner<'s> {
    shape: &'s [u8],
    at: usize,
    text: Vec<u8>,
    kept: Vec<bool>,
}

impl<'s> Pruner<'s> {
    fn peek(&self) -> Option<u8> {
        self.shape.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// An object of which the members on the paths are left. It calls itself no deeper than a path is
    /// long.
    fn object(&mut self, paths: &[&[String]]) -> Option<()> {
        self.take(b'{')?;
        self.text.push(b'{');
        self.space();
        let mut is_first = true;
        while self.peek()? != b'}' {
            let start = self.at;
            self.take(b'"')?;
            self.at = string_end(self.shape, self.at);
            let name = self.shape.get(start + 1..self.at.checked_sub(1)?)?;
            let key = self.shape.get(start..self.at)?;
            self.take(b':')?;
            self.space();
            let fate = fate(name, paths);
            if !matches!(fate, Fate::Dropped) {
                if !is_first {
                    self.text.push(b',');
                }
                is_first = false;
                self.text.extend_from_slice(key);
                self.text.push(b':');
            }
            match fate {
                Fate::Searched(rest) if self.peek() == Some(b'{') => self.object(&rest)?,
                Fate::Kept | Fate::Searched(_) => {
                    let value = self.value(true)?;
                    self.text.extend_from_slice(value);
                }
                Fate::Dropped => drop(self.value(false)?),
            }
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {}
                _ => return None,
            }
            self.space();
        }
        self.at += 1;
        self.text.push(b'}');
        Some(())
    }

    /// Walks over a value.
    fn value(&mut self, kept: bool) -> Option<&'s [u8]> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                b'"' => self.at = string_end(self.shape, self.at),
                SLOT => self.kept.push(kept),
                _ => {}
            }
            if depth == 0 {
                return self.shape.get(start..self.at);
            }
        }
    }
}

fn fate<'p>(name: &[u8], paths: &[&'p [String]]) -> Fate<'p> {
    if name.contains(&b'\\') {
        // It may be any name.
        return Fate::Kept;
    }
    let mut rest = Vec::new();
    for path in paths {
        let Some((first, behind)) = path.split_first() else {
            return Fate::Kept;
        };
        match name.strip_prefix(first.as_bytes()) {
            Some([]) if behind.is_empty() => return Fate::Kept,
            Some([]) => rest.push(behind),
            Some([b'.', ..]) => return Fate::Kept,
            Some(_) | None => {}
        }
    }
    if rest.is_empty() {
        Fate::Dropped
    } else {
        Fate::Searched(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(shape: &str, paths: &[&str]) -> Option<(String, Vec<bool>)> {
        let path = |path: &&str| path.split('/').map(str::to_owned).collect();
        let paths = Paths::new(paths.iter().map(path).collect());
        let pruned = prune(shape.replace('?', "\0").as_bytes(), &paths)?;
        let text = String::from_utf8(pruned.text).unwrap().replace('\0', "?");
        Some((text, pruned.kept))
    }

    #[test]
    fn only_what_a_path_leads_to_is_left() {
        let shape =
            r#"{"page": {"path": ?, "tags":[?,{"x":?}]} , "price":?,"page.path":?,"q\u0061":?}"#;
        assert_eq!(
            pruned(shape, &["page/path"]).unwrap(),
            (
                r#"{"page":{"path":?},"page.path":?,"q\u0061":?}"#.to_owned(),
                vec![true, false, false, false, true, true]
            )
        );
        assert_eq!(
            pruned(shape, &["page/tags", "price"]).unwrap().0,
            r#"{"page":{"tags":[?,{"x":?}]},"price":?,"page.path":?,"q\u0061":?}"#
        );
    }

    #[test]
    fn a_member_on_the_way_is_left_even_if_nothing_in_it_is() {
        let pruned = |shape| pruned(shape, &["a/b"]).unwrap().0;
        assert_eq!(pruned(r#"{"a":{"c":?},"d":?}"#), r#"{"a":{}}"#);
        assert_eq!(pruned(r#"{"a":?,"a.b":?}"#), r#"{"a":?,"a.b":?}"#);
        assert_eq!(pruned("{}"), "{}");
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for shape in [
            "",
            "?",
            "[?]",
            r#"{"a":?"#,
            r#"{"a"?}"#,
            "{}}",
            r#"{"a":]}"#,
            r#"{"a"#,
        ] {
            assert_eq!(pruned(shape, &["a"]), None, "{shape}");
        }
        assert_eq!(pruned(r#"{"a":?}"#, &["a", ""]).unwrap().0, r#"{"a":?}"#);
    }
}
