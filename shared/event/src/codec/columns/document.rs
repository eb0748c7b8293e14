//! A column of JSON texts: their shapes, and their scalars as columns by path.
//!
//! ```text
//! document = count shape* places scalars*
//! shape    = len difference*, one for each slot: how far its column is from the one before
//! ```
//! Place 0 is for a text that is missing. The columns of scalars follow in their order.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64_with_seed};

use super::column::ColumnWriter;
use super::ints::put_ints;
use super::scan::{SLOT, scan};
use crate::codec::wire::{put_len, put_varint, zigzag};

/// Most columns of one document. Where names are data, as in a map from ids, paths beyond share
/// columns: which values a column holds has no meaning, only their order has.
const MAX_COLUMNS: u64 = 512;

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Xxh3Default>>;

#[derive(Debug)]
struct Shape {
    text: Vec<u8>,
    /// The column of each slot.
    columns: Vec<u32>,
}

/// Writes a column of JSON texts; returns the number of its scalars.
pub(super) fn put_documents<'a>(
    out: &mut ColumnWriter<'a>,
    texts: impl Iterator<Item = Option<&'a str>>,
) -> usize {
    let mut shapes = Vec::<Shape>::new();
    let mut by_text = Map::<Vec<u8>, usize>::default();
    let mut by_path = Map::<u64, u32>::default();
    let mut places = Vec::new();
    let (mut scratch, mut scalars) = (Vec::new(), Vec::new());
    for text in texts {
        let Some(text) = text else {
            places.push(0);
            continue;
        };
        scan(text, &mut scratch, &mut scalars);
        let place = if let Some(&place) = by_text.get(&scratch) {
            place
        } else {
            shapes.push(Shape {
                text: scratch.clone(),
                columns: columns(&scratch, &mut by_path),
            });
            by_text.insert(scratch.clone(), shapes.len());
            shapes.len()
        };
        places.push(i64::try_from(place).unwrap_or(i64::MAX));
    }
    let streams = &mut out.streams;
    put_len(&mut streams.meta, shapes.len());
    for shape in &shapes {
        put_len(&mut streams.meta, shape.text.len());
        streams.text.extend_from_slice(&shape.text);
        let mut expected = 0;
        for &column in &shape.columns {
            put_varint(&mut streams.meta, zigzag(i64::from(column) - expected));
            expected = i64::from(column) + 1;
        }
    }
    put_ints(&mut streams.meta, &mut streams.random, &places);
    for column in grouped(&scalars, &shapes, &places, by_path.len()) {
        out.put_scalars(&column);
    }
    scalars.len()
}

/// The scalars, which lie by rows, by columns.
fn grouped<'a>(
    scalars: &[&'a str],
    shapes: &[Shape],
    places: &[i64],
    columns: usize,
) -> Vec<Vec<&'a str>> {
    let mut grouped = vec![Vec::with_capacity(places.len()); columns];
    let shape = |place: &i64| shapes.get(usize::try_from(place - 1).ok()?);
    let slots = places
        .iter()
        .filter_map(shape)
        .flat_map(|shape| &shape.columns);
    for (scalar, &column) in scalars.iter().zip(slots) {
        if let Some(column) = grouped.get_mut(column as usize) {
            column.push(*scalar);
        }
    }
    grouped
}

/// The column of each slot of a shape, by its path.
fn columns(shape: &[u8], by_path: &mut Map<u64, u32>) -> Vec<u32> {
    let mut columns = Vec::new();
    let mut parents = vec![0];
    let mut path = 0;
    let mut rest = shape;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'{' | b'[' => {
                parents.push(path);
                path = xxh3_64_with_seed(b"[]", path);
            }
            b'}' | b']' => {
                path = parents.pop().unwrap_or(0);
            }
            b'"' => {
                let end = super::scan::string_end(shape, shape.len() - rest.len());
                let start = shape.len() - rest.len();
                let name = shape.get(start..end).unwrap_or_default();
                path = xxh3_64_with_seed(name, parents.last().copied().unwrap_or(0));
                rest = shape.get(end..).unwrap_or_default();
            }
            SLOT => {
                let next = u32::try_from(by_path.len()).unwrap_or(u32::MAX);
                let key = if u64::from(next) < MAX_COLUMNS {
                    path
                } else {
                    path % MAX_COLUMNS
                };
                columns.push(*by_path.entry(key).or_insert(next));
            }
            _ => {}
        }
    }
    columns
}
