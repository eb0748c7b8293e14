//! Scalars as proto3's JSON has them: absent, `null`, as numbers, or as strings.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine;
use base64::prelude::{
    BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// An integer: a number, or a string of one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Int<T>(pub T);

/// A number, or a string of one, `NaN` or an infinity.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Float(pub f64);

/// A string.
#[derive(Debug, Clone, Default)]
pub(super) struct Text(pub String);

/// Bytes as hexadecimal digits.
#[derive(Debug, Clone, Default)]
pub(super) struct Hex(pub Vec<u8>);

/// Bytes in base64, of either alphabet, with or without padding.
#[derive(Debug, Clone, Default)]
pub(super) struct Base64(pub Vec<u8>);

/// A list, or `null` for an empty one.
#[derive(Debug)]
pub(super) struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    /// The items as what they stand for.
    pub(super) fn into<U: From<T>>(self) -> Vec<U> {
        self.0.into_iter().map(U::from).collect()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?.unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let digit = |digit: &u8| {
            char::from(*digit)
                .to_digit(16)
                .and_then(|it| u8::try_from(it).ok())
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(D::Error::custom("an odd number of hexadecimal digits"));
        };
        let bytes = pairs
            .iter()
            .map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
        let bytes: Option<Vec<u8>> = bytes.collect();
        bytes
            .map(Self)
            .ok_or_else(|| D::Error::custom("no hexadecimal digits"))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let engines = [
            BASE64_STANDARD,
            BASE64_STANDARD_NO_PAD,
            BASE64_URL_SAFE,
            BASE64_URL_SAFE_NO_PAD,
        ];
        let bytes = engines
            .into_iter()
            .find_map(|engine| engine.decode(&text).ok());
        bytes.map(Self).ok_or_else(|| D::Error::custom("no base64"))
    }
}

impl<'de, T: TryFrom<i128> + Default> Deserialize<'de> for Int<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IntVisitor<T>(PhantomData<T>);

        fn fit<T: TryFrom<i128>, E: Error>(number: i128) -> Result<Int<T>, E> {
            T::try_from(number)
                .map(Int)
                .map_err(|_| E::custom("an integer out of range"))
        }

        impl<T: TryFrom<i128> + Default> Visitor<'_> for IntVisitor<T> {
            type Value = Int<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer, as a number or a string")
            }

            fn visit_unit<E>(self) -> Result<Int<T>, E> {
                Ok(Int(T::default()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Int<T>, E> {
                fit(number.into())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Int<T>, E> {
                fit(number.into())
            }

            #[expect(
                clippy::cast_possible_truncation,
                reason = "it has no fraction, and `as` saturates"
            )]
            fn visit_f64<E: Error>(self, number: f64) -> Result<Int<T>, E> {
                if number.fract() == 0.0 {
                    fit(number as i128)
                } else {
                    Err(E::custom("not an integer"))
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Int<T>, E> {
                fit(text.parse().map_err(|_| E::custom("not an integer"))?)
            }
        }

        deserializer.deserialize_any(IntVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FloatVisitor;

        #[expect(clippy::cast_precision_loss, reason = "a double was asked for")]
        impl Visitor<'_> for FloatVisitor {
            type Value = Float;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }

            fn visit_unit<E>(self) -> Result<Float, E> {
                Ok(Float(0.0))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Float, E> {
                Ok(Float(number as f64))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Float, E> {
                Ok(Float(number as f64))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Float, E> {
                Ok(Float(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Float, E> {
                // Rust reads the three special values by these names, too.
                text.parse()
                    .map(Float)
                    .map_err(|_| E::custom("not a number"))
            }
        }

        deserializer.deserialize_any(FloatVisitor)
    }
}
