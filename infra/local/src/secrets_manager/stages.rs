//! `UpdateSecretVersionStage`.

use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::refusal::Refusal;
use super::secret::{CURRENT, Secret};
use super::vault::Vault;
use super::write::check_live;
use crate::clock;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    secret_id: String,
    version_stage: String,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

pub(super) fn update(vault: &Vault, input: &Update) -> Answer {
    vault.change(&input.secret_id, |secret| {
        check_live(secret)?;
        let from = input.remove_from_version_id.as_deref();
        let to = input.move_to_version_id.as_deref();
        check(secret, &input.version_stage, from, to)?;
        match (from, to) {
            (_, Some(to)) => secret.attach(&input.version_stage, to),
            (Some(from), None) => secret.detach(&input.version_stage, from),
            (None, None) => {}
        }
        secret.changed = clock::now_secs_f64();
        Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
    })
}

fn check(
    secret: &Secret,
    stage: &str,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(), Refusal> {
    for version in [from, to].into_iter().flatten() {
        if !secret.versions.contains_key(version) {
            return Err(Refusal::no_version(&format!("VersionId: {version}")));
        }
    }
    let holder = secret.version_with(stage).map(|(id, _)| id);
    match (from, to, holder) {
        (None, None, _) => Err(Refusal::parameter(
            "You must specify RemoveFromVersionId, MoveToVersionId, or both.",
        )),
        (Some(from), _, holder) if holder != Some(from) => Err(Refusal::parameter(format!(
            "Staging label {stage} is not attached to version {from}."
        ))),
        (Some(_), None, _) if stage == CURRENT => Err(Refusal::parameter(format!(
            "You can only move staging label {CURRENT} to a different secret version. It can't be \
             completely removed."
        ))),
        (None, Some(to), Some(holder)) if holder != to => Err(Refusal::parameter(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently \
             attached to version {holder}, so you must explicitly reference that version in \
             RemoveFromVersionId."
        ))),
        _ => Ok(()),
    }
}
