//! A value whose type the data decides: what a dotted path into `properties` leads to.
//!
//! SQL wants one type for a column, JSON has another one in each row. Such values are held as bytes
//! whose order is that of the values: booleans, then numbers, then texts, then objects and arrays.
//! So grouping, sorting, comparing two of them, `MIN` and `COUNT(DISTINCT …)` need nothing of ours;
//! where a number or a text is wanted, the planner puts a conversion. JSON's `null` is SQL's.
//!
//! The first byte is one that UTF-8 never has: taken for a text by mistake, a value is an error
//! and never a wrong text.

mod json;

use arrow::datatypes::DataType;

pub(crate) use json::{Step, array_len, find, steps_of};

/// The type that no other column has.
pub(crate) const DYNAMIC: DataType = DataType::LargeBinary;

const FALSE: u8 = 0xf8;
const TRUE: u8 = 0xf9;
const NUMBER: u8 = 0xfa;
const TEXT: u8 = 0xfb;
const DOCUMENT: u8 = 0xfc;

/// More digits than this, and a double may not hold them all.
const EXACT_DIGITS: usize = 15;
/// Integers up to here are exact in a double.
const EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

/// A value, taken out of its bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    Boolean(bool),
    /// And its digits, where the double does not hold them all.
    Number(f64, &'a str),
    Text(&'a str),
    /// The text of an object or an array.
    Document(&'a str),
}

impl<'a> Value<'a> {
    /// Reads the bytes that [`put_json`] wrote.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (tag, rest) = bytes.split_first()?;
        match *tag {
            FALSE => Some(Self::Boolean(false)),
            TRUE => Some(Self::Boolean(true)),
            NUMBER => {
                let (bits, digits) = rest.split_first_chunk()?;
                let number = from_ordered(u64::from_be_bytes(*bits));
                Some(Self::Number(number, std::str::from_utf8(digits).ok()?))
            }
            TEXT => Some(Self::Text(std::str::from_utf8(rest).ok()?)),
            DOCUMENT => Some(Self::Document(std::str::from_utf8(rest).ok()?)),
            _ => None,
        }
    }

    /// As a number: of a text, if it is one; of a boolean, 1 or 0.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Boolean(boolean) => Some(f64::from(u8::from(*boolean))),
            Self::Number(number, _) => Some(*number),
            Self::Text(text) => parse_number(text.trim()),
            Self::Document(_) => None,
        }
    }

    /// As a boolean: of a text, if it says so.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            Self::Number(number, _) => Some(*number != 0.0),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Self::Text(_) | Self::Document(_) => None,
        }
    }

    /// Appends the text: of a number its digits, of an object its JSON.
    pub(crate) fn put_text(&self, out: &mut String) {
        match self {
            Self::Boolean(true) => out.push_str("true"),
            Self::Boolean(false) => out.push_str("false"),
            Self::Number(number, "") => put_number(*number, out),
            Self::Number(_, digits) => out.push_str(digits),
            Self::Text(text) | Self::Document(text) => out.push_str(text),
        }
    }

    /// Appends the value as JSON.
    pub(crate) fn put_json(&self, out: &mut String) {
        match self {
            Self::Text(text) => {
                out.push_str(&serde_json::to_string(text).unwrap_or_default());
            }
            Self::Boolean(_) | Self::Number(..) | Self::Document(_) => self.put_text(out),
        }
    }
}

/// Appends the bytes of a JSON value; nothing, and `false`, where it is `null` or no JSON.
pub(crate) fn put_json(json: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(text) = std::str::from_utf8(json) else {
        return false;
    };
    let text = text.trim_ascii();
    match text.as_bytes().first() {
        Some(b'"') => put_string(text, out),
        Some(b'{' | b'[') => {
            out.push(DOCUMENT);
            out.extend_from_slice(text.as_bytes());
            true
        }
        Some(b't') if text == "true" => {
            out.push(TRUE);
            true
        }
        Some(b'f') if text == "false" => {
            out.push(FALSE);
            true
        }
        Some(b'-' | b'0'..=b'9') => put_digits(text, out),
        Some(_) | None => false,
    }
}

