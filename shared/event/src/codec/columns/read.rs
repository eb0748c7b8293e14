//! Reads columns, or walks over those that are not wanted.

use std::rc::Rc;

use super::column::{
    CONSTANT, DECIMAL, DICTIONARY, EMPTY, ENCODING, HEX, INTEGER, QUOTED, SPARSE, TEXT, UUID,
};
use super::decimal::Decimal;
use super::ints::read_ints;
use crate::codec::CodecError;
use crate::codec::hex::{print_hex, print_uuid};
use crate::codec::wire::{Budget, Reader};

/// The three streams that columns are read from, and what reading may still allocate.
#[derive(Debug)]
pub(super) struct ColumnReader<'b> {
    pub meta: Reader<'b>,
    pub text: Reader<'b>,
    pub random: Reader<'b>,
    pub budget: Budget,
    earlier: Vec<Rc<[i64]>>,
}

/// The values of one column, as places in a buffer.
#[derive(Debug, Default)]
pub(super) struct Values {
    bytes: Vec<u8>,
    distinct: Vec<(usize, usize)>,
    places: Vec<Option<(usize, usize)>>,
    quoted: bool,
}

impl Values {
    /// The value at an index: without its quotes, if it had some.
    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        let (start, end) = (*self.places.get(index)?)?;
        self.bytes.get(start..end)
    }

    /// Appends the value at an index as JSON.
    pub(super) fn put_json(&self, index: usize, out: &mut Vec<u8>) {
        match self.get(index) {
            None => out.extend_from_slice(b"null"),
            Some(text) if self.quoted => {
                out.push(b'"');
                out.extend_from_slice(text);
                out.push(b'"');
            }
            Some(text) => out.extend_from_slice(text),
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.distinct.clear();
        self.places.clear();
    }

    fn end(&mut self, start: usize, budget: &mut Budget) -> Result<(), CodecError> {
        self.distinct.push((start, self.bytes.len()));
        budget.spend(self.bytes.len() - start)
    }
}

/// What a column says of itself before its values.
struct Head<'b> {
    tag: u8,
    bitmap: Option<&'b [u8]>,
    /// How many values are there, and how many of them are written.
    present: usize,
    written: usize,
}

impl<'b> ColumnReader<'b> {
    pub(super) fn new(meta: Reader<'b>, text: Reader<'b>, random: Reader<'b>) -> Self {
        Self {
            meta,
            text,
            random,
            budget: Budget::new(),
            earlier: Vec::new(),
        }
    }

