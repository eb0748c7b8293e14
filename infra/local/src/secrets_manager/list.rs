//! `ListSecrets`, with its filters and pages.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::read::{stages, summary};
use super::refusal::Refusal;
use super::secret::Secret;
use super::vault::Vault;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    #[serde(default)]
    include_planned_deletion: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    sort_order: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

/// Secrets in the order of their names. The token of a next page is the number of those before.
pub(super) fn secrets(vault: &Vault, input: &List) -> Answer {
    let from: usize = match &input.next_token {
        None => 0,
        Some(token) => token
            .parse()
            .map_err(|_| Refusal::new("InvalidNextTokenException", "The NextToken is invalid."))?,
    };
    let page = input.max_results.unwrap_or(100);
    if !(1..=100).contains(&page) {
        return Err(Refusal::parameter("MaxResults is a number from 1 to 100."));
    }
    for filter in &input.filters {
        if !["name", "description", "tag-key", "tag-value", "all"].contains(&filter.key.as_str()) {
            return Err(Refusal::parameter("Unknown filter key."));
        }
    }
    let mut found: Vec<Value> = vault.all(|secrets| {
        secrets
            .values()
            .filter(|secret| input.include_planned_deletion || secret.deletion.is_none())
            .filter(|secret| input.filters.iter().all(|filter| filter.matches(secret)))
            .map(entry)
            .collect()
    });
    if input.sort_order.as_deref() == Some("desc") {
        found.reverse();
    }
    let total = found.len();
    let entries: Vec<Value> = found.into_iter().skip(from).take(page).collect();
    let next = from + entries.len();
    let mut answer = json!({ "SecretList": entries });
    if next < total
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("NextToken".into(), next.to_string().into());
    }
    Ok(answer)
}

fn entry(secret: &Secret) -> Value {
    let mut entry = summary(secret);
    entry.insert("SecretVersionsToStages".into(), stages(secret));
    Value::Object(entry)
}

impl Filter {
    /// Values are prefixes, any of which may match; `!` before one turns it round.
    fn matches(&self, secret: &Secret) -> bool {
        self.values
            .iter()
            .any(|value| match value.strip_prefix('!') {
                Some(unwanted) => !self.any_starts_with(secret, unwanted),
                None => self.any_starts_with(secret, value),
            })
    }

    fn any_starts_with(&self, secret: &Secret, prefix: &str) -> bool {
        let name = || secret.name.starts_with(prefix);
        let lower = prefix.to_lowercase();
        let described = || {
            let text = secret
                .description
                .as_deref()
                .unwrap_or_default()
                .to_lowercase();
            text.split_whitespace().any(|word| word.starts_with(&lower))
        };
        let tag_key = || secret.tags.keys().any(|key| key.starts_with(prefix));
        let tag_value = || secret.tags.values().any(|value| value.starts_with(prefix));
        match self.key.as_str() {
            "name" => name(),
            "description" => described(),
            "tag-key" => tag_key(),
            "tag-value" => tag_value(),
            _ => name() || described() || tag_key() || tag_value(),
        }
    }
}
