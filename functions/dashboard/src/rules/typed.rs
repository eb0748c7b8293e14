//! The form of the rules as somebody has filled it in.

use policy::{AddressesDraft, EventsDraft, KeyKind, Policy, PolicyDraft};

use super::row::Row;
use super::shown::{Shown, Words, has_origins};

/// The form of the rules as somebody has filled it in. Anything may be in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The version of the key that the form was made of.
    pub(crate) version: String,
    /// Specific locations, and which; the rows are kept while *Anywhere* is chosen.
    pub(crate) is_specific: bool,
    pub(crate) rows: Vec<Row>,
    /// Specific web origins, and which; none where the form does not ask.
    pub(crate) is_listed: Option<bool>,
    pub(crate) origins: Vec<String>,
    /// Specific events, and which.
    pub(crate) is_only: bool,
    pub(crate) names: Vec<String>,
    /// The one for a new address.
    pub(super) dialog: Dialog,
    /// What is typed and not added yet.
    pub(crate) new_row: Row,
    pub(crate) new_origin: String,
    pub(crate) new_name: String,
    /// Which rules the person has seen tried on the past.
    pub(crate) tried: String,
    pub(super) step: Step,
}

/// A dialog of the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Dialog {
    #[default]
    Closed,
    Open,
}

/// What a button of the form asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Step {
    #[default]
    Save,
    /// The enter key, in any field.
    Enter,
    /// Try the rules on the past.
    Try,
    /// The dialog for a new address, and its *Add*.
    AskAddress,
    AddAddress,
    AddOrigin,
    AddName,
    /// A name that traffic suggests.
    AddSuggested(String),
    RemoveAddress(usize),
    RemoveOrigin(usize),
    RemoveName(usize),
    /// Nothing: the form again, without what the dialog held.
    Back,
}

impl Typed {
    /// The form of a key as it is.
    pub(super) fn new(version: String, shown: &Shown) -> Self {
        Self {
            version,
            is_specific: shown.addresses.is_some(),
            rows: shown.addresses.clone().unwrap_or_default(),
            is_listed: Some(shown.origins.is_some()),
            origins: shown.origins.clone().unwrap_or_default(),
            is_only: shown.events.is_some(),
            names: shown.events.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// What was posted. Fields that the form does not have are left out.
    pub(crate) fn read(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "version" => typed.version = value,
                "tried" => typed.tried = value,
                "access" => typed.is_specific = value == "specific",
                "events" => typed.is_only = value == "only",
                "cidr" => typed.rows.push(Row {
                    cidr: value,
                    ..Row::default()
                }),
                "description" => typed.last_row().description = value,
                "until" => typed.last_row().until = value,
                "origins" => typed.is_listed = Some(value == "list"),
                "origin" => typed.origins.push(value),
                "name" => typed.names.push(value),
                "asks" => typed.dialog = Dialog::Open,
                "new-cidr" => typed.new_row.cidr = value,
                "new-description" => typed.new_row.description = value,
                "new-origin" => typed.new_origin = value,
                "new-name" => typed.new_name = value,
                "suggested" => typed.step = Step::AddSuggested(value),
                "remove-address" => typed.step = step_at(&value, Step::RemoveAddress),
                "remove-origin" => typed.step = step_at(&value, Step::RemoveOrigin),
                "remove-name" => typed.step = step_at(&value, Step::RemoveName),
                "do" => typed.step = Step::named(&value),
                _ => {}
            }
        }
        if typed.step == Step::Enter {
            typed.step = typed.entered();
        }
        if !typed.asks() && typed.step != Step::AddAddress {
            // The dialog is closed: what was typed in it is not meant any more.
            typed.new_row = Row::default();
        }
        typed
    }

    /// Whether the dialog for a new address is open.
    pub(crate) fn asks(&self) -> bool {
        self.dialog == Dialog::Open
    }

    /// The row whose members are being read; one that nobody sees where a form has none.
    fn last_row(&mut self) -> &mut Row {
        self.rows.last_mut().unwrap_or(&mut self.new_row)
    }

    /// What the enter key means: to add what is being typed, else to save. In an open dialog it never
    /// saves.
    fn entered(&self) -> Step {
        if self.asks() {
            Step::AddAddress
        } else if !self.new_origin.is_empty() {
            Step::AddOrigin
        } else if self.new_name.is_empty() {
            Step::Save
        } else {
            Step::AddName
        }
    }

