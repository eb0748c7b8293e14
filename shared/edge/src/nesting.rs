//! How deep a JSON text nests, without parsing it.

use memchr::{memchr2, memchr2_iter};

/// The deepest nesting that Weir accepts: an array or object in itself counts 1.
pub const MAX_NESTING: usize = 64;

/// Where in the text, as a byte offset, more than `limit` arrays and objects lie in one another;
/// `None` if they do not.
///
/// A text with few opening brackets, as a single event is, costs one pass at memory speed. The text
/// need not be valid JSON.
pub fn nesting_exceeds(json: &str, limit: usize) -> Option<usize> {
    let bytes = json.as_bytes();
    // As many opening brackets as allowed, wherever they are, cannot nest deeper.
    memchr2_iter(b'{', b'[', bytes).nth(limit)?;

    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return Some(position);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => position = end_of_string(bytes, position + 1)?,
            _ => {}
        }
        position += 1;
    }
    None
}

/// The offset of the quotation mark that ends the string whose text starts at `position`.
fn end_of_string(bytes: &[u8], mut position: usize) -> Option<usize> {
    loop {
        let found = position + memchr2(b'"', b'\\', bytes.get(position..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found);
        }
        // The backslash and what it escapes.
        position = found + 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_limit_is_allowed_and_one_more_is_not() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(nesting_exceeds(&nested(64), 64), None);
        assert_eq!(nesting_exceeds(&nested(65), 64), Some(64));
    }

    #[test]
    fn brackets_side_by_side_or_in_strings_do_not_nest() {
        assert_eq!(
            nesting_exceeds(&format!("[{}1]", "{},".repeat(1_000)), 2),
            None
        );
        assert_eq!(nesting_exceeds(r#"{"[[[\"[[[\\":"{{{"}"#, 1), None);
        assert_eq!(nesting_exceeds(r#"{"\\":[1],"[[":0}"#, 1), Some(6));
    }

    #[test]
    fn an_unfinished_text_ends_the_scan() {
        for text in [r#"[[[""#, r#"[[["\"#, r#"[[["\""#] {
            assert_eq!(nesting_exceeds(text, 3), None);
            assert_eq!(nesting_exceeds(text, 2), Some(2));
        }
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<i64>().prop_map(|number| json!(number)),
            r#"[\[\]{}"\\a]{0,8}"#.prop_map(|text| json!(text))
        ];
        leaf.prop_recursive(8, 64, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(r#"[\[\]{}"\\a]{0,4}"#, inner, 0..4)
                    .prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_scan_agrees_with_a_parser(value in any_json(), limit in 0_usize..8) {
            let exceeds = nesting_exceeds(&value.to_string(), limit).is_some();
            prop_assert_eq!(exceeds, depth(&value) > limit);
        }

        #[test]
        fn no_text_makes_the_scan_panic(text in r#"[\[\]{}"\\a]{0,40}"#, limit in 0_usize..5) {
            nesting_exceeds(&text, limit);
        }
    }
}
