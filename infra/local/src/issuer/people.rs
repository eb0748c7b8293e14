//! Who may sign in.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name to sign in with.
    pub username: String,
    /// The lasting identifier, in the claim `sub`.
    pub subject: String,
    /// The e-mail address; Cognito has it in identity tokens only.
    pub email: String,
    /// The groups, in the claim `cognito:groups`.
    pub groups: Vec<String>,
}

/// The people by user name.
#[derive(Debug, Default)]
pub(super) struct People(RwLock<BTreeMap<String, Person>>);

impl People {
    pub(super) fn add(&self, person: Person) {
        let mut people = self.0.write().unwrap_or_else(PoisonError::into_inner);
        people.insert(person.username.clone(), person);
    }

    pub(super) fn find(&self, username: &str) -> Option<Person> {
        let people = self.0.read().unwrap_or_else(PoisonError::into_inner);
        people.get(username).cloned()
    }

    /// Everybody, by user name.
    pub(super) fn all(&self) -> Vec<Person> {
        let people = self.0.read().unwrap_or_else(PoisonError::into_inner);
        people.values().cloned().collect()
    }
}
