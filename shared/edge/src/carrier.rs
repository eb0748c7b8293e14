//! Where in a request a key may lie.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use policy::{ApiKey, Refusal};

/// The headers that hold nothing but the key, in the order in which they count.
const BARE: [HeaderName; 4] = [
    HeaderName::from_static("apikey"),
    HeaderName::from_static("token"),
    HeaderName::from_static("dd-api-key"),
    HeaderName::from_static("x-amz-firehose-access-key"),
];
const QUERY_PARAMETER: &str = "apikey";

/// What a request presents as its key, not looked at yet: it may be no key at all.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented<'r> {
    /// In a header.
    Header(Cow<'r, str>),
    /// In the address of the request, which ends in logs and histories. Only for browser beacons,
    /// which cannot set headers: the gate admits no other kind of key from here.
    Query(Cow<'r, str>),
}

impl<'r> Presented<'r> {
    /// The key that a request presents: the first that is there and not empty, of
    ///
    /// 1. `Authorization`: `Bearer <key>`, `Basic` (the password, or the user name where the password
    ///    is empty), or the bare key;
    /// 2. `apikey`;
    /// 3. `token`;
    /// 4. `dd-api-key`, as Datadog's agents send it;
    /// 5. `X-Amz-Firehose-Access-Key`;
    /// 6. the query parameter `apikey`.
    pub fn find(headers: &'r HeaderMap, query: Option<&'r str>) -> Option<Self> {
        let authorization = headers.get(AUTHORIZATION).map(text).and_then(authorization);
        let bare = BARE
            .into_iter()
            .filter_map(|name| headers.get(name))
            .map(text);
        authorization
            .into_iter()
            .chain(bare.map(Cow::Borrowed))
            .find(|key| !key.is_empty())
            .map(Self::Header)
            .or_else(|| query.and_then(from_query).map(Self::Query))
    }

    /// The key that a request presents, by its form and checksum alone: whose it is and whether it is good
    /// takes a read. What is refused here is refused without one.
    pub fn key(headers: &'r HeaderMap, query: Option<&'r str>) -> Result<(Self, ApiKey), Refusal> {
        let presented = Self::find(headers, query).ok_or(Refusal::KeyMissing)?;
        let key = ApiKey::parse(presented.text()).map_err(|_| Refusal::KeyMalformed)?;
        Ok((presented, key))
    }

    /// The text presented. It is to be treated as a secret.
    pub fn text(&self) -> &str {
        match self {
            Self::Header(text) | Self::Query(text) => text,
        }
    }
}

/// Without the text: it may be a secret.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header(_) => "Header(..)",
            Self::Query(_) => "Query(..)",
        })
    }
}

/// A key is ASCII. What is not stands for something that is there, and no key.
fn text(value: &HeaderValue) -> &str {
    value.to_str().map_or("?", str::trim)
}

fn authorization(value: &str) -> Option<Cow<'_, str>> {
    let Some((scheme, rest)) = value.split_once(' ') else {
        // A scheme alone brings no key.
        let alone = value.eq_ignore_ascii_case("bearer") || value.eq_ignore_ascii_case("basic");
        return (!alone).then_some(Cow::Borrowed(value));
    };
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(basic(rest.trim()).map_or(Cow::Borrowed("?"), Cow::Owned));
    }
    let bearer = scheme.eq_ignore_ascii_case("bearer");
    Some(Cow::Borrowed(if bearer { rest.trim() } else { value }))
}

fn basic(credentials: &str) -> Option<String> {
    let mut user = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    let colon = user.find(':')?;
    let password = user.split_off(colon).split_off(1);
    Some(if password.is_empty() { user } else { password })
}

