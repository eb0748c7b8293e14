//! The form of the rules on its way to a save.

use askama::Template;
use axum::response::Response;
use control::{KeyView, Suggestion};
use edge::Problem;
use event::KeyId;
use policy::{AddressesDraft, EventsDraft, KeyKind, Policy, PolicyDraft};

use super::row::Row;
use super::shown::{Shown, Words, has_origins};
use super::trial::Trial;
use super::typed::{Dialog, Step, Typed};
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
    /// Which part goes on to be filled in.
    pub(crate) focus: Focus,
    /// What the rules would have refused.
    pub(crate) trial: Option<Trial>,
    /// The rules that somebody else has saved meanwhile.
    pub(crate) theirs: Option<Shown>,
    /// Names that the key has sent, the most frequent first.
    pub(crate) suggestions: Vec<Suggestion>,
    pub(crate) words: Option<Words>,
    /// Whether the form asks for web origins.
    pub(crate) has_origins: bool,
    pub(super) undone: Option<Problem>,
}

/// Where somebody goes on typing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Nowhere,
    Addresses,
    Origins,
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

    pub(crate) fn is_at_origins(&self) -> bool {
        self.focus == Focus::Origins
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
            Step::AskAddress => self.typed.dialog = Dialog::Open,
            Step::AddAddress => self.add_address(),
            Step::AddOrigin => self.add_origin(),
            Step::AddName => self.add_name(),
            Step::AddSuggested(name) => {
                if !self.typed.names.contains(&name) {
                    self.typed.names.push(name);
                }
                self.focus = Focus::Names;
            }
            Step::RemoveAddress(index) => {
                remove(&mut self.typed.rows, index);
                self.focus = Focus::Addresses;
            }
            Step::RemoveOrigin(index) => {
                remove(&mut self.typed.origins, index);
                self.focus = Focus::Origins;
            }
            Step::RemoveName(index) => {
                remove(&mut self.typed.names, index);
                self.focus = Focus::Names;
            }
            Step::Back => {
                self.typed.dialog = Dialog::Closed;
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

    /// Adds what is typed: who saves means that, too.
    pub(super) fn add_typed(&mut self) {
        let row = &self.typed.new_row;
        if self.typed.asks() && (row.cidr.trim(), row.description.trim()) != ("", "") {
            self.add_address();
        } else {
            self.typed.dialog = Dialog::Closed;
        }
        if !self.typed.new_origin.trim().is_empty() {
            self.add_origin();
        }
        if !self.typed.new_name.trim().is_empty() {
            self.add_name();
        }
    }

    fn add_address(&mut self) {
        self.focus = Focus::Addresses;
        // Open until the address is in the list.
        self.typed.dialog = Dialog::Open;
        let draft = PolicyDraft {
            addresses: AddressesDraft::Specific(vec![self.typed.new_row.draft()]),
            ..nothing_else()
        };
        let field = |path: &str| path.replace("addresses[0].", "new-");
        let Some(policy) = self.check(draft, field) else {
            return;
        };
        let shown = Shown::new(KeyKind::Metrics, &policy);
        for row in shown.addresses.unwrap_or_default() {
            if self.typed.rows.iter().any(|known| known.cidr == row.cidr) {
                self.refuse("new-cidr", "address is in the list already");
                return;
            }
            self.typed.rows.push(row);
        }
        self.typed.new_row = Row::default();
        self.typed.dialog = Dialog::Closed;
    }

    fn add_origin(&mut self) {
        self.focus = Focus::Origins;
        let draft = PolicyDraft {
            origins: Some(vec![self.typed.new_origin.trim().to_owned()]),
            ..nothing_else()
        };
        let Some(policy) = self.check(draft, |_| "new-origin".to_owned()) else {
            return;
        };
        // As browsers send it.
        for origin in policy.origins.unwrap_or_default() {
            if !self.typed.origins.contains(&origin) {
                self.typed.origins.push(origin);
            }
        }
        self.typed.new_origin.clear();
    }

    fn add_name(&mut self) {
        self.focus = Focus::Names;
        let name = self.typed.new_name.trim().to_owned();
        let draft = PolicyDraft {
            events: EventsDraft::Only(vec![name.clone()]),
            ..nothing_else()
        };
        if self.check(draft, |_| "new-name".to_owned()).is_none() {
            return;
        }
        if !self.typed.names.contains(&name) {
            self.typed.names.push(name);
        }
        self.typed.new_name.clear();
    }

    /// Checks rules with nothing but what is added; `field` says where what is wrong at a path stands.
    fn check(&mut self, draft: PolicyDraft, field: impl Fn(&str) -> String) -> Option<Policy> {
        match draft.check() {
            Ok(checked) => Some(checked.policy),
            Err(invalid) => {
                for error in invalid.errors {
                    self.refuse(&field(&error.path), &error.problem.to_string());
                }
                None
            }
        }
    }

    fn refuse(&mut self, field: &str, why: &str) {
        self.errors.add(field, why);
        self.undone = Some(Problem::InvalidFields { errors: Vec::new() });
    }
}

/// Rules without any list.
const fn nothing_else() -> PolicyDraft {
    PolicyDraft {
        addresses: AddressesDraft::Anywhere,
        events: EventsDraft::All,
        origins: None,
    }
}

/// Takes what is at that place off a list.
fn remove<T>(list: &mut Vec<T>, index: usize) {
    if index < list.len() {
        list.remove(index);
    }
}

impl Dashboard {
    /// The form of a key as it is.
    pub(crate) async fn begin_rules(&self, member: &Member, view: &KeyView) -> Editing {
        let entry = &view.listed.entry;
        let shown = Shown::new(entry.kind, &view.policy);
        let typed = Typed::new(entry.version.to_string(), &shown);
        self.go_on(member, &entry.id, typed, entry.kind).await
    }

    /// A form as it was typed.
    pub(super) async fn go_on(
        &self,
        member: &Member,
        id: &KeyId,
        typed: Typed,
        kind: KeyKind,
    ) -> Editing {
        let words = Words::of(kind);
        Editing {
            typed,
            errors: Errors::default(),
            focus: Focus::Nowhere,
            trial: None,
            theirs: None,
            suggestions: match words {
                Some(_) => self.suggested(member, id).await,
                None => Vec::new(),
            },
            words,
            has_origins: has_origins(kind),
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
