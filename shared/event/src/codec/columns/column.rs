//! One column: values of the same kind, written in whichever way suits them.
//!
//! ```text
//! column = tag [bitmap of the values that are there] values [places]
//! ```
//! Its bytes go to three streams, so that like lies beside like: numbers to `meta`, texts to
//! `text`, and what is random and cannot be compressed to `random`.

use xxhash_rust::xxh3::xxh3_64;

use super::decimal::Decimal;
use super::ints::put_ints;
use crate::codec::hex::{put_hex, uuid_digits};
use crate::codec::wire::put_len;

/// Lowest bits of a tag: how the values are written. No value is there.
pub(super) const EMPTY: u8 = 0;
/// Lengths and texts.
pub(super) const TEXT: u8 = 1;
/// Integers.
pub(super) const INTEGER: u8 = 2;
/// Integers, and how many digits of each stand behind the point.
pub(super) const DECIMAL: u8 = 3;
/// UUIDs in lower case.
pub(super) const UUID: u8 = 4;
/// Hexadecimal digits in lower case, equally many in each value.
pub(super) const HEX: u8 = 5;
/// The mask of these.
pub(super) const ENCODING: u8 = 0x0f;

/// In a tag: only the distinct values are written, then for each value its place among them.
pub(super) const DICTIONARY: u8 = 0x10;
/// In a tag: one value is written, and all are like it.
pub(super) const CONSTANT: u8 = 0x20;
/// In a tag: some values are missing, and a bitmap says which are there.
pub(super) const SPARSE: u8 = 0x40;
/// In a tag: every value is a string whose quotes are left out.
pub(super) const QUOTED: u8 = 0x80;

/// Fewest digits that are worth being written as [`HEX`]: a trace's span ids have so many.
const MIN_HEX: usize = 16;

/// How many columns back the same places are looked for: what belongs together stands together.
const NEAR: usize = 32;

/// Where columns are written to.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pub meta: Vec<u8>,
    pub text: Vec<u8>,
    pub random: Vec<u8>,
}

/// Writes columns; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub(super) struct ColumnWriter<'a> {
    pub streams: Streams,
    present: Vec<&'a str>,
    distinct: Vec<&'a str>,
    places: Vec<i64>,
    table: Vec<u32>,
    mantissas: Vec<i64>,
    scales: Vec<i64>,
    lens: Vec<i64>,
    earlier: Vec<Vec<i64>>,
}

impl<'a> ColumnWriter<'a> {
    /// A column of texts that may be missing.
    pub(super) fn put_optional(&mut self, values: impl Iterator<Item = Option<&'a str>> + Clone) {
        self.present.clear();
        self.present.extend(values.clone().flatten());
        self.put(0, values.map(|value| value.is_some()));
    }

