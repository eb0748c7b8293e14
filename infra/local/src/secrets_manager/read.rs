//! `GetSecretValue`, `DescribeSecret`, `ListSecretVersionIds`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Answer;
use super::refusal::Refusal;
use super::secret::{CURRENT, Secret, SecretValue, Version};
use super::vault::Vault;
use super::write::check_live;
use crate::clock;

const SECS_PER_DAY: f64 = 86_400.0;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetValue {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    secret_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListVersions {
    secret_id: String,
    #[serde(default)]
    include_deprecated: bool,
}

pub(super) fn value(vault: &Vault, input: &GetValue) -> Answer {
    vault.read(&input.secret_id, |secret| {
        check_live(secret)?;
        // Secrets Manager tells the day only.
        secret.accessed = Some((clock::now_secs_f64() / SECS_PER_DAY).floor() * SECS_PER_DAY);
        let (id, version) = wanted(
            secret,
            input.version_id.as_deref(),
            input.version_stage.as_deref(),
        )?;
        let mut answer = json!({
            "ARN": secret.arn,
            "Name": secret.name,
            "VersionId": id,
            "VersionStages": version.stages,
            "CreatedDate": version.created,
        });
        if let Some(answer) = answer.as_object_mut() {
            match &version.value {
                SecretValue::Text(text) => answer.insert("SecretString".into(), json!(text)),
                SecretValue::Base64(text) => answer.insert("SecretBinary".into(), json!(text)),
            };
        }
        Ok(answer)
    })
}

fn wanted<'a>(
    secret: &'a Secret,
    id: Option<&str>,
    stage: Option<&str>,
) -> Result<(&'a str, &'a Version), Refusal> {
    let Some(id) = id else {
        let stage = stage.unwrap_or(CURRENT);
        return secret
            .version_with(stage)
            .ok_or_else(|| Refusal::no_version(&format!("staging label: {stage}")));
    };
    let (id, version) = secret
        .versions
        .get_key_value(id)
        .ok_or_else(|| Refusal::no_version(&format!("VersionId: {id}")))?;
    if stage.is_some_and(|stage| !version.stages.contains(stage)) {
        return Err(Refusal::request(
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ));
    }
    Ok((id, version))
}

pub(super) fn describe(vault: &Vault, input: &Describe) -> Answer {
    vault.read(&input.secret_id, |secret| {
        let mut answer = summary(secret);
        answer.insert("VersionIdsToStages".into(), stages(secret));
        Ok(Value::Object(answer))
    })
}

/// What a description and a list entry share.
pub(super) fn summary(secret: &Secret) -> Map<String, Value> {
    let tags: Vec<Value> = secret
        .tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    let members = [
        ("ARN", Some(json!(secret.arn))),
        ("Name", Some(json!(secret.name))),
        (
            "Description",
            secret.description.as_ref().map(|text| json!(text)),
        ),
        ("KmsKeyId", secret.kms_key_id.as_ref().map(|id| json!(id))),
        ("CreatedDate", Some(json!(secret.created))),
        ("LastChangedDate", Some(json!(secret.changed))),
        ("LastAccessedDate", secret.accessed.map(|date| json!(date))),
        (
            "DeletedDate",
            secret.deletion.map(|deletion| json!(deletion.asked)),
        ),
        ("RotationEnabled", Some(json!(false))),
        ("Tags", Some(json!(tags))),
    ];
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// Version ids with their labels; versions without a label are left out.
pub(super) fn stages(secret: &Secret) -> Value {
    let labelled = secret
        .versions
        .iter()
        .filter(|(_, version)| !version.stages.is_empty());
    json!(
        labelled
            .map(|(id, version)| (id, &version.stages))
            .collect::<BTreeMap<_, _>>()
    )
}

pub(super) fn versions(vault: &Vault, input: &ListVersions) -> Answer {
    vault.read(&input.secret_id, |secret| {
        let wanted = secret
            .versions
            .iter()
            .filter(|(_, version)| input.include_deprecated || !version.stages.is_empty());
        let versions: Vec<Value> = wanted
            .map(|(id, version)| {
                json!({
                    "VersionId": id,
                    "VersionStages": version.stages,
                    "CreatedDate": version.created,
                })
            })
            .collect();
        Ok(json!({ "ARN": secret.arn, "Name": secret.name, "Versions": versions }))
    })
}