fn from_query(query: &str) -> Option<Cow<'_, str>> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| *name == QUERY_PARAMETER)
        .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy())
        .find(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
    use proptest::prelude::*;

    use super::*;

    fn find(headers: &[(&str, &str)], query: Option<&str>) -> Option<(bool, String)> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, HeaderValue::from_str(value).unwrap())
            })
            .collect();
        Presented::find(&headers, query).map(|presented| {
            (
                matches!(presented, Presented::Header(_)),
                presented.text().to_owned(),
            )
        })
    }

    fn header(name: &str, value: &str) -> Option<String> {
        find(&[(name, value)], None).map(|(_, text)| text)
    }

    #[test]
    fn every_carrier_gives_the_key() {
        for (name, value) in [
            ("authorization", "Bearer KEY"),
            ("authorization", "bearer   KEY "),
            ("authorization", "KEY"),
            ("authorization", "Basic S0VZOg=="),
            ("authorization", "Basic dXNlcjpLRVk="),
            ("apikey", "KEY"),
            ("token", "KEY"),
            ("dd-api-key", "KEY"),
            ("x-amz-firehose-access-key", "KEY"),
        ] {
            assert_eq!(
                header(name, value).as_deref(),
                Some("KEY"),
                "{name}: {value}"
            );
        }
        assert_eq!(
            find(&[], Some("a=1&apikey=K%45Y")),
            Some((false, "KEY".to_owned()))
        );
    }

    #[test]
    fn a_password_may_contain_a_colon() {
        assert_eq!(
            header("authorization", "Basic dTphOmI=").as_deref(),
            Some("a:b")
        );
    }

    #[test]
    fn of_several_carriers_the_first_in_order_counts() {
        let all = [
            ("x-amz-firehose-access-key", "5"),
            ("dd-api-key", "4"),
            ("token", "3"),
            ("apikey", "2"),
            ("authorization", "1"),
        ];
        for (first, expected) in [(0, "1"), (1, "2"), (2, "3"), (3, "4"), (4, "5")] {
            let some = all.get(..5 - first).unwrap();
            assert_eq!(
                find(some, Some("apikey=6")),
                Some((true, expected.to_owned()))
            );
        }
    }

    #[test]
    fn an_empty_carrier_counts_as_absent() {
        for value in ["", " ", "Bearer", "Bearer ", "Basic"] {
            let found = find(&[("authorization", value), ("token", "KEY")], None);
            assert_eq!(found, Some((true, "KEY".to_owned())), "{value:?}");
        }
        assert_eq!(find(&[("authorization", "")], Some("apikey=")), None);
        assert_eq!(find(&[], Some("apikeys=KEY&xapikey=KEY&apikey")), None);
    }

    #[test]
    fn what_cannot_be_read_is_there_and_no_key() {
        for value in ["Basic ???", "Basic S0VZ", "Basic /w==", "Digest username=x"] {
            let found = header("authorization", value);
            assert!(found.is_some_and(|text| text != "KEY"), "{value}");
        }
    }

    #[test]
    fn a_presented_key_never_shows_in_debug_output() {
        let presented = Presented::Header("secret".into());
        assert_eq!(format!("{presented:?}"), "Header(..)");
    }

    proptest! {
        #[test]
        fn a_key_survives_every_carrier(key in "[!-9;-~]{1,80}") {
            let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("user:{key}")));
            let encoded = percent_encode(key.as_bytes(), NON_ALPHANUMERIC);
            prop_assert_eq!(header("authorization", &format!("Bearer {key}")), Some(key.clone()));
            prop_assert_eq!(header("authorization", &basic), Some(key.clone()));
            prop_assert_eq!(header("token", &key), Some(key.clone()));
            let query = find(&[], Some(&format!("x=y&apikey={encoded}&z")));
            prop_assert_eq!(query, Some((false, key)));
        }

        #[test]
        fn no_header_and_no_query_make_the_search_panic(
            value in prop::collection::vec(32_u8..=255, 0..60),
            query in "\\PC{0,60}",
        ) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
                Presented::find(&headers, Some(&query));
            }
        }
    }
}
