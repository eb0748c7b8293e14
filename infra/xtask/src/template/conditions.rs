//! The conditions of a role's statements: which partitions of a table they are about.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use super::reading::list;

/// Of a table, the partitions whose keys are like one of some patterns and unlike all of others; where
/// there are no patterns, all.
#[derive(Debug, Default)]
pub(super) struct Partitions<'a> {
    like: Vec<&'a str>,
    unlike: Vec<&'a str>,
}

impl<'a> Partitions<'a> {
    /// Reads a statement's condition. One that is about anything else is an error: nobody would check it.
    pub(super) fn read(condition: Option<&'a Value>) -> Result<Self> {
        let mut read = Self::default();
        let operators = condition.and_then(Value::as_object);
        for (operator, keys) in operators.into_iter().flatten() {
            let patterns = match operator.as_str() {
                "ForAllValues:StringLike" => &mut read.like,
                "ForAllValues:StringNotLike" => &mut read.unlike,
                other => bail!("the operator {other} in a condition is not checked"),
            };
            for (key, values) in keys.as_object().into_iter().flatten() {
                if key != "dynamodb:LeadingKeys" {
                    bail!("the key {key} in a condition is not checked");
                }
                patterns.extend(list(Some(values)).filter_map(Value::as_str));
            }
        }
        Ok(read)
    }

    /// Whether it lets a request pass that is about all of these: one that is not like it, and the whole
    /// request is refused.
    pub(super) fn hold(&self, asked: &BTreeSet<String>) -> bool {
        let any = |patterns: &[&str], key: &str| patterns.iter().any(|it| is_like(it, key));
        let holds = |key: &String| {
            (self.like.is_empty() || any(&self.like, key)) && !any(&self.unlike, key)
        };
        asked.iter().all(holds)
    }

    /// The patterns that none of these is like.
    pub(super) fn unused<'b>(
        &self,
        asked: impl Iterator<Item = &'b String> + Clone,
    ) -> impl Iterator<Item = &'a str> {
        let used = move |pattern: &&str| asked.clone().any(|key| is_like(pattern, key));
        self.like.iter().copied().filter(move |it| !used(it))
    }
}

/// Whether a text is like a pattern, where `*` stands for any text and `?` for any one character.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    let rest = pattern.get(first.len_utf8()..).unwrap_or_default();
    if first == '*' {
        let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        return ends.any(|at| is_like(rest, text.get(at..).unwrap_or_default()));
    }
    let mut characters = text.chars();
    let is_it = |it: char| first == '?' || it == first;
    characters.next().is_some_and(is_it) && is_like(rest, characters.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|&key| key.to_owned()).collect()
    }

    #[test]
    fn every_partition_of_a_request_must_be_like_one_pattern_and_unlike_all_others() {
        let condition = json!({
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#x", "KEY#*"]},
            "ForAllValues:StringNotLike": {"dynamodb:LeadingKeys": "*#u#*"},
        });
        let partitions = Partitions::read(Some(&condition)).unwrap();
        assert!(partitions.hold(&keys(&["…#x", "KEY#…"])));
        assert!(!partitions.hold(&keys(&["…#x", "TOKENKEYS"])));
        assert!(!partitions.hold(&keys(&["…#u#…#x"])));
        let asked = keys(&["KEY#…"]);
        let unused: Vec<_> = partitions.unused(asked.iter()).collect();
        assert_eq!(unused, ["*#x"]);
        let none = Partitions::read(None).unwrap();
        assert!(none.hold(&keys(&["KEY#…"])));
    }

    #[test]
    fn a_condition_that_would_not_be_checked_is_refused() {
        for (operator, key) in [
            ("StringLike", "dynamodb:LeadingKeys"),
            ("ForAllValues:StringLike", "dynamodb:Attributes"),
        ] {
            let condition = json!({operator: {key: ["x"]}});
            let error = Partitions::read(Some(&condition)).unwrap_err();
            assert!(error.to_string().ends_with("is not checked"), "{error}");
        }
    }

    #[test]
    fn patterns_match_whole_texts() {
        assert!(is_like("*#usage#*", "…#usage#…"));
        assert!(is_like("due#*", "due#…"));
        assert!(!is_like("due#*", "…#due#…"));
        assert!(is_like("a?c", "a…c") && !is_like("a?c", "ac"));
        assert!(is_like("*", "") && !is_like("", "a"));
    }
}