    /// A column of JSON scalars, where `null` is what is missing.
    pub(super) fn put_scalars(&mut self, values: &[&'a str]) {
        let present = || values.iter().copied().filter(|value| *value != "null");
        let quoted = present().all(|value| unquoted(value).is_some());
        self.present.clear();
        if quoted {
            self.present.extend(present().filter_map(unquoted));
        } else {
            self.present.extend(present());
        }
        self.put(
            if quoted { QUOTED } else { 0 },
            values.iter().map(|value| *value != "null"),
        );
    }

    fn put(&mut self, mut tag: u8, is_there: impl Iterator<Item = bool> + Clone) {
        let Some(first) = self.present.first() else {
            self.streams.meta.push(EMPTY);
            return;
        };
        let tag_at = self.streams.meta.len();
        self.streams.meta.push(tag);
        if is_there.clone().any(|there| !there) {
            tag |= SPARSE;
            put_bits(&mut self.streams.meta, is_there);
        }
        if self.present.iter().all(|value| value == first) {
            tag |= CONSTANT;
            self.present.truncate(1);
            tag |= self.put_values(false);
        } else if self.find_distinct() {
            tag |= DICTIONARY;
            put_len(&mut self.streams.meta, self.distinct.len());
            tag |= self.put_values(true);
            self.put_places();
        } else {
            tag |= self.put_values(false);
        }
        if let Some(place) = self.streams.meta.get_mut(tag_at) {
            *place = tag;
        }
    }

    /// Writes the places, unless an earlier column had the very same: a city and its latitude, a
    /// product and its price.
    fn put_places(&mut self) {
        let Streams { meta, random, .. } = &mut self.streams;
        let near = self.earlier.iter().enumerate().rev().take(NEAR);
        let same = near
            .into_iter()
            .find(|(_, earlier)| **earlier == self.places);
        let same = same.map(|(index, _)| index);
        put_len(meta, same.map_or(0, |index| index + 1));
        if same.is_none() {
            put_ints(meta, random, &self.places);
            self.earlier.push(self.places.clone());
        }
    }

    /// Gathers the distinct values, and the place of each value among them, unless that would
    /// hardly save anything, or the values were made to share their hash.
    fn find_distinct(&mut self) -> bool {
        let most = self.present.len() * 3 / 4;
        self.distinct.clear();
        self.places.clear();
        self.table.clear();
        // At most half full, so that a free slot is near.
        self.table.resize((2 * most + 2).next_power_of_two(), 0);
        let mask = self.table.len() - 1;
        let mut probes_left = 8 * self.present.len();
        for value in &self.present {
            let hash = xxh3_64(value.as_bytes()) & mask as u64;
            let mut slot = usize::try_from(hash).unwrap_or(0);
            let place = loop {
                let Some(entry) = self.table.get_mut(slot) else {
                    return false;
                };
                // An entry is the place and one: zero is free.
                match self.distinct.get((*entry as usize).wrapping_sub(1)) {
                    Some(known) if known == value => break *entry - 1,
                    Some(_) if probes_left == 0 => return false,
                    Some(_) => {
                        probes_left -= 1;
                        slot = (slot + 1) & mask;
                    }
                    None => {
                        if self.distinct.len() == most {
                            return false;
                        }
                        self.distinct.push(value);
                        *entry += u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
                        break *entry - 1;
                    }
                }
            };
            self.places.push(i64::from(place));
        }
        true
    }

    /// Writes the distinct or all present values, and says how.
    fn put_values(&mut self, distinct: bool) -> u8 {
        let values = if distinct {
            &self.distinct
        } else {
            &self.present
        };
        let Streams { meta, text, random } = &mut self.streams;
        self.mantissas.clear();
        self.scales.clear();
        for value in values {
            let Some(decimal) = Decimal::parse(value) else {
                break;
            };
            self.mantissas.push(decimal.mantissa);
            self.scales.push(i64::from(decimal.scale));
        }
        if self.mantissas.len() == values.len() {
            let is_decimal = self.scales.iter().any(|&scale| scale > 0);
            if is_decimal {
                put_ints(meta, random, &self.scales);
            }
            put_ints(meta, random, &self.mantissas);
            return if is_decimal { DECIMAL } else { INTEGER };
        }
        let start = random.len();
        if values
            .iter()
            .all(|value| uuid_digits(value).is_some_and(|digits| put_hex(random, &digits)))
        {
            return UUID;
        }
        random.truncate(start);
        let len = values.first().map_or(0, |value| value.len());
        if len >= MIN_HEX
            && values
                .iter()
                .all(|value| value.len() == len && put_hex(random, value.as_bytes()))
        {
            put_len(meta, len / 2);
            return HEX;
        }
        random.truncate(start);
        self.lens.clear();
        for value in values {
            self.lens
                .push(i64::try_from(value.len()).unwrap_or(i64::MAX));
            text.extend_from_slice(value.as_bytes());
        }
        put_ints(meta, random, &self.lens);
        TEXT
    }
}

/// Eight to a byte, the first lowest.
pub(super) fn put_bits(meta: &mut Vec<u8>, mut bits: impl Iterator<Item = bool>) {
    let mut byte = 0;
    let mut filled = 0;
    for bit in bits.by_ref() {
        byte |= u8::from(bit) << filled;
        filled += 1;
        if filled == 8 {
            meta.push(byte);
            (byte, filled) = (0, 0);
        }
    }
    if filled > 0 {
        meta.push(byte);
    }
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}
