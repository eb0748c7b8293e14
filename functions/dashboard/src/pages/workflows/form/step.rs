//! A step as fields.

use super::condition::Conditions;
use super::how_long::HowLong;
use super::lists::{Header, Property, Rows};
use super::path::{Segment, at};
use super::shape::{StepKind, StepShape};
use super::target::Target;
use super::typed::{line, said};
use super::value;
use crate::form::Errors;

impl StepKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Webhook,
        Self::UpdateProfile,
        Self::SendEvent,
        Self::Wait,
        Self::Branch,
        Self::Stop,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::UpdateProfile => "update_profile",
            Self::SendEvent => "send_event",
            Self::Wait => "wait",
            Self::Branch => "branch",
            Self::Stop => "stop",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Webhook => "Send a webhook",
            Self::UpdateProfile => "Update the profile",
            Self::SendEvent => "Send an event",
            Self::Wait => "Wait",
            Self::Branch => "Branch",
            Self::Stop => "Stop",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.as_str() == name)
    }
}

/// A step as somebody has filled it in, with the fields of all types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    /// JSON, or nothing.
    pub(crate) body: String,
    /// Of an event that is sent.
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) wait: HowLong,
    pub(crate) when: Conditions,
    /// Where the run goes on; of a branch, where its conditions hold.
    pub(crate) next: Target,
    pub(crate) otherwise: Target,
}

impl Step {
    /// A new one of that type, with a row to begin with where it needs one.
    pub(super) fn new(kind: StepKind, id: String) -> Self {
        let mut step = Self {
            kind,
            id,
            ..Self::default()
        };
        match kind {
            StepKind::UpdateProfile => step.properties.push(Property::default()),
            StepKind::Branch => step.when.all.push(super::condition::Condition::default()),
            StepKind::Webhook | StepKind::SendEvent | StepKind::Wait | StepKind::Stop => {}
        }
        step
    }

    pub(super) fn of(shape: &StepShape, ids: &[&str]) -> Self {
        let text = |text: &Option<String>| text.as_deref().map(line).unwrap_or_default();
        let goes_on = match shape.kind {
            StepKind::Branch => &shape.then,
            StepKind::Webhook
            | StepKind::UpdateProfile
            | StepKind::SendEvent
            | StepKind::Wait
            | StepKind::Stop => &shape.next,
        };
        let body = shape.body.as_ref();
        Self {
            kind: shape.kind,
            id: line(&shape.id),
            url: text(&shape.url),
            headers: Header::all_of(shape.headers.as_ref()),
            body: body.map_or_else(String::new, |raw| super::indented(raw.get())),
            name: text(&shape.name),
            properties: Property::all_of(shape.properties.as_ref()),
            wait: shape.seconds.map(HowLong::of).unwrap_or_default(),
            when: Conditions::of(shape.when.as_ref()),
            next: Target::of(goes_on.as_deref(), ids),
            otherwise: Target::of(shape.otherwise.as_deref(), ids),
        }
    }

    /// What it says: the members of its type. Adds what cannot be said, below `path`.
    pub(super) fn shape(&self, path: &str, steps: &[Self], wrong: &mut Errors) -> StepShape {
        let mut shape = StepShape {
            id: self.id.trim().to_owned(),
            kind: self.kind,
            ..StepShape::default()
        };
        let next = self.next.id(steps);
        match self.kind {
            StepKind::Webhook => {
                shape.url = Some(self.url.trim().to_owned());
                let headers = Header::shape(&self.headers, &format!("{path}.headers"), wrong);
                shape.headers = Some(headers);
                shape.body = self.body(path, wrong);
                shape.next = next;
            }
            StepKind::UpdateProfile | StepKind::SendEvent => {
                let at = format!("{path}.properties");
                shape.properties = Some(Property::shape(&self.properties, &at, wrong));
                if self.kind == StepKind::SendEvent {
                    shape.name = Some(self.name.trim().to_owned());
                }
                shape.next = next;
            }
            StepKind::Wait => {
                shape.seconds = self.wait.seconds();
                if shape.seconds.is_none() {
                    wrong.add(&format!("{path}.seconds"), "must be a whole number");
                }
                shape.next = next;
            }
            StepKind::Branch => {
                shape.when = self.when.shape(&format!("{path}.when"), wrong);
                shape.then = next;
                shape.otherwise = self.otherwise.id(steps);
            }
            StepKind::Stop => {}
        }
        shape
    }

    fn body(&self, path: &str, wrong: &mut Errors) -> Option<Box<serde_json::value::RawValue>> {
        let body = self.body.trim();
        let raw = (!body.is_empty()).then(|| value::read(body)).transpose();
        said(raw, &format!("{path}.body"), wrong)
    }

    /// Takes a field of a form in.
    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("type", None)] => self.kind = StepKind::named(&value).unwrap_or_default(),
            [("id", None)] => self.id = value,
            [("url", None)] => self.url = value,
            [("headers", Some(place)), rest @ ..] => {
                if let Some(header) = at(&mut self.headers, *place) {
                    header.set(rest, value);
                }
            }
            [("body", None)] => self.body = value,
            [("name", None)] => self.name = value,
            [("properties", Some(place)), rest @ ..] => {
                if let Some(property) = at(&mut self.properties, *place) {
                    property.set(rest, value);
                }
            }
            [("wait", None), rest @ ..] => self.wait.set(rest, value),
            [("when", None), rest @ ..] => self.when.set(rest, value),
            [("next" | "then", None)] => self.next = Target::read(&value),
            [("otherwise", None)] => self.otherwise = Target::read(&value),
            _ => {}
        }
    }

    /// The list that a path below names.
    pub(super) fn rows(&mut self, path: &[Segment<'_>]) -> Option<Rows<'_>> {
        match path {
            [("headers", _)] => Some(Rows::Headers(&mut self.headers)),
            [("properties", _)] => Some(Rows::Properties(&mut self.properties)),
            [("when", None), rest @ ..] => self.when.rows(rest),
            _ => None,
        }
    }
}