    /// The rules that it stands for, of a key of that kind. What its form does not show stays as it is in
    /// `policy`.
    pub(super) fn draft(&self, policy: &Policy, kind: KeyKind) -> PolicyDraft {
        let unchanged = PolicyDraft::from(policy.clone());
        let addresses = if self.is_specific {
            AddressesDraft::Specific(self.rows.iter().map(Row::draft).collect())
        } else {
            AddressesDraft::Anywhere
        };
        let origins = match self.is_listed.filter(|_| has_origins(kind)) {
            // So does a form that is older than the question.
            None => unchanged.origins,
            Some(is_listed) => is_listed.then(|| self.origins.clone()),
        };
        let events = match (Words::of(kind).is_some(), self.is_only) {
            (false, _) => unchanged.events,
            (true, false) => EventsDraft::All,
            (true, true) => EventsDraft::Only(self.names.clone()),
        };
        PolicyDraft {
            addresses,
            events,
            origins,
        }
    }
}

impl Step {
    fn named(name: &str) -> Self {
        match name {
            "enter" => Self::Enter,
            "try" => Self::Try,
            "new-address" => Self::AskAddress,
            "add-address" => Self::AddAddress,
            "add-origin" => Self::AddOrigin,
            "add-name" => Self::AddName,
            "save" => Self::Save,
            _ => Self::Back,
        }
    }
}

fn step_at(value: &str, step: impl FnOnce(usize) -> Step) -> Step {
    value.parse().map_or(Step::Back, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Typed {
        let fields = fields.iter();
        let owned = fields.map(|&(name, value)| (name.to_owned(), value.to_owned()));
        Typed::read(owned.collect())
    }

    #[test]
    fn each_row_keeps_what_belongs_to_it() {
        let typed = read(&[
            ("access", "specific"),
            ("cidr", "192.0.2.1"),
            ("description", "one"),
            ("until", ""),
            ("cidr", "192.0.2.2"),
            ("description", ""),
            ("until", "1830000000000"),
        ]);
        assert!(typed.is_specific);
        let rows: Vec<_> = typed.rows.iter().map(Row::draft).collect();
        assert_eq!(rows[0].description.as_deref(), Some("one"));
        assert_eq!(rows[0].expires_at, None);
        assert_eq!(rows[1].description, None);
        assert_eq!(rows[1].expires_at.unwrap().as_millis(), 1_830_000_000_000);
    }

    #[test]
    fn the_enter_key_adds_what_is_being_typed_and_saves_else() {
        let step = |fields: &[(&str, &str)]| read(&[&[("do", "enter")], fields].concat()).step;
        let asks = ("asks", "yes");
        assert_eq!(step(&[asks, ("new-cidr", "192.0.2.1")]), Step::AddAddress);
        assert_eq!(step(&[asks, ("new-cidr", "")]), Step::AddAddress);
        assert_eq!(step(&[("new-name", "login")]), Step::AddName);
        assert_eq!(
            step(&[("new-origin", "https://a.example")]),
            Step::AddOrigin
        );
        assert_eq!(step(&[("new-name", ""), ("new-cidr", "")]), Step::Save);
    }

    #[test]
    fn what_a_closed_dialog_held_is_dropped() {
        let dismissed = [("new-cidr", "192.0.2.1"), ("new-description", "x")];
        let typed = read(&[&dismissed[..], &[("new-name", "login"), ("do", "enter")]].concat());
        assert_eq!((typed.step, typed.new_row), (Step::AddName, Row::default()));
    }

    #[test]
    fn a_form_that_does_not_ask_for_origins_leaves_them_as_they_are() {
        let policy = Policy {
            origins: Some(vec!["https://shop.example".to_owned()]),
            ..Policy::default()
        };
        let origins = |fields| read(fields).draft(&policy, KeyKind::Rum).origins;
        assert_eq!(origins(&[("access", "anywhere")]), policy.origins);
        assert_eq!(origins(&[("origins", "any")]), None);
        assert_eq!(origins(&[("origins", "list")]), Some(vec![]));
    }

    #[test]
    fn a_form_of_somebody_else_makes_no_panic() {
        let typed = read(&[
            ("description", "x"),
            ("remove-address", "-1"),
            ("unknown", "y"),
        ]);
        assert_eq!((typed.step, typed.rows.len()), (Step::Back, 0));
    }
}
