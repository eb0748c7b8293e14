//! `DeleteSecret`, `RestoreSecret`, `TagResource`, `UntagResource`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::refusal::Refusal;
use super::secret::Deletion;
use super::vault::{Vault, name_of};
use super::write::check_live;
use crate::clock;

const SECS_PER_DAY: u32 = 86_400;
const MAX_TAGS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    secret_id: String,
    recovery_window_in_days: Option<u32>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Restore {
    secret_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AddTags {
    secret_id: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RemoveTags {
    secret_id: String,
    tag_keys: Vec<String>,
}

pub(super) fn delete(vault: &Vault, input: &Delete) -> Answer {
    let now = clock::now_secs_f64();
    if input.force_delete_without_recovery && input.recovery_window_in_days.is_some() {
        return Err(Refusal::parameter(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ));
    }
    if input.force_delete_without_recovery {
        return vault.change_all(|secrets| {
            // Without recovery, a secret that is not there is gone as asked.
            let Some(secret) =
                name_of(secrets, &input.secret_id).and_then(|name| secrets.remove(&name))
            else {
                return Ok(json!({ "Name": input.secret_id, "DeletionDate": now }));
            };
            Ok(json!({ "ARN": secret.arn, "Name": secret.name, "DeletionDate": now }))
        });
    }
    let days = input.recovery_window_in_days.unwrap_or(30);
    if !(7..=30).contains(&days) {
        return Err(Refusal::parameter(
            "RecoveryWindowInDays is a number from 7 to 30.",
        ));
    }
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        let due = now + f64::from(days * SECS_PER_DAY);
        secret.deletion = Some(Deletion { asked: now, due });
        Ok(json!({ "ARN": secret.arn, "Name": secret.name, "DeletionDate": due }))
    })
}

pub(super) fn restore(vault: &Vault, input: &Restore) -> Answer {
    vault.change(&input.secret_id, |secret| {
        secret.deletion = None;
        Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
    })
}

pub(super) fn tag(vault: &Vault, input: AddTags) -> Answer {
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        add_tags(&mut secret.tags, input.tags)?;
        Ok(Value::Object(serde_json::Map::new()))
    })
}

pub(super) fn untag(vault: &Vault, input: &RemoveTags) -> Answer {
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        secret.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(Value::Object(serde_json::Map::new()))
    })
}

pub(super) fn add_tags(tags: &mut BTreeMap<String, String>, more: Vec<Tag>) -> Result<(), Refusal> {
    for tag in more {
        if !(1..=128).contains(&tag.key.chars().count()) || tag.value.chars().count() > 256 {
            return Err(Refusal::parameter(
                "A tag's key has 1 to 128 characters, its value 256.",
            ));
        }
        tags.insert(tag.key, tag.value);
    }
    if tags.len() > MAX_TAGS {
        return Err(Refusal::parameter("A secret has at most 50 tags."));
    }
    Ok(())
}
