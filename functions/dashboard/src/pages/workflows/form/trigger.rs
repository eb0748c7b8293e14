//! What starts a run, as fields.

use super::condition::Conditions;
use super::how_long::HowLong;
use super::path::Segment;
use super::shape::{TriggerKind, TriggerShape};
use super::typed::line;
use crate::form::Errors;

impl TriggerKind {
    pub(crate) const ALL: [Self; 3] = [Self::Event, Self::Api, Self::Schedule];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Event => "event",
            Self::Schedule => "schedule",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Api => "A call of the API",
            Self::Event => "An event",
            Self::Schedule => "A schedule",
        }
    }

    fn named(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == name).unwrap_or_default()
    }
}

/// A trigger as somebody has filled it in. What another type needs is kept while one is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trigger {
    pub(crate) kind: TriggerKind,
    /// Names of events, one in a line.
    pub(crate) events: String,
    pub(crate) when: Conditions,
    /// A schedule by a line of cron, and not every so often.
    pub(crate) is_cron: bool,
    pub(crate) every: HowLong,
    pub(crate) cron: String,
}

impl Trigger {
    pub(super) fn of(shape: &TriggerShape) -> Self {
        let events: Vec<_> = shape
            .events
            .iter()
            .flatten()
            .map(|name| line(name))
            .collect();
        Self {
            kind: shape.kind,
            events: events.join("\n"),
            when: Conditions::of(shape.when.as_ref()),
            is_cron: shape.cron.is_some(),
            every: shape.every_seconds.map(HowLong::of).unwrap_or_default(),
            cron: shape.cron.as_deref().map(line).unwrap_or_default(),
        }
    }

    pub(super) fn shape(&self, wrong: &mut Errors) -> TriggerShape {
        let mut shape = TriggerShape {
            kind: self.kind,
            ..TriggerShape::default()
        };
        match self.kind {
            TriggerKind::Api => {}
            TriggerKind::Event => {
                let names = self.events.lines().map(str::trim_ascii);
                let names = names.filter(|name| !name.is_empty());
                shape.events = Some(names.map(str::to_owned).collect());
                shape.when = self.when.shape("trigger.when", wrong);
            }
            TriggerKind::Schedule if self.is_cron => {
                shape.cron = Some(self.cron.trim_ascii().to_owned());
            }
            TriggerKind::Schedule => {
                let seconds = self.every.seconds();
                if seconds.is_none() {
                    wrong.add("trigger.everySeconds", "must be a whole number");
                }
                shape.every_seconds = Some(seconds.unwrap_or_default());
            }
        }
        shape
    }

    /// Takes a field of a form in.
    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("type", None)] => self.kind = TriggerKind::named(&value),
            [("events", None)] => self.events = value,
            [("when", None), rest @ ..] => self.when.set(rest, value),
            [("schedule", None)] => self.is_cron = value == "cron",
            [("every", None), rest @ ..] => self.every.set(rest, value),
            [("cron", None)] => self.cron = value,
            _ => {}
        }
    }
}
