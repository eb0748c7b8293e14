//! Names that people give.

/// Checks a name: 1 to `max` characters, none of them a control character, no white space around.
pub(crate) fn check_words(text: &str, max: usize) -> Result<(), String> {
    if text.is_empty() || text.chars().count() > max {
        Err(format!("must be 1 to {max} characters"))
    } else if text.trim() != text {
        Err("must not begin or end with white space".to_owned())
    } else if text.contains(char::is_control) {
        Err("must not contain a control character".to_owned())
    } else {
        Ok(())
    }
}