    fn head(&mut self, count: usize) -> Result<Head<'b>, CodecError> {
        let tag = self.meta.byte()?;
        if tag & ENCODING == EMPTY {
            return Ok(Head {
                tag,
                bitmap: None,
                present: 0,
                written: 0,
            });
        }
        let bitmap = match tag & SPARSE {
            0 => None,
            _ => Some(self.meta.bytes(count.div_ceil(8))?),
        };
        let present = bitmap.map_or(count, |bits| {
            bits_of(bits).take(count).filter(|bit| *bit).count()
        });
        let written = match (tag & CONSTANT, tag & DICTIONARY) {
            (0, 0) => present,
            (0, _) => self.meta.len()?,
            _ => 1,
        };
        if written > present {
            return Err(CodecError::Malformed("more distinct values than values"));
        }
        Ok(Head {
            tag,
            bitmap,
            present,
            written,
        })
    }

    /// Reads a column of `count` values.
    pub(super) fn read(&mut self, count: usize, values: &mut Values) -> Result<(), CodecError> {
        values.clear();
        let head = self.head(count)?;
        values.quoted = head.tag & QUOTED != 0;
        self.budget.spend(
            count
                .saturating_add(head.written)
                .saturating_mul(size_of::<(usize, usize)>()),
        )?;
        if head.written == 0 {
            values.places.resize(count, None);
            return Ok(());
        }
        self.distinct(&head, values)?;
        let Values {
            distinct, places, ..
        } = values;
        let at = |place: usize| {
            distinct
                .get(place)
                .copied()
                .ok_or(CodecError::Malformed("no such distinct value"))
        };
        let order = self.places(&head)?;
        let mut bits = head.bitmap.map(bits_of);
        let mut next = 0;
        for _ in 0..count {
            if bits.as_mut().is_some_and(|bits| bits.next() == Some(false)) {
                places.push(None);
                continue;
            }
            let place = match head.tag & (CONSTANT | DICTIONARY) {
                0 => next,
                DICTIONARY => order
                    .get(next)
                    .and_then(|place| usize::try_from(*place).ok())
                    .unwrap_or(usize::MAX),
                _ => 0,
            };
            places.push(Some(at(place)?));
            next += 1;
        }
        Ok(())
    }

    /// The place of each value among the distinct ones, where the column has a dictionary.
    fn places(&mut self, head: &Head<'_>) -> Result<Rc<[i64]>, CodecError> {
        if head.tag & (CONSTANT | DICTIONARY) != DICTIONARY {
            return Ok(Rc::default());
        }
        if let Some(index) = self.meta.len()?.checked_sub(1) {
            let same = self.earlier.get(index).cloned();
            return same.ok_or(CodecError::Malformed("no such earlier column"));
        }
        self.budget
            .spend(head.present.saturating_mul(size_of::<i64>()))?;
        let mut places = Vec::new();
        read_ints(&mut self.meta, &mut self.random, head.present, |place| {
            places.push(place);
        })?;
        let places = Rc::<[i64]>::from(places);
        self.earlier.push(Rc::clone(&places));
        Ok(places)
    }

    fn lens(&mut self, count: usize) -> Result<Vec<usize>, CodecError> {
        let mut lens = Vec::new();
        read_ints(&mut self.meta, &mut self.random, count, |len| {
            lens.push(usize::try_from(len).unwrap_or(usize::MAX));
        })?;
        Ok(lens)
    }

    fn distinct(&mut self, head: &Head<'_>, values: &mut Values) -> Result<(), CodecError> {
        match head.tag & ENCODING {
            INTEGER | DECIMAL => {
                let mut scales = Vec::new();
                if head.tag & ENCODING == DECIMAL {
                    read_ints(&mut self.meta, &mut self.random, head.written, |scale| {
                        scales.push(scale);
                    })?;
                }
                let mut mantissas = Vec::new();
                read_ints(&mut self.meta, &mut self.random, head.written, |mantissa| {
                    mantissas.push(mantissa);
                })?;
                let mut scales = scales.into_iter();
                for mantissa in mantissas {
                    let scale = scales.next().map_or(Ok(0), u8::try_from);
                    let scale =
                        scale.map_err(|_| CodecError::Malformed("no scale of a decimal"))?;
                    let start = values.bytes.len();
                    Decimal { mantissa, scale }.print(&mut values.bytes);
                    values.end(start, &mut self.budget)?;
                }
            }
            UUID => {
                for _ in 0..head.written {
                    let start = values.bytes.len();
                    let bytes = self.random.bytes(16)?.try_into();
                    print_uuid(&mut values.bytes, bytes.map_err(|_| CodecError::Truncated)?);
                    values.end(start, &mut self.budget)?;
                }
            }
            HEX => {
                let len = self.meta.len()?;
                for _ in 0..head.written {
                    let start = values.bytes.len();
                    print_hex(&mut values.bytes, self.random.bytes(len)?);
                    values.end(start, &mut self.budget)?;
                }
            }
            TEXT => {
                for len in self.lens(head.written)? {
                    let start = values.bytes.len();
                    values.bytes.extend_from_slice(self.text.bytes(len)?);
                    values.end(start, &mut self.budget)?;
                }
            }
            _ => return Err(CodecError::Malformed("an unknown encoding")),
        }
        Ok(())
    }

    /// Walks over a column of `count` values.
    pub(super) fn skip(&mut self, count: usize) -> Result<(), CodecError> {
        let head = self.head(count)?;
        if head.written == 0 {
            return Ok(());
        }
        match head.tag & ENCODING {
            INTEGER => read_ints(&mut self.meta, &mut self.random, head.written, |_| ())?,
            DECIMAL => {
                read_ints(&mut self.meta, &mut self.random, head.written, |_| ())?;
                read_ints(&mut self.meta, &mut self.random, head.written, |_| ())?;
            }
            UUID => drop(self.random.bytes(head.written.saturating_mul(16))?),
            HEX => {
                let len = self.meta.len()?;
                self.random.bytes(head.written.saturating_mul(len))?;
            }
            TEXT => {
                let lens = self.lens(head.written)?;
                self.text
                    .bytes(lens.into_iter().fold(0, usize::saturating_add))?;
            }
            _ => return Err(CodecError::Malformed("an unknown encoding")),
        }
        self.places(&head)?;
        Ok(())
    }
}

/// The bits of bytes, the lowest of each first.
pub(super) fn bits_of(bytes: &[u8]) -> impl Iterator<Item = bool> {
    bytes
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1))
}
