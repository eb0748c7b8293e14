//! Under which name the metrics lie in CloudWatch.

use std::sync::Arc;

/// CloudWatch takes no longer name.
const MAX_CHARS: usize = 255;
/// What AWS keeps for itself.
const RESERVED: &str = "AWS/";

/// The CloudWatch namespace of all metrics of an installation. Two installations in one account and
/// region with the same one would add up each other's workspaces of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(Arc<str>);

impl Namespace {
    /// A name of 1 to 255 letters, digits and `.-_/#`, not one of AWS's own; else `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_good = |c: char| c.is_ascii_alphanumeric() || ".-_/#".contains(c);
        let is_name = (1..=MAX_CHARS).contains(&text.len()) && text.chars().all(is_good);
        (is_name && !text.starts_with(RESERVED)).then(|| Self(text.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `Weir`: for an installation that is alone.
impl Default for Namespace {
    fn default() -> Self {
        Self("Weir".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_a_name_that_cloudwatch_takes_and_aws_does_not_keep() {
        let longest = "n".repeat(MAX_CHARS);
        for good in ["Weir", "Weir/weir-dev", "a.b_c#1", &longest] {
            assert_eq!(Namespace::parse(good).unwrap().as_str(), good);
        }
        let too_long = "n".repeat(MAX_CHARS + 1);
        for bad in ["", "AWS/Lambda", "Weir dev", "Wéir", "a\"b", &too_long] {
            assert_eq!(Namespace::parse(bad), None, "{bad}");
        }
    }
}
