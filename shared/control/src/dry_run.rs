//! What a policy would have refused, before it is saved.

use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::{AddressRules, CheckedPolicy, CompiledPolicy, DryRun, Past, PolicyDraft, Warning};
use store::Store;

use crate::usage::known;
use crate::{ControlError, FieldError};

/// How far back a dry run looks.
pub const DRY_RUN_RANGE: Duration = Duration::from_hours(7 * 24);

/// A policy held against what a key has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCheck {
    /// What would have been refused. Only accepted traffic is known: what the present policy refuses
    /// is not among it.
    pub outcome: DryRun,
    /// From when on traffic was looked at.
    pub from: Timestamp,
    /// The first hour with traffic of the key since then: so far the data reaches back; `None`: there
    /// is none.
    pub reaches_back_to: Option<Timestamp>,
    /// Whether the counts are estimates, since the key has more senders than are listed.
    pub is_estimate: bool,
    /// Requests that are not listed by sender and name, and so are not judged.
    pub unlisted_requests: u64,
    /// Their events.
    pub unlisted_events: u64,
    /// The rules that could not be held against the past, by member: `origins` are not recorded;
    /// neither are addresses, where the workspace does not keep them.
    pub not_judged: Vec<&'static str>,
    /// What is allowed in the policy but perhaps not meant.
    pub warnings: Vec<Warning>,
}

/// What the policy would have refused of the key's requests of the last seven days, by whole hours.
///
/// [`ControlError::Invalid`] with all that is wrong with the draft.
pub async fn check_policy(
    store: &Store,
    workspace: &WorkspaceId,
    key: &KeyId,
    draft: PolicyDraft,
    now: Timestamp,
) -> Result<PolicyCheck, ControlError> {
    known(store, workspace, key).await?;
    let CheckedPolicy { policy, warnings } = checked(draft)?;
    let from = now.minus(DRY_RUN_RANGE).start_of_hour();
    let traffic = store.traffic(workspace, key, from, now).await?;
    let past = traffic.senders.iter().map(|(address, sender)| Past {
        address: *address,
        requests: sender.requests,
        events: &sender.events,
    });
    let outcome = CompiledPolicy::new(&policy).dry_run(past, now);
    let mut not_judged = Vec::new();
    if policy.addresses != AddressRules::Anywhere && outcome.requests_without_address > 0 {
        not_judged.push("addresses");
    }
    if policy.origins.is_some() {
        not_judged.push("origins");
    }
    Ok(PolicyCheck {
        outcome,
        from,
        reaches_back_to: traffic.oldest,
        is_estimate: traffic.is_estimate,
        unlisted_requests: traffic.unlisted.requests,
        unlisted_events: traffic.unlisted.event_count,
        not_judged,
        warnings,
    })
}

fn checked(draft: PolicyDraft) -> Result<CheckedPolicy, ControlError> {
    draft.check().map_err(|invalid| {
        let errors = invalid.errors.into_iter();
        let error = |error: policy::FieldError| FieldError {
            path: error.path,
            message: error.problem.to_string(),
        };
        ControlError::Invalid(errors.map(error).collect())
    })
}
