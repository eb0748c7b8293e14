//! What rules would have refused of the last days, in words.

use control::PolicyCheck;
use policy::{Example, WarningReason};

use super::typed::Typed;
use crate::number::number;

/// What rules would have refused of the last days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trial {
    pub(crate) sentences: Vec<String>,
    pub(crate) examples: Vec<Refused>,
    is_harmful: bool,
}

/// Events of one name from one address that would have been refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) event: String,
    /// From where; none where the workspace does not keep addresses.
    pub(crate) address: Option<String>,
    pub(crate) events: String,
    pub(crate) reason: &'static str,
}

impl Trial {
    pub(super) fn new(check: &PolicyCheck, typed: &Typed) -> Self {
        let outcome = &check.outcome;
        let requests: u64 = outcome.refused_requests.values().sum();
        let events: u64 = outcome.refused_events.values().sum();
        let (all_requests, all_events) = (number(outcome.requests), number(outcome.events));
        let mut sentences = vec![if outcome.requests == 0 {
            "The key has sent nothing in the last 7 days that these rules could be tried on."
                .to_owned()
        } else if requests == 0 && events == 0 {
            format!(
                "These rules would have refused nothing of the last 7 days: {all_requests} requests \
                 with {all_events} events."
            )
        } else {
            format!(
                "Of the last 7 days these rules would have refused {} of {all_requests} requests as a \
                 whole, and {} of {all_events} events.",
                number(requests),
                number(events)
            )
        }];
        sentences.extend(caveats(check));
        let mut is_harmful = requests > 0 || events > 0;
        for warning in &check.warnings {
            is_harmful |= warning.reason == WarningReason::AdmitsNothing;
            sentences.extend(said(&warning.path, &warning.reason, typed));
        }
        Self {
            sentences,
            examples: outcome.examples.iter().map(Refused::from).collect(),
            is_harmful,
        }
    }

    /// Whether somebody should look before these rules are saved.
    pub(crate) const fn is_harmful(&self) -> bool {
        self.is_harmful
    }
}

/// How far the numbers can be relied on.
fn caveats(check: &PolicyCheck) -> Vec<String> {
    let mut caveats = Vec::new();
    if check.is_estimate {
        caveats.push("The numbers are estimates: the key has more senders than are listed.".into());
    }
    if check.unlisted_requests > 0 {
        caveats.push(format!(
            "{} requests with {} events are not listed by sender, and not judged.",
            number(check.unlisted_requests),
            number(check.unlisted_events)
        ));
    }
    if check.not_judged.contains(&"addresses") {
        caveats.push(
            "Some requests came without a kept address: nobody can say what the address rules would \
             have made of them."
                .into(),
        );
    }
    if check.not_judged.contains(&"origins") {
        caveats.push(
            "From which web pages requests came is not kept: the web origins are not tried.".into(),
        );
    }
    caveats
}

/// A warning about a list or a row of it.
fn said(path: &str, reason: &WarningReason, typed: &Typed) -> Option<String> {
    let text = |path: &str| text_at(path, typed);
    Some(match reason {
        WarningReason::AdmitsNothing if path == "addresses" => {
            "The list of addresses is empty: every request would be refused.".to_owned()
        }
        WarningReason::AdmitsNothing if path == "events" => {
            "The list of events is empty: every event would be refused.".to_owned()
        }
        WarningReason::AdmitsNothing if path == "origins" => {
            "The list of web origins is empty: every page would be refused.".to_owned()
        }
        WarningReason::Duplicate { .. } => format!("{} is in the list twice.", text(path)?),
        WarningReason::Covered { by } => {
            format!(
                "{} is part of {}, which is in the list too.",
                text(path)?,
                text(by)?
            )
        }
        // Kept as it is shown, or about what the form does not have.
        WarningReason::HostBitsCleared { .. } | WarningReason::AdmitsNothing => return None,
    })
}

/// What the form has at `addresses[3].cidr` or `events[3]`.
fn text_at<'t>(path: &str, typed: &'t Typed) -> Option<&'t str> {
    let (list, rest) = path.split_once('[')?;
    let (index, _) = rest.split_once(']')?;
    let index: usize = index.parse().ok()?;
    match list {
        "addresses" => Some(&typed.rows.get(index)?.cidr),
        "events" => Some(typed.names.get(index)?),
        "origins" => Some(typed.origins.get(index)?),
        _ => None,
    }
}

impl From<&Example> for Refused {
    fn from(example: &Example) -> Self {
        Self {
            event: example.event.clone(),
            address: example.address.map(|address| address.to_string()),
            events: number(example.events),
            reason: example.refusal.message(),
        }
    }
}
