//! Paths: an HTTP API delivers them decoded, and of a decoded path no address can be built.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// What cannot stand in a path, `%` included: everything but what RFC 3986 calls `pchar`, and `/`.
const DECODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// The same where `%` already introduces an encoded byte.
const ENCODED: &AsciiSet = &DECODED.remove(b'%');

const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The path below the stage: with a named stage the gateway puts its name before the path.
pub(super) fn without_stage<'p>(path: &'p str, stage: Option<&str>) -> &'p str {
    stage
        .filter(|stage| *stage != "$default")
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .map_or(path, |rest| if rest.is_empty() { "/" } else { rest })
}

/// Encodes a decoded path: what the router decodes is what the client meant.
pub(super) fn encode(path: &str) -> Cow<'_, str> {
    rooted(utf8_percent_encode(path, DECODED).into())
}

/// Encodes only what cannot stand in an encoded path. Emulators deliver the path as it was sent.
pub(super) fn repair(path: &str) -> Cow<'_, str> {
    rooted(utf8_percent_encode(path, ENCODED).into())
}

/// Encodes what cannot stand in a query, which every gateway delivers as it was sent.
pub(super) fn repair_query(query: &str) -> Cow<'_, str> {
    utf8_percent_encode(query, QUERY).into()
}

fn rooted(path: Cow<'_, str>) -> Cow<'_, str> {
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}").into()
    }
}

#[cfg(test)]
mod tests {
    use http::Uri;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_named_stage_is_taken_off_and_nothing_else() {
        assert_eq!(without_stage("/prod/profile", Some("prod")), "/profile");
        assert_eq!(without_stage("/prod", Some("prod")), "/");
        assert_eq!(without_stage("/product/x", Some("prod")), "/product/x");
        assert_eq!(without_stage("/profile", Some("$default")), "/profile");
        assert_eq!(without_stage("/profile", None), "/profile");
    }

    proptest! {
        #[test]
        fn of_any_decoded_path_an_address_is_built_that_decodes_to_it(path in "/\\PC{0,40}") {
            let uri = Uri::try_from(encode(&path).into_owned()).unwrap();
            prop_assert_eq!(percent_decode_str(uri.path()).decode_utf8().unwrap(), path);
            prop_assert_eq!(uri.query(), None);
        }

        #[test]
        fn of_any_text_an_address_is_built(path in "\\PC{0,40}", query in "\\PC{0,40}") {
            let text = format!("{}?{}", repair(&path), repair_query(&query));
            prop_assert!(Uri::try_from(text).is_ok());
        }
    }
}
