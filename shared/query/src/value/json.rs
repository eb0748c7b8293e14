//! Finds what a path leads to in a JSON text, without reading the rest of it.
//!
//! The text was found to be JSON when it was accepted: here nothing is checked again, and of what is
//! no JSON after all, nothing is found.

use memchr::memchr2;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// A member of an object.
    Name(String),
    /// An element of an array, counted from 0.
    Index(usize),
}

/// The steps of a path as Trino and SQL/JSON write it: `$.cart.items[0]["unit price"]`.
pub(crate) fn steps_of(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, behind) = if let Some(rest) = rest.strip_prefix("[\"") {
            let (name, behind) = rest.split_once("\"]")?;
            (Step::Name(name.to_owned()), behind)
        } else if let Some(rest) = rest.strip_prefix('[') {
            let (index, behind) = rest.split_once(']')?;
            (Step::Index(index.trim().parse().ok()?), behind)
        } else {
            let rest = rest.strip_prefix('.')?;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            (Step::Name(name.to_owned()), behind)
        };
        if step == Step::Name(String::new()) {
            return None;
        }
        steps.push(step);
        rest = behind;
    }
    Some(steps)
}

/// The text of the value that the steps lead to.
///
/// A name that holds dots is found, too: `attributes.http.method` leads to the member `http.method`
/// where there is no member `http`.
pub(crate) fn find<'a>(json: &'a [u8], steps: &[Step]) -> Option<&'a [u8]> {
    let Some((first, rest)) = steps.split_first() else {
        return Some(json);
    };
    match first {
        Step::Index(index) => find(element(json, *index)?, rest),
        Step::Name(name) => match member(json, name) {
            Some(value) => find(value, rest),
            None => find_joined(json, name, rest),
        },
    }
}

/// Looks for the name and those that follow it as one, the shortest first.
fn find_joined<'a>(json: &'a [u8], name: &str, mut rest: &[Step]) -> Option<&'a [u8]> {
    let mut joined = name.to_owned();
    while let Some((Step::Name(next), behind)) = rest.split_first() {
        joined.push('.');
        joined.push_str(next);
        rest = behind;
        if let Some(value) = member(json, &joined) {
            return find(value, rest);
        }
    }
    None
}

fn member<'a>(json: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut at = open(json, b'{')?;
    while json.get(at) == Some(&b'"') {
        let end = string_end(json, at + 1);
        let key = json.get(at + 1..end.checked_sub(1)?)?;
        let value = skip_space(json, skip_byte(json, end, b':')?);
        let value_end = value_end(json, value);
        if is_named(key, name) {
            return json.get(value..value_end);
        }
        at = skip_space(json, skip_byte(json, value_end, b',')?);
    }
    None
}

fn element(json: &[u8], index: usize) -> Option<&[u8]> {
    let mut at = open(json, b'[')?;
    if json.get(at) == Some(&b']') {
        return None;
    }
    for _ in 0..index {
        at = skip_space(json, skip_byte(json, value_end(json, at), b',')?);
    }
    json.get(at..value_end(json, at))
}

/// How many elements an array has; `None` for what is no array.
pub(crate) fn array_len(json: &[u8]) -> Option<usize> {
    let mut at = open(json, b'[')?;
    if json.get(at) == Some(&b']') {
        return Some(0);
    }
    let mut count = 1;
    while let Some(next) = skip_byte(json, value_end(json, at), b',') {
        at = skip_space(json, next);
        count += 1;
    }
    Some(count)
}

/// Whether a name as it stands in the text, escapes and all, is this one.
fn is_named(key: &[u8], name: &str) -> bool {
    if memchr::memchr(b'\\', key).is_none() {
        return key == name.as_bytes();
    }
    let quoted = [b"\"", key, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == name)
}

fn open(json: &[u8], bracket: u8) -> Option<usize> {
    Some(skip_space(json, skip_byte(json, 0, bracket)?))
}

/// The place behind the byte, which white space may precede.
fn skip_byte(json: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = skip_space(json, at);
    (json.get(at) == Some(&byte)).then_some(at + 1)
}

fn skip_space(json: &[u8], mut at: usize) -> usize {
    while matches!(json.get(at), Some(b' ' | b'\n' | b'\t' | b'\r')) {
        at += 1;
    }
    at
}

/// The place behind the value that begins here.
fn value_end(json: &[u8], at: usize) -> usize {
    match json.get(at) {
        Some(b'"') => string_end(json, at + 1),
        Some(b'{' | b'[') => nested_end(json, at),
        Some(_) | None => {
            let rest = json.get(at..).unwrap_or_default();
            let end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r');
            at + rest.iter().position(end).unwrap_or(rest.len())
        }
    }
}

fn nested_end(json: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(&byte) = json.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            b'"' => at = string_end(json, at),
            _ => {}
        }
    }
    at
}

/// The place behind the string whose content begins here.
fn string_end(json: &[u8], mut at: usize) -> usize {
    while let Some(found) = json.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if json.get(at) == Some(&b'"') {
            return at + 1;
        }
        at += 2;
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(json: &str, path: &str) -> Option<String> {
        let value = find(json.as_bytes(), &steps_of(path).unwrap());
        value.map(|value| String::from_utf8(value.to_vec()).unwrap())
    }

    const CART: &str = r#" { "cart" : {"total": 12.50, "items":[{"sku":"a]"},{"sku":"b\"}"}]}, "http.method": "GET", "k\u00e9y": null , "empty": []} "#;

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        assert_eq!(found(CART, "$.cart.total").unwrap(), "12.50");
        assert_eq!(found(CART, "$.cart.items[1].sku").unwrap(), r#""b\"}""#);
        assert_eq!(found(CART, "$.http.method").unwrap(), "\"GET\"");
        assert_eq!(found(CART, "$[\"kéy\"]").unwrap(), "null");
        for missing in [
            "$.cart.total.x",
            "$.cart.items[2]",
            "$.nothing",
            "$.empty[0]",
            "$[0]",
        ] {
            assert_eq!(found(CART, missing), None, "{missing}");
        }
        let len = |path| array_len(found(CART, path).unwrap().as_bytes());
        assert_eq!(
            (len("$.cart.items"), len("$.empty"), len("$.cart")),
            (Some(2), Some(0), None)
        );
    }

    #[test]
    fn what_is_no_path_is_not_read_as_one() {
        for path in ["", "a", "$a", "$.", "$..a", "$[", "$[x]", "$[\"a]"] {
            assert_eq!(steps_of(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn damaged_text_is_searched_without_a_panic(text: String, bytes: Vec<u8>) {
            let steps = [Step::Name("a".into()), Step::Index(1)];
            find(text.as_bytes(), &steps);
            find(&bytes, &steps);
            array_len(&bytes);
        }

        #[test]
        fn a_member_is_found_among_others(names in prop::collection::vec("[a-c\"\\\\]{1,3}", 1..6)) {
            let object: serde_json::Map<_, _> =
                names.iter().enumerate().map(|(at, name)| (name.clone(), at.into())).collect();
            let text = serde_json::to_string(&object).unwrap();
            for (name, value) in &object {
                let found = find(text.as_bytes(), &[Step::Name(name.clone())]).unwrap();
                prop_assert_eq!(std::str::from_utf8(found).unwrap(), value.to_string());
            }
        }
    }
}
