//! The members of a query or of a form.

use std::collections::BTreeMap;

use form_urlencoded::{Serializer, parse};

/// Names and values; of a name that is there twice, the last value.
#[derive(Debug, Clone, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(parse(text).into_owned().collect())
    }

    /// The value, if it is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// All of it as a query.
    pub(super) fn query(&self) -> String {
        Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

/// The address with these members added to its query.
pub(super) fn address(base: &str, members: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new())
        .extend_pairs(members)
        .finish();
    let separator = if base.contains('?') { '&' } else { '?' };
    format!("{base}{separator}{query}")
}
