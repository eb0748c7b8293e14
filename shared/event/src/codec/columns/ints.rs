//! Sequences of integers whose number the reader knows, in the way that takes the fewest bytes.

use crate::codec::CodecError;
use crate::codec::wire::{Reader, put_varint, unzigzag, zigzag};

/// All the same: one number.
const CONSTANT: u8 = 0;
/// The first, then what each adds to the one before.
const DELTAS: u8 = 1;
/// The least, then what each adds to it.
const OFFSETS: u8 = 2;
/// As offsets, each in the same number of bits, among what is random.
const PACKED: u8 = 3;

/// Writes integers; wraps around at the ends of `i64`.
pub(super) fn put_ints(meta: &mut Vec<u8>, random: &mut Vec<u8>, numbers: &[i64]) {
    let Some(&first) = numbers.first() else {
        return;
    };
    if numbers.iter().all(|&number| number == first) {
        meta.push(CONSTANT);
        put_varint(meta, zigzag(first));
        return;
    }
    let least = numbers.iter().copied().min().unwrap_or(first);
    let deltas = || {
        numbers.windows(2).map(|pair| match pair {
            [before, number] => zigzag(number.wrapping_sub(*before)),
            _ => 0,
        })
    };
    let offsets = || {
        numbers
            .iter()
            .map(|number| number.wrapping_sub(least).cast_unsigned())
    };
    let width = 64
        - offsets()
            .fold(0, |bits, offset| bits | offset)
            .leading_zeros();
    let delta_bytes: usize = deltas().map(varint_len).sum();
    let offset_bytes: usize = offsets().map(varint_len).sum();
    if (numbers.len() * width as usize).div_ceil(8) < delta_bytes.min(offset_bytes) {
        meta.push(PACKED);
        put_varint(meta, zigzag(least));
        meta.push(width.to_le_bytes()[0]);
        pack(random, width, offsets());
    } else if delta_bytes < offset_bytes {
        meta.push(DELTAS);
        put_varint(meta, zigzag(first));
        deltas().for_each(|delta| put_varint(meta, delta));
    } else {
        meta.push(OFFSETS);
        put_varint(meta, zigzag(least));
        offsets().for_each(|offset| put_varint(meta, offset));
    }
}

/// The lowest `width` bits of each number, one behind the other, the lowest first.
fn pack(out: &mut Vec<u8>, width: u32, numbers: impl Iterator<Item = u64>) {
    let (mut bits, mut filled) = (0_u128, 0);
    for number in numbers {
        bits |= u128::from(number) << filled;
        filled += width;
        while filled >= 8 {
            out.push(bits.to_le_bytes()[0]);
            bits >>= 8;
            filled -= 8;
        }
    }
    if filled > 0 {
        out.push(bits.to_le_bytes()[0]);
    }
}

const fn varint_len(number: u64) -> usize {
    (70 - (number | 1).leading_zeros() as usize) / 7
}

/// Hands `count` integers to `each`.
pub(super) fn read_ints(
    meta: &mut Reader<'_>,
    random: &mut Reader<'_>,
    count: usize,
    mut each: impl FnMut(i64),
) -> Result<(), CodecError> {
    if count == 0 {
        return Ok(());
    }
    let mode = meta.byte()?;
    let base = meta.int()?;
    match mode {
        CONSTANT => (0..count).for_each(|_| each(base)),
        DELTAS => {
            let mut number = base;
            each(number);
            for _ in 1..count {
                number = number.wrapping_add(unzigzag(meta.varint()?));
                each(number);
            }
        }
        OFFSETS => {
            for _ in 0..count {
                each(base.wrapping_add(meta.varint()?.cast_signed()));
            }
        }
        PACKED => {
            let width = u32::from(meta.byte()?);
            if width > 64 {
                return Err(CodecError::Malformed("unknown integers"));
            }
            let mut bytes = random
                .bytes(count.saturating_mul(width as usize).div_ceil(8))?
                .iter();
            let (mut bits, mut filled) = (0_u128, 0);
            for _ in 0..count {
                while filled < width {
                    bits |= u128::from(bytes.next().copied().unwrap_or(0)) << filled;
                    filled += 8;
                }
                let offset = u64::try_from(bits & ((1 << width) - 1)).unwrap_or(0);
                each(base.wrapping_add(offset.cast_signed()));
                bits >>= width;
                filled -= width;
            }
        }
        _ => return Err(CodecError::Malformed("unknown integers")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn integers_come_back(numbers: Vec<i64>, small in prop::collection::vec(0..9_i64, 0..9)) {
            for numbers in [numbers, small] {
                let (mut meta, mut random) = (Vec::new(), Vec::new());
                put_ints(&mut meta, &mut random, &numbers);
                let (mut reader, mut random, mut read) = (Reader(&meta), Reader(&random), Vec::new());
                read_ints(&mut reader, &mut random, numbers.len(), |number| read.push(number)).unwrap();
                prop_assert_eq!(read, numbers);
                prop_assert!(reader.finish().is_ok());
            }
        }
    }
}
