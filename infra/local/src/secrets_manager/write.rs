//! `CreateSecret`, `PutSecretValue`, `UpdateSecret`.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::lifecycle::{Tag, add_tags};
use super::refusal::Refusal;
use super::secret::{Secret, SecretValue};
use super::vault::Vault;
use crate::clock;

const MAX_BYTES: usize = 65_536;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Put {
    secret_id: String,
    client_request_token: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
    version_stages: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    secret_id: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
}

pub(super) fn create(vault: &Vault, region: &str, input: Create) -> Answer {
    check_name(&input.name)?;
    let value = value(input.secret_string, input.secret_binary)?;
    let token = token(input.client_request_token)?;
    let mut tags = BTreeMap::new();
    add_tags(&mut tags, input.tags)?;
    vault.change_all(|secrets| {
        if let Some(there) = secrets.get(&input.name) {
            return already_there(there, &token, value.as_ref());
        }
        let now = clock::now_secs_f64();
        let mut secret = Secret {
            arn: arn(region, &input.name),
            name: input.name.clone(),
            description: input.description,
            kms_key_id: input.kms_key_id,
            tags,
            created: now,
            changed: now,
            accessed: None,
            deletion: None,
            versions: BTreeMap::new(),
        };
        let has_value = value.is_some();
        if let Some(value) = value {
            secret.add_version(&token, value, None, now)?;
        }
        let answer = changed(&secret, has_value.then_some(token.as_str()));
        secrets.insert(input.name, secret);
        Ok(answer)
    })
}

/// The same request again is a success; another one with the same name is not.
fn already_there(there: &Secret, token: &str, value: Option<&SecretValue>) -> Answer {
    if there.deletion.is_some() {
        return Err(Refusal::request(
            "You can't create this secret because a secret with this name is already scheduled \
             for deletion.",
        ));
    }
    let same = there
        .versions
        .get(token)
        .is_some_and(|version| Some(&version.value) == value);
    if same {
        return Ok(changed(there, Some(token)));
    }
    let message = format!(
        "The operation failed because the secret {} already exists.",
        there.name
    );
    Err(Refusal::new("ResourceExistsException", message))
}

pub(super) fn put(vault: &Vault, input: Put) -> Answer {
    let value = value(input.secret_string, input.secret_binary)?
        .ok_or_else(|| Refusal::request("You must provide either SecretString or SecretBinary."))?;
    let token = token(input.client_request_token)?;
    if input
        .version_stages
        .as_ref()
        .is_some_and(|stages| !(1..=20).contains(&stages.len()))
    {
        return Err(Refusal::parameter("A version has 1 to 20 staging labels."));
    }
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        secret.add_version(&token, value, input.version_stages, clock::now_secs_f64())?;
        let stages = secret
            .versions
            .get(&token)
            .map(|version| json!(version.stages));
        let mut answer = changed(secret, Some(&token));
        if let (Some(answer), Some(stages)) = (answer.as_object_mut(), stages) {
            answer.insert("VersionStages".into(), stages);
        }
        Ok(answer)
    })
}

pub(super) fn update(vault: &Vault, input: Update) -> Answer {
    let value = value(input.secret_string, input.secret_binary)?;
    let token = token(input.client_request_token)?;
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        let now = clock::now_secs_f64();
        if let Some(description) = input.description {
            secret.description = Some(description);
        }
        if let Some(kms_key_id) = input.kms_key_id {
            secret.kms_key_id = Some(kms_key_id);
        }
        secret.changed = now;
        let has_value = value.is_some();
        if let Some(value) = value {
            secret.add_version(&token, value, None, now)?;
        }
        Ok(changed(secret, has_value.then_some(token.as_str())))
    })
}

pub(super) fn check_live(secret: &Secret) -> Result<(), Refusal> {
    match secret.deletion {
        Some(_) => Err(Refusal::marked_for_deletion()),
        None => Ok(()),
    }
}

fn changed(secret: &Secret, version: Option<&str>) -> Value {
    let mut answer = json!({ "ARN": secret.arn, "Name": secret.name });
    if let (Some(answer), Some(version)) = (answer.as_object_mut(), version) {
        answer.insert("VersionId".into(), version.into());
    }
    answer
}

fn value(text: Option<String>, base64: Option<String>) -> Result<Option<SecretValue>, Refusal> {
    let (value, bytes) = match (text, base64) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Refusal::parameter(
                "You can't specify both a binary secret value and a string secret value in the \
                 same secret.",
            ));
        }
        (Some(text), None) => {
            let bytes = text.len();
            (SecretValue::Text(text), bytes)
        }
        (None, Some(base64)) => {
            let bytes = STANDARD
                .decode(&base64)
                .map_err(|_| Refusal::new("SerializationException", "SecretBinary"))?;
            (SecretValue::Base64(base64), bytes.len())
        }
    };
    if !(1..=MAX_BYTES).contains(&bytes) {
        return Err(Refusal::parameter("A secret value has 1 to 65536 bytes."));
    }
    Ok(Some(value))
}

fn token(given: Option<String>) -> Result<String, Refusal> {
    let token = given.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    if (32..=64).contains(&token.len()) {
        Ok(token)
    } else {
        Err(Refusal::parameter(
            "ClientRequestToken has 32 to 64 characters.",
        ))
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-!".contains(c);
    if (1..=512).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(Refusal::new(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the \
         following: -/_+=.@!",
    ))
}

fn arn(region: &str, name: &str) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    let end = random.get(..6).unwrap_or_default();
    format!("arn:aws:secretsmanager:{region}:000000000000:secret:{name}-{end}")
}
