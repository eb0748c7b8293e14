//! Advice about keys, as notes with the step that mends what they are about.

use std::collections::BTreeMap;

use control::{Advice, KeyAdvice};
use event::{KeyId, Source, WorkspaceId};
use policy::KeyKind;
use store::KeyEntry;

use crate::Dashboard;

/// What could be better about a key, for the macros of `advice.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// What it is, as a sentence.
    pub(crate) text: String,
    /// What to do, as a link says it.
    pub(crate) step: &'static str,
    /// Where to do it.
    pub(crate) href: String,
}

/// The notes about one of several keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advised {
    /// What people call the key.
    pub(crate) name: String,
    pub(crate) notes: Vec<Note>,
}

/// The notes about several keys.
#[derive(Debug)]
pub(crate) struct Notes(BTreeMap<KeyId, Vec<Note>>);

impl Notes {
    /// Those about this key; none where there are none.
    pub(crate) fn take(&mut self, id: &KeyId) -> Vec<Note> {
        self.0.remove(id).unwrap_or_default()
    }
}

impl Dashboard {
    /// The notes about the workspace's keys; keys without any are not among them. A page comes without
    /// them where they cannot be had.
    pub(crate) async fn advice(&self, workspace: &WorkspaceId) -> BTreeMap<KeyId, Advised> {
        let (store, now) = (&self.0.use_cases.store, self.0.clock.now());
        // On the heap: it is too large for the futures of the pages around it.
        let found = Box::pin(control::advice(store, workspace, now)).await;
        let found = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "there is no advice about keys");
            BTreeMap::new()
        });
        let advised = |(id, about): (KeyId, KeyAdvice)| {
            let advised = Advised {
                notes: notes(&id, about.kind, &about.advice),
                name: about.name.unwrap_or_else(|| format!("{id} (revoked)")),
            };
            (id, advised)
        };
        found.into_iter().map(advised).collect()
    }

    /// The notes about some keys of the workspace.
    pub(crate) async fn advice_about<'k>(
        &self,
        workspace: &WorkspaceId,
        keys: impl IntoIterator<Item = &'k KeyEntry>,
    ) -> Notes {
        let keys: Vec<_> = keys.into_iter().cloned().collect();
        let kinds: BTreeMap<_, _> = keys.iter().map(|key| (key.id.clone(), key.kind)).collect();
        let (store, now) = (&self.0.use_cases.store, self.0.clock.now());
        let found = Box::pin(control::advice_about(store, workspace, keys, now)).await;
        let found = found.unwrap_or_else(|error| {
            tracing::warn!(%error, "there is no advice about keys");
            BTreeMap::new()
        });
        let of_key = |(id, advice): (KeyId, Vec<Advice>)| {
            let notes = notes(&id, kinds.get(&id).copied(), &advice);
            (id, notes)
        };
        Notes(found.into_iter().map(of_key).collect())
    }
}

fn notes(id: &KeyId, kind: Option<KeyKind>, advice: &[Advice]) -> Vec<Note> {
    let notes = advice.iter().map(|advice| note(id, kind, advice));
    notes.collect()
}

fn note(id: &KeyId, kind: Option<KeyKind>, advice: &Advice) -> Note {
    let page = format!("/dashboard/ingestion-keys/{id}");
    // The rules of the metrics key stand on a page of its own.
    let rules = match kind {
        Some(KeyKind::Metrics) => "/dashboard/metrics-api#rules".to_owned(),
        Some(_) | None => format!("{page}#rules"),
    };
    let (text, step, href) = match advice {
        Advice::OpenToAnywhere => (
            "May be used from anywhere.".to_owned(),
            "Name the addresses of your servers",
            rules,
        ),
        Advice::TakesEveryEvent { names } => {
            let lately = match names {
                0 => "none".to_owned(),
                1 => "one name".to_owned(),
                names => format!("{names} names"),
            };
            (
                format!("May send events of any name, and sent {lately} lately."),
                "Name the events it may send",
                rules,
            )
        }
        Advice::SeveralSources { formats, networks } => (
            match networks {
                Some(networks) => format!("Used from {networks} networks."),
                None => format!("Used by several sources: {}.", joined(formats)),
            },
            "Make a key for each source",
            "/dashboard/ingestion-keys".to_owned(),
        ),
        Advice::OldSecret { days } => (
            format!("Its text is {days} days old."),
            "Rotate the key",
            page,
        ),
        Advice::MoreRefusals {
            lately,
            usual,
            reason,
        } => (
            format!(
                "{lately} requests or events were refused in 24 hours, mostly {reason}; {usual} a \
                 day are usual."
            ),
            "See what is refused",
            format!("/dashboard/live?key={id}"),
        ),
    };
    Note { text, step, href }
}

fn joined<'a>(formats: impl IntoIterator<Item = &'a Source>) -> String {
    let names = formats.into_iter().map(|source| match source {
        Source::Userflux => "UserFlux",
        Source::Otlp => "OpenTelemetry",
        Source::Firehose => "Amazon Data Firehose",
        Source::JsonLogs => "JSON logs",
        Source::Rum => "the page snippet",
        Source::Workflow => "workflows",
    });
    let names: Vec<_> = names.collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_note_is_a_sentence_with_a_step_and_a_place() {
        let id = KeyId::parse("3fYx9QkLm2Ab").unwrap();
        let shown = |kind, advice| {
            let Note { text, step, href } = note(&id, Some(kind), &advice);
            format!("{text} [{step}]({href})")
        };
        insta::assert_snapshot!(shown(KeyKind::Metrics, Advice::OpenToAnywhere), @"May be used from anywhere. [Name the addresses of your servers](/dashboard/metrics-api#rules)");
        insta::assert_snapshot!(shown(KeyKind::WriteOnly, Advice::TakesEveryEvent { names: 1 }), @"May send events of any name, and sent one name lately. [Name the events it may send](/dashboard/ingestion-keys/3fYx9QkLm2Ab#rules)");
        let several = Advice::SeveralSources {
            formats: BTreeSet::from([Source::Otlp, Source::Firehose]),
            networks: None,
        };
        insta::assert_snapshot!(shown(KeyKind::ThirdParty, several), @"Used by several sources: OpenTelemetry, Amazon Data Firehose. [Make a key for each source](/dashboard/ingestion-keys)");
        insta::assert_snapshot!(shown(KeyKind::Rum, Advice::OldSecret { days: 91 }), @"Its text is 91 days old. [Rotate the key](/dashboard/ingestion-keys/3fYx9QkLm2Ab)");
        let more = Advice::MoreRefusals {
            lately: 30,
            usual: 2,
            reason: "key_expired".to_owned(),
        };
        insta::assert_snapshot!(shown(KeyKind::Rum, more), @"30 requests or events were refused in 24 hours, mostly key_expired; 2 a day are usual. [See what is refused](/dashboard/live?key=3fYx9QkLm2Ab)");
    }
}
