//! Numbers as JSON writes them.
//!
//! A text becomes a number only if the number gives back the very same text: `1e3`, `-0`, `007` and
//! what has more than 18 digits stay texts.

/// Most digits, so that every mantissa fits an `i64`.
const MAX_DIGITS: usize = 18;

/// `mantissa / 10^scale`, written with exactly `scale` digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub mantissa: i64,
    pub scale: u8,
}

impl Decimal {
    /// `None` unless [`Decimal::print`] gives back the same text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let (mut mantissa, mut count, mut point) = (0_i64, 0_usize, None);
        for (index, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' if count < MAX_DIGITS => {
                    mantissa = mantissa * 10 + i64::from(byte - b'0');
                    count += 1;
                }
                b'.' if point.is_none() => point = Some(index),
                _ => return None,
            }
        }
        let whole = point.unwrap_or(count);
        let is_negative = digits.len() < text.len();
        let leading_zero = whole > 1 && digits.first() == Some(&b'0');
        if whole == 0 || leading_zero || point == Some(count) || (is_negative && mantissa == 0) {
            return None;
        }
        let scale = u8::try_from(count - whole).ok()?;
        Some(Self {
            mantissa: if is_negative { -mantissa } else { mantissa },
            scale,
        })
    }

    /// Appends the text.
    pub(super) fn print(self, out: &mut Vec<u8>) {
        let mut digits = [b'0'; 24];
        let mut rest = self.mantissa.unsigned_abs();
        let mut len = 0;
        let least = usize::from(self.scale) + 1;
        for digit in digits.iter_mut().rev() {
            if rest == 0 && len >= least {
                break;
            }
            *digit = b'0' + (rest % 10).to_le_bytes()[0];
            rest /= 10;
            len += 1;
        }
        let text = digits.split_at(digits.len() - len).1;
        if self.mantissa < 0 {
            out.push(b'-');
        }
        let (whole, fraction) = text.split_at(len.saturating_sub(usize::from(self.scale)));
        out.extend_from_slice(whole);
        if !fraction.is_empty() {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn print(decimal: Decimal) -> String {
        let mut text = Vec::new();
        decimal.print(&mut text);
        String::from_utf8(text).unwrap()
    }

    proptest! {
        #[test]
        fn what_becomes_a_number_comes_back_as_the_same_text(
            text in "-?[0-9]{0,20}(\\.[0-9]{0,20})?"
        ) {
            if let Some(decimal) = Decimal::parse(&text) {
                prop_assert_eq!(print(decimal), text);
            }
        }

        #[test]
        fn a_damaged_decimal_prints_without_a_panic(mantissa: i64, scale: u8) {
            print(Decimal { mantissa, scale });
        }
    }

    #[test]
    fn plain_decimals_become_numbers_and_others_stay_texts() {
        for text in ["0", "-7", "12.50", "0.001", "-0.5", "999999999999999999"] {
            assert_eq!(Decimal::parse(text).map(print).as_deref(), Some(text));
        }
        for text in [
            "", "-", "-0", "-0.0", "007", "00", ".5", "5.", "1e3", "+1", "1.2.3",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("9007199254740993000"), None);
    }
}
