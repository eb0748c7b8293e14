//! How large a text is as a JSON string.

/// Bytes that the text takes between the quotes of a JSON string: an answer leaves a function as one, so
/// that each quote of a JSON body counts twice.
pub fn escaped_len(text: &str) -> usize {
    let len = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    };
    text.bytes().map(len).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_length_is_that_of_the_string_that_is_written(
            text in prop::collection::vec(any::<char>(), 0..40),
            control in 0..0x80_u8,
        ) {
            let text: String = text.into_iter().chain([char::from(control)]).collect();
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(escaped_len(&text), written.len() - 2);
        }
    }
}