/// Appends the bytes of a text.
pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    out.push(TEXT);
    out.extend_from_slice(text.as_bytes());
}

fn put_string(json: &str, out: &mut Vec<u8>) -> bool {
    let inner = json.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    match inner {
        Some(inner) if memchr::memchr(b'\\', inner.as_bytes()).is_none() => {
            put_text(inner, out);
            true
        }
        Some(_) => serde_json::from_str::<String>(json).is_ok_and(|text| {
            put_text(&text, out);
            true
        }),
        None => false,
    }
}

fn put_digits(text: &str, out: &mut Vec<u8>) -> bool {
    let Some(number) = parse_number(text) else {
        return false;
    };
    out.push(NUMBER);
    out.extend_from_slice(&ordered(number).to_be_bytes());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > EXACT_DIGITS {
        out.extend_from_slice(text.as_bytes());
    }
    true
}

fn parse_number(text: &str) -> Option<f64> {
    // Rust would also read `inf` and `nan`.
    let is_number = |byte: u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let number = text.parse::<f64>().ok()?;
    // Zero has two signs, and is one value.
    (text.bytes().all(is_number) && number.is_finite()).then_some(number + 0.0)
}

fn put_number(number: f64, out: &mut String) {
    use std::fmt::Write as _;
    // Writing to a text cannot fail.
    let _written = if number.fract() == 0.0 && number.abs() <= EXACT_INTEGER {
        write!(out, "{number:.0}")
    } else {
        serde_json::Number::from_f64(number).map_or(Ok(()), |number| write!(out, "{number}"))
    };
}

/// Bits whose order as an integer is that of the numbers.
const fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

const fn from_ordered(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 {
        bits & !(1 << 63)
    } else {
        !bits
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(json: &str) -> Vec<u8> {
        let mut out = Vec::new();
        put_json(json.as_bytes(), &mut out);
        out
    }

    fn json(bytes: &[u8]) -> String {
        let mut out = String::new();
        Value::read(bytes).unwrap().put_json(&mut out);
        out
    }

    proptest! {
        #[test]
        fn numbers_sort_as_numbers_do(a: i32, b: i32, c in -1e9_f64..1e9, d in -1e9_f64..1e9) {
            let number = |number: f64| bytes(&serde_json::to_string(&number).unwrap());
            prop_assert_eq!(bytes(&a.to_string()).cmp(&bytes(&b.to_string())), a.cmp(&b));
            prop_assert_eq!(number(c).partial_cmp(&number(d)), c.partial_cmp(&d));
        }

        #[test]
        fn texts_come_back(text: String) {
            let quoted = serde_json::to_string(&text).unwrap();
            let bytes = bytes(&quoted);
            prop_assert_eq!(Value::read(&bytes), Some(Value::Text(&text)));
        }

        #[test]
        fn no_value_is_valid_utf8(number: i64) {
            prop_assert!(std::str::from_utf8(&bytes(&number.to_string())).is_err());
        }
    }

    #[test]
    fn every_kind_of_json_comes_back_and_null_is_nothing() {
        for text in [
            "true",
            "false",
            "0",
            "-1.5",
            "12345678901234567890",
            "\"a\\\"b\"",
            "{\"a\":1}",
            "[]",
        ] {
            assert_eq!(json(&bytes(text)), text);
        }
        assert_eq!(json(&bytes("-0")), "0");
        assert_eq!(json(&bytes("12.50")), "12.5");
        assert_eq!(json(&bytes("1e300")), "1e+300");
        for nothing in ["null", "", "nan", "-", "x"] {
            assert!(bytes(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn booleans_come_before_numbers_numbers_before_texts() {
        let sorted = [
            "false", "true", "-7", "0.5", "10", "\"10\"", "\"a\"", "[1]", "{}",
        ]
        .map(bytes);
        assert!(sorted.is_sorted());
    }
}
