//! A key as somebody asks for it.

use event::Timestamp;
use policy::{CheckedPolicy, KeyKind, Policy, PolicyDraft, Warning};

use crate::ControlError;
use crate::invalid::Findings;
use crate::words::check_words;

/// Longest name of a key, in characters.
pub const MAX_NAME_CHARS: usize = 64;
/// Most tags of a key.
pub const MAX_TAGS: usize = 20;
/// Longest tag, in characters.
pub const MAX_TAG_CHARS: usize = 64;

/// A key as somebody asks for it.
#[derive(Debug, Clone)]
pub struct KeyDraft {
    /// Unique in the workspace; 1 to [`MAX_NAME_CHARS`] characters.
    pub name: String,
    /// What it is for.
    pub kind: KeyKind,
    /// Free words.
    pub tags: Vec<String>,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Its rules; `None`: from anywhere, all events.
    pub policy: Option<PolicyDraft>,
}

impl KeyDraft {
    /// Its policy in the normal form, and what its author should know about it; or all that is wrong.
    pub(super) fn check(&self, now: Timestamp) -> Result<CheckedPolicy, ControlError> {
        let mut findings = Findings::default();
        findings.accept("name", check_name(&self.name));
        if let Err(problem) = check_kind(self.kind) {
            findings.add("kind", problem);
        }
        check_tags(&self.tags, &mut findings);
        findings.accept("expiresAt", check_expiry(self.expires_at, now));
        let checked = check_policy(self.policy.clone(), "policy.", &mut findings);
        let errors = findings.into_errors();
        match checked {
            Some(checked) if errors.is_empty() => Ok(checked),
            Some(_) | None => Err(ControlError::Invalid(errors)),
        }
    }
}

/// Checks a policy; its errors and warnings are named below `prefix`. No policy admits everything.
pub(super) fn check_policy(
    policy: Option<PolicyDraft>,
    prefix: &str,
    findings: &mut Findings,
) -> Option<CheckedPolicy> {
    let Some(policy) = policy else {
        return Some(CheckedPolicy {
            policy: Policy::default(),
            warnings: Vec::new(),
        });
    };
    match policy.check() {
        Ok(CheckedPolicy { policy, warnings }) => {
            let below = |warning: Warning| Warning {
                path: format!("{prefix}{}", warning.path),
                ..warning
            };
            let warnings = warnings.into_iter().map(below).collect();
            Some(CheckedPolicy { policy, warnings })
        }
        Err(invalid) => {
            for error in invalid.errors {
                findings.add(format!("{prefix}{}", error.path), error.problem.to_string());
            }
            None
        }
    }
}

pub(super) fn check_name(name: &str) -> Result<(), String> {
    check_words(name, MAX_NAME_CHARS)
}

pub(super) fn check_tags(tags: &[String], findings: &mut Findings) {
    if tags.len() > MAX_TAGS {
        findings.add("tags", format!("must have at most {MAX_TAGS} entries"));
        return;
    }
    for (index, tag) in tags.iter().enumerate() {
        let path = format!("tags[{index}]");
        if let Err(rule) = check_words(tag, MAX_TAG_CHARS) {
            findings.add(path, rule);
        } else if let Some(first) = tags.iter().take(index).position(|other| other == tag) {
            findings.add(path, format!("is the same as tags[{first}]"));
        }
    }
}

/// A time that is over already would end the key without saying so.
pub(super) fn check_expiry(
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), &'static str> {
    match expires_at {
        Some(at) if at <= now => Err("must lie in the future, in milliseconds since 1970"),
        Some(_) | None => Ok(()),
    }
}

/// Which kinds are made one by one.
fn check_kind(kind: KeyKind) -> Result<(), &'static str> {
    match kind {
        KeyKind::WriteOnly
        | KeyKind::ReadWrite
        | KeyKind::Sensor
        | KeyKind::Rum
        | KeyKind::ThirdParty
        // A second one is a conflict that the store finds.
        | KeyKind::Metrics => Ok(()),
        KeyKind::ServiceAccount => {
            Err("must not be service_account: such a key belongs to a service account")
        }
    }
}
