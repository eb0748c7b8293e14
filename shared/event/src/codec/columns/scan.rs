//! A JSON text taken apart: its scalars, and the shape that is left without them.
//!
//! The shape keeps every other byte, so that putting the scalars back gives the very same text. It
//! holds [`SLOT`] for each scalar, a byte that JSON cannot contain. Whatever is not JSON is one
//! scalar as a whole.

use memchr::{memchr, memchr2};

/// Stands in a shape where a scalar was.
pub(super) const SLOT: u8 = 0;

/// Writes the shape of `text` to `shape` and appends the scalars, strings with their quotes.
pub(super) fn scan<'a>(text: &'a str, shape: &mut Vec<u8>, scalars: &mut Vec<&'a str>) {
    shape.clear();
    let before = scalars.len();
    let separated = memchr(SLOT, text.as_bytes()).is_none() && separate(text, shape, scalars);
    if !separated {
        shape.clear();
        shape.push(SLOT);
        scalars.truncate(before);
        scalars.push(text);
    }
}

fn separate<'a>(text: &'a str, shape: &mut Vec<u8>, scalars: &mut Vec<&'a str>) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'"' => string_end(bytes, at + 1),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => bare_end(bytes, at + 1),
            _ => {
                shape.push(byte);
                at += 1;
                continue;
            }
        };
        let Some(token) = text.get(at..end) else {
            return false;
        };
        if byte == b'"' && is_key(bytes, end) {
            shape.extend_from_slice(token.as_bytes());
        } else {
            shape.push(SLOT);
            scalars.push(token);
        }
        at = end;
    }
    true
}

/// The place behind the string whose content starts at `at`.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return at + 1;
        }
        // A backslash, and what it escapes.
        at += 2;
    }
    bytes.len()
}

fn bare_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r'));
    at + end.unwrap_or(rest.len())
}

/// Whether a colon follows, so that the string before was a member's name.
fn is_key(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .find(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r'))
        == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_apart(text: &str) -> (String, Vec<&str>) {
        let (mut shape, mut scalars) = (Vec::new(), Vec::new());
        scan(text, &mut shape, &mut scalars);
        (
            String::from_utf8(shape).unwrap().replace('\0', "?"),
            scalars,
        )
    }

    #[test]
    fn scalars_leave_and_names_and_white_space_stay() {
        let (shape, scalars) =
            taken_apart(r#"{"a" : "x\"y", "b":[1, true,null,{}],"c":{"d":-1e400 } }"#);
        assert_eq!(shape, r#"{"a" : ?, "b":[?, ?,?,{}],"c":{"d":? } }"#);
        assert_eq!(scalars, [r#""x\"y""#, "1", "true", "null", "-1e400"]);
    }

    #[test]
    fn what_is_not_json_is_one_scalar_or_comes_back_all_the_same() {
        assert_eq!(taken_apart("a\0b"), ("?".into(), vec!["a\0b"]));
        for text in [
            "",
            "\"",
            "\"\\",
            "\"é",
            "{\"a",
            "1\"2:",
            "nul\u{e9}",
            "-",
            "}{",
        ] {
            let (shape, scalars) = taken_apart(text);
            let mut pieces = shape.split('?');
            let mut back = pieces.next().unwrap().to_owned();
            for (scalar, piece) in scalars.iter().zip(pieces) {
                back.push_str(scalar);
                back.push_str(piece);
            }
            assert_eq!(back, text);
        }
    }
}
