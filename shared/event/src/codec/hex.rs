//! Random identifiers as the bytes that their text stands for.

const DIGITS: [u8; 16] = *b"0123456789abcdef";

/// Length of a UUID's text.
pub(super) const UUID_LEN: usize = 36;

/// The 32 digits of a UUID's text, without its four dashes.
pub(super) fn uuid_digits(text: &str) -> Option<[u8; 32]> {
    let text: &[u8; UUID_LEN] = text.as_bytes().try_into().ok()?;
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let mut digits = [0; 32];
    digits[..8].copy_from_slice(&text[..8]);
    digits[8..12].copy_from_slice(&text[9..13]);
    digits[12..16].copy_from_slice(&text[14..18]);
    digits[16..20].copy_from_slice(&text[19..23]);
    digits[20..].copy_from_slice(&text[24..]);
    Some(digits)
}

/// Appends the bytes of an even number of lower-case hexadecimal digits; `false` if one is none.
pub(super) fn put_hex(out: &mut Vec<u8>, digits: &[u8]) -> bool {
    let mut seen = 0;
    out.extend(digits.as_chunks::<2>().0.iter().map(|&[high, low]| {
        let (high, low) = (nibble(high), nibble(low));
        seen |= high | low;
        high << 4 | low & 15
    }));
    seen < 16 && digits.len().is_multiple_of(2)
}

/// The digit's value; 16 or more for what is none.
#[expect(clippy::indexing_slicing, reason = "there is an entry for each byte")]
fn nibble(digit: u8) -> u8 {
    /// A table has no branches to mispredict: digits are random.
    const VALUES: [u8; 256] = {
        let mut values = [255; 256];
        let mut value = 0;
        while value < 16 {
            values[DIGITS[value as usize] as usize] = value;
            value += 1;
        }
        values
    };
    VALUES[usize::from(digit)]
}

/// Appends the digits of these bytes.
#[expect(clippy::indexing_slicing, reason = "a half of a byte is less than 16")]
pub(super) fn print_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |nibble: u8| DIGITS[usize::from(nibble)];
    out.extend(
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]),
    );
}

/// Appends the text of a UUID's 16 bytes.
pub(super) fn print_uuid(out: &mut Vec<u8>, bytes: &[u8; 16]) {
    let groups = [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ];
    for (index, group) in groups.into_iter().enumerate() {
        if index > 0 {
            out.push(b'-');
        }
        print_hex(out, group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_becomes_16_bytes_and_comes_back() {
        let text = "0b9d5c1e-7f00-4abc-9def-0123456789ff";
        let mut bytes = Vec::new();
        assert!(put_hex(&mut bytes, &uuid_digits(text).unwrap()));
        let mut printed = Vec::new();
        print_uuid(&mut printed, bytes.as_slice().try_into().unwrap());
        assert_eq!(printed, text.as_bytes());
    }

    #[test]
    fn what_would_not_come_back_as_it_was_is_refused() {
        assert!(uuid_digits("0b9d5c1e-7f00-4abc-9def+0123456789ff").is_none());
        assert!(uuid_digits("0b9d5c1e").is_none());
        for digits in ["0A", "0", "g0", "0g", " 1"] {
            assert!(!put_hex(&mut Vec::new(), digits.as_bytes()), "{digits}");
        }
    }
}
