//! The form of the rules on its way to a save.

use askama::Template;
use axum::response::Response;
use control::{KeyView, Suggestion};
use edge::Problem;
use event::KeyId;
use policy::{AddressesDraft, EventsDraft, KeyKind, PolicyDraft};

use super::row::Row;
use super::shown::{Shown, Words};
use super::trial::Trial;
use super::typed::{Step, Typed};
use crate::Dashboard;
use crate::form::Errors;
use crate::frame::{page, page_about};
use crate::member::Member;

/// Names that are offered as buttons; the field itself knows all.
const MAX_OFFERED: usize = 12;

/// The form of the rules, and what is to be said beside it.
#[derive(Debug)]
pub(crate) struct Editing {
    pub(crate) typed: Typed,
    pub(crate) errors: Errors,
    /// Whether the dialog for a new address is open.
    pub(crate) asks_address: bool,
    /// Which part goes on to be filled in.
    pub(crate) focus: Focus,
    /// What the rules would have refused.
    pub(crate) trial: Option<Trial>,
    /// The rules that somebody else has saved meanwhile.
    pub(crate) theirs: Option<Shown>,
    /// Names that the key has sent, the most frequent first.
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) words: Option<Words>,
    pub(super) undone: Option<Problem>,
}

/// Where somebody goes on typing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Nowhere,
    Addresses,
    Names,
}

impl Editing {
    /// The suggestions that are not in the list yet.
    pub(crate) fn offered(&self) -> impl Iterator<Item = &Suggestion> {
        let is_new = |it: &&Suggestion| !self.typed.names.contains(&it.name);
        self.suggestions.iter().filter(is_new).take(MAX_OFFERED)
    }

    pub(crate) fn is_at_addresses(&self) -> bool {
        self.focus == Focus::Addresses
    }

    pub(crate) fn is_at_names(&self) -> bool {
        self.focus == Focus::Names
    }

    /// What is wrong with a row or a name of the lists.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "in templates everything is borrowed"
    )]
    pub(crate) fn wrong(&self, list: &str, index: &usize, member: &str) -> Option<&str> {
        self.errors.at(&format!("{list}[{index}]{member}"))
    }

    /// The page with the form, with the status that tells why there is one.
    pub(crate) fn answer(undone: Option<&Problem>, template: &impl Template) -> Response {
        match undone {
            Some(problem) => page_about(problem, template),
            None => page(template),
        }
    }

    /// Why the form is there again; none where it is a step of an edit.
    pub(crate) fn undone(&self) -> Option<Problem> {
        self.undone.clone()
    }

    /// Does the step that changes the form alone; whether it was one.
    pub(super) fn change(&mut self) -> bool {
        match std::mem::take(&mut self.typed.step) {
            Step::AskAddress => self.asks_address = true,
            Step::AddAddress => self.add_address(),
            Step::AddName => self.add_name(),
            Step::AddSuggested(name) => {
                if !self.typed.names.contains(&name) {
                    self.typed.names.push(name);
                }
                self.focus = Focus::Names;
            }
            Step::RemoveAddress(index) => {
                if index < self.typed.rows.len() {
                    self.typed.rows.remove(index);
                }
                self.focus = Focus::Addresses;
            }
            Step::RemoveName(index) => {
                if index < self.typed.names.len() {
                    self.typed.names.remove(index);
                }
                self.focus = Focus::Names;
            }
            Step::Back => {
                self.typed.new_row = Row::default();
                self.focus = Focus::Addresses;
            }
            step @ (Step::Save | Step::Enter | Step::Try) => {
                self.typed.step = step;
                return false;
            }
        }
        true
    }

    fn add_address(&mut self) {
        let draft = PolicyDraft {
            addresses: AddressesDraft::Specific(vec![self.typed.new_row.draft()]),
            events: EventsDraft::All,
            origins: None,
        };
        match draft.check() {
            Ok(checked) => {
                let shown = Shown::new(KeyKind::Metrics, &checked.policy);
                let new = shown.addresses.unwrap_or_default();
                let mut new = new.into_iter();
                let is_known = |new: &Row| self.typed.rows.iter().any(|row| row.cidr == new.cidr);
                match new.next() {
                    Some(row) if is_known(&row) => {
                        self.errors
                            .add("new-cidr", "address is in the list already");
                    }
                    row => self.typed.rows.extend(row),
                }
            }
            Err(invalid) => {
                for error in invalid.errors {
                    let path = error.path.replace("addresses[0].", "new-");
                    self.errors.add(&path, error.problem.to_string());
                }
            }
        }
        self.focus = Focus::Addresses;
        if self.errors.is_empty() {
            self.typed.new_row = Row::default();
        } else {
            self.asks_address = true;
            self.undone = Some(Problem::InvalidFields { errors: Vec::new() });
        }
    }

    /// Adds the name that is typed; whether that is well.
    pub(super) fn add_name(&mut self) {
        self.focus = Focus::Names;
        let name = self.typed.new_name.trim();
        let draft = PolicyDraft {
            addresses: AddressesDraft::Anywhere,
            events: EventsDraft::Only(vec![name.to_owned()]),
            origins: None,
        };
        if let Err(invalid) = draft.check() {
            for error in invalid.errors {
                self.errors.add("new-name", error.problem.to_string());
            }
            self.undone = Some(Problem::InvalidFields { errors: Vec::new() });
            return;
        }
        if !self.typed.names.iter().any(|known| known == name) {
            self.typed.names.push(name.to_owned());
        }
        self.typed.new_name.clear();
    }
}

impl Dashboard {
    /// The form of a key as it is.
    pub(crate) async fn begin_rules(&self, member: &Member, view: &KeyView) -> Editing {
        let entry = &view.listed.entry;
        let shown = Shown::new(entry.kind, &view.policy);
        let typed = Typed::new(entry.version.to_string(), &shown);
        self.go_on(member, &entry.id, typed, shown.words).await
    }

    /// A form as it was typed.
    pub(super) async fn go_on(
        &self,
        member: &Member,
        id: &KeyId,
        typed: Typed,
        words: Option<Words>,
    ) -> Editing {
        Editing {
            typed,
            errors: Errors::default(),
            asks_address: false,
            focus: Focus::Nowhere,
            trial: None,
            theirs: None,
            suggestions: match words {
                Some(_) => self.suggested(member, id).await,
                None => Vec::new(),
            },
            words,
            undone: None,
        }
    }

    /// What the key has sent. An edit does without where that cannot be read.
    async fn suggested(&self, member: &Member, id: &KeyId) -> Vec<Suggestion> {
        let store = &self.0.use_cases.store;
        let found = control::suggestions(store, &member.workspace, id, member.by.at).await;
        found.unwrap_or_default()
    }
}
